"""A map of meaning: papers in the plane, near each other where their vectors are near.

The layout is t-SNE as openTSNE computes it (Poličar, Stražar and Zupan, 2024, doi:10.18637/jss.v109.i03) over exact
neighbours by cosine. It starts from the first two principal components, or from where papers stood before, which keeps
the map in the reader's mind (Kobak and Berens, 2019, doi:10.1038/s41467-019-13056-x). Equal input gives an equal map.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace

import faiss
import numpy as np
import numpy.typing as npt

from .index import EntryKind, VectorIndex, Vectors
from .library import Library
from .threads import usable_cores

Points = npt.NDArray[np.float32]
Progress = Callable[[int, int], None]
"""Called with (steps of the layout done, steps in all)."""

EDGE = 100.0  # the map reaches from -EDGE to EDGE in both directions
_PERPLEXITY = 30  # about how many neighbours count; openTSNE's default
_EARLY, _LATE, _EVERY = 250, 500, 25  # steps; openTSNE's defaults
_LEAST = 8  # papers; with fewer, t-SNE has no neighbourhoods to keep
_BY_GRID = 3000  # papers from which interpolation on a grid is quicker than a tree
_NEIGHBOURS = 5  # a new paper stands amidst so many
_MOST_NEW = 0.2  # the share of papers that were only put beside others from which all are laid out again
_GOLDEN = 2.399963  # radians; points that turn by it as they go outwards never cover each other
_BATCH = 1024


@dataclass(frozen=True, slots=True, eq=False)
class PaperVectors:
    """The papers of an index: keys, hashes of the texts, unit vectors of shape (n, dimension), the model."""

    keys: tuple[str, ...]
    hashes: tuple[str, ...]
    vectors: Vectors
    model: str


@dataclass(frozen=True, slots=True, eq=False)
class MeaningMap:
    """Where papers stand.

    Attributes:
        keys: of the papers.
        hashes: of the texts their vectors were made from.
        points: shape (n, 2), each number within -EDGE .. EDGE.
        laid: which papers took part in the layout, shape (n,); the others were put beside them later.
        frame: name of the layout; as long as it stays, papers stay where they are.
        quick: whether it is a projection made at once, until there is a layout.
    """

    keys: tuple[str, ...]
    hashes: tuple[str, ...]
    points: Points
    laid: npt.NDArray[np.bool_]
    frame: str
    model: str
    quick: bool = False

    def shows(self, papers: PaperVectors) -> bool:
        """Whether it is the map of exactly these vectors."""
        return (self.keys, self.hashes, self.model) == (papers.keys, papers.hashes, papers.model)


def paper_vectors(library: Library) -> PaperVectors:
    """The vectors of a library's papers; none where it was never built or its index is damaged beyond reading.

    Raises:
        LibraryDamaged: the index is not what the manifest says.
    """
    index = library.index or VectorIndex(np.zeros((0, 1), np.float32), (), "")
    entries, vectors = index.of_kind(EntryKind.PAPER)
    return PaperVectors(tuple(e.key for e in entries), tuple(e.text_hash for e in entries), vectors, index.model)


def quick_map(papers: PaperVectors) -> MeaningMap:
    """The two directions in which the vectors differ most (PCA); a second's work for 50,000 papers."""
    points = _fitted(_principal(papers.vectors))
    return MeaningMap(
        papers.keys, papers.hashes, points, np.ones(len(points), np.bool_), "quick", papers.model, quick=True
    )


def next_map(papers: PaperVectors, before: MeaningMap | None, progress: Progress = lambda *_: None) -> MeaningMap:
    """The map of these papers, as like the one before as can be: the same, or with papers added, or laid out anew."""
    if added := with_new_papers(papers, before):
        return added
    start = None if before is None or before.quick else _where_they_were(papers, before)
    points = lay_out(papers.vectors, start, progress)
    frame = hashlib.sha256("\n".join(papers.keys).encode() + points.tobytes()).hexdigest()[:8]
    return MeaningMap(papers.keys, papers.hashes, points, np.ones(len(points), np.bool_), frame, papers.model)


def with_new_papers(papers: PaperVectors, before: MeaningMap | None) -> MeaningMap | None:
    """The map before with what is new put amidst its nearest papers and nobody else moved; quick.

    Returns:
        None where there is no such map, or too much of it would be new.
    """
    if before is None or before.quick or before.model != papers.model:
        return None
    if before.shows(papers):
        return before
    rows = _rows_before(papers, before)
    known = rows >= 0
    laid = known & before.laid[rows] if len(before.keys) else known
    if len(rows) == 0 or not known.any() or np.mean(~laid) > _MOST_NEW:
        return None
    points = np.where(known[:, None], before.points[rows], 0.0).astype(np.float32)
    points[~known] = _amidst(papers.vectors, points, known)
    return replace(before, keys=papers.keys, hashes=papers.hashes, points=points, laid=laid)


def _rows_before(papers: PaperVectors, before: MeaningMap, *, same_text: bool = True) -> npt.NDArray[np.int64]:
    """For each paper its row in the map before, or -1; shape (n,)."""
    row_of = {key: row for row, key in enumerate(before.keys)}
    rows = [row_of.get(key, -1) for key in papers.keys]
    same = (
        row if row >= 0 and (not same_text or before.hashes[row] == digest) else -1
        for row, digest in zip(rows, papers.hashes, strict=True)
    )
    return np.fromiter(same, np.int64, len(rows))


def _where_they_were(papers: PaperVectors, before: MeaningMap) -> Points | None:
    """The old place of each paper, whatever its text was then, and a place amidst its nearest for each new one."""
    rows = _rows_before(papers, before, same_text=False)
    known = rows >= 0
    if not known.any():
        return None
    points = np.where(known[:, None], before.points[rows], 0.0).astype(np.float32)
    points[~known] = _amidst(papers.vectors, points, known)
    return points


def _amidst(vectors: Vectors, points: Points, known: npt.NDArray[np.bool_]) -> Points:
    """Places for the papers that are not known: the median of their nearest known ones, a step aside."""
    new = np.flatnonzero(~known)
    nearest, _ = _nearest(vectors[new], vectors[known], min(_NEIGHBOURS, int(known.sum())))
    found = np.median(points[known][nearest], axis=1) if len(new) else np.zeros((0, 2))
    aside = np.stack([np.cos(new * _GOLDEN), np.sin(new * _GOLDEN)], axis=1) * (EDGE / 200)
    return np.asarray(np.clip(found + aside, -EDGE, EDGE), np.float32)


def _nearest(queries: Vectors, among: Vectors, count: int) -> tuple[npt.NDArray[np.int64], Vectors]:
    """Rows and cosines of the nearest vectors, best first; both of shape (len(queries), count)."""
    index = faiss.IndexFlatIP(max(1, among.shape[1]))
    index.add(np.ascontiguousarray(among, np.float32))
    cosines, rows = index.search(np.ascontiguousarray(queries, np.float32), count)
    return np.asarray(rows, np.int64), np.asarray(cosines, np.float32)


# -- the layout -------------------------------------------------------------------------------------------------------


def lay_out(vectors: Vectors, start: Points | None = None, progress: Progress = lambda *_: None) -> Points:
    """Places for unit vectors by t-SNE, shape (n, 2); from places they had, turned back to where those are.

    Few vectors, and vectors that are all alike, are projected instead.
    """
    flat = _principal(vectors)
    progress(0, _EARLY + _LATE)
    if len(vectors) < _LEAST or _is_one_spot(flat):
        points = _fitted(flat)
    else:
        points = _fitted(_t_sne(vectors, flat if start is None else start, progress))
        points = points if start is None else _fitted(_turned_like(points, start))
    progress(_EARLY + _LATE, _EARLY + _LATE)
    return points


def _t_sne(vectors: Vectors, start: Points, progress: Progress) -> Points:
    import openTSNE  # noqa: PLC0415  # takes a second to load, which only who lays out should spend
    from openTSNE.affinity import PerplexityBasedNN  # noqa: PLC0415
    from openTSNE.nearest_neighbors import PrecomputedNeighbors  # noqa: PLC0415

    perplexity = min(_PERPLEXITY, (len(vectors) - 1) / 3)
    threads = usable_cores() if len(vectors) > _BY_GRID else 1  # on a busy machine, few papers only wait for a second
    neighbours, distances = _neighbourhoods(vectors, int(3 * perplexity))
    near = PrecomputedNeighbors(neighbours, distances)
    affinities = PerplexityBasedNN(knn_index=near, perplexity=perplexity, n_jobs=threads)
    small = (start - start.mean(axis=0)) / max(float(start[:, 0].std()), 1e-9) * 1e-4  # openTSNE's own scale of starts
    method = "fft" if len(vectors) > _BY_GRID else "bh"
    layout = openTSNE.TSNEEmbedding(
        small.astype(np.float64), affinities, negative_gradient_method=method, n_jobs=threads, random_state=0
    )

    def told(before: int) -> dict[str, object]:
        def tell(step: int, *_: object) -> None:
            progress(before + step, _EARLY + _LATE)

        return {"callbacks": [tell], "callbacks_every_iters": _EVERY}

    layout = layout.optimize(_EARLY, exaggeration=12, momentum=0.5, **told(0))
    layout = layout.optimize(_LATE, momentum=0.8, **told(_EARLY))
    return np.asarray(layout, np.float32)


def _neighbourhoods(vectors: Vectors, count: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    """The nearest others of each vector and their distances, both of shape (n, count)."""
    rows, cosines = np.empty((len(vectors), count), np.int64), np.empty((len(vectors), count), np.float32)
    for start in range(0, len(vectors), _BATCH):
        batch = slice(start, start + _BATCH)
        found, near = _nearest(vectors[batch], vectors, count + 1)
        itself = found == np.arange(start, start + len(found))[:, None]
        itself[~itself.any(axis=1), -1] = True  # among many equal vectors it may not have found itself
        rows[batch], cosines[batch] = found[~itself].reshape(-1, count), near[~itself].reshape(-1, count)
    return rows, np.sqrt(np.maximum(2.0 - 2.0 * cosines.astype(np.float64), 0.0))


def _principal(vectors: Vectors) -> Points:
    """Coordinates along the first two principal components, shape (n, 2); their signs do not depend on chance."""
    if len(vectors) < 2 or vectors.shape[1] < 2:
        return np.zeros((len(vectors), 2), np.float32)
    centred = vectors - vectors.mean(axis=0)
    _, axes = np.linalg.eigh(centred.T.astype(np.float64) @ centred)
    flat = centred @ axes[:, -1:-3:-1]
    strongest = flat[np.abs(flat).argmax(axis=0), (0, 1)]
    return np.asarray(flat * np.where(strongest < 0, -1.0, 1.0), np.float32)


def _is_one_spot(points: Points) -> bool:
    return bool(len(points) < 2 or np.ptp(points, axis=0).max() < 1e-5)


def _fitted(points: Points) -> Points:
    """Moved and scaled, alike in both directions, to reach from -EDGE to EDGE; a single spot becomes a spiral."""
    if len(points) < 2:
        return np.zeros_like(points)
    if _is_one_spot(points):
        number = np.arange(len(points), dtype=np.float64)
        points = (np.sqrt(number) * np.stack([np.cos(number * _GOLDEN), np.sin(number * _GOLDEN)])).T
    low, high = points.min(axis=0), points.max(axis=0)
    return np.asarray((points - (low + high) / 2) * (2 * EDGE / (high - low).max()), np.float32)


def _turned_like(points: Points, start: Points) -> Points:
    """Turned and mirrored so that papers come nearest to where they were (orthogonal Procrustes, Schönemann 1966)."""
    u, _, vt = np.linalg.svd((points - points.mean(axis=0)).T @ (start - start.mean(axis=0)))
    return np.asarray(points @ (u @ vt), np.float32)
