"""Made-up papers that the loopback server knows."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Work:
    """One paper as the services know it.

    Attributes:
        arxiv: bare id, its key in the corpus.
        references: arXiv ids of the works it cites, which the corpus need not hold.
        version: of the newest version.
    """

    arxiv: str
    title: str
    abstract: str = ""
    authors: tuple[str, ...] = ("Ada Lovelace", "Émilie du Châtelet")
    year: int = 2023
    references: tuple[str, ...] = ()
    version: int = 1
    comment: str | None = None
    doi: str | None = None
    venue: str = "arXiv.org"
    citations: int = 7

    @property
    def sha(self) -> str:
        """Its id at Semantic Scholar, and of any work by its arXiv id."""
        return sha_of(self.arxiv)

    @property
    def corpus_id(self) -> int:
        return int(self.sha[:7], 16)

    @property
    def openalex(self) -> str:
        return f"W{self.corpus_id}"


def sha_of(arxiv: str) -> str:
    return hashlib.sha1(arxiv.encode()).hexdigest()


def arxiv_number(position: int) -> str:
    """A valid arXiv id for a position in a corpus, rising with it."""
    return f"23{1 + position // 9000:02d}.{1 + position % 9000:05d}"


def make_corpus(size: int, *, references: int = 4) -> tuple[Work, ...]:
    """Papers that each cite up to `references` of the papers before them and one that is not in the corpus."""
    return tuple(
        Work(
            arxiv=arxiv_number(number),
            title=f"Paper {number}: On the Matter of {chr(65 + number % 26)}-Learning",
            abstract=f"We study matter number {number} and find that it is {'large' if number % 2 else 'small'}.",
            references=(*(arxiv_number(number - back) for back in range(1, references + 1) if number >= back), OUTSIDE),
            version=1 + number % 3,
            citations=number,
        )
        for number in range(size)
    )


OUTSIDE = "1706.03762"
