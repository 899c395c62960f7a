"""Bundles: facts as a directory of JSON files, the same bytes for the same facts.

    manifest.json      format, survey, sources, counts, command, sha256 of every other file
    nodes.jsonl        the taxonomy, depth first
    papers.jsonl       papers and software with their claims, in the order of their first line
    placements.jsonl   which paper stands at which node
    report.jsonl       what was doubtful and what was decided
    notes.jsonl        a sentence on each paper, where somebody wrote some

is the bundle of one survey; who cites whom among the papers of all of them is a bundle of its own (edge_bundle.py).
`to_files` and `from_files` are pure and each other's inverse. Notes are written, not read from the list: making a
bundle again keeps those that are there.
"""

from __future__ import annotations

import hashlib
import json
import shlex
from collections.abc import Callable, Iterable, Mapping
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from litatlas.graph.errors import SourceMissing, SourceUnreadable, StorageError

from .bundle_schema import (
    CountsPart,
    FilePart,
    FindingLine,
    Manifest,
    NodeLine,
    NotesPart,
    PlacementLine,
    SourcePart,
    SurveyPart,
    Version,
    WorkLine,
)
from .facts import SurveyFacts
from .notes import Note, NoteLine, Notes

FORMAT_VERSION = 2
MANIFEST = "manifest.json"
NODES, PAPERS, PLACEMENTS, REPORT = "nodes.jsonl", "papers.jsonl", "placements.jsonl", "report.jsonl"
NOTES = "notes.jsonl"

Model = TypeVar("Model", bound=BaseModel)
Value = TypeVar("Value")


def find_bundles() -> dict[str, Traversable]:
    """The surveys that ship with LitAtlas, by key."""
    return {name: folder for name, folder in _shipped().items() if folder.joinpath(NODES).is_file()}


def find_edge_bundles() -> dict[str, Traversable]:
    """The bundles of citations that ship with LitAtlas, by name."""
    return {name: folder for name, folder in _shipped().items() if not folder.joinpath(NODES).is_file()}


def _shipped() -> dict[str, Traversable]:
    found = (entry for entry in resources.files("litatlas.data").iterdir() if entry.joinpath(MANIFEST).is_file())
    return {entry.name: entry for entry in sorted(found, key=lambda entry: entry.name)}


def to_files(facts: SurveyFacts, title: str | None = None, notes: Notes | None = None) -> dict[str, bytes]:
    """The bundle's files by name.

    Args:
        title: of the survey, where it was given and not read; part of the command that makes the bundle again.
        notes: on papers of the survey, where somebody wrote some.
    """
    files = {
        NODES: to_lines(map(NodeLine.of, facts.nodes)),
        PAPERS: to_lines(map(WorkLine.of, facts.works)),
        PLACEMENTS: to_lines(map(PlacementLine.of, facts.placements)),
        REPORT: to_lines(map(FindingLine.of, facts.findings)),
    }
    if notes:
        files[NOTES] = to_lines(map(NoteLine.of, notes.notes))
    manifest = Manifest(
        format=FORMAT_VERSION,
        survey=SurveyPart.of(facts.survey),
        source=SourcePart.of(facts.source),
        sources=tuple(map(SourcePart.of, facts.files)),
        counts=CountsPart.of(facts.counts),
        notes=NotesPart(source=SourcePart.of(notes.source), made=notes.made) if notes else None,
        command=rebuild_command(facts, title),
        files=describe_files(files),
    )
    files[MANIFEST] = (to_json(manifest, indent=2) + "\n").encode()
    return dict(sorted(files.items()))


def rebuild_command(facts: SurveyFacts, title: str | None = None) -> str:
    """The command that makes this bundle again, run in the directory that holds the list."""
    source, key = facts.source, facts.survey.key
    options = {
        "--survey": key,
        "--title": title,
        "--source": source.title,
        "--location": source.location,
        "--revision": source.revision,
        "--date": source.date,
        "--licence": source.licence,
        "--bundle": f"data/{key}",
    }
    words = [word for option, value in options.items() if value for word in (option, value)]
    return shlex.join(["litatlas", "ingest", "list", "." if facts.files else "README.md", *words])


def write_bundle(facts: SurveyFacts, directory: Path, title: str | None = None) -> tuple[Path, ...]:
    """Write a survey's bundle; arguments as in `to_files`, files and errors as in `write_files`.

    Raises:
        SourceUnreadable: there are notes in the directory that would be lost, since they cannot be read.
    """
    return write_files(to_files(facts, title, _notes_in(directory)), directory)


def _notes_in(directory: Path) -> Notes | None:
    return load_notes(directory) if (directory / NOTES).is_file() else None


def write_files(files: Mapping[str, bytes], directory: Path) -> tuple[Path, ...]:
    """Write a bundle's files; the manifest comes last, so that a broken write is noticed when it is read.

    Returns:
        the files written.

    Raises:
        StorageError: the disk is full or not writable.
    """
    written = []
    try:
        directory.mkdir(parents=True, exist_ok=True)
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


def load_facts(directory: Traversable) -> SurveyFacts:
    """Read a survey's bundle from a directory or from an installed package's data.

    Raises:
        SourceMissing: there is no bundle.
        SourceUnreadable: a file is missing, altered or not understood; the message names file, line and cause.
    """
    files = {MANIFEST: read_file(directory, MANIFEST)}
    manifest = read_manifest(files, str(directory), Manifest)
    files |= {name: read_file(directory, name) for name in manifest.files}
    return from_files(files, str(directory))


def load_notes(directory: Traversable) -> Notes | None:
    """The notes that came with a survey's bundle; None where it has none. Errors as in `load_facts`."""
    name, files = str(directory), {MANIFEST: read_file(directory, MANIFEST)}
    manifest = read_manifest(files, name, Manifest)
    if manifest.notes is None:
        return None
    files[NOTES] = read_file(directory, NOTES)
    lines = BundleReader(files, manifest.files, name).records(NOTES, NoteLine, lambda line: line)
    notes = tuple(Note(number, line.note, line.ids, line.title) for number, line in enumerate(lines, start=1))
    return Notes(manifest.notes.source.to_source(), notes, made=manifest.notes.made)


def from_files(files: Mapping[str, bytes], name: str = "the bundle") -> SurveyFacts:
    """Read a survey's bundle from its files' bytes; errors as in `load_facts`."""
    manifest = read_manifest(files, name, Manifest)
    key, source = manifest.survey.key, manifest.source.to_source()
    reader = BundleReader(files, manifest.files, name)
    facts = SurveyFacts(
        survey=manifest.survey.to_survey(source.key),
        source=source,
        nodes=reader.records(NODES, NodeLine, lambda line: line.to_node(key)),
        works=reader.records(PAPERS, WorkLine, lambda line: line.to_work(source.key)),
        placements=reader.records(PLACEMENTS, PlacementLine, lambda line: line.to_placement(source.key)),
        findings=reader.records(REPORT, FindingLine, FindingLine.to_finding),
        counts=manifest.counts.to_counts(),
        files=tuple(part.to_source() for part in manifest.sources),
    )
    _check_references(facts, name)
    return facts


class BundleReader:
    """Reads the line files that a manifest vouches for."""

    def __init__(self, files: Mapping[str, bytes], listed: Mapping[str, FilePart], name: str) -> None:
        self._files, self._listed, self._name = files, listed, name

    def records(self, file: str, model: type[Model], convert: Callable[[Model], Value]) -> tuple[Value, ...]:
        """The records of a file whose checksum is right, each line validated."""
        data, listed = self._files.get(file), self._listed.get(file)
        if data is None or listed is None:
            raise damaged(self._name, file, None, "it is missing")
        records = []
        for number, line in enumerate(data.removesuffix(b"\n").split(b"\n") if data else [], start=1):
            try:
                records.append(convert(model.model_validate_json(line)))
            except ValidationError as error:
                raise damaged(self._name, file, number, _cause(error)) from error
        if _digest(data) != listed.sha256:
            raise damaged(self._name, file, None, "its checksum is not the one in the manifest")
        return tuple(records)


def read_file(directory: Traversable, file: str) -> bytes:
    """The bytes of a bundle's file; errors as in `load_facts`."""
    try:
        return directory.joinpath(file).read_bytes()
    except (FileNotFoundError, NotADirectoryError) as error:
        if file == MANIFEST:
            raise SourceMissing(f"There is no bundle in {directory}", f"Name a directory with a {MANIFEST}.") from error
        raise damaged(str(directory), file, None, "it is missing") from error
    except (OSError, ValueError) as error:
        raise damaged(str(directory), file, None, str(error)) from error


def read_manifest(files: Mapping[str, bytes], name: str, model: type[Model]) -> Model:
    """The manifest among a bundle's files, of the kind that is expected; errors as in `load_facts`."""
    try:
        version = Version.model_validate_json(files.get(MANIFEST, b"")).format
        if version != FORMAT_VERSION:
            advice = "Install the release of LitAtlas that wrote it, or a later one."
            raise SourceUnreadable(f"{name} has format {version}; this release reads {FORMAT_VERSION}", advice)
        return model.model_validate_json(files[MANIFEST])
    except ValidationError as error:
        raise damaged(name, MANIFEST, None, _cause(error)) from error


def _check_references(facts: SurveyFacts, name: str) -> None:
    works, nodes = {work.key for work in facts.works}, {node.key for node in facts.nodes}
    sources = {facts.source.key, *(source.key for source in facts.files)}
    for number, node in enumerate(facts.nodes, start=1):
        if node.parent is not None and node.parent not in nodes:
            raise damaged(name, NODES, number, f"there is no node {node.parent!r}")
    for number, work in enumerate(facts.works, start=1):
        if not {claim.source for claim in work.claims} <= sources:
            raise damaged(name, PAPERS, number, f"a claim of {work.key!r} names a file that the manifest does not")
    for number, placement in enumerate(facts.placements, start=1):
        if placement.paper not in works or placement.node not in nodes or placement.source not in sources:
            what = f"{placement.paper!r}, {placement.node!r}"
            raise damaged(name, PLACEMENTS, number, f"no such paper or node: {what}")


def damaged(name: str, file: str, line: int | None, cause: str) -> SourceUnreadable:
    """The error for a bundle that is not as it was written."""
    place = f"{file}, line {line}" if line else file
    advice = "Restore the file, or make the bundle again with the command in its manifest."
    return SourceUnreadable(f"The bundle {name} is damaged: {place}: {cause}", advice)


def _cause(error: ValidationError) -> str:
    first = error.errors(include_url=False)[0]
    place = ".".join(map(str, first["loc"]))
    return f"{place}: {first['msg']}" if place else str(first["msg"])


def describe_files(files: Mapping[str, bytes]) -> dict[str, FilePart]:
    """What a manifest says about each of a bundle's files."""
    return {name: FilePart(sha256=_digest(data), records=data.count(b"\n")) for name, data in files.items()}


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def to_lines(records: Iterable[BaseModel]) -> bytes:
    """Records as JSON lines."""
    return "".join(to_json(record) + "\n" for record in records).encode()


def to_json(record: BaseModel, indent: int | None = None) -> str:
    """A record as JSON with sorted names; files are named only where a list has several, notes where there are some."""
    return json.dumps(
        _without_absent(record.model_dump(mode="json")), ensure_ascii=False, sort_keys=True, indent=indent
    )


_LEFT_OUT = frozenset({"file", "notes"})  # where they are None


def _without_absent(value: Any) -> Any:
    if isinstance(value, dict):
        return {n: _without_absent(part) for n, part in value.items() if n not in _LEFT_OUT or part is not None}
    return [_without_absent(part) for part in value] if isinstance(value, list) else value
