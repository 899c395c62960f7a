"""Splitting an abstract into sentences, well enough to quote the one that answers a question."""

from __future__ import annotations

import re

# Abbreviations after which a full stop does not end a sentence in abstracts.
_ABBREVIATION = re.compile(r"\b(?:e\.g|i\.e|et al|cf|vs|Fig|Eq|Sec|resp|approx|w\.r\.t)\.$", re.IGNORECASE)
_BOUNDARY = re.compile(r"(?<=[.!?])[\"')\]]*\s+(?=[A-Z0-9\"'(\[$\\])")


def split_sentences(text: str) -> tuple[str, ...]:
    """Sentences of a text in order, without surrounding blanks; joined by a blank they give the text back."""
    sentences: list[str] = []
    start = 0
    for boundary in _BOUNDARY.finditer(text):
        if _ABBREVIATION.search(text[start : boundary.start()]):
            continue
        sentences.append(text[start : boundary.end()].strip())
        start = boundary.end()
    rest = text[start:].strip()
    return tuple(sentence for sentence in (*sentences, rest) if sentence)
