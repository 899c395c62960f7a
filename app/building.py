"""The use cases that change a library: build it, and take in a list, metadata or citations.

Each ends in one commit or in none; nothing is printed here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from pathlib import Path

from pydantic import TypeAdapter

from litatlas.graph.draft import Draft
from litatlas.graph.embedding import EmbeddingReport, update_index
from litatlas.graph.encoder import BUNDLED_MODEL, Encoder, load_encoder
from litatlas.graph.errors import LibraryDamaged, LibraryMissing, LibraryTooOld, SourceMissing, SourceUnreadable
from litatlas.graph.index import VectorIndex
from litatlas.graph.library import Library
from litatlas.graph.models import Counts, Finding
from litatlas.ingest.annotating import apply_notes
from litatlas.ingest.bundle import find_bundles, find_edge_bundles, load_facts, load_notes, write_bundle
from litatlas.ingest.citations import read_edges
from litatlas.ingest.edge_bundle import load_edges, read_edges_among, write_edge_bundle
from litatlas.ingest.facts import SurveyFacts
from litatlas.ingest.file_kinds import Command, advice_for
from litatlas.ingest.metadata import read_metadata
from litatlas.ingest.node_link import read_node_link
from litatlas.ingest.notes import read_notes
from litatlas.ingest.pipeline import ApplyReport, apply_edges, apply_facts, apply_metadata

from .mapping import make_map
from .saving import write_file
from .settings import Settings

Progress = Callable[[str, int, int], None]
"""Called with (stage, done, total)."""


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did.

    Attributes:
        surveys: keys of the bundled surveys that were read.
        kept: those of them that are in the library as the reader's own reading of another file, which stays.
        changed: whether a new generation was committed.
        mapped: papers on the map of meaning, or None where it was left out.
    """

    library: str
    surveys: tuple[str, ...]
    kept: tuple[str, ...]
    changed: bool
    embedding: EmbeddingReport
    counts: Counts
    content_hash: str
    mapped: int | None = None


def build(
    settings: Settings,
    progress: Progress,
    *,
    surveys: Sequence[str] = (),
    load: Callable[[str], Encoder] = load_encoder,
    with_map: bool = True,
) -> BuildReport:
    """Bring a library up to date: bundled surveys, and vectors for what changed.

    A library that does not exist yet gets all bundled surveys; one that does gets those it already holds in their
    present state, and those that are named.

    Args:
        surveys: keys of bundled surveys to add.
        load: gives the encoder for a model's name.
        with_map: lay out the map of meaning too; a minute for 50,000 papers.

    Raises:
        SourceMissing: a survey is named that is not bundled.
        LibraryError, ModelError, StorageError: the library is as it was.
    """
    _check_bundled(surveys)
    with Library.edit(settings.library) as draft:
        # Opened while nobody else can write, so this is what the draft is a copy of.
        previous = _open_if_any(settings.library)
        wanted = _wanted(surveys, draft)
        kept = []
        for number, (key, folder) in enumerate(wanted.items()):
            progress("Reading surveys", number, len(wanted))
            facts = load_facts(folder)
            if key not in surveys and _is_the_readers_own(draft, facts):
                kept.append(key)
            else:
                apply_facts(draft, facts)
        for folder in find_edge_bundles().values() if wanted else ():
            apply_edges(draft, load_edges(folder))
        for folder in wanted.values():
            if notes := load_notes(folder):
                apply_notes(draft, notes)
        progress("Reading surveys", len(wanted), len(wanted))
        encoder = load(settings.model or (draft.base and draft.base.model_name) or BUNDLED_MODEL)
        report = update_index(
            draft, encoder, usable_index(previous), lambda done, total: progress("Embedding", done, total)
        )
        before = draft.base.content_hash if draft.base else None
        if previous:
            previous.close()
    with Library(settings.library) as library:
        laid_out = make_map(library, lambda done, total: progress("Drawing the map", done, total)) if with_map else None
        return BuildReport(
            library=str(settings.library),
            surveys=tuple(wanted),
            kept=tuple(kept),
            changed=library.manifest.content_hash != before,
            embedding=report,
            counts=library.counts,
            content_hash=library.manifest.content_hash,
            mapped=len(laid_out.keys) if laid_out else None,
        )


def _open_if_any(directory: Path) -> Library | None:
    try:
        return Library(directory)
    except (LibraryMissing, LibraryTooOld):  # of an older format the vectors are made again
        return None


def _check_bundled(named: Sequence[str]) -> None:
    bundled = find_bundles()
    for key in named:
        if key not in bundled:
            raise SourceMissing(f"No survey named {key!r} ships with LitAtlas.", f"There are: {', '.join(bundled)}.")


def _wanted(named: Sequence[str], draft: Draft) -> dict[str, Traversable]:
    bundled = find_bundles()
    if draft.base is None and not named:
        return bundled
    held = draft.survey_keys()
    return {key: folder for key, folder in bundled.items() if key in held or key in named}


def _is_the_readers_own(draft: Draft, facts: SurveyFacts) -> bool:
    """Whether the library has a survey of that key from another file than the one that its bundle was made of."""
    source = draft.source(facts.source.key)
    return source is not None and source.location != facts.source.location


def usable_index(library: Library | None) -> VectorIndex | None:
    """The index of the last build, or None where it has to be made again."""
    try:
        return library.index if library else None
    except LibraryDamaged:
        return None


def write_report(facts: SurveyFacts, path: Path) -> None:
    """Write every finding of a parse to a file, one JSON record per line, by line of the list."""
    lines = TypeAdapter(Finding)
    write_file(path, b"".join(lines.dump_json(finding) + b"\n" for finding in facts.findings))


@dataclass(frozen=True, slots=True)
class ListReport:
    """What taking in a list did.

    Attributes:
        applied: what changed in the library, or None where only a bundle was written.
        bundle: files written, if any.
    """

    facts: SurveyFacts
    applied: ApplyReport | None
    bundle: tuple[str, ...] = ()


def ingest_list(settings: Settings, facts: SurveyFacts) -> ListReport:
    """Take a list that was read into the library, which is made where there is none."""
    with Library.edit(settings.library) as draft:
        applied = apply_facts(draft, facts)
    return ListReport(facts, applied)


def bundle_list(facts: SurveyFacts, directory: Path, title: str | None = None) -> ListReport:
    """Write the facts of a list as a bundle; arguments as in `bundle.write_bundle`."""
    written = write_bundle(facts, directory, title)
    return ListReport(facts, None, tuple(str(path) for path in written))


@dataclass(frozen=True, slots=True)
class NetworkReport:
    """What taking in an exported network did.

    Attributes:
        surveys: one report for each survey in it.
        citations: what became of its citations.
    """

    surveys: tuple[ListReport, ...]
    citations: ApplyReport


def ingest_node_link(settings: Settings, path: Path) -> NetworkReport:
    """Take a network that `litatlas export` wrote into the library, which is made where there is none.

    Raises:
        SourceMissing, SourceUnreadable: as `read_node_link` does; the library is as it was.
    """
    network = read_node_link(path)
    with Library.edit(settings.library) as draft:
        surveys = tuple(ListReport(facts, apply_facts(draft, facts)) for facts in network.surveys)
        return NetworkReport(surveys, apply_edges(draft, network.edges))


@dataclass(frozen=True, slots=True)
class EdgeBundleReport:
    """What writing a bundle of citations did.

    Attributes:
        edges: how many lie between papers of the bundled surveys, of all `records` that could be read.
        bundle: files written.
    """

    records: int
    edges: int
    surveys: tuple[str, ...]
    bundle: tuple[str, ...]


def bundle_citations(path: Path, directory: Path) -> EdgeBundleReport:
    """Write the citations of a file that lie between papers of the bundled surveys as a bundle.

    Raises:
        SourceUnreadable: the file holds no citation.
    """
    read = read_edges(path, source_key=f"edge-file:{path.name}")
    if not read.edges:
        raise _nothing_in(path, Command.CITATIONS, "citation", len(read.findings))
    surveys = {key: load_facts(folder) for key, folder in find_bundles().items()}
    edges = read_edges_among(surveys.values(), path)
    written = write_edge_bundle(edges, tuple(surveys), directory)
    return EdgeBundleReport(len(read.edges), len(edges.edges), tuple(surveys), tuple(map(str, written)))


def ingest_metadata(settings: Settings, path: Path, *, add_unknown: bool = False) -> ApplyReport:
    """Take metadata of papers from a JSON-lines file.

    Args:
        add_unknown: add papers the library does not know, without a place, instead of passing them over.

    Raises:
        LibraryMissing: there is no library to add to, and `add_unknown` is False.
        SourceUnreadable: the file holds no record; what it said before stays.
    """
    metadata = read_metadata(path)
    with Library.edit(settings.library, create=add_unknown) as draft:
        report = apply_metadata(draft, metadata, add_unknown=add_unknown)
        if not report.records:
            raise _nothing_in(path, Command.METADATA, "record with a title", len(report.findings))
        return report


def ingest_citations(settings: Settings, path: Path) -> ApplyReport:
    """Take citation edges between papers of the library from a file.

    Raises:
        LibraryMissing: there is no library to add to.
        SourceUnreadable: the file holds no citation; what it said before stays.
    """
    edges = read_edges(path, source_key=f"edge-file:{path.name}")
    if not edges.edges:
        raise _nothing_in(path, Command.CITATIONS, "citation", len(edges.findings))
    with Library.edit(settings.library, create=False) as draft:
        return apply_edges(draft, edges)


def ingest_notes(settings: Settings, path: Path, source_title: str | None = None) -> ApplyReport:
    """Take a reader's own notes on papers of the library from a file; arguments as in `notes.read_notes`.

    Raises:
        LibraryMissing: there is no library to add to.
        SourceUnreadable: the file holds no note; what it said before stays.
    """
    notes = read_notes(path, source_title=source_title)
    if not notes.notes:
        raise _nothing_in(path, Command.NOTES, "note", len(notes.findings))
    with Library.edit(settings.library, create=False) as draft:
        return apply_notes(draft, notes)


_START = 100_000  # bytes


def _nothing_in(path: Path, tried: Command, wanted: str, others: int) -> SourceUnreadable:
    """A file without a record would otherwise take back what it said when it still had some."""
    with path.open("rb") as stream:
        start = stream.read(_START)
    if b"\0" in start and path.suffix not in {".gz", ".xz"}:
        return SourceUnreadable(
            f"{path} is not a text file, so it holds no {wanted}. The library is as it was.", _EXPECTED[tried]
        )
    what = f"; {others:,} of its lines could not be read" if others else ""
    return SourceUnreadable(
        f"{path} holds no {wanted}{what}. The library is as it was.",
        advice_for(start.decode("utf-8", "replace"), tried, _EXPECTED[tried]),
    )


_EXPECTED = {
    Command.METADATA: "Each line should be a JSON object with a title, e.g."
    ' {"title": "…", "arxiv_id": "2306.00978", "abstract": "…"}.',
    Command.NOTES: "Each line should be a JSON object with an id or a title, and a note of one sentence, e.g."
    ' {"ids": ["arxiv:2306.00978"], "note": "Protects the weights that matter, seen by their activations."}.',
    Command.CITATIONS: "Each line should be two ids, the citing paper's first, or a JSON object, e.g."
    ' {"citing": "arxiv:2306.14048", "cited": "arxiv:2306.00978"}.',
}
