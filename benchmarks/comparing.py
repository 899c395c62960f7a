"""What putting two surveys side by side costs: those that ship, and two large made-up ones.

    python benchmarks/comparing.py --papers 50000

The large ones have half of the papers each and a tenth of theirs in common, 300 topics on three levels, five citations
per paper, and vectors that depend on the text alone. Medians of several runs on libraries that are open.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

from litatlas.app.building import build
from litatlas.app.settings import Settings
from litatlas.graph.alignment import align
from litatlas.graph.comparison import compare, overlaps, pair_papers
from litatlas.graph.draft import Draft
from litatlas.graph.embedding import update_index
from litatlas.graph.library import Library
from litatlas.graph.models import Citation, Claim, Placement, Source, SourceKind, Survey, TaxonomyNode
from litatlas.graph.survey_papers import papers_of

sys.path.insert(0, str(Path(__file__).parent))

from scale import StandIn, milliseconds

SHIPPED_LIMIT, LARGE_LIMIT = 500, 1000  # milliseconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--papers", type=int, default=50_000)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        shipped, large = Path(folder) / "shipped", Path(folder) / "large"
        build(Settings(library=shipped), lambda *_: None, load=lambda _: StandIn())
        measure(shipped, SHIPPED_LIMIT)
        write(large, arguments.papers)
        measure(large, LARGE_LIMIT)


def measure(directory: Path, limit: int) -> None:
    with Library(directory) as library:
        _ = library.index
        counts = library.counts
        print(f"{counts.papers:,} papers, {counts.nodes:,} topics, {counts.citations:,} citations; limit {limit} ms")
        surveys = library.surveys()
        for first, second in combinations(surveys, 2):
            papers = papers_of(library, first), papers_of(library, second)
            found = compare(library, first, second)
            pair = found.pairs[0]
            print(f"  {first.key} and {second.key}: {len(found.both):,} in both, {len(found.pairs):,} pairs of topics")
            print(f"    read one survey {milliseconds(lambda first=first: papers_of(library, first), 5):8.0f} ms")
            print(f"    align topics    {milliseconds(lambda papers=papers: align(*papers, library.index), 5):8.0f} ms")
            print(f"    compare         {milliseconds(lambda f=first, s=second: compare(library, f, s), 5):8.0f} ms")
            of_pair = milliseconds(
                lambda found=found, pair=pair: pair_papers(library, found, pair.first, pair.second), 5
            )
            print(f"    papers of a pair{of_pair:8.0f} ms")
        print(f"    overlaps of all {milliseconds(lambda: overlaps(library, surveys), 5):8.0f} ms")


def write(directory: Path, papers: int) -> None:
    chance = random.Random(1)
    half, shared = papers // 2, papers // 20
    with Library.edit(directory) as draft:
        for number, key in enumerate(("one", "other")):
            draft.put_source(Source(key, SourceKind.PAPER_LIST, key, f"{key}.md"))
            nodes = list(tree(key))
            draft.put_survey(Survey(key, f"Survey {key}", key), nodes)
            start = number * (half - shared)
            place(draft, key, range(start, start + half), nodes, chance)
        cited = (
            Citation(f"p{n}", f"p{chance.randrange(papers - shared)}", "one", n)
            for n in range(papers - shared)
            for _ in range(5)
        )
        draft.put_citations(cited)
        update_index(draft, StandIn(), None, lambda *_: None)


def tree(survey: str) -> Iterator[TaxonomyNode]:
    position = 0
    for top in range(6):
        for number in range(50):
            path = (f"Field {top}", f"Part {number // 7}", f"Topic {number}")
            depth = 1 if number == 0 else 2 if number % 7 == 1 else 3
            names = path[:depth]
            parent = "/".join((survey, *names[:-1])) if depth > 1 else None
            yield TaxonomyNode("/".join((survey, *names)), survey, names[-1], parent, names, position)
            position += 1


def place(draft: Draft, survey: str, papers: range, nodes: list[TaxonomyNode], chance: random.Random) -> None:
    for n in papers:
        key = f"p{n}"
        year = str(2015 + n % 11)
        said = {"title": f"Paper {n} on matter {n % 997}", "year": year, "venue": f"Venue {n % 40}"}
        draft.put_claims(key, [Claim(key, field, value, survey, n) for field, value in said.items()])
        node = nodes[n % len(nodes)] if chance.random() < 0.8 else chance.choice(nodes)
        draft.put_placements([Placement(key, node.key, survey, n)])


if __name__ == "__main__":
    main()
