"""CSFCube as records: papers with labelled sentences, queries with judged candidates, folds, and NDCG%20.

CSFCube: Mysore, O'Gorman, McCallum and Zamani, "CSFCube - A Test Collection of Computer Science Research Papers for
Faceted Query by Example" (NeurIPS Datasets and Benchmarks 2021, arXiv 2103.12906), CC BY-NC 4.0.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from litatlas.graph.likeness import Facet

Scores = npt.NDArray[np.float64]
# As the collection's own models are run: what a paper aims at is part of its background.
_FACETS = {
    "background": Facet.BACKGROUND,
    "objective": Facet.BACKGROUND,
    "method": Facet.METHOD,
    "result": Facet.RESULT,
}
FOLDS = (1, 2)


@dataclass(frozen=True, slots=True)
class Document:
    """A paper; `facets` has what each sentence tells about."""

    title: str
    sentences: tuple[str, ...]
    facets: tuple[Facet | None, ...]

    @property
    def text(self) -> str:
        """Title and abstract, as a library embeds them."""
        return f"{self.title}. {' '.join(self.sentences)}"


@dataclass(frozen=True, slots=True)
class Query:
    """A paper and a facet of it; grades from 0 (unrelated) to 3 (nearly the same), one per candidate."""

    key: str
    paper: int
    facet: Facet
    candidates: tuple[int, ...]
    grades: tuple[int, ...]

    def asked(self, documents: Sequence[Document]) -> tuple[int, ...]:
        """Places of the sentences that tell about the facet."""
        return tuple(row for row, facet in enumerate(documents[self.paper].facets) if facet is self.facet)


@dataclass(frozen=True, slots=True)
class Collection:
    """All of it; `folds` has the keys of the queries by name, e.g. ``fold1_dev``, over all facets."""

    documents: tuple[Document, ...]
    queries: tuple[Query, ...]
    folds: Mapping[str, tuple[str, ...]]


def load_collection(folder: Path, with_query: bool = False) -> Collection:
    """Read the folder's files.

    Args:
        with_query: two pools hold the query itself, graded 3; keep it there, as the released files do.
    """
    lines = (folder / "docs.jsonl").read_text(encoding="utf-8").splitlines()
    values = [json.loads(line) for line in lines]
    rows = {value["paper_id"]: row for row, value in enumerate(values)}
    queries = [query for facet in Facet for query in _queries(folder, facet, rows, with_query)]
    splits = json.loads((folder / "evaluation_splits.json").read_text(encoding="utf-8"))["all"]
    folds = {name: tuple(keys) for name, keys in splits.items()}
    return Collection(tuple(map(_document, values)), tuple(queries), folds)


def _document(value: dict[str, Any]) -> Document:
    facets = tuple(_FACETS.get(label) for label, _ in value["sentences"])
    return Document(value["title"], tuple(text for _, text in value["sentences"]), facets)


def _queries(folder: Path, facet: Facet, rows: Mapping[str, int], with_query: bool) -> list[Query]:
    pools = json.loads((folder / f"test-pid2anns-csfcube-{facet.value}.json").read_text(encoding="utf-8"))
    found = []
    for paper, pool in pools.items():
        judged = zip(pool["cands"], pool["relevance_adju"], strict=True)
        kept = [(rows[other], int(grade)) for other, grade in judged if with_query or other != paper]
        candidates, grades = zip(*kept, strict=True)
        found.append(Query(f"{paper}_{facet.value}", rows[paper], facet, candidates, grades))
    return found


def ndcg(scores: Scores, grades: Sequence[int], share: float = 0.2) -> float:
    """NDCG of the first ``int(share · n)`` of a ranking by scores, ties in the order of the candidates.

    As in the collection's own script: the gain is the grade, the discount log2(rank) and 1 for the first.
    """
    depth = max(1, int(share * len(grades)))
    best = _gain(sorted(grades, reverse=True)[:depth])
    ranking = np.argsort(-scores, kind="stable")[:depth]
    return _gain([grades[row] for row in ranking]) / best if best else 0.0


def _gain(grades: Sequence[int]) -> float:
    return float(sum(grade / np.log2(max(2, rank)) for rank, grade in enumerate(grades, start=1)))


def mean_over(values: Mapping[str, float], keys: Sequence[str]) -> float:
    """The mean of these queries, in hundredths."""
    return 100 * float(np.mean([values[key] for key in keys]))


def aggregated(values: Mapping[str, float], collection: Collection, facet: Facet | None = None) -> float:
    """The mean of both test folds' means, of one facet's queries or of all."""
    means = []
    for fold in FOLDS:
        keys = collection.folds[f"fold{fold}_test"]
        means.append(mean_over(values, [key for key in keys if facet is None or key.endswith(f"_{facet.value}")]))
    return float(np.mean(means))
