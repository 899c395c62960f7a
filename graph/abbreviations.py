"""What abbreviations stand for: as the field uses them, and as the papers of a library define them, twice or more.

A definition is a long form followed by the short one in parentheses, found as Schwartz and Hearst describe ("A simple
algorithm for identifying abbreviation definitions in biomedical text", PSB 2003): read from the right, every character
of the short form occurs in the long one in this order, the first at the beginning of a word.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from .library import Library

_SHORT = re.compile(r"(?=[^\s]*[A-Z][^\s]*[A-Z])[A-Za-z][A-Za-z0-9-]{1,9}")
_DEFINED = 200  # papers that are read for a definition
_LONGEST = 100  # characters of a long form

# The field's own short forms that titles use without a definition; they come before a library's definitions.
_KNOWN: dict[str, str] = {
    "cot": "chain of thought",
    "gqa": "grouped query attention",
    "icl": "in-context learning",
    "kd": "knowledge distillation",
    "kv": "key value",
    "lora": "low-rank adaptation",
    "moe": "mixture of experts",
    "mha": "multi-head attention",
    "mla": "multi-head latent attention",
    "mqa": "multi-query attention",
    "nas": "neural architecture search",
    "peft": "parameter-efficient fine-tuning",
    "plm": "pre-trained language model",
    "ptq": "post-training quantization",
    "qat": "quantization-aware training",
    "rag": "retrieval-augmented generation",
    "rlhf": "reinforcement learning from human feedback",
    "rnn": "recurrent neural network",
    "sft": "supervised fine-tuning",
    "slm": "small language model",
    "ssm": "state space model",
    "svd": "singular value decomposition",
}


def long_forms(library: Library, word: str) -> tuple[str, ...]:
    """What a word of a question may stand for, two at most; none where it is no abbreviation.

    What the field means by it comes first, then what papers define it to be, by how many do; one alone does not count.

    Args:
        word: as typed; where it has no capitals only the field's own short forms are known.
    """
    bare = word.casefold().removesuffix("s") if word.casefold() not in _KNOWN else word.casefold()
    found: dict[str, Counter[str]] = {}  # spellings of one form, by what they have in common
    if _SHORT.fullmatch(word):
        for text in _texts_with(library, word):
            for form in defined(text, word):
                found.setdefault(_folded(form), Counter())[form] += 1
    likely = sorted(found, key=lambda folded: (-found[folded].total(), folded))
    forms = {_folded(_KNOWN[bare]): _KNOWN[bare]} if bare in _KNOWN else {}
    for folded in likely:
        if found[folded].total() > 1:
            forms.setdefault(folded, found[folded].most_common(1)[0][0])
    return tuple(forms.values())[:2]


def _folded(form: str) -> str:
    """What the singular and the plural, with and without hyphens, have in common."""
    return re.sub(r"s\b", "", form.replace("-", " "))


def defined(text: str, short: str) -> Iterable[str]:
    """Long forms that a text gives for a short form, folded to lower case."""
    for match in re.finditer(r"\(" + re.escape(short) + r"(s?)\)", text):
        before = text[max(0, match.start() - _LONGEST) : match.start()].rstrip()
        if (start := _beginning(before, short)) is not None:
            form = " ".join(before[start:].split()).casefold()
            yield form.removesuffix("s") if match.group(1) else form


def _beginning(before: str, short: str) -> int | None:
    """Where the long form begins, by the algorithm's rule; None where there is none."""
    at = len(before)
    for number in range(len(short) - 1, -1, -1):
        wanted = short[number].casefold()
        if not wanted.isalnum():
            continue
        at -= 1
        while at >= 0 and (before[at].casefold() != wanted or (number == 0 and at > 0 and before[at - 1].isalnum())):
            at -= 1
        if at < 0:
            return None
    words = len(before[at:].split())
    return at if 1 < words <= min(len(short) + 5, 2 * len(short)) else None


def _texts_with(library: Library, word: str) -> Iterable[str]:
    sql = (
        "SELECT title || '. ' || coalesce(papers.abstract, '') FROM paper_words"
        " JOIN papers ON papers.row = paper_words.rowid WHERE paper_words MATCH ? LIMIT ?"
    )
    quoted = '"' + word.replace('"', '""') + '"'
    return (text for (text,) in library.query(sql.replace("title ||", "papers.title ||"), (quoted, _DEFINED)))
