"""Papers like papers of the library, or like a text: "more like these, not like those".

The index gives the nearest candidates, `litatlas.graph.likeness` ranks them. Without a model, that is by stored vectors
and words; with one, the best of these are ranked again by their titles and sentences too, and the sentences that match
best stand beside them. benchmarks/csfcube.py measures both.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .encoder import Encoder
from .index import EntryKind
from .library import Library
from .likeness import Likeness, Portrait, Seed, SentencePair, closest_sentences, likeness_to_all
from .models import Paper
from .sentence_vectors import SentenceVectors
from .sentences import split_sentences

_CANDIDATES = 100  # per seed; the index's nearest
_LEAST_REFINED = 20  # and twice as many as are wanted: those whose sentences may change the order


@dataclass(frozen=True, slots=True)
class SimilarPaper:
    """A paper near others.

    Attributes:
        similarity: cosine of its vector and that of the nearest seed.
        likeness: what it was ranked by, with its parts; None where it was ranked by similarity alone.
        sentences: of the nearest seed and of this paper, those that match best.
    """

    paper: Paper
    similarity: float
    likeness: Likeness | None = None
    sentences: SentencePair | None = None

    def __repr__(self) -> str:
        return f"<{self.similarity:.2f} {self.paper!r}>"


def nearest_papers(library: Library, key: str, limit: int) -> tuple[SimilarPaper, ...]:
    """The papers nearest in meaning alone, without the paper itself; none where it has no vector. The cheapest look."""
    index = library.index
    vector = index.vector(EntryKind.PAPER, key) if index else None
    if index is None or vector is None:
        return ()
    near = [n for n in index.search(vector, limit + 1, EntryKind.PAPER) if n.key != key][:limit]
    papers = {paper.key: paper for paper in library.papers([neighbour.key for neighbour in near])}
    return tuple(SimilarPaper(papers[n.key], n.score) for n in near if n.key in papers)


def papers_like(
    library: Library,
    like: Sequence[str],
    unlike: Sequence[str] = (),
    *,
    limit: int = 10,
    sentences: SentenceVectors | None = None,
    among: Sequence[str] | None = None,
) -> tuple[SimilarPaper, ...]:
    """Papers like those with these keys and not like those others, best first; none of them is among the answers.

    Args:
        like, unlike: keys of papers; those without a vector are compared by their words alone.
        sentences: of `titled_sentences`, to rank the best by titles and sentences too; None asks no model.
        among: only these keys.
    """
    keys = [*like, *unlike]
    seeds = dict(zip(keys, map(Seed, portraits(library, library.papers(keys), sentences)), strict=True))
    wanted, unwanted = [seeds[key] for key in like], [seeds[key] for key in unlike]
    return papers_like_seeds(
        library, wanted, unwanted, limit=limit, sentences=sentences, among=among, without=frozenset(keys)
    )


def papers_like_seeds(
    library: Library,
    like: Sequence[Seed],
    unlike: Sequence[Seed] = (),
    *,
    limit: int = 10,
    sentences: SentenceVectors | None = None,
    among: Sequence[str] | None = None,
    without: frozenset[str] = frozenset(),
) -> tuple[SimilarPaper, ...]:
    """As `papers_like`, for seeds that need not be papers of the library, e.g. `text_seed` of a pasted abstract.

    Returns:
        None of those in `without`; nothing where no seed of `like` has a vector, or the library has none.
    """
    papers = library.papers(_nearest(library, like, without, among))
    ranked = _ranked(library, papers, like, unlike, None)
    if sentences is not None:
        best = [candidate.paper for candidate in ranked[: max(_LEAST_REFINED, 2 * limit)]]
        ranked = _ranked(library, best, like, unlike, sentences)
    return tuple(_similar(candidate, like) for candidate in ranked[:limit])


def titled_sentences(paper: Paper) -> tuple[str, ...]:
    """What `SentenceVectors` should hold for likeness: the title, then the sentences of abstract or note."""
    return (paper.title, *split_sentences(paper.abstract or paper.note or ""))


def portraits(library: Library, papers: Sequence[Paper], sentences: SentenceVectors | None) -> tuple[Portrait, ...]:
    """Papers as likeness compares them, in their order; with the vectors of titles and sentences where a model is."""
    index = library.index
    known = sentences.of(papers) if sentences is not None else {}
    found = []
    for paper in papers:
        whole = index.vector(EntryKind.PAPER, paper.key) if index else None
        made = known.get(paper.key)
        if made is None:
            found.append(Portrait(paper.title, split_sentences(paper.abstract or paper.note or ""), whole))
        else:
            titled = int(made.texts[0] == paper.title)
            title = made.vectors[0] if titled else None
            found.append(Portrait(paper.title, made.texts[titled:], whole, title, made.vectors[titled:]))
    return tuple(found)


def text_seed(text: str, encoder: Encoder, title: str = "") -> Seed:
    """A text that a reader pasted, e.g. an abstract, as something to find papers like."""
    sentences = split_sentences(text)
    whole, *vectors = encoder.encode([f"{title}. {text}" if title else text, *sentences])
    title_vector = encoder.encode([title])[0] if title else None
    stacked = np.stack(vectors) if vectors else None
    return Seed(Portrait(title, sentences, whole, title_vector, stacked))


@dataclass(frozen=True, slots=True, eq=False)
class _Candidate:
    paper: Paper
    text: Portrait
    likeness: Likeness


def _nearest(
    library: Library, seeds: Sequence[Seed], without: frozenset[str], among: Sequence[str] | None
) -> list[str]:
    index = library.index
    if index is None:
        return []
    found: dict[str, None] = {}
    for seed in seeds:
        if seed.text.whole is not None:
            near = index.search(seed.text.whole, _CANDIDATES + len(without), EntryKind.PAPER, among)
            found |= dict.fromkeys(neighbour.key for neighbour in near)
    return [key for key in found if key not in without]


def _ranked(
    library: Library,
    papers: Sequence[Paper],
    like: Sequence[Seed],
    unlike: Sequence[Seed],
    sentences: SentenceVectors | None,
) -> list[_Candidate]:
    texts = portraits(library, papers, sentences)
    likenesses = likeness_to_all(like, unlike, texts) if papers else ()
    candidates = map(_Candidate, papers, texts, likenesses)
    return sorted(candidates, key=lambda candidate: (-candidate.likeness.score, candidate.paper.key))


def _similar(candidate: _Candidate, like: Sequence[Seed]) -> SimilarPaper:
    nearest = max(like, key=lambda seed: _similarity(seed, candidate.text))
    pair = closest_sentences(nearest, candidate.text)
    return SimilarPaper(candidate.paper, _similarity(nearest, candidate.text), candidate.likeness, pair)


def _similarity(seed: Seed, text: Portrait) -> float:
    return float(seed.text.whole @ text.whole) if seed.text.whole is not None and text.whole is not None else 0.0
