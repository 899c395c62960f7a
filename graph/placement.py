"""Where a text belongs in the taxonomies of a library: ranked nodes with a probability and what speaks for each.

Every kind of evidence (graph/evidence.py) gets a weight. The weights are fitted on the survey itself: each placed paper
is read as if it were new, and the weights are those under which the nodes it really stands at are likeliest. So the
probabilities are those of the reader who placed the papers, and hold for new texts as far as these are like the placed.

A text that is farther from the placed papers than nearly all of them are from each other fits nowhere. Whether it does
is decided by its rank among the placed papers, so that at most a known part of the texts that do belong is refused
(`LEAST_FAMILIAR`).
"""

from __future__ import annotations

from collections.abc import Collection
from threading import RLock

from .encoder import Encoder
from .errors import InvalidFilter, UnknownNode
from .evidence import Evidence
from .identity import reads_as_id
from .library import Library
from .models import Paper
from .network import plain_text
from .placed_papers import Document, VectorStore
from .placing import (
    BroaderNode,
    Misplaced,
    NodeEvidence,
    PlacementAnswer,
    Proposal,
    ProposedNode,
    Reading,
    SurveyPlacement,
)
from .sentences import split_sentences
from .survey_placer import LEAST_FAMILIAR, SurveyPlacer, reading_of

__all__ = [
    "LEAST_FAMILIAR",
    "MAX_TEXT",
    "BroaderNode",
    "Evidence",
    "Misplaced",
    "NodeEvidence",
    "PlacementAnswer",
    "Placer",
    "Proposal",
    "ProposedNode",
    "Reading",
    "SurveyPlacement",
    "read_document",
]

MAX_TEXT = 20_000
_LONGEST_TITLE = 300


class Placer:
    """Placement in the surveys of one library with one encoder; safe to share among threads.

    Args:
        among: only these papers count as placed, e.g. those up to a year; None: all.

    Raises:
        LibraryDamaged: the index cannot be read.
    """

    def __init__(self, library: Library, encoder: Encoder, among: Collection[str] | None = None) -> None:
        self.library = library
        self._vectors = VectorStore(library, encoder)
        self._among = among
        self._surveys: dict[str, SurveyPlacer] = {}
        self._lock = RLock()  # what is learned is learned once

    def survey(self, key: str) -> SurveyPlacer:
        """Placement in one survey.

        Raises:
            UnknownNode: there is no such survey.
        """
        known = [survey.key for survey in self.library.surveys()]
        if key not in known:
            raise UnknownNode(f"No survey here is {key!r}.", f"There are: {', '.join(known) or 'none'}.")
        with self._lock:
            if key not in self._surveys:
                self._surveys[key] = SurveyPlacer(self.library, self._vectors, key, self._among)
            return self._surveys[key]

    def place(self, reference_or_text: str, survey: str | None = None, *, limit: int = 5) -> PlacementAnswer:
        """Where a paper of the library, or a text, belongs.

        Args:
            reference_or_text: a paper's key, id or title; else a title, an abstract, or a title line and an abstract.
            survey: key of the only survey to place it in; None: all.

        Raises:
            InvalidFilter: the text is empty or longer than `MAX_TEXT`.
            UnknownPaper: it is an id that no paper here has.
            UnknownNode: there is no such survey.
        """
        document, paper = self._read(reference_or_text)
        keys = [survey] if survey is not None else [each.key for each in self.library.surveys()]
        with self._lock:
            found = [self.survey(key).place(document, max(1, limit)) for key in keys]
        found.sort(key=lambda each: (not each.fits, -each.familiarity))
        return PlacementAnswer(document.title, paper, reading_of(document), tuple(found))

    def misplaced(self, survey: str, *, limit: int = 30) -> tuple[Misplaced, ...]:
        """See `SurveyPlacer.misplaced`."""
        with self._lock:
            return self.survey(survey).misplaced(limit)

    def cross_listings(self, survey: str, *, limit: int = 30) -> tuple[Proposal, ...]:
        """See `SurveyPlacer.cross_listings`."""
        with self._lock:
            return self.survey(survey).cross_listings(limit)

    def _read(self, text: str) -> tuple[Document, Paper | None]:
        if len(text) > MAX_TEXT:
            raise InvalidFilter(f"The text has {len(text):,} characters; {MAX_TEXT:,} is the limit.", "Shorten it.")
        text = plain_text(text)  # a text from a pipe may hold what no database takes
        key = self.library.find_key(text)
        if key is not None:
            paper = self.library.papers([key])[0]
            return Document.of(paper), paper
        if reads_as_id(text):
            self.library.paper(text)  # which raises UnknownPaper with its advice
        return read_document(text), None


def read_document(text: str) -> Document:
    """A text as title and body: its first line where that is short, else its first sentence.

    Raises:
        InvalidFilter: there is no word in it.
    """
    lines = [" ".join(line.split()) for line in text.strip().splitlines()]
    first, rest = (lines[0], " ".join(filter(None, lines[1:]))) if lines else ("", "")
    if len(first) > _LONGEST_TITLE or not rest:
        first, *sentences = split_sentences(" ".join(filter(None, lines))) or ("",)
        rest = " ".join(sentences)
    if not any(map(str.isalnum, first + rest)):
        raise InvalidFilter("There is no text to place.", 'Give a title or an abstract: `litatlas place "…"`.')
    return Document(first, rest)
