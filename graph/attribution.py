"""What a part of the graph was made from, under which licences, and the credit that each source asks for. Pure.

Facts go on; so do the names of those who gathered them. `credits_of` says whom to name, `attribution_text` says it in
the plain text that exports carry.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from .models import Source, SourceKind, Subgraph
from .network import plain_text

SERVICE_CREDITS: Mapping[SourceKind, str] = {
    SourceKind.ARXIV: "Thank you to arXiv for use of its open access interoperability.",
    SourceKind.SEMANTIC_SCHOLAR: "Paper data from Semantic Scholar (https://www.semanticscholar.org).",
    SourceKind.OPENALEX: "Data from OpenAlex (https://openalex.org), CC0.",
}
"""What each service asks to be said, or what fairness asks."""

# The addresses that https://spdx.org/licenses/ gives for these short names.
_LICENCES = {
    "Apache-2.0": "https://www.apache.org/licenses/LICENSE-2.0",
    "CC-BY-4.0": "https://creativecommons.org/licenses/by/4.0/",
    "CC-BY-NC-4.0": "https://creativecommons.org/licenses/by-nc/4.0/",
    "CC-BY-SA-4.0": "https://creativecommons.org/licenses/by-sa/4.0/",
    "CC0-1.0": "https://creativecommons.org/publicdomain/zero/1.0/",
    "GPL-3.0": "https://www.gnu.org/licenses/gpl-3.0.html",
    "MIT": "https://opensource.org/license/mit",
    "ODC-BY-1.0": "https://opendatacommons.org/licenses/by/1-0/",
}
_ABSTRACTS = (
    "Abstracts are the words of their authors. They are in this file because they were asked for; whoever passes them"
    " on answers for the terms they came under."
)


@dataclass(frozen=True, slots=True)
class Credit:
    """A source, and how to name it.

    Attributes:
        licence: as the source states it; None where it states none.
        licence_url: where the licence can be read, if it is a well-known one.
        words: the line of credit, in the source's own form where its terms ask for one.
    """

    source: Source
    licence: str | None
    licence_url: str | None
    words: str


def credits_of(subgraph: Subgraph) -> tuple[Credit, ...]:
    """One credit per source that the subgraph describes, in its order."""
    return tuple(map(_credit, subgraph.sources))


def demanded_words(source: Source) -> str | None:
    """The line of credit that a source's terms ask for; None where they ask for none, or state nothing."""
    if source.kind in SERVICE_CREDITS:
        return SERVICE_CREDITS[source.kind]
    if "semantic scholar" in (source.licence or "").lower():  # a file of what its API answered
        return SERVICE_CREDITS[SourceKind.SEMANTIC_SCHOLAR]
    if _short_name(source) == "ODC-BY-1.0":  # section 4.3 asks for a notice with the licence's name and address
        return (
            f"Contains information from {_named(source)}, made available under ODC-BY-1.0 ({_LICENCES['ODC-BY-1.0']})."
        )
    return None


def attribution_text(subgraph: Subgraph) -> str:
    """The credits as lines of plain text, without a line break at the end; empty where no source is described.

    With abstracts in the subgraph, the last paragraph says whose words they are.
    """
    credits = credits_of(subgraph)
    if not credits:
        return ""
    lines = [f"{_line(subgraph.title)}: exported by LitAtlas, made from the sources below.", ""]
    lines += [line for credit in credits for line in _paragraph(credit)]
    if any(paper.abstract for paper in subgraph.papers):
        lines += ["", _ABSTRACTS]
    return "\n".join(lines)


def abstract_note(subgraph: Subgraph) -> str:
    """One line for formats that can say it only beside each abstract: whose words it is, and the credit asked for."""
    named = ", ".join(dict.fromkeys(_line(source.title) for source in subgraph.sources))
    words = dict.fromkeys(filter(None, map(demanded_words, subgraph.sources)))
    came = f", as known from: {named}" if named else ""
    return " ".join((f"The abstract is its authors' words{came}; mind the terms it came under.", *words))


def build_sources(subgraph: Subgraph) -> bytes:
    """``SOURCES.txt`` of exports that are several files: the attribution in UTF-8."""
    text = attribution_text(subgraph) or f"{_line(subgraph.title)}: exported by LitAtlas; no source is recorded."
    return f"{text}\n".encode()


def _paragraph(credit: Credit) -> Iterator[str]:
    yield f"- {_line(credit.words)}"
    where = f" ({credit.licence_url})" if credit.licence_url else ""
    yield f"  Licence: {_line(credit.licence) + where if credit.licence else 'none stated'}."


def _credit(source: Source) -> Credit:
    return Credit(source, source.licence, _LICENCES.get(_short_name(source)), _words(source))


def _short_name(source: Source) -> str:
    return (source.licence or "").partition(" ")[0]


def _words(source: Source) -> str:
    if words := demanded_words(source):
        return words
    return (
        f"Notes on papers by {_named(source)}." if source.kind is SourceKind.NOTES else f"Data from {_named(source)}."
    )


def _named(source: Source) -> str:
    place = source.location if source.location != source.title else ""
    revision = f"revision {source.revision}" if source.revision else ""
    known = [each for each in (place, revision, source.date) if each]
    return f"{source.title} ({', '.join(known)})" if known else source.title


def _line(text: str) -> str:
    return " ".join(plain_text(text).split())
