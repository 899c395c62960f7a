"""Which text of a paper to embed: title, note, abstract, places, and their combinations, by known-item questions.

    python benchmarks/embedded_text.py --cache somewhere

For each choice: the questions of the tuning half (benchmarks/questions/), answered by the vectors alone and by the
whole search. Recall is the share of a question's papers among the first 5 or 10, MRR the mean of 1 / rank of the first
of them. The vectors are kept in the cache, so that a second run takes a fraction of the first one's minutes.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
from library_states import State, build_state
from questions import Half, read_questions

from litatlas.graph.encoder import Encoder, load_encoder
from litatlas.graph.index import EntryKind, VectorIndex, Vectors, text_hash
from litatlas.graph.library import Library
from litatlas.graph.models import Paper
from litatlas.graph.search import MAX_LIMIT, Searcher

Asked = Mapping[str, frozenset[str]]
"""The keys of the papers that each question should find."""


class Remembering:
    """An encoder that keeps its vectors in a file."""

    def __init__(self, encoder: Encoder, path: Path) -> None:
        self.name, self.fingerprint = encoder.name, encoder.fingerprint
        self._encoder, self._path = encoder, path
        kept = np.load(path) if path.is_file() else {"keys": [], "vectors": []}
        self._known = dict(zip(map(str, kept["keys"]), kept["vectors"], strict=True))

    def encode(self, texts: Sequence[str], progress: Callable[[int], None] | None = None) -> Vectors:
        new = {text_hash(text): text for text in texts if text_hash(text) not in self._known}
        self._known.update(zip(new, self._encoder.encode(list(new.values()), progress), strict=True))
        return np.stack([self._known[text_hash(text)] for text in texts])

    def keep(self) -> None:
        np.savez(self._path, keys=list(self._known), vectors=np.stack(list(self._known.values())))


def places(library: Library, paper: Paper) -> str:
    return "; ".join(" > ".join(node.path) for node in library.places(paper.key))


def joined(title: str, *more: str | None) -> str:
    rest = " ".join(filter(None, more))
    return f"{title}. {rest}" if rest else title


def tuning_questions(library: Library) -> Asked:
    """Those that ask for papers; the final half is for the final figures of search."""
    return {each.query: each.papers for each in read_questions(library) if each.papers and each.half is Half.TUNING}


def index_of(library: Library, encoder: Encoder, text: Callable[[Paper], str]) -> VectorIndex:
    """The library's index with other vectors for its papers."""
    assert library.index is not None
    papers = {paper.key: paper for paper in library.iter_papers()}
    entries = library.index.entries
    vectors = encoder.encode([text(papers[entry.key]) for entry in entries if entry.kind is EntryKind.PAPER])
    ours = iter(vectors)
    rows = [next(ours) if e.kind is EntryKind.PAPER else library.index.vector(e.kind, e.key) for e in entries]
    return VectorIndex(np.stack([row for row in rows if row is not None]), entries, library.index.model)


def measures(asked: Asked, answers: Mapping[str, Sequence[str]]) -> tuple[float, float, float]:
    rows = []
    for query, wanted in asked.items():
        ranks = [rank for rank, key in enumerate(answers[query], start=1) if key in wanted]
        share = [sum(rank <= most for rank in ranks) / len(wanted) for most in (5, 10)]
        rows.append((*share, 1 / ranks[0] if ranks else 0.0))
    five, ten, reciprocal = np.mean(rows, axis=0)
    return float(five), float(ten), float(reciprocal)


def print_choice(name: str, library: Library, encoder: Encoder, text: Callable[[Paper], str]) -> None:
    own, asked = library.index, tuning_questions(library)
    index = index_of(library, encoder, text)
    vectors = dict(zip(asked, encoder.encode(list(asked)), strict=True))
    near = {query: [each.key for each in index.search(vectors[query], MAX_LIMIT, EntryKind.PAPER)] for query in asked}
    vars(library)["index"] = index  # in the place of what its files hold, for the search alone
    searcher = Searcher(library, encoder)
    found = {query: [hit.paper.key for hit in searcher.search(query, limit=100).papers] for query in asked}
    vars(library)["index"] = own
    figures = (*measures(asked, near), *measures(asked, found))
    print(f"  {name:32}{''.join(f'{figure:8.3f}' for figure in figures)}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cache", type=Path, required=True, help="where libraries and vectors are kept")
    cache = parser.parse_args().cache
    cache.mkdir(parents=True, exist_ok=True)
    encoder = Remembering(load_encoder(), cache / "vectors.npz")
    without, both = (build_state(cache, state, encoder) for state in (State.NOTES, State.BOTH))
    print(f"{len(tuning_questions(both))} questions{'':19}vectors alone: r@5 r@10 MRR; search: r@5 r@10 MRR")
    print("papers without abstracts, as installed")
    print_choice("title", without, encoder, lambda paper: paper.title)
    print_choice("title, places", without, encoder, lambda p: joined(p.title, places(without, p)))
    print_choice("title, note", without, encoder, lambda p: joined(p.title, p.note))
    print_choice("title, note or places", without, encoder, lambda p: joined(p.title, p.note or places(without, p)))
    print_choice("title, note, places", without, encoder, lambda p: joined(p.title, p.note, places(without, p)))
    print("papers with abstracts, where there are some")
    print_choice("title, abstract or note", both, encoder, lambda p: joined(p.title, p.abstract or p.note))
    print_choice("title, note, abstract", both, encoder, lambda p: joined(p.title, p.note, p.abstract))
    print_choice("title, abstract, note", both, encoder, lambda p: joined(p.title, p.abstract, p.note))
    encoder.keep()


if __name__ == "__main__":
    main()
