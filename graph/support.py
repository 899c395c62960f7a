"""Whether sentences that somebody wrote are supported by the papers they cite; those that are not are left out.

A sentence is kept where the words of a paper that it cites mean nearly the same (cosine of the sentence vectors), say
most of its words, hold every number and name in it, and deny nothing that it claims nor claim what it denies. These are
checks of words and meaning, not of logic: a sentence that passes can still be wrong, so its papers are always shown.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from .encoder import Encoder
from .grounded_answer import AnswerPaper, GroundedAnswer, LeftOut, WrittenAnswer, WrittenSentence
from .index import Vectors
from .marks import LONGEST_SENTENCE, MarkedSentence, read_marked, says_no_answer
from .reading import query_words

# Cosines of all-MiniLM-L6-v2, set by hand: paraphrases of a sentence stood at 0.67 and more, other things said of the
# same subject mostly below 0.6, but the contrary of a sentence as near as the sentence itself, hence the other checks.
# benchmarks/written_answers.py prints what they keep together.
LEAST_SUPPORT = 0.6
LEAST_MARK = 0.45
LEAST_SHARED_WORDS = 0.5

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_NAME = re.compile(r"[A-Za-z]*[a-z][A-Z][A-Za-z]*|[A-Z]{2,}[A-Za-z]*")
_WORD = re.compile(r"[^\W\d_]+")
_COUNTED = {
    name: str(value)
    for value, name in enumerate("zero one two three four five six seven eight nine ten eleven twelve".split())
}
_CHECKED_COUNTS = frozenset(_COUNTED) - {"one", "two"}  # "one" and "two" are said of methods as often as of amounts
_DENIALS = frozenset("no not never without cannot nor neither avoid avoids avoiding eliminates eliminating".split())
# The first word of weight behind a denial is denied: of "needs no additional training of the model", "training".
_LIGHT_WORDS = frozenset(
    "additional apply costly expensive explicit extra full further involve make need perform rely require single"
    " use".split()
)
_ENDINGS = (
    "izations ization izing ized izes ize isation ising ised ise ations ation ions ion ings ing ers er ed es s e"
).split()
_CLAUSE_END = re.compile(r"[,;:.!?()]\s")
_COMMON_NAMES = frozenset({"llm", "llms", "ai", "nlp"})
_UNSAID = "no paper is cited for it"
_UNGIVEN = "it cites a paper that was not given"
_UNSUPPORTED = "no paper that it cites says this"
_TOO_LONG = "it is too long for a sentence"


@dataclass(frozen=True, slots=True)
class _Cited:
    """A cited paper with the cosine of the sentence to the nearest of its words."""

    paper: AnswerPaper
    similarity: float


def check_written(text: str, answer: GroundedAnswer, encoder: Encoder, model: str, host: str) -> WrittenAnswer:
    """What of a written answer is supported by the papers of `answer`, and what was left out and why.

    Args:
        text: as the writer sent it; sentences cite papers by their number in brackets.
        model, host: who wrote it.
    """
    if says_no_answer(text):
        return WrittenAnswer(model, host, (), (), "It found no answer in the sentences that it was given.")
    read = read_marked(text)
    texts = list(dict.fromkeys(sentence for paper in answer.papers for sentence in paper.evidence))
    vectors = encoder.encode([*texts, *(sentence.text[:LONGEST_SENTENCE] for sentence in read)])
    evidence = dict(zip(texts, vectors, strict=False))
    checked = [
        _check(sentence, vector, answer, evidence) for sentence, vector in zip(read, vectors[len(texts) :], strict=True)
    ]
    said = tuple(each for each in checked if isinstance(each, WrittenSentence))
    left_out = tuple(each for each in checked if isinstance(each, LeftOut))
    return WrittenAnswer(model, host, said, left_out, "" if said else "No paper here supports a sentence of it.")


def _check(
    sentence: MarkedSentence, vector: Vectors, answer: GroundedAnswer, evidence: dict[str, Vectors]
) -> WrittenSentence | LeftOut:
    if len(sentence.text) > LONGEST_SENTENCE:
        return LeftOut(sentence.text[:LONGEST_SENTENCE] + "…", _TOO_LONG)
    given = [paper for paper in answer.papers if paper.number in sentence.numbers]
    if not given:
        return LeftOut(sentence.text, _UNGIVEN if sentence.numbers else _UNSAID)
    near = [_Cited(paper, max(float(evidence[text] @ vector) for text in paper.evidence)) for paper in given]
    near = [cited for cited in near if cited.similarity >= LEAST_MARK]
    best = max((cited.similarity for cited in near), default=0.0)
    if best < LEAST_SUPPORT:
        return LeftOut(sentence.text, _UNSUPPORTED)
    said = " ".join(text for cited in near for text in (cited.paper.paper.title, *cited.paper.evidence))
    if reason := _objection(sentence.text, said, answer.question):
        return LeftOut(sentence.text, reason)
    return WrittenSentence(sentence.text, tuple(cited.paper.number for cited in near), round(best, 4))


def _objection(sentence: str, said: str, question: str) -> str:
    """What speaks against a sentence whose meaning is near to what papers say; empty where nothing does.

    Args:
        said: titles and evidence of the papers.
    """
    if odd := sorted(numbers_in(sentence, of_ours=True) - numbers_in(said)):
        return f"no paper that it cites has the number {odd[0]}"
    names = {_singular(name) for name in _NAME.findall(sentence)} - _COMMON_NAMES
    known = {_singular(word) for word in _WORD.findall(f"{said} {question}")}
    if odd := sorted(names - known):
        return f"no paper that it cites names {odd[0]!r}"
    if contradicts(sentence, said):
        return "a paper that it cites says the contrary"
    own, theirs = content_stems(sentence), content_stems(f"{said} {question}")
    return _UNSUPPORTED if len(own & theirs) < LEAST_SHARED_WORDS * len(own) else ""


def numbers_in(text: str, *, of_ours: bool = False) -> frozenset[str]:
    """The numbers of a text, in one spelling: ``1,000`` as ``1000``, ``four`` as ``4``.

    Args:
        of_ours: leaves out the words "one" and "two", which a sentence needs not have from anywhere.
    """
    digits = {number.replace(",", "") for number in _NUMBER.findall(text)}
    counted = _CHECKED_COUNTS if of_ours else _COUNTED.keys()
    return frozenset(digits | {_COUNTED[word] for word in _words(text) if word in counted})


def content_stems(text: str) -> frozenset[str]:
    """The words of a text that carry meaning, without their endings."""
    return frozenset(_stem(word) for word in _content(text))


def _content(text: str) -> frozenset[str]:
    return frozenset(query_words(text)).intersection(word for word in _words(text) if len(word) > 2)


def contradicts(sentence: str, said: str) -> bool:
    """Whether one claims what the other denies; a word that the papers both claim and deny is no contradiction."""
    denied, claimed = _denied_and_claimed(sentence)
    their_denied, their_claimed = _denied_and_claimed(said)
    return bool(claimed & (their_denied - their_claimed) or denied & (their_claimed - their_denied))


def _denied_and_claimed(text: str) -> tuple[frozenset[str], frozenset[str]]:
    content = {word for word in _content(text) if _stem(word) not in _LIGHT_STEMS}
    denied: set[str] = set()
    claimed: set[str] = set()
    for clause in _CLAUSE_END.split(re.sub(r"n['’]t\b", " not", text)):
        open_denial = False
        for word, following in pairwise([*_words(clause), ""]):
            if word in _DENIALS:
                open_denial = True
            elif word in content:
                (denied if open_denial or following == "free" else claimed).add(_stem(word))
                open_denial = False
    return frozenset(denied - claimed), frozenset(claimed)


def _words(text: str) -> Sequence[str]:
    return [word.casefold() for word in _WORD.findall(text)]


def _singular(name: str) -> str:
    folded = name.casefold()
    return folded[:-1] if folded.endswith("s") and len(folded) > 2 else folded


def _stem(word: str) -> str:
    """A word without the first of the endings that leaves three letters or more."""
    return next((word.removesuffix(end) for end in _ENDINGS if word.endswith(end) and len(word) - len(end) > 2), word)


_LIGHT_STEMS = frozenset(map(_stem, _LIGHT_WORDS))
