"""How well papers like a paper are found: the likeness of the product and plain rankings on CSFCube.

    python benchmarks/csfcube.py --cache FOLDER   # vectors are made once and kept there

50 pairs of a query paper and a facet of it (background, method, result), each with a pool of about 125 papers whose
likeness in that facet experts graded from 0 to 3. NDCG%20 (of the first fifth of the ranked pool), the mean of both
test folds; pools without the query itself. Nothing is fitted unless a row says so.
"""

from __future__ import annotations

import argparse
import hashlib
import itertools
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from litatlas.graph.encoder import Encoder, load_encoder
from litatlas.graph.index import Vectors
from litatlas.graph.likeness import Facet, Focus, Part, Portrait, Seed, likeness, likeness_to_all

sys.path.insert(0, str(Path(__file__).parent))

from csfcube_data import FOLDS, Collection, Document, Query, Scores, aggregated, load_collection, mean_over, ndcg

ROOT = Path(__file__).parent.parent
DATA = Path("data/benchmarks/csfcube")
TARGET = 61.5
Values = Mapping[str, float]  # NDCG%20 by query
Ranking = Callable[[Query], Scores]
PartScores = Mapping[Part, Scores]
_ORDER = tuple(Part)


@dataclass(frozen=True, slots=True, eq=False)
class Vectorised:
    """Documents as likeness compares them, and the vector of each query's title and facet sentences by its key."""

    portraits: tuple[Portrait, ...]
    asked: Mapping[str, Vectors]


def encode(texts: Sequence[str], encoder: Encoder, cache: Path) -> Vectors:
    """Vectors of the texts, from the cache where it has them."""
    digest = hashlib.sha256("\0".join((encoder.fingerprint, *texts)).encode()).hexdigest()[:24]
    path = cache / f"{digest}.npy"
    if not path.is_file():
        print(f"encoding {len(texts):,} texts", file=sys.stderr)
        np.save(path, encoder.encode(texts))
    return np.asarray(np.load(path), dtype=np.float32)


def vectorise(collection: Collection, encoder: Encoder, cache: Path) -> Vectorised:
    documents = collection.documents
    whole = encode([document.text for document in documents], encoder, cache)
    titles = encode([document.title for document in documents], encoder, cache)
    sentences = encode([text for document in documents for text in document.sentences], encoder, cache)
    asked = encode([_asked_text(query, documents) for query in collection.queries], encoder, cache)
    ends = np.cumsum([len(document.sentences) for document in documents])
    parts = np.split(sentences, ends[:-1])
    portraits = (
        Portrait(document.title, document.sentences, whole[row], titles[row], parts[row], document.facets)
        for row, document in enumerate(documents)
    )
    return Vectorised(tuple(portraits), {q.key: v for q, v in zip(collection.queries, asked, strict=True)})


def _asked_text(query: Query, documents: Sequence[Document]) -> str:
    document = documents[query.paper]
    return f"{document.title}. {' '.join(document.sentences[row] for row in query.asked(documents))}"


def measure(collection: Collection, ranking: Ranking) -> Values:
    return {query.key: ndcg(ranking(query), query.grades) for query in collection.queries}


def bm25(documents: Sequence[Document], k1: float = 1.2, b: float = 0.75) -> Ranking:
    """BM25 (Robertson and others, 1994) over all papers; every word of the query paper counts once."""
    counts = [Counter(_plain_words(document)) for document in documents]
    having = Counter(word for words in counts for word in words)
    lengths = np.array([words.total() for words in counts])
    rarity = {word: np.log(1 + (len(counts) - n + 0.5) / (n + 0.5)) for word, n in having.items()}
    norms = k1 * (1 - b + b * lengths / lengths.mean())

    def score(query: Query) -> Scores:
        asked = counts[query.paper]
        return np.array(
            [
                sum(rarity[w] * n * (k1 + 1) / (n + norms[row]) for w, n in counts[row].items() if w in asked)
                for row in query.candidates
            ]
        )

    return score


def tfidf(documents: Sequence[Document]) -> Ranking:
    """Cosine of logarithmic TF-IDF over all papers."""
    counts = [Counter(_plain_words(document)) for document in documents]
    having = Counter(word for words in counts for word in words)
    weights = []
    for words in counts:
        raw = {w: (1 + np.log(n)) * (np.log((1 + len(counts)) / (1 + having[w])) + 1) for w, n in words.items()}
        length = np.sqrt(sum(value * value for value in raw.values()))
        weights.append({word: value / length for word, value in raw.items()})

    def score(query: Query) -> Scores:
        asked = weights[query.paper]
        return np.array([sum(v * asked.get(w, 0.0) for w, v in weights[row].items()) for row in query.candidates])

    return score


def _plain_words(document: Document) -> list[str]:
    word = "".join(c if c.isalnum() or c == "_" else " " for c in document.text.lower())
    return word.split()


def cosine_of_whole(vectorised: Vectorised) -> Ranking:
    whole = np.stack([p.whole for p in vectorised.portraits if p.whole is not None])
    return lambda query: np.asarray(whole[list(query.candidates)] @ whole[query.paper], dtype=np.float64)


def reciprocal_ranks(rankings: Sequence[Ranking]) -> Ranking:
    """Reciprocal rank fusion with the usual constant 60."""

    def score(query: Query) -> Scores:
        orders = [np.argsort(np.argsort(-ranking(query), kind="stable"), kind="stable") for ranking in rankings]
        return np.asarray(sum(1 / (61 + order) for order in orders), dtype=np.float64)

    return score


def parts_of(collection: Collection, vectorised: Vectorised, *, labels: bool, facet: bool) -> dict[str, PartScores]:
    """Each part of the likeness of every candidate, by query.

    Args:
        labels: whether the candidates' sentences are labelled.
        facet: whether the facet is asked for; else the seed is the whole paper.
    """
    found = {}
    for query in collection.queries:
        focus = Focus(query.asked(collection.documents), vectorised.asked[query.key], query.facet) if facet else None
        candidates = [vectorised.portraits[row] for row in query.candidates]
        if not labels:
            candidates = [_unlabelled(each) for each in candidates]
        likenesses = likeness(Seed(vectorised.portraits[query.paper], focus), candidates)
        names = likenesses[0].parts
        found[query.key] = {part: np.array([each.parts[part] for each in likenesses]) for part in names}
    return found


def _unlabelled(text: Portrait) -> Portrait:
    return Portrait(text.title, text.sentences, text.whole, text.title_vector, text.sentence_vectors)


def weighted(parts: Mapping[str, PartScores], weights: Mapping[Part, float]) -> Ranking:
    """The weighted sum of parts; with equal weights, the order of `Likeness.score`."""
    return lambda query: np.asarray(sum(w * parts[query.key][p] for p, w in weights.items() if w), dtype=np.float64)


def chosen_on_dev(
    collection: Collection, parts: Mapping[str, PartScores], values: Sequence[float]
) -> tuple[Values, list[str]]:
    """Per fold, the weights that are best on its development half, measured on its test half; and which they are."""
    choices = [dict(zip(_ORDER, w, strict=True)) for w in itertools.product(values, repeat=len(_ORDER)) if any(w)]
    measured = [measure(collection, weighted(parts, choice)) for choice in choices]
    result: dict[str, float] = {}
    named = []
    for fold in FOLDS:
        dev, test = (collection.folds[f"fold{fold}_{half}"] for half in ("dev", "test"))
        best = max(range(len(choices)), key=lambda row: mean_over(measured[row], dev))
        result |= {key: measured[best][key] for key in test}
        named.append(" ".join(f"{part.value} {weight:g}" for part, weight in choices[best].items() if weight))
    return result, named


def feedback(collection: Collection, vectorised: Vectorised) -> dict[str, float]:
    """NDCG%20 of what is left of a pool when a reader has named two papers of it: one like the query, one unlike.

    Like is the best ranked candidate of grade 2 or more, unlike the best ranked of grade 0; pools that lack either are
    left out.
    """
    found: dict[str, list[float]] = {}
    for query in collection.queries:
        texts = [vectorised.portraits[row] for row in query.candidates]
        seed = Seed(vectorised.portraits[query.paper])
        order = np.argsort([-each.score for each in likeness(seed, texts)], kind="stable")
        like = next((row for row in order if query.grades[row] >= 2), None)
        unlike = next((row for row in order if query.grades[row] == 0), None)
        if like is None or unlike is None:
            continue
        left = [row for row in range(len(texts)) if row not in (like, unlike)]
        papers, grades = [texts[row] for row in left], [query.grades[row] for row in left]
        both, other = [seed, Seed(texts[like])], [Seed(texts[unlike])]
        ranked = {
            "the query alone": likeness(seed, papers),
            "and a paper that is liked": likeness_to_all(both, [], papers),
        }
        for weight in (0.1, 0.25, 0.5):
            ranked[f"and one disliked, weight {weight:g}"] = likeness_to_all(both, other, papers, weight)
        for name, likenesses in ranked.items():
            found.setdefault(name, []).append(ndcg(np.array([each.score for each in likenesses]), grades))
    return {name: 100 * float(np.mean(values)) for name, values in found.items()}


def show(name: str, values: Values, collection: Collection) -> None:
    facets = "".join(f"{aggregated(values, collection, facet):12.2f}" for facet in Facet)
    print(f"{name:58}{aggregated(values, collection):8.2f}{facets}")


def _all(parts: Sequence[Part]) -> dict[Part, float]:
    return dict.fromkeys(parts, 1.0)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cache", type=Path, help="directory for the vectors; a temporary one if left out")
    arguments = parser.parse_args()
    folder = Path(os.environ.get("LITATLAS_SHARED", ROOT.parent / "shared")) / DATA
    if not folder.is_dir():
        sys.exit(f"{DATA} is not at hand; name the folder that holds data/ with LITATLAS_SHARED.")
    with tempfile.TemporaryDirectory() as temporary:
        cache = arguments.cache or Path(temporary)
        cache.mkdir(parents=True, exist_ok=True)
        collection = load_collection(folder)
        print_tables(folder, collection, vectorise(collection, load_encoder(), cache))


def print_tables(folder: Path, collection: Collection, vectorised: Vectorised) -> None:
    print(f"{'NDCG%20':58}{'all':>8}" + "".join(f"{facet.value:>12}" for facet in Facet))
    words, meaning = tfidf(collection.documents), cosine_of_whole(vectorised)
    show("BM25", measure(collection, bm25(collection.documents)), collection)
    show("TF-IDF", measure(collection, words), collection)
    show("all-MiniLM-L6-v2, title and abstract", measure(collection, meaning), collection)
    fused = reciprocal_ranks((words, meaning))
    show("  and TF-IDF by reciprocal rank fusion", measure(collection, fused), collection)
    print()
    full = parts_of(collection, vectorised, labels=True, facet=True)
    unlabelled = parts_of(collection, vectorised, labels=False, facet=True)
    unasked = parts_of(collection, vectorised, labels=False, facet=False)
    ours = measure(collection, weighted(full, _all(_ORDER)))
    show("likeness", ours, collection)
    show("  candidates without facet labels", measure(collection, weighted(unlabelled, _all(_ORDER))), collection)
    twice = {Part.WHOLE: 2.0, Part.TITLE: 1.0, Part.SENTENCES: 1.0, Part.WORDS: 1.0}
    show("  no facet asked for, as in the product", measure(collection, weighted(unasked, twice)), collection)
    quick = {Part.WHOLE: 2.0, Part.WORDS: 1.0}
    show("  the same of stored vectors and words alone", measure(collection, weighted(unasked, quick)), collection)
    released = load_collection(folder, with_query=True)
    with_query = parts_of(released, vectorised, labels=True, facet=True)
    show("likeness, pools as released", measure(released, weighted(with_query, _all(_ORDER))), released)
    print()
    for part in _ORDER:
        show(f"likeness, {part.value} alone", measure(collection, weighted(full, _all([part]))), collection)
    for part in _ORDER:
        rest = _all([other for other in _ORDER if other is not part])
        show(f"likeness without {part.value}", measure(collection, weighted(full, rest)), collection)
    print()
    subsets, which_subsets = chosen_on_dev(collection, full, (0, 1))
    weights, which_weights = chosen_on_dev(collection, full, (0, 1, 2))
    show("parts chosen on each fold's development half", subsets, collection)
    show("weights 0, 1, 2 chosen on each fold's development half", weights, collection)
    for fold, subset, weight in zip(FOLDS, which_subsets, which_weights, strict=True):
        print(f"  fold {fold}: parts {subset}; weights {weight}")
    for name, values in (("likeness, nothing fitted", ours), ("parts chosen on development halves", subsets)):
        figure = aggregated(values, collection)
        print(f"{name}: {figure:.2f}, {'target met' if figure >= TARGET else 'below target'} ({TARGET})")
    print()
    print("what is left of the pools when a reader has named papers")
    for name, figure in feedback(collection, vectorised).items():
        print(f"  {name:56}{figure:8.2f}")


if __name__ == "__main__":
    main()
