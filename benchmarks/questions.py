"""The questions of benchmarks/questions: written before anything was tuned, in halves by a hash of their ids."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from litatlas.graph.library import Library

FOLDER = Path(__file__).parent / "questions"


class Half(StrEnum):
    """What a question may be used for."""

    TUNING = "tuning"
    FINAL = "final"


class Kind(StrEnum):
    """What a question asks for."""

    NEED = "need"
    RECALL = "recall"
    NAME = "name"
    NODE = "node"
    OFF_TOPIC = "off-topic"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with what it should find.

    Attributes:
        papers: keys in a library of the bundled surveys.
        nodes: keys.
    """

    id: str
    query: str
    kind: Kind
    survey: str | None
    papers: frozenset[str]
    nodes: frozenset[str]

    @property
    def half(self) -> Half:
        """By the first byte of the id's sha256: even is tuning."""
        return Half.FINAL if hashlib.sha256(self.id.encode()).digest()[0] % 2 else Half.TUNING


def read_questions(library: Library) -> tuple[Asked, ...]:
    """All questions, their papers as this library knows them.

    Raises:
        UnknownPaper: a question expects a paper that is not here.
    """
    lines = [line for path in sorted(FOLDER.glob("*.jsonl")) for line in path.read_text("utf-8").splitlines()]
    asked = []
    for value in map(json.loads, lines):
        papers = [library.paper(reference.removeprefix("title:")).key for reference in value.get("papers", [])]
        nodes = [library.node(key).key for key in value.get("nodes", [])]
        kind, survey = Kind(value["kind"]), value.get("survey")
        asked.append(Asked(value["id"], value["query"], kind, survey, frozenset(papers), frozenset(nodes)))
    return tuple(asked)
