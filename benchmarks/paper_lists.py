"""How well companion lists are read: each real list beside an independent reading of its rows with a paper link.

    python benchmarks/paper_lists.py             # the table
    python benchmarks/paper_lists.py --misses 20 # and the first rows of each list that differ

A row is read where a paper is placed by it; its title, the address of its paper and its node are right where they are
what benchmarks/list_oracle.py expects, compared letter by letter but for blanks and a full stop at the end.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from litatlas.ingest.facts import SurveyFacts, WorkRecord
from litatlas.ingest.list_folder import read_paper_lists
from litatlas.ingest.paper_list import read_paper_list

sys.path.insert(0, str(Path(__file__).parent))

from list_oracle import ORACLES, Expected

ROOT = Path(__file__).parent.parent
LIMIT = 0.98


@dataclass(slots=True)
class Agreement:
    """What of a list is read as expected."""

    name: str
    rows: int = 0
    read: int = 0
    titles: int = 0
    links: int = 0
    nodes: int = 0
    right: int = 0
    findings: int = 0
    misses: list[str] = field(default_factory=list)

    @property
    def share(self) -> float:
        """Rows with everything right, of all."""
        return self.right / self.rows if self.rows else 0.0


def read_list(folder: Path) -> SurveyFacts:
    """The facts of a list: one file, or a folder with one file per topic."""
    files = sorted(path for path in folder.rglob("*.md"))
    return read_paper_lists((folder,), survey_key="s") if len(files) > 1 else read_paper_list(files[0], survey_key="s")


def compare(name: str, folder: Path) -> Agreement:
    """Read one list and compare it with its oracle, row by row."""
    facts = read_list(folder)
    placed = _placed(facts)
    found = Agreement(name, findings=len(facts.findings))
    for expected in ORACLES[name](folder):
        found.rows += 1
        candidates = placed.get((expected.file, expected.line)) or placed.get(("", expected.line)) or []
        _judge(found, expected, candidates)
    return found


Placed = dict[tuple[str, int], list[tuple[WorkRecord, frozenset[tuple[str, ...]]]]]


def _placed(facts: SurveyFacts) -> Placed:
    """Works by the file and line that name them, with the paths of all nodes they stand at."""
    paths = {node.key: node.path for node in facts.nodes}
    nodes: dict[str, set[tuple[str, ...]]] = {}
    for placement in facts.placements:
        nodes.setdefault(placement.paper, set()).add(paths[placement.node])
    found: Placed = {}
    for work in facts.works:
        for source, line in _mentions(work, facts):
            file = source.removeprefix(facts.source.key).lstrip("/")
            found.setdefault((file, line), []).append((work, frozenset(nodes.get(work.key, ()))))
    return found


def _mentions(work: WorkRecord, facts: SurveyFacts) -> Iterator[tuple[str, int]]:
    if not facts.files:
        yield from ((facts.source.key, line) for line in work.lines)
    else:
        yield from {(claim.source, claim.line or 0) for claim in work.claims}
        yield from ((work.claims[0].source, line) for line in work.lines)
        yield from ((entry.source, entry.line or 0) for entry in facts.placements if entry.paper == work.key)


def _judge(
    found: Agreement, expected: Expected, candidates: list[tuple[WorkRecord, frozenset[tuple[str, ...]]]]
) -> None:
    if not candidates:
        found.misses.append(f"{expected.file}:{expected.line} not read: {expected.title}")
        return
    work, paths = candidates[0]
    titles = {_tidy(claim.value) for claim in work.claims if claim.field == "title"}
    links = {claim.value.split(" ")[0] for claim in work.claims if claim.field in {"link:paper", "link:code"}}
    title, link, node = _tidy(expected.title) in titles, expected.url in links, expected.path in paths
    found.read += 1
    found.titles += title
    found.links += link
    found.nodes += node
    found.right += title and link and node
    for right, name, wanted, read in (
        (title, "title", expected.title, sorted(titles)),
        (link, "link", expected.url, sorted(links)),
        (node, "node", expected.path, sorted(paths)),
    ):
        if not right:
            found.misses.append(f"{expected.file}:{expected.line} {name}: wanted {wanted!r}, read {read!r}")


def _tidy(text: str) -> str:
    return " ".join(text.split()).rstrip(".")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--misses", type=int, default=0, help="print this many rows of each list that differ")
    parser.add_argument("lists", nargs="*", help="only these lists")
    options = parser.parse_args()
    lists = Path(os.environ.get("LITATLAS_SHARED", ROOT.parent / "shared")) / "data" / "lists"
    if not lists.is_dir():
        sys.exit(f"The real lists are not at hand ({lists}); name their parent's parent with LITATLAS_SHARED.")
    print(f"{'list':22} {'rows':>5} {'read':>5} {'title':>6} {'link':>6} {'node':>6} {'all right':>10} {'findings':>9}")
    for name in options.lists or ORACLES:
        found = compare(name, lists / name)
        print(
            f"{name:22} {found.rows:5} {found.read:5} {found.titles:6} {found.links:6} {found.nodes:6}"
            f" {100 * found.share:8.1f} % {found.findings:9}"
        )
        for miss in found.misses[: options.misses]:
            print(f"    {miss}")


if __name__ == "__main__":
    main()
