"""Whether arXiv's words about a paper say that it was withdrawn. Pure; used by files and services alike.

arXiv's feed and snapshot have no such field: the last version of a withdrawn paper is a stub whose comment, and often
whose summary, says so. https://info.arxiv.org/help/withdraw.html
"""

from __future__ import annotations

import re

from .source_text import clean_text

LONGEST_READ = 4_000  # characters; arXiv's comments and summaries are shorter
LONGEST_QUOTE = 300  # characters of the service's words that are kept

_WORK = r"(?:paper|papers|submission|article|manuscript|preprint|author|authors)"
_GONE = r"(?:withdrawn|withdrawal)"
_NEAR = re.compile(rf"\b{_WORK}\b.{{0,60}}?\b{_GONE}\b|\b{_GONE}\b.{{0,60}}?\b{_WORK}\b|^\W*withdrawn\b", re.I)
# A summary may speak of withdrawal as its subject ("in this paper, alcohol withdrawal"), so more is asked of it.
_SAID_OF_ITSELF = re.compile(
    r"\b(?:this|the|our) (?:\w+ )?(?:paper|submission|article|manuscript|preprint)"
    r" (?:has been|have been|was|is|had to be|is being) (?:\w+ )?withdrawn\b"
    r"|\bwithdrawn by (?:the |its )?(?:authors?|arxiv|submitter)\b"
    r"|\b(?:we|authors?) (?:have |has |hereby |are )?(?:withdrawn|withdrew|withdraw|withdrawing) (?:this|the|our)"
    r" (?:\w+ )?(?:paper|submission|article|manuscript|preprint)\b"
    r"|^\W*withdrawn\b",
    re.I,
)
_ADMIN_NOTE = re.compile(r"\barxiv admin(?:istrator)?(?:'s)? note\b|\bwithdrawn by arxiv\b", re.I)
_SENTENCE_END = re.compile(r"(?<=[.!?])\s")


def find_withdrawal(comment: str | None, summary: str | None, version: int | None) -> str | None:
    """What arXiv says of a paper's withdrawal, or None where it is not withdrawn.

    The comment, else the summary, must say that the paper is withdrawn, and either the version be at least the second,
    since only what was public before can be withdrawn, or a note of arXiv's administrators stand there.

    Args:
        version: the number of the version that the comment and summary belong to; None where it is not known, and
            then only an administrators' note is proof.

    Returns:
        the comment, or the summary's sentence, as text of at most `LONGEST_QUOTE` characters.
    """
    note, text = (clean_text(each or "")[:LONGEST_READ] for each in (comment, summary))
    if (version or 1) < 2 and not (_ADMIN_NOTE.search(note) or _ADMIN_NOTE.search(text)):
        return None
    if _NEAR.search(note):
        return _quote(note)
    found = _SAID_OF_ITSELF.search(text)
    return _quote(_sentence_at(text, found.start())) if found else None


def _sentence_at(text: str, place: int) -> str:
    """The sentence in which the character at `place` stands."""
    ends = [match.end() for match in _SENTENCE_END.finditer(text)]
    start = max((end for end in ends if end <= place), default=0)
    return text[start : min((end for end in ends if end > place), default=len(text))].strip()


def _quote(text: str) -> str:
    return text if len(text) <= LONGEST_QUOTE else text[: LONGEST_QUOTE - 1].rstrip() + "…"
