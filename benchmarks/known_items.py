"""Whether search finds the papers and nodes that a reader's question is meant to find.

    python benchmarks/known_items.py [--half final] [--crowd 50000] [--cache DIRECTORY]

For the questions in benchmarks/questions, prints recall at 5 and 10 and the mean reciprocal rank (of the first 10) of
LitAtlas beside its ingredients alone: words (BM25), meaning (cosine of the embedded model), and plain reciprocal rank
fusion of the two (k = 60), in the same libraries; then what each part adds; then nodes, and questions that have no
answer. Constants were chosen on the tuning half alone. `--crowd` mixes so many other papers in.

Vectors are kept in the cache directory. Those of the crowd are made in bfloat16 where the machine has it (cosine to
full precision above 0.999): 50,000 abstracts take an hour of one core even so.
"""

from __future__ import annotations

import argparse
import lzma
import os
import random
import shutil
import statistics
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import torch
from library_states import State, build_state
from questions import Asked, Half, Kind, read_questions

from litatlas.graph.embedding import update_index
from litatlas.graph.encoder import Encoder, SentenceEncoder, load_encoder, query_vectors
from litatlas.graph.filters import Filters
from litatlas.graph.index import EntryKind, Vectors
from litatlas.graph.library import Library
from litatlas.graph.ranking import PAPER_WEIGHTS
from litatlas.graph.search import Searcher, query_words
from litatlas.graph.words import match_node_words, match_words
from litatlas.ingest.metadata import read_metadata
from litatlas.ingest.pipeline import apply_metadata

SHARED = Path(os.environ.get("LITATLAS_SHARED", Path(__file__).parents[2] / "shared"))
CORPUS = SHARED / "data" / "corpora" / "arxiv-recent.jsonl.xz"
TOP = 10
_FUSED = 100
_K = 60

Rank = Callable[[Asked], Sequence[str]]
"""From a question to the keys it finds, best first, `TOP` at most."""


class Crowd(SentenceEncoder):
    """The embedded model in bfloat16, for many texts in less time."""

    def encode(self, texts: Sequence[str], progress: Callable[[int], None] | None = None) -> Vectors:
        with torch.autocast("cpu", dtype=torch.bfloat16):
            return super().encode(texts, progress)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--half", type=Half, default=None, choices=list(Half), help="only this half; both by default")
    options.add_argument("--crowd", type=int, default=0, help="other papers to mix in")
    options.add_argument("--cache", type=Path, help="where libraries are kept; a temporary directory by default")
    chosen = options.parse_args()
    if not CORPUS.parent.is_dir():
        sys.exit(f"{CORPUS.parent} is not there; name the folder that has data/ with LITATLAS_SHARED.")
    with tempfile.TemporaryDirectory() as temporary:
        cache = chosen.cache or Path(temporary)
        encoder = load_encoder()
        halves = [chosen.half] if chosen.half else list(Half)
        for state in State:
            library = build_state(cache, state, encoder, shown(state))
            report(f"Library {state}", library, encoder, halves, thorough=state is State.BOTH)
        if chosen.crowd:
            library = crowded(cache, chosen.crowd, encoder)
            report(f"Library {State.BOTH}, {chosen.crowd:,} other papers mixed in", library, encoder, halves)


def report(title: str, library: Library, encoder: Encoder, halves: Sequence[Half], *, thorough: bool = False) -> None:
    """All tables for one library; a thorough report also says what each part adds."""
    questions = read_questions(library)
    searcher = Searcher(library, encoder)
    print(f"\n## {title}\n")
    systems: dict[str, Rank] = {
        "words alone (BM25)": lambda asked: by_words(library, asked),
        "meaning alone (MiniLM)": lambda asked: by_meaning(library, encoder, asked),
        "reciprocal rank fusion of both": lambda asked: fused(library, encoder, asked),
        "LitAtlas": lambda asked: [hit.paper.key for hit in searcher.search(asked.query, limit=TOP).papers],
    }
    for half in halves:
        some = [asked for asked in questions if asked.half is half and asked.papers]
        print(f"{half} half, {len(some)} questions    recall@5  recall@10  MRR@10")
        for name, rank in systems.items():
            print(line(name, [measures(asked.papers, rank(asked)) for asked in some]))
        for part in PAPER_WEIGHTS if thorough else ():
            searcher.weights = {other: weight for other, weight in PAPER_WEIGHTS.items() if other is not part}
            print(line(f"  without {part}", [measures(asked.papers, systems["LitAtlas"](asked)) for asked in some]))
        searcher.weights = PAPER_WEIGHTS
        for kind in (Kind.NEED, Kind.RECALL, Kind.NAME):
            found = [measures(asked.papers, systems["LitAtlas"](asked)) for asked in some if asked.kind is kind]
            print(line(f"  LitAtlas, kind {kind} ({len(found)})", found))
        report_nodes(library, encoder, searcher, [a for a in questions if a.half is half and a.nodes])
        report_refusals(searcher, some, [a for a in questions if a.half is half and a.kind is Kind.OFF_TOPIC])


def report_nodes(library: Library, encoder: Encoder, searcher: Searcher, some: Sequence[Asked]) -> None:
    """Whether the node asked for comes first, in its survey."""
    systems: dict[str, Rank] = {
        "words alone": lambda asked: nodes_by_words(library, asked),
        "meaning alone": lambda asked: nodes_by_meaning(library, encoder, asked),
        "LitAtlas": lambda asked: [
            hit.node.key for hit in searcher.search(asked.query, Filters(survey=asked.survey), nodes=TOP).nodes
        ],
    }
    print(f"nodes, {len(some)} questions    at 1  at 3  MRR@10")
    for name, rank in systems.items():
        places = [first(asked.nodes, rank(asked)) for asked in some]
        at = [statistics.mean(100.0 * (place <= top) for place in places) for top in (1, 3)]
        print(f"  {name:32}{at[0]:6.1f}{at[1]:6.1f}{statistics.mean(100 / place for place in places):8.1f}")


def report_refusals(searcher: Searcher, on_topic: Sequence[Asked], off_topic: Sequence[Asked]) -> None:
    """How often nothing is said to be here, rightly and wrongly."""
    rightly = sum(searcher.search(asked.query).hopeless for asked in off_topic)
    wrongly = sum(searcher.search(asked.query).hopeless for asked in on_topic)
    print(f"refused: {rightly} of {len(off_topic)} questions off topic, {wrongly} of {len(on_topic)} on topic")


def measures(expected: frozenset[str], found: Sequence[str]) -> tuple[float, float, float]:
    """Recall at 5 and at 10, and the reciprocal rank of the first that is right; in percent."""
    recall = [100 * len(expected & set(found[:top])) / len(expected) for top in (5, TOP)]
    return recall[0], recall[1], 100 / first(expected, found)


def first(expected: frozenset[str], found: Sequence[str]) -> float:
    """Rank of the first right one among the first ten; infinite where there is none."""
    return next((float(rank) for rank, key in enumerate(found[:TOP], 1) if key in expected), float("inf"))


def line(name: str, found: Sequence[tuple[float, float, float]]) -> str:
    if not found:
        return f"  {name:40} none"
    return f"  {name:40}" + "".join(f"{statistics.mean(values):9.1f}" for values in zip(*found, strict=True))


def by_words(library: Library, asked: Asked, limit: int = TOP) -> list[str]:
    return [match.key for match in match_words(library, query_words(asked.query), limit)]


def by_meaning(library: Library, encoder: Encoder, asked: Asked, limit: int = TOP) -> list[str]:
    assert library.index is not None
    near = library.index.search(query_vectors(encoder, [asked.query])[0], limit, EntryKind.PAPER)
    return [neighbour.key for neighbour in near]


def fused(library: Library, encoder: Encoder, asked: Asked) -> list[str]:
    """Cormack, Clarke and Büttcher (SIGIR 2009)."""
    scores: dict[str, float] = {}
    for ranking in (by_words(library, asked, _FUSED), by_meaning(library, encoder, asked, _FUSED)):
        for rank, key in enumerate(ranking, 1):
            scores[key] = scores.get(key, 0.0) + 1 / (_K + rank)
    return sorted(scores, key=lambda key: (-scores[key], key))[:TOP]


def nodes_by_words(library: Library, asked: Asked) -> list[str]:
    found = match_node_words(library, query_words(asked.query), -1)
    return [match.key for match in found if library.node(match.key).survey == asked.survey]


def nodes_by_meaning(library: Library, encoder: Encoder, asked: Asked) -> list[str]:
    assert library.index is not None
    pool = [node.key for node in library.nodes if node.survey == asked.survey]
    near = library.index.search(query_vectors(encoder, [asked.query])[0], TOP, EntryKind.NODE, pool)
    return [neighbour.key for neighbour in near]


def crowded(cache: Path, size: int, encoder: SentenceEncoder) -> Library:
    """The library with abstracts and notes, and so many papers of the corpus beside it."""
    with lzma.open(CORPUS, "rt", encoding="utf-8") as lines:
        papers = lines.readlines()
    random.Random(7).shuffle(papers)
    file = cache / f"crowd-{size}.jsonl"
    file.write_text("".join(papers[:size]), encoding="utf-8")
    folder = cache / f"crowd-{size}"
    previous = Library(folder) if (folder / "manifest.json").exists() else None
    if previous is None:
        build_state(cache, State.BOTH, encoder)
        shutil.copytree(cache / State.BOTH.name.lower(), folder)
        previous = Library(folder)
    quick = Crowd(encoder.directory, encoder.name, encoder.fingerprint)
    with Library.edit(folder) as draft:
        apply_metadata(draft, read_metadata(file), add_unknown=True)
        update_index(draft, quick, previous.index, shown("crowd"))
    return Library(folder)


def shown(what: str) -> Callable[[int, int], None]:
    def show(done: int, total: int) -> None:
        if sys.stderr.isatty() and total:
            print(f"\rEmbedding {what}: {done:,} of {total:,}", end="\n" if done == total else "", file=sys.stderr)

    return show


if __name__ == "__main__":
    main()
