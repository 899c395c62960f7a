"""The JSON Schema of what each command prints with ``--json``: https://json-schema.org/draft/2020-12

Made from the records that are printed, so that a schema cannot say anything else than the command does.
docs/command-line.md has the promise that goes with `VERSION`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema

from litatlas.graph.errors import WrongUsage
from litatlas.graph.grounded_answer import GroundedAnswer
from litatlas.graph.hits import SearchAnswer
from litatlas.graph.paths import Connection
from litatlas.graph.placing import Misplaced, PlacementAnswer, Proposal
from litatlas.graph.reading_list import ListedPaper, ListSummary
from litatlas.ingest.pipeline import ApplyReport

from .building import BuildReport, EdgeBundleReport, ListReport, NetworkReport
from .comparing import Comparisons
from .console import ErrorReport
from .details import Branch, NodeDetail, PaperDetail
from .fetch_lines import ProgressLine, SummaryLine, SurveyLine
from .fetching import Status
from .reading import AddedByName, Deleted, Removed, Restored
from .reviewing import Decision, MergeLog, Review
from .saving import ExportReport

VERSION = 1
_DIALECT = "https://json-schema.org/draft/2020-12/schema"


@dataclass(frozen=True, slots=True)
class Printed:
    """What a command prints.

    Attributes:
        record: the type of the value; a union where options decide.
        about: what it is, in a sentence.
        by_line: whether each line of the output is such a value; else the whole output is one.
    """

    record: Any
    about: str
    by_line: bool = False


SCHEMAS: Mapping[str, Printed] = MappingProxyType(
    {
        "build": Printed(BuildReport, "What was read and embedded, and what the library holds now."),
        "search": Printed(SearchAnswer, "Papers and taxonomy nodes with the reasons for their ranks."),
        "ask": Printed(GroundedAnswer, "Sentences of papers that answer, and what was written from them."),
        "show": Printed(
            PaperDetail | NodeDetail | tuple[Branch, ...], "A paper, a taxonomy node, or the trees of all surveys."
        ),
        "path": Printed(Connection, "Up to three paths with what speaks for each hop."),
        "place": Printed(
            PlacementAnswer | tuple[Misplaced, ...] | tuple[Proposal, ...],
            "Nodes for a text; with --misplaced and --cross-listings, papers of a survey.",
        ),
        "compare": Printed(Comparisons, "How much surveys have in common, and each two of them side by side."),
        "export": Printed(ExportReport, "Which files were written, and what they hold."),
        "fetch": Printed(
            ProgressLine | SummaryLine, "How far each service is, and at the end a summary.", by_line=True
        ),
        "status": Printed(Status, "What the library holds, from where, and what is missing."),
        "ingest list": Printed(ListReport, "What was read and what was doubtful."),
        "ingest survey": Printed(
            ProgressLine | SurveyLine, "How far each service is, and at the end what the survey brought.", by_line=True
        ),
        "ingest metadata": Printed(ApplyReport, "How many records were joined to papers, and which were not."),
        "ingest citations": Printed(
            ApplyReport | EdgeBundleReport, "How many citations are new; with --bundle, how many were written."
        ),
        "ingest notes": Printed(ApplyReport, "How many notes were joined to papers, and which were not."),
        "ingest bibliography": Printed(ListReport, "What was read and what was doubtful."),
        "ingest taxonomy": Printed(ListReport, "What was read and what was doubtful."),
        "ingest node-link": Printed(NetworkReport, "What was read back."),
        "review": Printed(Review, "What waits for a decision."),
        "review log": Printed(MergeLog, "What was joined, by which rule, and what was decided."),
        "review same": Printed(Decision, "What was decided, and what it changed."),
        "review apart": Printed(Decision, "What was decided, and what it changed."),
        "review undo": Printed(Decision, "What was taken back, and what it changed."),
        "list show": Printed(
            tuple[ListSummary, ...] | tuple[ListedPaper, ...], "All lists, or the papers of the one that was named."
        ),
        "list add": Printed(AddedByName, "How many papers are new on the list, and which are not in the library."),
        "list remove": Printed(Removed, "How many papers were taken off, and which were not there."),
        "list delete": Printed(Deleted, "Which list was deleted."),
        "list restore": Printed(Restored, "Which list was restored, under which name."),
        "error": Printed(ErrorReport, "The last line of standard error, where a command with --json fails."),
    }
)


class _Generator(GenerateJsonSchema):
    """What is printed holds every field of its record, also those that have a default."""

    def field_is_required(self, field: Any, total: bool) -> bool:  # noqa: ARG002
        return True


def schema_of(name: str) -> dict[str, Any]:
    """The schema of what a command prints, by its words: ``"list show"``; ``"error"`` of what it says when it fails.

    Raises:
        WrongUsage: there is no such command, or it has no ``--json``.
    """
    if name not in SCHEMAS:
        raise WrongUsage(f"There is no schema for {name!r}.", f"Name one of: {', '.join(SCHEMAS)}.")
    printed = SCHEMAS[name]
    found = TypeAdapter(printed.record).json_schema(mode="serialization", schema_generator=_Generator)
    head = {"$schema": _DIALECT, "$id": f"urn:litatlas:schema:{VERSION}:{name.replace(' ', '-')}"}
    return (
        head | found | {"title": f"litatlas {name} --json" if name != "error" else "error", "$comment": printed.about}
    )
