"""Semantic Scholar's answers -> records and edges. Pure; whatever the bytes are, records or a reported error.

A batch is a list in the order of the ids that were asked, with null where there is no such paper. Fields and their
absence: https://api.semanticscholar.org/api-docs/graph
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from litatlas.graph.errors import AnswerUnreadable
from litatlas.graph.identity import IdScheme, PaperId
from litatlas.graph.models import Finding, Severity

from .json_answers import items, mapping, read_json, text, whole
from .record_text import ordered_ids
from .records import EdgeRecord, PaperRecord, Reference
from .semantic_scholar_papers import ids_of, read_paper

_UNMISTAKABLE = {IdScheme.ARXIV, IdScheme.ACL}  # a paper has one of these; it may have several DOIs and merged shas
_INTENTS = frozenset({"background", "methodology", "result"})


@dataclass(frozen=True, slots=True)
class Slot:
    """What stands at one position of a batch.

    Attributes:
        asked: the id of this position.
        found: whether there is a paper; a null is proof that there is none.
        record: None where there is no paper or it cannot be read.
        edges: its references, where they were asked for.
        note: what the answer lacks: references elided or fewer than it counts.
        error: why it cannot be read.
    """

    asked: PaperId
    found: bool
    record: PaperRecord | None = None
    edges: tuple[EdgeRecord, ...] = ()
    note: str | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True)
class ReferencePage:
    """One page of a paper's references.

    Attributes:
        edges: from the citing paper, in order.
        records: the cited papers that have a title, in order.
        elided: whether the publisher holds the list back; then no edges does not mean no references.
        following: offset of the next page; None on the last one.
    """

    edges: tuple[EdgeRecord, ...]
    records: tuple[PaperRecord, ...] = ()
    elided: bool = False
    following: int | None = None
    errors: tuple[Finding, ...] = ()


def check_batch(body: bytes, asked: Sequence[PaperId]) -> None:
    """Raise `AnswerUnreadable` where a body is no list of papers and nulls in the order of `asked`."""
    _batch(body, asked)


def parse_papers(body: bytes, asked: Sequence[PaperId], response: str | None = None) -> tuple[Slot, ...]:
    """Read a batch of papers: one slot per id.

    Raises:
        AnswerUnreadable: it is no list as long as `asked`, or in another order.
    """
    answers = _batch(body, asked)
    return tuple(_paper_slot(answer, paper_id, response) for answer, paper_id in zip(answers, asked, strict=True))


def parse_edges(body: bytes, asked: Sequence[PaperId], response: str | None = None) -> tuple[Slot, ...]:
    """Read a batch of papers with their references: one slot per id; errors as in `parse_papers`."""
    answers = _batch(body, asked)
    return tuple(_edge_slot(answer, paper_id, response) for answer, paper_id in zip(answers, asked, strict=True))


def check_references(body: bytes) -> None:
    """Raise `AnswerUnreadable` where a body is no page of references."""
    page = read_json(body)
    if not isinstance(page, dict) or not isinstance(page.get("data", 0), list | None):
        raise AnswerUnreadable("no page of references")


def parse_references(body: bytes, citing: PaperId, response: str | None = None) -> ReferencePage:
    """Read one page of `/references`, with contexts and intents.

    Raises:
        AnswerUnreadable: it is no such page.
    """
    check_references(body)
    page = mapping(read_json(body))
    edges, records, errors = [], [], []
    for position, item in enumerate(items(page.get("data"))):
        edge, record = _reference(mapping(item), citing, response)
        if edge is None:
            message = f"Reference {position + 1} on this page of {citing} has no id and no title"
            errors.append(Finding("reference-without-name", Severity.NOTE, 0, message, "Left out."))
            continue
        edges.append(edge)
        records += [record] if record else []
    following = whole(page.get("next"), least=1)
    return ReferencePage(tuple(edges), tuple(records), page.get("data") is None, following, tuple(errors))


def check_matches(body: bytes) -> None:
    """Raise `AnswerUnreadable` where a body is no answer of the title search."""
    page = read_json(body)
    if not isinstance(page, dict) or not isinstance(page.get("data", []), list):
        raise AnswerUnreadable("no answer to a title search")


def parse_matches(body: bytes, response: str | None = None) -> tuple[PaperRecord, ...]:
    """The papers that the title search names, which may be quite other ones: compare before use.

    Raises:
        AnswerUnreadable: it is no such answer.
    """
    check_matches(body)
    found = [_record(mapping(item), None, response) for item in items(mapping(read_json(body)).get("data"))]
    return tuple(record for record in found if isinstance(record, PaperRecord))


def _batch(body: bytes, asked: Sequence[PaperId]) -> list[object]:
    answers = read_json(body)
    if not isinstance(answers, list):
        raise AnswerUnreadable("no list of papers")
    if len(answers) != len(asked):
        raise AnswerUnreadable(f"a list of {len(answers)} for {len(asked)} ids, so that no position is certain")
    if not all(answer is None or isinstance(answer, dict) for answer in answers):
        raise AnswerUnreadable("a list of something else than papers")
    if misplaced := _misplaced(answers, asked):
        raise AnswerUnreadable(f"{misplaced} at the position of another paper, so that no position is certain")
    return answers


def _misplaced(answers: Sequence[object], asked: Sequence[PaperId]) -> PaperId | None:
    """An id that was asked and is answered at another's position but not at its own; a null proves nothing then."""
    stated = [{each for each in ids_of(mapping(answer)) if each.scheme in _UNMISTAKABLE} for answer in answers]
    own = {paper_id for paper_id, ids in zip(asked, stated, strict=True) if paper_id in ids}
    elsewhere = (set().union(*stated) & set(asked)) - own
    return min(elsewhere, default=None)


def _paper_slot(answer: object, asked: PaperId, response: str | None) -> Slot:
    if answer is None:
        return Slot(asked, found=False)
    record = _record(mapping(answer), asked, response)
    return Slot(asked, True, record) if isinstance(record, PaperRecord) else Slot(asked, True, error=record)


def _edge_slot(answer: object, asked: PaperId, response: str | None) -> Slot:
    if answer is None:
        return Slot(asked, found=False)
    paper = mapping(answer)
    if error := _other_paper(asked, ids_of(paper)):
        return Slot(asked, True, error=error)
    references = paper.get("references")
    stated = whole(paper.get("referenceCount"))
    if not isinstance(references, list):
        return Slot(asked, True, note="references elided" if references is None else "references unreadable")
    cited = [ids[0] for item in references if (ids := ids_of(mapping(item)))]
    edges = tuple(
        EdgeRecord(asked, target, None, evidence="reference list", response=response) for target in dict.fromkeys(cited)
    )
    return Slot(asked, True, edges=edges, note=_shortfall(len(references), len(cited), stated))


def _shortfall(listed: int, named: int, stated: int | None) -> str | None:
    notes = []
    if stated is not None and listed < stated:
        notes.append(f"{listed} of {stated} references")
    if named < listed:
        notes.append(f"{listed - named} references without id")
    return ", ".join(notes) or None


def _reference(
    item: dict[str, object], citing: PaperId, response: str | None
) -> tuple[EdgeRecord | None, PaperRecord | None]:
    paper = mapping(item.get("citedPaper"))
    record = _record(paper, None, response)
    ids, title = ids_of(paper), text(paper.get("title"))
    cited: Reference | None = ids[0] if ids else title
    if cited is None:
        return None, None
    influential = item.get("isInfluential")
    edge = EdgeRecord(
        citing,
        cited,
        None,
        evidence="reference list",
        contexts=_texts(item.get("contexts")),
        intents=tuple(intent for intent in _texts(item.get("intents")) if intent in _INTENTS),
        influential=influential if isinstance(influential, bool) else None,
        response=response,
    )
    return edge, record if isinstance(record, PaperRecord) else None


def _texts(value: object) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each for item in items(value) if (each := text(item))))


def _record(answer: object, asked: PaperId | None, response: str | None) -> PaperRecord | str:
    """The record of one paper, or why there is none."""
    if asked and (error := _other_paper(asked, ids_of(answer))):
        return error
    record = read_paper(answer, response=response)
    if isinstance(record, str) or not record.title:
        reason = record if isinstance(record, str) else "has no title"
        return f"Semantic Scholar's record {reason}"
    if asked and asked not in record.ids:
        return replace(record, ids=ordered_ids((asked, *record.ids)))
    return record


def _other_paper(asked: PaperId, ids: Sequence[PaperId]) -> str | None:
    """Why an answer cannot be about the id that was asked, though it stands at its position."""
    if asked.scheme not in _UNMISTAKABLE:
        return None
    others = [paper_id for paper_id in ids if paper_id.scheme is asked.scheme and paper_id != asked]
    return f"Semantic Scholar answered with {others[0]}" if others and asked not in ids else None
