"""Bundles: the facts of one survey as a directory of JSON files, the same bytes for the same facts.

    manifest.json      format, survey, sources, counts, command, sha256 of every other file
    nodes.jsonl        the taxonomy, depth first
    papers.jsonl       papers and software with their claims, in the order of their first line
    placements.jsonl   which paper stands at which node
    citations.jsonl    who cites whom among them, where an edge file was given
    report.jsonl       what was doubtful and what was decided

`to_files` and `from_files` are pure and each other's inverse.
"""

from __future__ import annotations

import hashlib
import json
import shlex
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from litatlas.graph.errors import SourceMissing, SourceUnreadable, StorageError

from .bundle_schema import (
    CountsPart,
    EdgeLine,
    FilePart,
    FindingLine,
    Manifest,
    NodeLine,
    PlacementLine,
    SourcePart,
    SurveyPart,
    Version,
    WorkLine,
)
from .citations import EdgeFile, edges_within, read_edges
from .facts import SurveyFacts
from .paper_list import read_paper_list

FORMAT_VERSION = 1
MANIFEST = "manifest.json"
NODES, PAPERS, PLACEMENTS, REPORT = "nodes.jsonl", "papers.jsonl", "placements.jsonl", "report.jsonl"
CITATIONS = "citations.jsonl"

Model = TypeVar("Model", bound=BaseModel)
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Bundle:
    """What a bundle holds: one survey's facts, and the edges among its papers."""

    facts: SurveyFacts
    edges: EdgeFile | None = None


def make_bundle(
    paper_list: Path,
    edges: Path | None = None,
    *,
    survey_key: str,
    title: str | None = None,
    source_title: str | None = None,
    location: str | None = None,
    revision: str | None = None,
    date: str | None = None,
) -> Bundle:
    """Read a companion list, and of an edge file what lies between its papers; arguments as in `read_paper_list`.

    Raises:
        SourceMissing, SourceUnreadable, NoPapersFound: as `read_paper_list` and `read_edges` do.
    """
    facts = read_paper_list(
        paper_list,
        survey_key=survey_key,
        title=title,
        source_title=source_title,
        location=location,
        revision=revision,
        date=date,
    )
    return Bundle(facts, read_edges_of(facts, edges) if edges else None)


def read_edges_of(facts: SurveyFacts, path: Path) -> EdgeFile:
    """The edges of a file that lie between two papers of a survey, by id or title; errors as in `read_edges`."""
    read = read_edges(path, source_key=f"edge-file:{facts.survey.key}")
    return EdgeFile(read.source, edges_within(read.edges, facts.paper_ids, (work.title for work in facts.works)))


def find_bundles() -> dict[str, Traversable]:
    """The bundles that ship with LitAtlas, by survey key."""
    found = (entry for entry in resources.files("litatlas.data").iterdir() if entry.joinpath(MANIFEST).is_file())
    return {entry.name: entry for entry in sorted(found, key=lambda entry: entry.name)}


def to_files(facts: SurveyFacts, edges: EdgeFile | None = None) -> dict[str, bytes]:
    """The bundle's files by name; `edges` should be those within the survey (`citations.edges_within`)."""
    files = {
        NODES: _to_lines(map(NodeLine.of, facts.nodes)),
        PAPERS: _to_lines(map(WorkLine.of, facts.works)),
        PLACEMENTS: _to_lines(map(PlacementLine.of, facts.placements)),
        REPORT: _to_lines(map(FindingLine.of, facts.findings)),
    }
    if edges is not None:
        files[CITATIONS] = _to_lines(map(EdgeLine.of, edges.edges))
    manifest = Manifest(
        format=FORMAT_VERSION,
        survey=SurveyPart.of(facts.survey),
        source=SourcePart.of(facts.source),
        edge_source=SourcePart.of(edges.source) if edges else None,
        counts=CountsPart.of(facts.counts),
        command=rebuild_command(facts, edges),
        files={name: FilePart(sha256=_digest(data), records=data.count(b"\n")) for name, data in files.items()},
    )
    files[MANIFEST] = (_to_json(manifest, indent=2) + "\n").encode()
    return dict(sorted(files.items()))


def rebuild_command(facts: SurveyFacts, edges: EdgeFile | None = None) -> str:
    """The command that makes this bundle again, run in the directory that holds its inputs."""
    source, key = facts.source, facts.survey.key
    options = {
        "--survey": key,
        "--source": source.title,
        "--location": source.location,
        "--revision": source.revision,
        "--date": source.date,
        "--edges": edges.source.location if edges else None,
        "--bundle": f"data/{key}",
    }
    words = [word for option, value in options.items() if value for word in (option, value)]
    return shlex.join(["litatlas", "ingest", "list", "README.md", *words])


def write_bundle(facts: SurveyFacts, directory: Path, edges: EdgeFile | None = None) -> tuple[Path, ...]:
    """Write the bundle's files; the manifest comes last, so that a broken write is noticed when it is read.

    Returns:
        the files written.

    Raises:
        StorageError: the disk is full or not writable.
    """
    files = to_files(facts, edges)
    written = []
    try:
        directory.mkdir(parents=True, exist_ok=True)
        if edges is None:
            (directory / CITATIONS).unlink(missing_ok=True)
        for name in sorted(files, key=lambda name: name == MANIFEST):
            path = directory / name
            path.write_bytes(files[name])
            written.append(path)
    except OSError as error:
        raise StorageError(
            f"The bundle cannot be written to {directory}: {error.strerror or error}",
            "Check the free space and the permissions of the directory.",
        ) from error
    return tuple(written)


def load_bundle(directory: Traversable) -> Bundle:
    """Read a bundle from a directory or from an installed package's data.

    Raises:
        SourceMissing: there is no bundle.
        SourceUnreadable: a file is missing, altered or not understood; the message names file, line and cause.
    """
    files = {MANIFEST: _read(directory, MANIFEST)}
    files |= {name: _read(directory, name) for name in _read_manifest(files, str(directory)).files}
    return from_files(files, str(directory))


def load_facts(directory: Traversable) -> SurveyFacts:
    """The facts of a bundle; errors as in `load_bundle`."""
    return load_bundle(directory).facts


def from_files(files: Mapping[str, bytes], name: str = "the bundle") -> Bundle:
    """Read a bundle from its files' bytes; errors as in `load_bundle`."""
    manifest = _read_manifest(files, name)
    key, source = manifest.survey.key, manifest.source.to_source()
    reader = _Reader(files, manifest, name)
    facts = SurveyFacts(
        survey=manifest.survey.to_survey(source.key),
        source=source,
        nodes=reader.records(NODES, NodeLine, lambda line: line.to_node(key)),
        works=reader.records(PAPERS, WorkLine, lambda line: line.to_work(source.key)),
        placements=reader.records(PLACEMENTS, PlacementLine, lambda line: line.to_placement(source.key)),
        findings=reader.records(REPORT, FindingLine, FindingLine.to_finding),
        counts=manifest.counts.to_counts(),
    )
    _check_references(facts, name)
    if manifest.edge_source is None:
        return Bundle(facts)
    edges = reader.records(CITATIONS, EdgeLine, EdgeLine.to_edge)
    return Bundle(facts, EdgeFile(manifest.edge_source.to_source(), edges))


class _Reader:
    """Reads the line files that a manifest vouches for."""

    def __init__(self, files: Mapping[str, bytes], manifest: Manifest, name: str) -> None:
        self._files, self._manifest, self._name = files, manifest, name

    def records(self, file: str, model: type[Model], convert: Callable[[Model], Value]) -> tuple[Value, ...]:
        """The records of a file whose checksum is right, each line validated."""
        data, listed = self._files.get(file), self._manifest.files.get(file)
        if data is None or listed is None:
            raise _damaged(self._name, file, None, "it is missing")
        records = []
        for number, line in enumerate(data.removesuffix(b"\n").split(b"\n") if data else [], start=1):
            try:
                records.append(convert(model.model_validate_json(line)))
            except ValidationError as error:
                raise _damaged(self._name, file, number, _cause(error)) from error
        if _digest(data) != listed.sha256:
            raise _damaged(self._name, file, None, "its checksum is not the one in the manifest")
        return tuple(records)


def _read(directory: Traversable, file: str) -> bytes:
    try:
        return directory.joinpath(file).read_bytes()
    except (FileNotFoundError, NotADirectoryError) as error:
        if file == MANIFEST:
            raise SourceMissing(f"There is no bundle in {directory}", f"Name a directory with a {MANIFEST}.") from error
        raise _damaged(str(directory), file, None, "it is missing") from error
    except (OSError, ValueError) as error:
        raise _damaged(str(directory), file, None, str(error)) from error


def _read_manifest(files: Mapping[str, bytes], name: str) -> Manifest:
    try:
        version = Version.model_validate_json(files.get(MANIFEST, b"")).format
        if version != FORMAT_VERSION:
            advice = "Install the release of LitAtlas that wrote it, or a later one."
            raise SourceUnreadable(f"{name} has format {version}; this release reads {FORMAT_VERSION}", advice)
        return Manifest.model_validate_json(files[MANIFEST])
    except ValidationError as error:
        raise _damaged(name, MANIFEST, None, _cause(error)) from error


def _check_references(facts: SurveyFacts, name: str) -> None:
    works, nodes = {work.key for work in facts.works}, {node.key for node in facts.nodes}
    for number, node in enumerate(facts.nodes, start=1):
        if node.parent is not None and node.parent not in nodes:
            raise _damaged(name, NODES, number, f"there is no node {node.parent!r}")
    for number, placement in enumerate(facts.placements, start=1):
        if placement.paper not in works or placement.node not in nodes:
            raise _damaged(name, PLACEMENTS, number, f"no such paper or node: {placement.paper!r}, {placement.node!r}")


def _damaged(name: str, file: str, line: int | None, cause: str) -> SourceUnreadable:
    place = f"{file}, line {line}" if line else file
    advice = "Restore the file, or make the bundle again with the command in its manifest."
    return SourceUnreadable(f"The bundle {name} is damaged: {place}: {cause}", advice)


def _cause(error: ValidationError) -> str:
    first = error.errors(include_url=False)[0]
    place = ".".join(map(str, first["loc"]))
    return f"{place}: {first['msg']}" if place else str(first["msg"])


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _to_lines(records: Iterable[BaseModel]) -> bytes:
    return "".join(_to_json(record) + "\n" for record in records).encode()


def _to_json(record: BaseModel, indent: int | None = None) -> str:
    return json.dumps(record.model_dump(mode="json"), ensure_ascii=False, sort_keys=True, indent=indent)
