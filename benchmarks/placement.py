"""How well papers are placed in the taxonomies of the bundled surveys, beside plain baselines.

    python benchmarks/placement.py

Builds a library of the bundled surveys with the abstracts kept beside the repository, embeds it with the embedded
model, and prints: leave-one-out on the first survey beside nearest-neighbour baselines, each kind of evidence left out,
a time split, placement across surveys, calibration, answering only the surest, and texts that are off topic. What is
learned is learned without the papers it is measured on: of ten parts, the weights used for one are fitted on the other
nine alone, as if the tenth did not exist. Embedding takes a minute or two.
"""

from __future__ import annotations

import argparse
import json
import lzma
import re
import sys
import tempfile
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from pathlib import Path

import numpy as np
import numpy.typing as npt
from library_states import ABSTRACTS, State, build_state
from sklearn.feature_extraction.text import TfidfVectorizer

from litatlas.graph.calibration import (
    Bin,
    Floats,
    calibration_error,
    equal_mass_bins,
    equal_width_bins,
    fit_weights,
    risk_coverage,
    softmax,
    tail_rank,
)
from litatlas.graph.encoder import load_encoder
from litatlas.graph.evidence import Evidence, Rows, SurveyEvidence, Texts
from litatlas.graph.index import Vectors
from litatlas.graph.library import Library
from litatlas.graph.models import TaxonomyNode
from litatlas.graph.placed_papers import Document, VectorStore
from litatlas.graph.placement import Reading
from litatlas.graph.survey_placer import FIRMNESS, LEAST_FAMILIAR, START, SurveyPlacer

CORPUS = Path("corpora/arxiv-recent.jsonl.xz")
SURVEY = "efficient-llms"
OTHERS = ("llm-compression", "llm-inference")
FOLDS, SEEDS, NEAREST = 10, (0, 1, 2), 15
LAST_YEAR = 2023
OFF_TOPIC, LOOKED_AT = 150, 150  # how many are measured; how many of the corpus were looked at when choosing
_FAR = re.compile(
    r"\b(galax|stellar|astronom|cosmolog|neutrino|black hole|patient|clinical|cancer|tumou?r|MRI|surg|retina|cardiac"
    r"|protein|chemistr|quantum circuit|radiolog)",
    re.IGNORECASE,
)
_NEAR = re.compile(r"language model|LLM|transformer|GPT", re.IGNORECASE)

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Scores:
    """Accuracy at the first, at the first three, and of the two topmost levels; each a part of the papers."""

    first: float
    third: float
    top: float
    second: float

    def __str__(self) -> str:
        return f"{self.first:8.3f}{self.third:8.3f}{self.top:8.3f}{self.second:8.3f}"


def levels(nodes: Sequence[TaxonomyNode], depth: int) -> Floats:
    """Which nodes share the first names of their path, shape (nodes, groups)."""
    paths = [node.path[:depth] for node in nodes]
    return np.array([[path == group for group in sorted(set(paths))] for path in paths], dtype=np.float64)


def scores(chances: Floats, at: Floats, nodes: Sequence[TaxonomyNode]) -> Scores:
    order = np.argsort(-chances, axis=1, kind="stable")
    right = np.take_along_axis(at, order, axis=1) > 0
    return Scores(
        float(right[:, 0].mean()),
        float(right[:, :3].any(axis=1).mean()),
        *(_of_level(chances, at, levels(nodes, depth)) for depth in (1, 2)),
    )


def _of_level(chances: Floats, at: Floats, groups: Floats) -> float:
    best = (chances @ groups).argmax(axis=1)
    return float(((at @ groups) > 0)[np.arange(len(at)), best].mean())


def nearest_neighbours(alike: Floats, at: Floats) -> Floats:
    """Each of the 15 nearest papers votes for its nodes with its similarity; a paper does not vote on itself."""
    alike = alike.copy()
    np.fill_diagonal(alike, -np.inf)
    votes = np.zeros(at.shape)
    for row, similarities in enumerate(alike):
        near = np.argsort(-similarities, kind="stable")[:NEAREST]
        votes[row] = np.maximum(similarities[near], 0.0) @ at[near]
    return votes


def plain_tfidf(texts: Sequence[str]) -> Floats:
    """Cosines of TF-IDF vectors of words and pairs, as scikit-learn makes them."""
    rows = TfidfVectorizer(sublinear_tf=True, stop_words="english", ngram_range=(1, 2)).fit_transform(texts)
    return np.asarray((rows @ rows.T).toarray())


@dataclass(frozen=True, slots=True)
class Part:
    """A tenth of the measured papers, and what the others look like in a world without it."""

    held: Rows
    described: Floats
    at: Floats


class LeaveOneOut:
    """Placed papers of a survey, each described as if it were new, and weights its part had no part in.

    Args:
        texts: the placed papers as they are read; None: with what is known of them.
        measured: which of them are measured, shape (placed,).
    """

    def __init__(self, placer: SurveyPlacer, measured: Flags, texts: Sequence[Document] | None = None) -> None:
        self.placed, self.measured = placer.placed, measured
        self._read = self.placed.texts(texts or self.placed.documents)
        self._described = self.placed.evidence.leave_one_out(self._read)
        self._parts: dict[int, tuple[Part, ...]] = {}

    def chances(self, seed: int = 0, kinds: Sequence[Evidence] = tuple(Evidence)) -> Floats:
        """Probabilities of the measured papers, shape (measured, nodes), by these kinds of evidence."""
        if seed not in self._parts:
            self._parts[seed] = tuple(self._part(held) for held in self._folds(seed))
        chosen = [list(Evidence).index(kind) for kind in kinds]
        found = np.zeros(self.placed.at.shape)
        for part in self._parts[seed]:
            weights = fit_weights(part.described[:, :, chosen], part.at, np.full(len(chosen), START), FIRMNESS)
            found[part.held] = softmax(self._described[part.held][:, :, chosen] @ weights)
        return found[self.measured]

    def _folds(self, seed: int) -> list[Rows]:
        rows = np.flatnonzero(self.measured)
        return np.array_split(np.random.default_rng(seed).permutation(rows), FOLDS)

    def _part(self, held: Rows) -> Part:
        placed = self.placed
        kept = np.setdiff1d(np.arange(len(placed.at)), held)
        names = placed.evidence.names
        smaller = SurveyEvidence(rows_of(placed.evidence.placed, kept), placed.at[kept], names)
        described = smaller.leave_one_out(rows_of(self._read, kept))
        fitted = self.measured[kept]
        return Part(held, described[fitted], placed.at[kept][fitted])


def rows_of(texts: Texts, kept: Rows) -> Texts:
    """Some of the placed papers, as if there were no others."""
    return replace(
        texts,
        vectors=texts.vectors[kept],
        terms=texts.terms[kept],
        words=texts.words[kept],
        links=texts.links[kept][:, kept],
        elsewhere=texts.elsewhere[kept],
    )


class KeepingEncoder:
    """The embedded model, which encodes no text twice."""

    def __init__(self) -> None:
        self._encoder = load_encoder()
        self.name, self.fingerprint = self._encoder.name, self._encoder.fingerprint
        self._made: dict[str, Vectors] = {}

    def encode(self, texts: Sequence[str], progress: Callable[[int], None] | None = None) -> Vectors:
        new = [text for text in dict.fromkeys(texts) if text not in self._made]
        self._made |= dict(zip(new, self._encoder.encode(new), strict=True)) if new else {}
        return np.stack([self._made[text] for text in texts])


class NoVectors:
    """Makes the index of the libraries here, which is not looked at: each text is encoded when it is read."""

    name = fingerprint = "none"

    def encode(self, texts: Sequence[str], progress: Callable[[int], None] | None = None) -> Vectors:
        return np.ones((len(texts), 1), dtype=np.float32)


@dataclass(frozen=True, slots=True)
class Bench:
    """The libraries that are measured.

    Attributes:
        titles: the bundled surveys without abstracts or notes.
        notes: the same as they ship, with our notes.
        library: the same with the abstracts that are at hand.
    """

    titles: Library
    notes: Library
    library: Library
    encoder: KeepingEncoder

    def placer(self, survey: str, among: Collection[str] | None = None) -> SurveyPlacer:
        return SurveyPlacer(self.library, VectorStore(self.library, self.encoder), survey, among)


def with_abstracts(placer: SurveyPlacer) -> Flags:
    return np.array([bool(document.body) for document in placer.placed.documents])


def head(title: str) -> None:
    print(f"\n{title}\n{'':48}{'@1':>8}{'@3':>8}{'top':>8}{'second':>8}")


def row(name: str, *found: Scores) -> None:
    mean = [float(np.mean([getattr(each, part) for each in found])) for part in ("first", "third", "top", "second")]
    print(f"{name:48}{Scores(*mean)}", flush=True)


def verdict(name: str, value: float, least: float) -> None:
    print(f"  {name} {value:.3f}, at least {least:.2f} wanted: {'target met' if value >= least else 'below target'}")


def leave_one_out(bench: Bench) -> LeaveOneOut:
    placer = bench.placer(SURVEY)
    placed, measured = placer.placed, with_abstracts(placer)
    at, nodes = placed.at[measured], placed.nodes
    head(f"Leave-one-out on {SURVEY}: {measured.sum()} papers with abstracts, {len(nodes)} nodes that hold papers")
    chosen = [document for document, known in zip(placed.documents, measured, strict=True) if known]
    texts, titles = [document.text for document in chosen], [document.title for document in chosen]
    meaning, named = (bench.encoder.encode(each).astype(np.float64) for each in (texts, titles))
    for name, alike in {
        "TF-IDF, 15 nearest": plain_tfidf(texts),
        "MiniLM, 15 nearest": meaning @ meaning.T,
        "titles by TF-IDF, 15 nearest": plain_tfidf(titles),
        "titles by MiniLM, 15 nearest": named @ named.T,
    }.items():
        row(name, scores(nearest_neighbours(alike, at), at, nodes))
    ours = LeaveOneOut(placer, measured)
    found = [scores(ours.chances(seed), at, nodes) for seed in SEEDS]
    row("ours, mean of three divisions into parts", *found)
    for kind in Evidence:
        row(f"  without {kind.value}", scores(ours.chances(0, [k for k in Evidence if k is not kind]), at, nodes))
    for kind in (Evidence.PAPERS, Evidence.NEAREST, Evidence.NAME_WORDS):
        row(f"  {kind.value} alone", scores(ours.chances(0, [kind]), at, nodes))
    only = [document.only_title() for document in placed.documents]
    row("ours, only titles placed among abstracts", scores(LeaveOneOut(placer, measured, only).chances(), at, nodes))
    keys = {document.key for document in chosen}
    for name, library in (("ours, a library with notes", bench.notes), ("ours, a library of titles", bench.titles)):
        other = SurveyPlacer(library, VectorStore(library, bench.encoder), SURVEY)
        same = np.array([document.key in keys for document in other.placed.documents])
        row(name, scores(LeaveOneOut(other, same).chances(), other.placed.at[same], nodes))
    for name, part, least in (("leaf @1", "first", 0.68), ("leaf @3", "third", 0.90), ("top level", "top", 0.93)):
        verdict(name, float(np.mean([getattr(each, part) for each in found])), least)
    return ours


def time_split(bench: Bench) -> None:
    every = bench.placer(SURVEY).placed
    years = {paper.key: paper.year or 0 for paper in bench.library.papers(every.row)}
    placer = bench.placer(SURVEY, [key for key, year in years.items() if year <= LAST_YEAR])
    later = [d for d in every.documents if d.body and years[d.key or ""] > LAST_YEAR]
    column = [next(i for i, n in enumerate(every.nodes) if n.key == node.key) for node in placer.placed.nodes]
    at = every.at[[every.row[d.key or ""] for d in later]]
    chances = np.zeros(at.shape)
    chances[:, column] = placer.probabilities(later)
    head(
        f"Papers up to {LAST_YEAR} ({len(placer.placed.documents)}) place the {len(later)} later ones with abstracts;"
        f" {int((at[:, column].sum(axis=1) == 0).sum())} stand at nodes that held none"
    )
    meaning = bench.encoder.encode([d.text for d in (*placer.placed.documents, *later)]).astype(np.float64)
    split = len(placer.placed.documents)
    votes = np.zeros(at.shape)
    for number, similarities in enumerate(meaning[split:] @ meaning[:split].T):
        near = np.argsort(-similarities, kind="stable")[:NEAREST]
        votes[number, column] = similarities[near] @ placer.placed.at[near]
    row("MiniLM, 15 nearest", scores(votes, at, every.nodes))
    row("ours", scores(chances, at, every.nodes))
    error = calibration_error(equal_width_bins(*sure(chances, at)))
    print(f"  expected calibration error on the later papers {error:.3f}")
    fits = [placer.place(document, 1).fits for document in later]
    print(f"  later papers refused as fitting nowhere: {fits.count(False)} of {len(fits)}")


def across_surveys(bench: Bench) -> None:
    for survey, others in ((SURVEY, OTHERS), *((other, (SURVEY,)) for other in OTHERS)):
        placer = bench.placer(survey)
        placed = placer.placed
        for other in others:
            there = frozenset(bench.library.paper_keys(survey=other))
            shared = np.array([document.key in there for document in placed.documents])
            head(f"Into {survey}: the {shared.sum()} papers that {other} places too")
            documents = [document for document, both in zip(placed.documents, shared, strict=True) if both]
            alone = bench.placer(survey, placed.row.keys() - there)
            column = [next(i for i, n in enumerate(placed.nodes) if n.key == node.key) for node in alone.placed.nodes]
            chances = np.zeros((len(documents), len(placed.nodes)))
            chances[:, column] = alone.probabilities(documents)
            at = placed.at[shared]
            row("by the papers that only this survey has", scores(chances, at, placed.nodes))
            one_out = LeaveOneOut(placer, shared)
            row("by the other survey's node alone", scores(one_out.chances(0, [Evidence.ELSEWHERE]), at, placed.nodes))
            rest = [kind for kind in Evidence if kind is not Evidence.ELSEWHERE]
            row("leave-one-out without other surveys", scores(one_out.chances(0, rest), at, placed.nodes))
            row("leave-one-out with them", scores(one_out.chances(), at, placed.nodes))


def sure(chances: Floats, at: Floats) -> tuple[Floats, Flags]:
    """How sure the best node is, and whether it is right."""
    best = chances.argmax(axis=1)
    return chances.max(axis=1), at[np.arange(len(at)), best] > 0


def calibration(ours: LeaveOneOut) -> None:
    at = ours.placed.at[ours.measured]
    confidences, right = sure(ours.chances(0), at)
    print("\nCalibration of the best node, first division: confidence, accuracy, papers")
    for width, mass in zip_longest(equal_width_bins(confidences, right), equal_mass_bins(confidences, right)):
        print(f"  equal width {_bin(width)}    equal mass {_bin(mass)}")
    errors = {
        name: float(np.mean([calibration_error(bins(*sure(ours.chances(seed), at))) for seed in SEEDS]))
        for name, bins in (("equal width", equal_width_bins), ("equal mass", equal_mass_bins))
    }
    chance = np.random.default_rng(0)
    lucky = [calibration_error(equal_width_bins(confidences, chance.random(len(at)) < confidences)) for _ in range(500)]
    for name, error in errors.items():
        print(
            f"  expected calibration error, {name}, mean of three divisions {error:.3f}, at most 0.05 wanted:"
            f" {'target met' if error <= 0.05 else 'below target'}"
        )
    print(f"  a perfectly calibrated answer of as many papers would show {np.mean(lucky):.3f} (equal width)")
    print("\nAnswering only the surest: part answered, least confidence, accuracy, risk")
    for each in risk_coverage(confidences, right):
        print(f"  {each.covered:6.0%}{each.least:8.2f}{each.accuracy:8.3f}{1 - each.accuracy:8.3f}")


def _bin(found: Bin | None) -> str:
    return f"{found.confidence:8.3f}{found.accuracy:8.3f}{found.count:6d}" if found else " " * 22


def off_topic(bench: Bench) -> None:
    corpus = ABSTRACTS.parent / CORPUS
    if not corpus.is_file():
        print(f"\nOff topic: not measured, {CORPUS} is not at hand")
        return
    far, other = _strangers(corpus)
    placer = bench.placer(SURVEY)
    print("\nTexts that belong nowhere: part that is placed all the same")
    for name, documents in (("medicine, astronomy, chemistry", far), ("other computer science", other)):
        for reading in Reading:
            read = [d if reading is Reading.ABSTRACT else d.only_title() for d in documents]
            placed = [placer.place(document, 1).fits for document in read]
            print(f"  {name:34}{reading.value:20}{np.mean(placed):8.3f} of {len(placed)}", flush=True)
    print("Placed papers, each left out: part that is refused (by rank, so it is the part that was chosen)")
    for reading in Reading:
        ranks = placer.fitted(reading).familiarities
        refused = [tail_rank(value, np.delete(ranks, row)) < LEAST_FAMILIAR[reading] for row, value in enumerate(ranks)]
        print(f"  {'':34}{reading.value:20}{np.mean(refused):8.3f} of {len(refused)}")


def _strangers(corpus: Path) -> tuple[list[Document], list[Document]]:
    far: list[Document] = []
    other: list[Document] = []
    with lzma.open(corpus, "rt", encoding="utf-8") as lines:
        for record in map(json.loads, lines):
            if not _NEAR.search(f"{record['title']} {record['abstract']}"):
                (far if _FAR.search(record["title"]) else other).append(Document(record["title"], record["abstract"]))
    order = np.random.default_rng(0)
    chosen = slice(LOOKED_AT, LOOKED_AT + OFF_TOPIC)
    return (
        [far[row] for row in order.permutation(len(far))[chosen]],
        [other[row] for row in order.permutation(len(other))[chosen]],
    )


def main() -> None:
    argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter).parse_args()
    if not ABSTRACTS.is_file():
        sys.exit("The abstracts are not at hand; name the folder that holds data/ with LITATLAS_SHARED.")
    with tempfile.TemporaryDirectory() as folder:
        states = (State.TITLES, State.NOTES, State.ABSTRACTS)
        titles, notes, abstracts = (build_state(Path(folder), state, NoVectors()) for state in states)
        bench = Bench(titles, notes, abstracts, KeepingEncoder())
        ours = leave_one_out(bench)
        calibration(ours)
        time_split(bench)
        across_surveys(bench)
        off_topic(bench)


if __name__ == "__main__":
    main()
