"""What embedding costs and gives: order and size of batches, threads, length of texts, and words alone beside it.

    python benchmarks/embedding.py

Texts are the titles and abstracts of the folder beside the repository. Costs are seconds of processor time on one
thread unless said otherwise, which other work on the machine disturbs least; each stands beside a peer of the same run.
Quality is that of known-item questions (benchmarks/questions/, tuning half), ranked by the vectors alone.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import torch
from library_states import ABSTRACTS
from sentence_transformers import SentenceTransformer
from sklearn.feature_extraction.text import TfidfVectorizer

from litatlas.graph.encoder import SentenceEncoder, load_encoder
from litatlas.graph.index import Vectors
from litatlas.ingest.metadata import read_metadata
from litatlas.ingest.records import PaperRecord

QUESTIONS = Path(__file__).parent / "questions"
Encode = Callable[[Sequence[str]], Vectors]


def records() -> list[PaperRecord]:
    if not ABSTRACTS.is_file():
        sys.exit(f"There is no {ABSTRACTS}; name the folder that holds data/ with LITATLAS_SHARED.")
    return [each for each in read_metadata(ABSTRACTS).records() if isinstance(each, PaperRecord)]


def in_batches(model: SentenceTransformer, texts: Sequence[str], batches: Iterable[Sequence[int]]) -> Vectors:
    vectors = np.zeros((len(texts), 384), dtype=np.float32)
    for batch in batches:
        chosen = [texts[number] for number in batch]
        vectors[list(batch)] = model.encode(
            chosen, batch_size=len(chosen), normalize_embeddings=True, show_progress_bar=False
        )
    return vectors


def of_size(order: Sequence[int], size: int) -> Iterator[Sequence[int]]:
    return (order[start : start + size] for start in range(0, len(order), size))


def of_pieces(order: Sequence[int], lengths: Sequence[int], most: int) -> Iterator[Sequence[int]]:
    """Batches in which texts times word pieces of the longest stay below a number; `order` is by length."""
    starts, first = [0], 0
    for position, number in enumerate(order):
        if (position - first + 1) * lengths[number] > most and position > first:
            starts.append(first := position)
    return (order[start:end] for start, end in pairwise([*starts, len(order)]))


def seconds(action: Callable[[], object], clock: Callable[[], float], runs: int) -> float:
    best = float("inf")
    for _ in range(runs):
        began = clock()
        action()
        best = min(best, clock() - began)
    return best


def print_ways(model: SentenceTransformer, encoder: SentenceEncoder, texts: Sequence[str], runs: int) -> None:
    """Ways to cut texts into batches, the library's own first, each beside plain `model.encode`."""
    pieces = [min(len(ids), model.max_seq_length) for ids in model.tokenizer(list(texts))["input_ids"]]
    given = range(len(texts))
    by_letters = sorted(given, key=lambda number: len(texts[number]))
    by_pieces = sorted(given, key=lambda number: pieces[number])
    ways: dict[str, Callable[[], object]] = {
        "LitAtlas": lambda: encoder.encode(texts),
        "plain model.encode, which sorts too": lambda: model.encode(
            list(texts), normalize_embeddings=True, show_progress_bar=False
        ),
        "32 in the order given": lambda: in_batches(model, texts, of_size(given, 32)),
        "32 by letters": lambda: in_batches(model, texts, of_size(by_letters, 32)),
        "32 by word pieces": lambda: in_batches(model, texts, of_size(by_pieces, 32)),
    }
    for size in (8, 16, 64):
        ways[f"{size} by letters"] = lambda size=size: in_batches(model, texts, of_size(by_letters, size))  # type: ignore[misc]
    for most in (4096, 8192):
        ways[f"{most} word pieces a batch"] = lambda most=most: in_batches(  # type: ignore[misc]
            model, texts, of_pieces(by_pieces, pieces, most)
        )
    print(f"{len(texts)} texts, {sum(pieces) / len(texts):.0f} word pieces each on average")
    taken = {name: seconds(action, time.process_time, runs) for name, action in ways.items()}
    peer = taken["plain model.encode, which sorts too"]
    for name, cost in taken.items():
        print(f"  {name:38}{cost:7.2f} s{cost / peer:7.2f} of plain")


def print_threads(encoder: SentenceEncoder, texts: Sequence[str], runs: int) -> None:
    print("threads, by the wall clock")
    costs = {}
    for threads in (1, 2):
        torch.set_num_threads(threads)
        costs[threads] = seconds(lambda: encoder.encode(texts), time.perf_counter, runs)
        single = seconds(lambda: encoder.encode_query(["shrink the KV cache for long contexts"]), time.perf_counter, 9)
        print(f"  {threads}: {costs[threads]:6.2f} s, one question {1000 * single:5.1f} ms")
    print(f"  1 thread takes {costs[1] / costs[2]:.2f} times as long as 2")
    torch.set_num_threads(1)


def print_lengths(model: SentenceTransformer, texts: Sequence[str], runs: int) -> None:
    """What is saved and lost where less of each text is read."""
    print("word pieces read of each text")
    read: dict[int, Vectors] = {}

    def encode(most: int) -> None:
        model.max_seq_length = most
        read[most] = model.encode(list(texts), normalize_embeddings=True, show_progress_bar=False)

    costs = {most: seconds(lambda most=most: encode(most), time.process_time, runs) for most in (256, 128, 64)}  # type: ignore[misc]
    for most, cost in costs.items():
        agree = float((read[256] * read[most]).sum(axis=1).mean())
        print(
            f"  {most:4}: {cost:6.2f} s, {cost / costs[256]:.2f} of 256; cosine with 256 {agree:.3f},"
            f" of 10 nearest the same {shared_nearest(read[256], read[most]):.2f}"
        )
    model.max_seq_length = 256


def shared_nearest(one: Vectors, other: Vectors, nearest: int = 10) -> float:
    tops = [np.argsort(-(each @ each.T), axis=1)[:, 1 : nearest + 1] for each in (one, other)]
    return float(np.mean([len(set(a) & set(b)) / nearest for a, b in zip(*tops, strict=True)]))


def questions() -> list[tuple[str, frozenset[str]]]:
    """Questions of the tuning half for papers that have an abstract here, with the ids they should find."""
    found = []
    for line in (QUESTIONS / "efficient-llms.jsonl").read_text(encoding="utf-8").splitlines():
        fields = json.loads(line)
        if hashlib.sha256(fields["id"].encode()).digest()[0] % 2 == 0 and fields["papers"]:
            found.append((fields["query"], frozenset(fields["papers"])))
    return found


def print_quality(model: SentenceTransformer, encoder: SentenceEncoder, papers: Sequence[PaperRecord]) -> None:
    print("known-item questions among the papers with abstracts, by vectors or words alone")
    texts = [f"{paper.title}. {paper.abstract}" for paper in papers]
    names = [
        {str(paper_id) for paper_id in paper.ids} | {f"title:{title}" for title in paper.titles} for paper in papers
    ]
    asked = [(query, wanted) for query, wanted in questions() if any(wanted & each for each in names)]
    queries = [query for query, _ in asked]
    scores: dict[str, Vectors] = {}
    words = TfidfVectorizer(sublinear_tf=True, stop_words="english", ngram_range=(1, 2))
    documents = words.fit_transform(texts)
    scores["TF-IDF words, no model"] = (words.transform(queries) @ documents.T).toarray()
    scores["titles alone"] = encoder.encode_query(queries) @ encoder.encode([paper.title for paper in papers]).T
    for most in (128, 256):
        model.max_seq_length = most
        plain = model.encode(texts, normalize_embeddings=True, show_progress_bar=False)
        scores[f"titles and abstracts, {most} word pieces"] = encoder.encode_query(queries) @ plain.T
    print(f"  {len(queries)} questions, {len(papers)} papers{'':18}recall@5  recall@10    MRR")
    for name, matrix in scores.items():
        print(f"  {name:42}{' '.join(f'{value:9.3f}' for value in measures(matrix, asked, names))}")


def measures(
    matrix: Vectors, asked: Sequence[tuple[str, frozenset[str]]], names: Sequence[set[str]]
) -> tuple[float, float, float]:
    """Mean recall at 5 and 10, and mean reciprocal rank of the first paper that was wanted."""
    rows = []
    for (_, wanted), scores in zip(asked, matrix, strict=True):
        order = np.argsort(-scores, kind="stable")
        ranks = [rank for rank, number in enumerate(order, start=1) if wanted & names[number]]
        rows.append(
            [sum(rank <= 5 for rank in ranks) / len(ranks), sum(r <= 10 for r in ranks) / len(ranks), 1 / ranks[0]]
        )
    five, ten, reciprocal = np.mean(rows, axis=0)
    return float(five), float(ten), float(reciprocal)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=3, help="how often each way is timed; the best counts")
    parser.add_argument("--texts", type=int, default=128, help="how many texts are timed, taken evenly from all")
    arguments = parser.parse_args()
    runs = arguments.runs
    papers = records()
    timed = papers[:: max(1, len(papers) // arguments.texts)][: arguments.texts]
    texts = [f"{paper.title}. {paper.abstract}" for paper in timed]
    encoder = load_encoder()
    encoder.encode(["load the model"])
    torch.set_num_threads(1)
    model = SentenceTransformer(str(encoder.directory), device="cpu", local_files_only=True)
    mixed = [text for paper, text in zip(timed, texts, strict=True) for text in (paper.title, text)]
    print_ways(model, encoder, mixed, runs)  # as in a library, where some papers have abstracts
    print_threads(encoder, texts, runs)
    print_lengths(model, texts, runs)
    print_quality(model, encoder, papers)


if __name__ == "__main__":
    main()
