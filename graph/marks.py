"""A written answer as sentences with the papers they cite: ``It shrinks the cache [2][3].`` Pure; it is hostile."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from .sentences import split_sentences

LONGEST_ANSWER = 8_000  # characters that are read; a short answer has a tenth of it
MOST_SENTENCES = 20
LONGEST_SENTENCE = 700
NO_ANSWER = "NO ANSWER"
"""What a writer is asked to say where the evidence answers nothing."""

_MARK = re.compile(r"[\[【]\s{0,3}(\d{1,3}(?:\s{0,3}[,;–-]\s{0,3}\d{1,3}){0,20})\s{0,3}[\]】]")
_MARKS_BEHIND_STOP = re.compile(r"([.!?])((?: ?\[[\d, ;–-]{1,99}\]){1,20})")
_LIST_SIGN = re.compile(r"^(?:[-*•>#]{1,6}|\d{1,2}[.)])\s+")
_EMPHASIS = re.compile(r"\*\*|__|`")


@dataclass(frozen=True, slots=True)
class MarkedSentence:
    """A sentence without its marks, and the numbers in them, each once."""

    text: str
    numbers: tuple[int, ...]


def read_marked(text: str) -> tuple[MarkedSentence, ...]:
    """The sentences of a written answer in order; what goes beyond `MOST_SENTENCES` is not read."""
    found: list[MarkedSentence] = []
    for line in text[:LONGEST_ANSWER].splitlines():
        for sentence in _sentences(line):
            if len(found) == MOST_SENTENCES:
                return tuple(found)
            found.append(sentence)
    return tuple(found)


def says_no_answer(text: str) -> bool:
    """Whether a writer says that the evidence answers nothing, and nothing else."""
    return text.strip().strip(".\"'*").casefold() == NO_ANSWER.casefold()


def _sentences(line: str) -> Iterator[MarkedSentence]:
    plain = _EMPHASIS.sub("", _LIST_SIGN.sub("", " ".join(line.split())))
    plain = plain.replace("【", "[").replace("】", "]")
    plain = _MARKS_BEHIND_STOP.sub(r"\2\1", plain)  # a mark behind the full stop belongs before it
    for part in split_sentences(plain):
        text = re.sub(r" +([.,;:!?])", r"\1", " ".join(_MARK.sub(" ", part).split()))
        if any(char.isalpha() for char in text):
            yield MarkedSentence(text, _numbers(part))


def _numbers(part: str) -> tuple[int, ...]:
    found: list[int] = []
    for mark in _MARK.finditer(part):
        for item in re.split(r"\s*[,;]\s*", mark.group(1)):
            ends = [int(end) for end in re.split(r"\s*[–-]\s*", item)]
            found += range(ends[0], ends[-1] + 1) if ends[-1] - ends[0] < 20 else ends
    return tuple(dict.fromkeys(found))
