"""What the map of meaning is worth and what it costs, beside the two directions of greatest spread (PCA).

    python benchmarks/meaning_map.py LIBRARY [LIBRARY ...] [--corpus N [N ...]]

A library is one that `litatlas build` made. Of --corpus, N texts of the folder beside the repository are vectors of
hashed words through a seeded random projection: as many as a large library has, with neighbourhoods, but no branches.

trustworthiness   of the 10 nearest on the map, whether they are near by their vectors (sklearn; 1 is best)
neighbours kept   of the 10 nearest by their vectors, the share that is among the 10 nearest on the map
same branch       of the 10 nearest on the map, the share that shares a top branch with the paper

Measures are taken on 3,000 papers at most, each among all the others. Memory is the most that the process used.
"""

from __future__ import annotations

import argparse
import json
import lzma
import os
import resource
import sys
import time
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
import numpy.typing as npt
from sklearn.feature_extraction.text import HashingVectorizer, TfidfTransformer
from sklearn.neighbors import NearestNeighbors

from litatlas.graph.library import Library
from litatlas.graph.map_field import map_field
from litatlas.graph.meaning_map import PaperVectors, Points, next_map, paper_vectors, quick_map

CORPUS = Path(os.environ.get("LITATLAS_SHARED", Path(__file__).parent.parent / "shared")) / "data/corpora"
_NEAR = 10
_SAMPLE = 3000
_WORDS = 2**16

Rows = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Worth:
    trustworthiness: float
    kept: float
    same_branch: float | None


def nearest(vectors: npt.NDArray[np.float32], rows: Rows, count: int) -> Rows:
    found = NearestNeighbors(n_neighbors=count + 1).fit(vectors).kneighbors(vectors[rows], return_distance=False)
    return np.array([[other for other in near if other != row][:count] for row, near in zip(rows, found, strict=True)])


def trustworthiness(vectors: npt.NDArray[np.float32], near: Rows, rows: Rows) -> float:
    """As sklearn.manifold.trustworthiness, for a sample of rows among all: the penalty is the rank by vectors."""
    penalty = 0.0
    for row, others in zip(rows, near, strict=True):
        cosines = vectors @ vectors[row]
        cosines[row] = np.inf
        ranks = (cosines[None, :] > cosines[others][:, None]).sum(axis=1)  # the paper itself counts: ranks begin at 1
        penalty += float(np.maximum(ranks - _NEAR, 0).sum())
    count = len(vectors)
    return 1.0 - penalty * 2.0 / (len(rows) * _NEAR * (2 * count - 3 * _NEAR - 1))


def worth(papers: PaperVectors, points: Points, branches: npt.NDArray[np.bool_] | None) -> Worth:
    rows = np.random.default_rng(0).permutation(len(points))[:_SAMPLE]
    on_map, by_vectors = nearest(points, rows, _NEAR), nearest(papers.vectors, rows, _NEAR)
    kept = np.mean([len(set(a) & set(b)) / _NEAR for a, b in zip(on_map, by_vectors, strict=True)])
    same = None
    if branches is not None:
        placed = branches[rows].any(axis=1)
        shared = (branches[on_map[placed]] & branches[rows[placed]][:, None]).any(axis=2)
        same = float(shared.mean())
    return Worth(trustworthiness(papers.vectors, on_map, rows), float(kept), same)


def top_branches(library: Library, papers: PaperVectors) -> npt.NDArray[np.bool_]:
    """Which paper stands in which top branch, shape (papers, branches)."""
    field = map_field(library, quick_map(papers))
    tops = [number for number, node in enumerate(field.nodes) if node.parent is None]
    stands = np.zeros((len(field), len(field.nodes)), np.bool_)
    stands[field.paper_at, field.node_at] = True
    return stands[:, tops]


def of_corpus(count: int) -> PaperVectors:
    path = CORPUS / "arxiv-recent.jsonl.xz"
    if not path.is_file():
        sys.exit(f"There is no {path}; name the folder that holds data/ with LITATLAS_SHARED.")
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        records = [json.loads(line) for line in islice(lines, count)]
    texts = [f"{record['title']}. {record['abstract']}" for record in records]
    counts = HashingVectorizer(n_features=_WORDS, alternate_sign=False, stop_words="english").fit_transform(texts)
    random = np.random.default_rng(0).standard_normal((_WORDS, 384)).astype(np.float32)
    vectors = np.asarray(TfidfTransformer(sublinear_tf=True).fit_transform(counts) @ random, np.float32)
    vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    keys = tuple(record["arxiv_id"] for record in records)
    return PaperVectors(keys, keys, vectors, "hashed words")


def measure(name: str, papers: PaperVectors, branches: npt.NDArray[np.bool_] | None) -> None:
    print(f"{name}: {len(papers.keys):,} papers")
    for way, make in (("PCA", quick_map), ("t-SNE", lambda given: next_map(given, None))):
        began = time.perf_counter()
        made = make(papers)
        took = time.perf_counter() - began
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        found = worth(papers, made.points, branches)
        same = "" if found.same_branch is None else f", same branch {found.same_branch:.3f}"
        print(
            f"  {way:<6} trustworthiness {found.trustworthiness:.3f}, neighbours kept {found.kept:.3f}{same};"
            f" {took:.1f} s, {memory:,.0f} MB"
        )
    grow(papers)


def grow(papers: PaperVectors) -> None:
    """The last tenth of the papers comes later: who moves, and how well the new ones stand."""
    before = len(papers.keys) * 9 // 10
    first = next_map(PaperVectors(papers.keys[:before], papers.hashes[:before], papers.vectors[:before], "m"), None)
    began = time.perf_counter()
    grown = next_map(PaperVectors(papers.keys, papers.hashes, papers.vectors, "m"), first)
    took = time.perf_counter() - began
    moved = int((np.abs(grown.points[:before] - first.points) > 0).any(axis=1).sum())
    new = np.arange(before, len(papers.keys))[:_SAMPLE]
    on_map, by_vectors = nearest(grown.points, new, _NEAR), nearest(papers.vectors, new, _NEAR)
    kept = np.mean([len(set(a) & set(b)) / _NEAR for a, b in zip(on_map, by_vectors, strict=True)])
    print(f"  a tenth added later: {moved} of {before:,} moved, neighbours of the new kept {kept:.3f}; {took:.1f} s")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("libraries", nargs="*", type=Path, metavar="LIBRARY")
    parser.add_argument("--corpus", nargs="*", type=int, default=[], metavar="N")
    arguments = parser.parse_args()
    for directory in arguments.libraries:
        with Library(directory) as library:
            papers = paper_vectors(library)
            measure(str(directory), papers, top_branches(library, papers))
    for count in arguments.corpus:
        measure("corpus", of_corpus(count), None)


if __name__ == "__main__":
    main()
