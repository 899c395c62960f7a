"""The bundle of citations: who cites whom among the papers of the bundled surveys, one directory for all of them.

manifest.json      format, source, surveys, command, sha256
citations.jsonl    a citation, with what its edge file names as its origin and evidence
"""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Mapping, Sequence
from importlib.resources.abc import Traversable
from pathlib import Path

from litatlas.graph.identity import PaperId

from .bundle import (
    FORMAT_VERSION,
    MANIFEST,
    BundleReader,
    describe_files,
    read_file,
    read_manifest,
    to_json,
    to_lines,
    write_files,
)
from .bundle_schema import EdgeLine, EdgesManifest, SourcePart
from .citations import EdgeFile, edges_within, read_edges
from .facts import SurveyFacts

CITATIONS = "citations.jsonl"
SOURCE_KEY = "edge-file:bundled"


def read_edges_among(surveys: Iterable[SurveyFacts], path: Path) -> EdgeFile:
    """The edges of a file whose both ends are among the papers of the surveys, by id or title.

    Raises:
        SourceMissing, SourceUnreadable: as in `citations.read_edges`.
    """
    ids: set[PaperId] = set()
    titles: list[str] = []
    for facts in surveys:
        ids |= facts.paper_ids
        titles += [work.title for work in facts.works]
    read = read_edges(path, source_key=SOURCE_KEY)
    return EdgeFile(read.source, edges_within(read.edges, ids, titles), read.findings)


def edges_to_files(edges: EdgeFile, surveys: Sequence[str]) -> dict[str, bytes]:
    """The bundle's files by name.

    Args:
        surveys: keys of the surveys whose papers the edges lie between.
    """
    files = {CITATIONS: to_lines(map(EdgeLine.of, edges.edges))}
    command = ["litatlas", "ingest", "citations", edges.source.location, "--bundle", "data/citations"]
    manifest = EdgesManifest(
        format=FORMAT_VERSION,
        edges=SourcePart.of(edges.source),
        surveys=tuple(surveys),
        command=shlex.join(command),
        files=describe_files(files),
    )
    files[MANIFEST] = (to_json(manifest, indent=2) + "\n").encode()
    return files


def write_edge_bundle(edges: EdgeFile, surveys: Sequence[str], directory: Path) -> tuple[Path, ...]:
    """Write a bundle of edges; files and errors as in `bundle.write_files`."""
    return write_files(edges_to_files(edges, surveys), directory)


def load_edges(directory: Traversable) -> EdgeFile:
    """Read a bundle of edges; errors as in `bundle.load_facts`."""
    files = {MANIFEST: read_file(directory, MANIFEST)}
    manifest = read_manifest(files, str(directory), EdgesManifest)
    files |= {name: read_file(directory, name) for name in manifest.files}
    return edges_from_files(files, str(directory))


def edges_from_files(files: Mapping[str, bytes], name: str = "the bundle") -> EdgeFile:
    """Read a bundle of edges from its files' bytes; errors as in `bundle.load_facts`."""
    manifest = read_manifest(files, name, EdgesManifest)
    edges = BundleReader(files, manifest.files, name).records(CITATIONS, EdgeLine, EdgeLine.to_edge)
    return EdgeFile(manifest.edges.to_source(), edges)
