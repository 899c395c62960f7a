"""Putting notes into a library's draft: which paper each is about, and that it is said once."""

from __future__ import annotations

from litatlas.graph.draft import Draft
from litatlas.graph.matching import Match, Wanted, match_record
from litatlas.graph.models import Claim, Finding, Severity, WorkKind

from .known_papers import KnownPapers
from .notes import Note, Notes
from .pipeline import ApplyReport, Tally, said_before


def apply_notes(draft: Draft, notes: Notes) -> ApplyReport:
    """Put notes into the draft in the place of what their source said before, one for each paper they are about.

    A note whose paper no list, file or reader names finds no place; one that loses its paper later goes with it.
    """
    source = notes.source.key
    said = said_before(draft, source)
    draft.put_source(notes.source)
    draft.withdraw_source(source)
    tally = Tally(records=len(notes.notes), findings=list(notes.findings))
    taken: dict[str, Note] = {}
    known = KnownPapers(draft)
    for note, match in [(note, _paper_of(note, known)) for note in notes.notes]:
        if match.paper is None:
            tally.miss(note.line, note.title or ", ".join(map(str, note.ids)), match.reason)
        elif match.paper in taken:
            tally.findings.append(_repeated(note, taken[match.paper]))
        else:
            taken[match.paper] = note
            claim = Claim(match.paper, "note", note.text, source, note.line)
            draft.put_claims(match.paper, [claim])
            tally.place(said.get(match.paper, set()), [claim], is_known=True)
    return tally.report(source)


def _paper_of(note: Note, known: KnownPapers) -> Match:
    """The paper that a note is about, or the software where no paper is."""
    titles, found = (note.title,) if note.title else (), {}
    for kind in WorkKind:
        wanted = Wanted(titles, frozenset(note.ids), kind=kind)
        found[kind] = match_record(wanted, known.candidates(wanted))
        if found[kind].paper:
            return found[kind]
    return found[WorkKind.PAPER]


def _repeated(note: Note, first: Note) -> Finding:
    message = f"There is a note on this paper already: {note.title or ', '.join(map(str, note.ids))!r}"
    decision = "The first one stays; this one is left out."
    return Finding("note-repeated", Severity.WARNING, note.line, message, decision, (first.line,))
