"""What a library of many papers costs: size, commit, opening, questions, pages, exports.

    python benchmarks/scale.py --papers 50000

Builds, in a temporary directory, the bundled survey and as many real papers as asked for from the corpus beside the
repository, then prints the median of several runs of each interaction beside its limit, and FAISS beside brute force in
numpy. Texts are embedded by a stand-in that is fast and as wide as the real model (384 numbers), since embedding 50,000
abstracts for real takes tens of minutes; the real model's time for one question is measured by itself.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from crowded_library import CORPUS, take

from litatlas.app.building import build, ingest_metadata
from litatlas.app.service import Atlas
from litatlas.app.settings import Settings
from litatlas.graph.encoder import load_encoder
from litatlas.graph.filters import Filters
from litatlas.graph.index import EntryKind, Vectors, text_hash
from litatlas.graph.selection import Below

LIMIT = 1000.0  # milliseconds for anything a person waits for
QUESTION = "shrink the KV cache for long contexts"


class StandIn:
    """Vectors that look random and depend on the text alone."""

    name = fingerprint = "stand-in"

    def encode(self, texts: Sequence[str], progress: Callable[[int], None] | None = None) -> Vectors:
        seeds = [int(text_hash(text)[:8], 16) for text in texts]
        vectors = np.stack([np.random.default_rng(seed).standard_normal(384) for seed in seeds]).astype(np.float32)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        return np.asarray(vectors, dtype=np.float32)


def milliseconds(action: Callable[[], object], runs: int = 7) -> float:
    action()
    times = []
    for _ in range(runs):
        began = time.perf_counter()
        action()
        times.append(1000 * (time.perf_counter() - began))
    return statistics.median(times)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--papers", type=int, default=50_000)
    arguments = parser.parse_args()
    corpus = CORPUS
    if not corpus.is_file():
        sys.exit(f"The corpus {corpus.name} is not at hand; name the folder that holds data/ with LITATLAS_SHARED.")
    with tempfile.TemporaryDirectory() as folder:
        measure(
            Settings(library=Path(folder) / "library"), take(corpus, arguments.papers, Path(folder) / "corpus.jsonl")
        )


def measure(settings: Settings, corpus: Path) -> None:
    encoder = StandIn()

    def seconds(action: Callable[[], object]) -> float:
        began = time.perf_counter()
        action()
        return time.perf_counter() - began

    def built() -> object:
        return build(settings, lambda *_: None, load=lambda _: encoder)

    print(f"first build, bundled surveys alone     {seconds(built):8.1f} s")
    taken = seconds(lambda: ingest_metadata(settings, corpus, add_unknown=True))
    print(f"taking in the corpus, one commit       {taken:8.1f} s")
    print(f"build with its vectors                 {seconds(built):8.1f} s")
    print(f"build again, nothing changed           {seconds(built):8.1f} s")
    atlas = Atlas(settings, lambda _: encoder)
    library, index = atlas.library, atlas.library.index
    assert index is not None
    papers = library.counts.papers
    size = sum(path.stat().st_size for path in settings.library.iterdir())
    print(f"papers {papers:,}; on disk {size / 1e6:.0f} MB, {size / papers / 1000:.1f} kB a paper")

    query = encoder.encode([QUESTION])[0]
    matrix = np.stack([v for e in index.entries if (v := index.vector(e.kind, e.key)) is not None])
    faiss_time = milliseconds(lambda: index.search(query, 200, EntryKind.PAPER))
    numpy_time = milliseconds(lambda: np.argsort(-(matrix @ query))[:200])
    print(f"200 nearest: FAISS {faiss_time:.1f} ms, numpy {numpy_time:.1f} ms, ratio {faiss_time / numpy_time:.2f}")

    key = library.paper("arxiv:2306.00978").key
    interactions: dict[str, Callable[[], object]] = {
        "open the library": lambda: Atlas(settings, lambda _: encoder),
        "question": lambda: atlas.search(QUESTION),
        "question under a node": lambda: atlas.search(QUESTION, Filters(under="Efficient Inference")),
        "question, two years": lambda: atlas.search(QUESTION, Filters(year_from=2025, year_to=2026)),
        "paper page": lambda: atlas.paper(key),
        "node page": lambda: atlas.node("Model-Centric Methods"),
        "neighbourhood, 2 hops": lambda: atlas.neighbourhood(key, hops=2, limit=150),
        "export a node as BibTeX": lambda: atlas.export(Below("KV-Cache Optimization"), "bibtex"),
    }
    print(f"{'median of 7':32}{'ms':>10}{'of the limit':>14}")
    for name, action in interactions.items():
        taken = milliseconds(action)
        print(f"{name:32}{taken:10.1f}{taken / LIMIT:13.0%}{'' if taken <= LIMIT else '  OVER'}")
    model = load_encoder()
    print(f"{'one question through the model':32}{milliseconds(lambda: model.encode([QUESTION])):10.1f}")


if __name__ == "__main__":
    main()
