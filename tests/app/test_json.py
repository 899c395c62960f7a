"""What commands print with --json, held against the schemas that `litatlas schema` prints."""

from __future__ import annotations

import json
import shlex
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main
from jsonschema import Draft202012Validator
from typer.testing import CliRunner, Result

from litatlas.app import building, service
from litatlas.app.cli import cli
from litatlas.app.console import _json_text
from litatlas.app.reading import Deleted
from litatlas.app.schemas import SCHEMAS, schema_of
from litatlas.graph import errors
from litatlas.graph.embedding import update_index
from litatlas.graph.encoder import Encoder
from litatlas.graph.library import Library
from litatlas.graph.reading_store import ReadingStore

from .. import survey_documents as documents
from ..conftest import WordEncoder
from ..graph import library_files
from ..loopback.corpus import Work
from ..loopback.server import LoopbackServer
from .web import hostile

_COMMAND = typer.main.get_command(cli)
Run = Callable[..., Result]
PROMISED = Path(__file__).with_name("json_fields.txt")

BIBLIOGRAPHY = "@article{a, title = {On things}, year = {2020}, keywords = {Things}}\n@misc{b, title = {More}}\n"
TAXONOMY = """@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
<urn:a> a skos:Concept ; skos:prefLabel "A" . <urn:b> a skos:Concept ; skos:prefLabel "B" ; skos:broader <urn:a> .
"""
LIST = (
    "# A list\n## Things\n- A paper of things, <ins>ICLR, 2024</ins> [[Paper](https://arxiv.org/abs/2401.00001)]\n- x\n"
)
FILES = {
    "list.md": LIST,
    "refs.bib": BIBLIOGRAPHY,
    "topics.ttl": TAXONOMY,
    "metadata.jsonl": '{"title": "GPTQ: accurate quantization", "abstract": "Ours."}\n{"title": "Unknown to all"}\n',
    "edges.jsonl": '{"citing": "arxiv:2306.00978", "cited": "arxiv:2306.14048"}\n{"citing": "arxiv:1", "cited": "x"}\n',
    "notes.jsonl": '{"ids": ["arxiv:2306.00978"], "note": "Scales up the channels that matter."}\n'
    '{"title": "Nowhere", "note": "About nothing that is here."}\n',
}

# Every command with --json, in each form that its options can give its result, and the status it ends with.
CASES: dict[str, list[tuple[str, int]]] = {
    "build": [("", 0)],
    "search": [("quantization of weights", 0), ("zebra --venue ICLR --year ..2000", 0), ("like:gptq", 0)],
    "ask": [("How are weights quantized?", 0)],
    "show": [("", 0), ("gptq", 0), ("Pruning", 0), ("t/quantization", 0)],
    "path": [("wanda gptq", 0), ("note gptq --by cites", 0)],
    "place": [("gptq", 0), ("'Weights are quantized'", 0)],
    "compare": [("s t", 0)],
    "export": [("-f bibtex -o out.bib", 0), ("--all all --under Pruning", 0)],
    "fetch": [("--offline", 3)],
    "status": [("", 0)],
    "ingest list": [("list.md --survey new", 0)],
    "ingest survey": [("2301.00042 --library fresh", 0)],
    "ingest metadata": [("metadata.jsonl", 0)],
    "ingest citations": [("edges.jsonl", 0), ("edges.jsonl --bundle bundle", 0)],
    "ingest notes": [("notes.jsonl", 0)],
    "ingest bibliography": [("refs.bib --survey refs", 0), ("refs.bib --survey refs --by keyword", 0)],
    "ingest taxonomy": [("topics.ttl --survey topics", 0)],
    "ingest node-link": [("net.json", 0)],
    "review": [("", 0)],
    "review log": [("", 0)],
    "review same": [("gptq awq", 0)],
    "review apart": [("gptq awq", 0)],
    "review undo": [("h2o note", 0)],
    "list show": [("", 0), ("Mine", 0)],
    "list add": [("Other gptq h2o nothing", 3)],
    "list remove": [("Mine gptq h2o", 3)],
    "list delete": [("Mine", 0)],
    "list restore": [("Gone", 0)],
}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library with two surveys and two reading lists, one of them deleted; tests get copies of it."""
    directory = tmp_path_factory.mktemp("json") / "library"
    library_files.write(directory)
    library_files.write_second_survey(directory)
    with Library.edit(directory) as draft:
        update_index(draft, WordEncoder(), None, lambda *_: None)
    papers = Library(directory).papers(["gptq", "wanda"])
    for name in ("Gone", "Mine"):
        ReadingStore(directory).add(name, papers)
    ReadingStore(directory).delete("Gone")
    return directory


@pytest.fixture
def run(made: Path, encoder: Encoder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The command in this process, beside files of each kind."""
    library = shutil.copytree(made, tmp_path / "library")
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(service.Atlas.__init__, "__defaults__", (lambda _: encoder,))
    defaults = building.build.__kwdefaults__
    monkeypatch.setattr(building.build, "__kwdefaults__", {**(defaults or {}), "load": lambda _: encoder})
    monkeypatch.setenv("LITATLAS_LIBRARY", str(library))
    return lambda *words: CliRunner().invoke(cli, list(words))


@pytest.fixture
def services(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """arXiv and Semantic Scholar on this machine, with a survey that cites two papers."""
    cited = [Work(f"2302.0000{n}", f"Method {n} of Things", f"About {n}.") for n in (1, 2)]
    survey = Work("2301.00042", "Things: A Survey", "All.", references=tuple(work.arxiv for work in cited))
    known = [documents.Work(f"k{n}", work.title, arxiv=work.arxiv) for n, work in enumerate(cited, start=1)]
    page = documents.to_html(survey.title, [documents.Part("Pruning", ("k1", "k2"))], known)
    with LoopbackServer((survey, *cited)) as server:
        server.overrides = {"/html/2301.00042": (200, "text/html", page)}
        for name, value in (
            ("ARXIV_API", f"{server.address}/api/query"),
            ("ARXIV_SITE", server.address),
            ("SEMANTIC_SCHOLAR", f"{server.address}/graph/v1"),
            ("OPENALEX", server.address),
            ("PACE", "0"),
            ("LONGEST_WAIT", "1"),
        ):
            monkeypatch.setenv(f"LITATLAS_{name}", value)
        yield


def closed(schema: Any) -> Any:
    """The schema with nothing allowed that it does not name, so that a field without a place in it is seen."""
    if isinstance(schema, list):
        return [closed(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    inner = {key: closed(value) for key, value in schema.items()}
    return inner | {"additionalProperties": False} if isinstance(schema.get("properties"), dict) else inner


def assert_fits(name: str, output: str) -> list[Any]:
    """The output is what the schema says, nothing less and nothing more; returns its values."""
    texts = output.splitlines() if SCHEMAS[name].by_line else [output]
    values = [json.loads(text) for text in texts]
    assert values
    for value in values:
        faults = list(Draft202012Validator(closed(schema_of(name))).iter_errors(value))
        assert not faults, f"{name}: {faults[0].message} at {list(faults[0].absolute_path)}"
    return values


def commands(group: Any = _COMMAND, path: tuple[str, ...] = ()) -> Iterator[tuple[str, Any]]:
    if path and getattr(group, "callback", None):
        yield " ".join(path), group
    for name, command in getattr(group, "commands", {}).items():
        yield from commands(command, (*path, name))


def test_every_command_with_json_has_a_schema_and_is_run_here() -> None:
    with_json = {name for name, command in commands() if any("--json" in each.opts for each in command.params)}
    assert with_json == set(SCHEMAS) - {"error"}
    assert with_json == set(CASES)


@pytest.mark.parametrize("name", SCHEMAS)
def test_schemas_are_schemas(name: str) -> None:
    printed = CliRunner().invoke(cli, ["schema", *name.split()])
    assert printed.exit_code == 0
    schema = json.loads(printed.stdout)
    assert schema == schema_of(name)
    Draft202012Validator.check_schema(schema)
    assert not Draft202012Validator(schema).is_valid({"surprise": 1}), "a schema that allows anything says nothing"


@pytest.mark.parametrize(("name", "form"), [(name, form) for name, forms in CASES.items() for form in forms])
def test_what_is_printed_fits_its_schema(
    run: Run, name: str, form: tuple[str, int], request: pytest.FixtureRequest
) -> None:
    if name in {"fetch", "ingest survey"}:
        request.getfixturevalue("services")
    if name == "ingest node-link":
        assert run("export", "-f", "node-link", "-o", "net.json").exit_code == 0
    if name == "review undo":
        assert run("review", "same", "h2o", "note").exit_code == 0
    result = run(*name.split(), *shlex.split(form[0]), "--json")
    assert result.exit_code == form[1], result.output
    assert_fits(name, result.stdout)


def test_hostile_texts_stay_json(tmp_path: Path, encoder: Encoder, monkeypatch: pytest.MonkeyPatch) -> None:
    library = tmp_path / "library"
    hostile.write(library)
    with Library.edit(library) as draft:
        update_index(draft, encoder, None, lambda *_: None)
    monkeypatch.setattr(service.Atlas.__init__, "__defaults__", (lambda _: encoder,))
    key = next(Library(library).iter_papers()).key
    for name, words in (("show", ()), ("show", (key,)), ("search", ("\udcff<script>",)), ("status", ())):
        result = CliRunner().invoke(cli, [name, *words, "--json", "--library", str(library)])
        assert result.exit_code == 0, result.output
        assert_fits(name, result.stdout)
        assert "\x1b" not in result.stdout


def test_half_a_character_is_shown_as_one_that_is_missing() -> None:
    assert json.loads(_json_text(Deleted("a\udcff\ud83db"), indent=None)) == {"name": "a��b"}
    assert json.loads(_json_text(Deleted("\U0001f600"), indent=2)) == {"name": "\U0001f600"}


# -- errors -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "kind", "status"),
    [
        (("show", "nothing like it"), "UnknownPaper", 1),
        (("search", "x", "--under", "Quantisation"), "UnknownNode", 1),
        (("status", "--library", "none"), "LibraryMissing", 1),
        (("list", "show", "None"), "UnknownList", 1),
        (("ingest", "list", "no-file.md", "--survey", "x"), "SourceMissing", 1),
        (("search", "x", "--year", "soon"), "WrongUsage", 2),
        (("export", "-f", "docx"), "WrongUsage", 2),
        (("export", "-f", "bibtex", "-o", "-"), "WrongUsage", 2),
        (("search",), "WrongUsage", 2),
        (("search", "x", "--lmit", "3"), "WrongUsage", 2),
        (("search", "x", "--limit", "0"), "WrongUsage", 2),
        (("shwo",), "WrongUsage", 2),
        (("list", "shwo"), "WrongUsage", 2),
    ],
)
def test_errors_are_the_last_line_of_standard_error(run: Run, words: tuple[str, ...], kind: str, status: int) -> None:
    result = run(*words, "--json")
    assert result.exit_code == status
    assert result.stdout == ""
    (told,) = assert_fits("error", result.stderr.splitlines()[-1])
    assert (told["error"]["kind"], told["error"]["status"]) == (kind, status)
    assert told["error"]["message"]
    assert told["error"]["advice"]
    assert hasattr(errors, kind)


def test_without_json_errors_are_text_again(run: Run) -> None:
    assert run("show", "nothing like it", "--json").stderr.startswith("{")
    assert run("show", "nothing like it").stderr.startswith("error: ")


def test_ctrl_c_is_told_as_json_too(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(service.Atlas, "taxonomy", stopped)
    result = run("show", "--json")
    assert result.exit_code == 130
    (told,) = assert_fits("error", result.stderr)
    assert (told["error"]["kind"], told["error"]["status"]) == (errors.Interrupted.__name__, 130)


# -- the promise --------------------------------------------------------------------------------------------------


def fields() -> set[str]:
    """A line for every field of every record that a schema names, with its types: ``Paper.year: integer | null``.

    And one for every value that an enumeration may have: ``WorkKind = software``.
    """
    found: set[str] = set()
    for name in SCHEMAS:
        schema = schema_of(name)
        for title, record in {name: schema, **schema.get("$defs", {})}.items():
            properties = record.get("properties", {})
            found |= {f"{title}.{field}: {' | '.join(kinds(value))}" for field, value in properties.items()}
            found |= {f"{title} = {value}" for value in record.get("enum", ())}
    return found


def kinds(value: dict[str, Any]) -> list[str]:
    if "anyOf" in value:
        return [kind for each in value["anyOf"] for kind in kinds(each)]
    if value.get("type") == "array" and "items" in value:
        return [f"array of {' or '.join(kinds(value['items']))}"]
    return [value["$ref"].rpartition("/")[2] if "$ref" in value else value.get("type", "constant")]


def test_no_field_that_was_promised_is_gone() -> None:
    """To add what is new: write the lines below into json_fields.txt. One that goes wants a new VERSION."""
    promised = set(PROMISED.read_text(encoding="utf-8").splitlines())
    assert promised - fields() == set()
    assert {
        "search.papers: array of PaperHit",
        "WorkKind = software",
        "Paper.title: string",
        "Paper.year: integer | null",
    } <= promised
