from __future__ import annotations

import json
import re
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import networkx as nx
import pytest
from filelock import FileLock
from typer.testing import CliRunner, Result

from litatlas.app import cli, service
from litatlas.app.standard_input import readable
from litatlas.graph.encoder import Encoder
from litatlas.graph.errors import WrongUsage
from litatlas.graph.export import FORMATS
from litatlas.graph.library import Library
from litatlas.graph.models import Claim

from ..graph import library_files

Run = Callable[..., Result]

LIST = """# A survey of caches
## Eviction
- Keep the heavy ones, <ins>ICLR, 2024</ins> [[Paper](https://arxiv.org/abs/2401.00001)] [[Code](https://github.com/x/y)]
- Keep the heavy ones, <ins>ICLR, 2024</ins> [[Paper](https://arxiv.org/abs/2401.00001)]
- Drop the rest <ins>arXiv, 2023</ins> [[Paper](https://arxiv.org/abs/2301.00002)]
"""


@pytest.fixture
def run(library: Path, encoder: Encoder, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The command in this process, on the small library, read with the test encoder."""
    monkeypatch.setattr(service.Atlas.__init__, "__defaults__", (lambda _: encoder,))
    monkeypatch.setenv("LITATLAS_LIBRARY", str(library))

    def called(*arguments: str) -> Result:
        return CliRunner().invoke(cli.cli, list(arguments))

    return called


def assert_explained(result: Result, *words: str, status: int = 1) -> None:
    """An error for people: status 1, or 2 of wrong usage, on standard error, with advice, and no traceback."""
    assert result.exit_code == status, result.output
    assert "error: " in result.stderr
    assert result.stdout == ""
    assert "Traceback" not in result.output
    for word in words:
        assert word in result.stderr.replace("\n", " ")
    assert len(result.stderr.strip().splitlines()) >= 2, "no advice"


# -- asking -------------------------------------------------------------------------------------------------------


def test_search_prints_answers_with_reasons(run: Run) -> None:
    result = run("search", "simple pruning")
    assert result.exit_code == 0, result.output
    assert "Where this is in the field" in result.stdout
    assert "1. Wanda: simple pruning" in result.stdout
    assert re.search(r"why: .*words \d\d% \(simple, pruning\)", result.stdout)
    assert re.search(r"why: .*meaning \d\d% \(similarity 0\.\d\d\)", result.stdout)


def test_search_stays_within_a_selection(run: Run) -> None:
    asked = ("search", "quantization pruning", "--json", "-n", "50")
    within = json.loads(run(*asked, "--within", "under:Model and not papers:gptq").stdout)
    assert {hit["paper"]["key"] for hit in within["papers"]} == {"awq", "wanda"}
    assert "gptq" in {hit["paper"]["key"] for hit in json.loads(run(*asked).stdout)["papers"]}
    assert_explained(run("search", "x", "--within", "under:Model but"), "at character 13")
    assert_explained(run("search", "x", "--within", "list:nothing"), "no reading list")


def test_search_as_json_is_json_alone(run: Run) -> None:
    result = run("search", "quantization", "pruning", "--json", "-n", "2")
    answer = json.loads(result.stdout)
    assert answer["query"] == "quantization pruning"
    assert len(answer["papers"]) == 2
    first = answer["papers"][0]
    assert set(first) == {"paper", "score", "reasons", "places"}
    assert {"key", "title", "year", "venue", "ids", "links"} <= set(first["paper"])
    reasons = {"shares", "words", "similarity", "place", "quote", "by_title", "cited_by", "tied_to", "votes"}
    assert set(first["reasons"]) == reasons


@pytest.mark.parametrize(
    ("options", "keys"),
    [
        (["--under", "Pruning"], {"wanda"}),
        (["--year", "2024"], {"wanda"}),
        (["--year", "..2023"], {"gptq", "awq"}),
        (["--year", "2024.."], {"wanda"}),
        (["--year", "2022..2023", "--venue", "iclr"], {"gptq"}),
        (["--code"], {"gptq"}),
        (["--no-code"], {"awq", "wanda"}),
        (["--survey", "s", "--under", "s/model/pruning"], {"wanda"}),
    ],
)
def test_filters(run: Run, options: list[str], keys: set[str]) -> None:
    answer = json.loads(run("search", "quantization", "--json", *options).stdout)
    found = {hit["paper"]["key"] for hit in answer["papers"] if hit["reasons"]["words"]}
    assert {key for key in found if key not in {"h2o", "note"}} == keys


def test_a_hopeless_question_is_told(run: Run) -> None:
    result = run("search", "zebra", "--venue", "ICLR", "--year", "..2000")
    assert result.exit_code == 0
    assert "Nothing here answers 'zebra'." in result.stdout
    assert "No paper here passes the filters." in result.stderr
    assert_explained(run("search", "zebra", "--venue", "Nowhere"), "No venue here is called 'Nowhere'.", "ICLR")


def test_a_model_is_loaded_for_what_needs_it_and_that_is_said(
    run: Run, encoder: Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded = []

    def load(name: str) -> Encoder:
        loaded.append(name)
        return encoder

    monkeypatch.setattr(service.Atlas.__init__, "__defaults__", (load,))
    for needless in (["--venue", "Nowhere"], ["--year", "1999"], ["--under", "Nowhere"]):
        assert "Loading the model" not in run("search", "pruning", *needless).output
    assert loaded == []
    result = run("search", "pruning", "--json")
    assert "Loading the model" in result.stderr
    assert json.loads(result.stdout)["papers"]
    assert len(loaded) == 1


def test_questions_that_are_none_are_explained(run: Run) -> None:
    assert_explained(run("search", " "), "The question is empty")
    assert_explained(run("search", "x", "--under", "Quantisation"), "'Quantization'")
    for years in ("soon", "..", "20233", "2023...", "20222024", "-5", ""):
        assert_explained(run("search", "x", f"--year={years}"), "2022..2024", status=2)
    assert_explained(run("search", "x", "--year", "2024..2020"), "Swap the two years")
    assert_explained(run("search", "x", "--survey", "none"), "Known surveys: s.")
    assert run("search", "x", "-n", "0").exit_code == 2


def test_show_knows_papers_nodes_and_the_whole(run: Run) -> None:
    assert "GPTQ: accurate quantization" in run("show", "arxiv:2210.17323").stdout
    claims = run("show", "gptq", "--claims").stdout
    assert "link:code" in claims
    assert "Model > Quantization" in run("show", "Quantization").stdout
    assert run("show").stdout.splitlines() == ["Model  3", "  Quantization  3", "  Pruning  1", "Cache  2"]
    assert json.loads(run("show", "gptq", "--json").stdout)["paper"]["key"] == "gptq"
    assert json.loads(run("show", "Cache", "--json").stdout)["branch"]["papers"] == 2
    assert len(json.loads(run("show", "--json").stdout)) == 2
    assert_explained(run("show", "nothing at all"), "No paper or taxonomy node here is 'nothing at all'")


def test_what_is_not_there_is_told_for_what_it_is(run: Run, library: Path) -> None:
    library_files.write_second_survey(library)
    assert_explained(
        run("show", "Quantization"), "2 taxonomy nodes are named 'Quantization'.", "s/model/quantization, t/quant"
    )
    assert_explained(run("show", "arxiv:2306.0097"), "No paper here has arxiv:2306.0097.")
    for nonsense in ("zzqqxx", "utter nonsense"):
        assert "Did you mean" not in run("show", nonsense).stderr
    assert_explained(run("show", "Quantisatoin"), "Did you mean 'Quantization'?")


def test_status_says_what_is_there_and_what_is_missing(run: Run) -> None:
    result = run("status")
    assert "A list @ abc (2025-01-02)" in result.stdout
    assert "4 papers have no abstract yet" in result.stderr.replace("\n", " ")
    assert json.loads(run("status", "--json").stdout)["overview"]["counts"]["papers"] == 5


def test_text_of_others_does_not_command_the_terminal(run: Run, library: Path) -> None:
    with Library.edit(library) as draft:
        title = "evil \x1b[2J\x07 [red]markup[/red] [link=https://evil.example]x[/link]"
        draft.put_claims("evil", [Claim("evil", "title", title, "list", 99)])
    result = run("search", "evil markup")
    assert "\x1b" not in result.output
    assert "\x07" not in result.output
    assert "[red]markup[/red] [link=https://evil.example]x[/link]" in result.stdout


# -- taking in ----------------------------------------------------------------------------------------------------


def test_a_list_is_read_and_its_report_written(run: Run, tmp_path: Path) -> None:
    (tmp_path / "list.md").write_text(LIST)
    result = run(
        "ingest", "list", str(tmp_path / "list.md"), "--survey", "caches", "--report", str(tmp_path / "r.jsonl")
    )
    assert result.exit_code == 0, result.output
    assert "3 entries for papers (0 table rows): 2 papers" in result.stdout
    findings = [json.loads(line) for line in (tmp_path / "r.jsonl").read_text().splitlines()]
    assert {"code", "severity", "line", "message", "decision", "other_lines", "file"} == set(findings[0])
    assert any(finding["line"] == 4 for finding in findings), "the repeated entry is not reported"
    assert "Keep the heavy ones" in run("show", "arxiv:2401.00001").stdout


def test_metadata_and_citations_are_taken_in(run: Run, tmp_path: Path) -> None:
    (tmp_path / "m.jsonl").write_text(
        '{"id": "2306.00978", "title": "AWQ: activation aware quantization", "abstract": "A."}\nnonsense\n'
    )
    result = run("ingest", "metadata", str(tmp_path / "m.jsonl"))
    assert result.exit_code == 0, result.output
    assert "line 2" in result.stdout
    assert "A." in run("show", "awq").stdout
    (tmp_path / "e.tsv").write_text("2306.14048\t2306.11695\n2306.14048\t9999.99999\n")
    assert run("ingest", "citations", str(tmp_path / "e.tsv")).exit_code == 0
    assert "Wanda: simple pruning" in run("show", "h2o").stdout


def test_a_bundle_is_written_instead_of_a_library(run: Run, tmp_path: Path) -> None:
    (tmp_path / "list.md").write_text(LIST)
    bundle = tmp_path / "bundle"
    result = run("ingest", "list", str(tmp_path / "list.md"), "--survey", "caches", "--bundle", str(bundle))
    assert result.exit_code == 0, result.output
    assert json.loads((bundle / "manifest.json").read_text())["survey"]["key"] == "caches"


def test_a_list_in_several_files_names_file_and_line(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "topics"
    folder.mkdir()
    (folder / "README.md").write_text("# Caches\n- [Evicting](evicting.md)\n")
    entry = "[[Paper](https://arxiv.org/abs/2306.99999)]"
    (folder / "evicting.md").write_text(f"## Evicting\n\n- Out With the Old Cache, <ins>ICML, 2023</ins> {entry}\n")
    result = run(
        "ingest", "list", str(folder), "--survey", "topics", "--title", "All of Caches", "--source", "a/caches"
    )
    assert result.exit_code == 0, result.output
    assert "All of Caches" in result.stdout
    shown = run("show", "out with the old cache", "--claims").stdout
    assert "(a/caches: evicting.md, line 3)" in shown


def test_the_citations_of_all_bundled_surveys_are_one_bundle(run: Run, tmp_path: Path) -> None:
    (tmp_path / "e.tsv").write_text("2306.14048\t2306.00978\n2306.14048\t2306.00979\n")
    result = run("ingest", "citations", str(tmp_path / "e.tsv"), "--bundle", str(tmp_path / "bundle"))
    assert result.exit_code == 0, result.output
    manifest = json.loads((tmp_path / "bundle" / "manifest.json").read_text())
    assert manifest["surveys"] == ["efficient-llms", "llm-compression", "llm-inference"]
    assert manifest["files"]["citations.jsonl"]["records"] == 1
    (tmp_path / "none.tsv").write_text("# nothing\n")
    assert_explained(run("ingest", "citations", str(tmp_path / "none.tsv"), "--bundle", str(tmp_path)), "no citation")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "There is no file"),
        (b"", "empty"),
        (b"# Title\n\n## Only\n\n### Headings\n", "lists no paper"),
        (bytes(range(256)) * 20, "list.md"),
    ],
)
def test_a_list_that_is_none_is_explained_and_nothing_is_lost(
    run: Run, tmp_path: Path, library: Path, content: bytes | None, words: str
) -> None:
    before = Library(library).manifest
    if content is not None:
        (tmp_path / "list.md").write_bytes(content)
    assert_explained(run("ingest", "list", str(tmp_path / "list.md"), "--survey", "x"), words)
    assert_explained(
        run("ingest", "list", str(tmp_path), "--survey", "x"),
        "lists no paper" if content is not None else "no Markdown file",
    )
    assert Library(library).manifest == before


@pytest.mark.realdata
def test_a_list_of_headings_alone_is_explained(run: Run, shared_data: Path) -> None:
    path = shared_data / "lists" / "efficient-llm-headings" / "README.md"
    assert_explained(run("ingest", "list", str(path), "--survey", "x"), "lists no paper")


@pytest.mark.parametrize(("kind", "wanted"), [("metadata", "record with a title"), ("citations", "citation")])
@pytest.mark.parametrize("content", [b"# nothing\n", bytes(range(256))])
def test_a_file_that_lost_its_records_takes_nothing_back(
    run: Run, tmp_path: Path, library: Path, kind: str, wanted: str, content: bytes
) -> None:
    path = tmp_path / "file"
    path.write_text(
        '{"id": "2306.00978", "title": "AWQ: activation aware quantization", "abstract": "A."}\n'
        if kind == "metadata"
        else "2306.14048\t2306.11695\n"
    )
    assert run("ingest", kind, str(path)).exit_code == 0
    before = Library(library).manifest
    path.write_bytes(content)
    result = run("ingest", kind, str(path))
    assert result.exit_code == 1
    assert f"holds no {wanted}" in result.stderr
    assert "Traceback" not in result.output
    assert run("ingest", kind, str(tmp_path)).exit_code == 1
    assert run("ingest", kind, str(tmp_path / "none")).exit_code == 1
    assert Library(library).manifest == before


@pytest.mark.parametrize("kind", ["list", "metadata", "citations", "bibliography", "taxonomy", "node-link"])
def test_what_holds_nothing_is_told_alike_by_every_command(run: Run, tmp_path: Path, kind: str) -> None:
    named = ["--survey", "x"] if kind in {"list", "bibliography", "taxonomy"} else []
    (empty := tmp_path / "empty").touch()
    result = run("ingest", kind, str(empty), *named)
    assert result.exit_code == 1
    assert "empty is empty\n  Check that it is the right file." in result.stderr
    (pdf := tmp_path / "file.pdf").write_bytes(b"%PDF-1.5\n" + bytes(range(256)))
    assert "is not a text file" in run("ingest", kind, str(pdf), *named).stderr
    if kind != "list":
        told = run("ingest", kind, str(tmp_path), *named).stderr
        assert "is a directory, not a file" in told
        assert "Name the file in it that is to be read." in told


@pytest.mark.parametrize(
    ("tried", "content", "right"),
    [
        ("list", "@article{a,\n title = {A}}\n", "bibliography"),
        ("taxonomy", "@article{a,\n title = {A}}\n", "bibliography"),
        ("bibliography", "@prefix a: <http://a> .\na:b a a:c .\n", "taxonomy"),
        ("bibliography", "# A list\n- [A](https://arxiv.org/abs/2306.00978)\n", "list"),
        ("list", '{"title": "A"}\n', "metadata"),
        ("metadata", "@article{a,\n title = {A}}\n", "bibliography"),
        ("citations", "# A list\n- [A](https://arxiv.org/abs/2306.00978)\n", "list"),
    ],
)
def test_a_file_for_another_command_is_sent_there(
    run: Run, tmp_path: Path, tried: str, content: str, right: str
) -> None:
    (path := tmp_path / "file").write_text(content)
    named = ["--survey", "x"] if tried in {"list", "bibliography", "taxonomy"} else []
    result = run("ingest", tried, str(path), *named)
    assert result.exit_code == 1
    assert f"`litatlas ingest {right}`" in result.stderr
    assert "b'" not in result.stderr


def test_warnings_of_one_kind_are_one_entry_and_all_are_in_the_report(run: Run, tmp_path: Path) -> None:
    entries = [f"- Paper number {n}, ICML 2024 [[Paper](https://github.com/a/{n})]\n" for n in range(1, 31)]
    (tmp_path / "list.md").write_text("# A survey\n## Things\n" + "".join(entries))
    report = tmp_path / "r.jsonl"
    result = run("ingest", "list", str(tmp_path / "list.md"), "--survey", "x", "--report", str(report))
    assert (
        "30 warnings, lines 3, 4, 5, 6, 7, 8, 9, 10 and 22 more, the first: The link is labelled 'Paper'"
        in result.stdout
    )
    assert len(result.stdout.splitlines()) < 20
    assert f"Wrote {report}: {len(report.read_text().splitlines())} findings" in result.stderr.replace("\n", "")


def test_a_report_that_cannot_be_written_stops_before_the_library(run: Run, tmp_path: Path, library: Path) -> None:
    before = Library(library).manifest
    (tmp_path / "list.md").write_text(LIST)
    listing = ("ingest", "list", str(tmp_path / "list.md"), "--survey", "x")
    assert "--report FILE writes every one" in run(*listing, "--bundle", str(tmp_path / "b")).stderr
    told = run(*listing, "--bundle", str(tmp_path / "b"), "--report", str(tmp_path / "r")).stderr.replace("\n", "")
    assert "--report FILE" not in told
    assert f"{tmp_path / 'r'} has every one" in told
    assert_explained(run(*listing, "--report", str(tmp_path / "no" / "r.jsonl")), "could not be written")
    assert_explained(run(*listing, "--date", "last May"), "is no date", "2025-06-22", status=2)
    assert Library(library).manifest == before


# -- taking away --------------------------------------------------------------------------------------------------


def test_the_formats_listed_are_those_there_are(run: Run) -> None:
    listed = run("export", "--formats").stdout.splitlines()
    assert [line.split()[0] for line in listed] == list(FORMATS)
    assert [line.split(maxsplit=1)[1] for line in listed] == [each.description for each in FORMATS.values()]


def test_all_formats_are_told_a_line_each(run: Run, tmp_path: Path) -> None:
    result = run("export", "--all", str(tmp_path / "files"), "--under", "Pruning")
    assert result.exit_code == 0, result.output
    assert result.stdout == ""
    lines = result.stderr.splitlines()
    assert [line.split()[0] for line in lines[:-1]] == list(FORMATS)
    assert {line.split("bytes  ")[1] for line in lines[:-1]} == {str(path) for path in (tmp_path / "files").iterdir()}
    assert lines[-1] == f"Wrote {len(FORMATS)} files, each with 1 paper, 2 taxonomy nodes."


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_is_written_to_a_file_and_to_a_pipe(run: Run, tmp_path: Path, name: str) -> None:
    path = tmp_path / "out"
    result = run("export", "-f", name, "-o", str(path), "--under", "Model")
    assert result.exit_code == 0, result.output
    assert "3 papers, 3 taxonomy nodes" in result.stderr
    assert path.stat().st_size > 200
    assert not list(tmp_path.glob(".*part"))


def test_each_part_of_the_graph_can_be_exported(run: Run, tmp_path: Path) -> None:
    def keys(*options: str) -> set[str]:
        path = tmp_path / "part.json"
        assert run("export", "-f", "node-link", "-o", str(path), *options).exit_code == 0
        graph = nx.node_link_graph(json.loads(path.read_text()), edges="edges")
        return {vertex.removeprefix("paper:") for vertex in graph if vertex.startswith("paper:")}

    assert keys() == {"gptq", "awq", "wanda", "h2o", "note"}
    assert keys("--under", "Pruning") == {"wanda"}
    assert keys("--matching", "pruning", "-n", "1") == {"wanda"}
    assert keys("--under", "Model", "--not", "Pruning") == {"gptq", "awq"}
    assert keys("--not", "Pruning", "--not", "Cache") == {"gptq", "awq"}
    assert keys("--select", "survey:s and not (under:Cache or papers:awq)") == {"gptq", "wanda"}
    assert_explained(run("export", "-f", "csv", "--select", "under:"), "at character 7: expected a value")
    assert_explained(run("export", "-f", "csv", "--select", "x", "--not", "Cache"), "--select stands alone", status=2)
    assert_explained(run("export", "-f", "csv", "--select", "list:Nothing"), "Nothing")
    assert {"gptq", "awq", "wanda"} <= keys("--around", "gptq")
    assert_explained(
        run("export", "-f", "csv", "--around", "gptq", "--under", "Model"), "--around stands alone", status=2
    )
    assert_explained(run("export", "-f", "csv", "--around", "nobody"), "nobody")
    assert_explained(run("export", "-f", "csv", "--hops", "2"), "--hops goes with --around", status=2)
    assert_explained(run("export", "-f", "csv", "-n", "9"), "--limit goes with --matching or --around", status=2)
    assert run("export", "-f", "docx").exit_code == 2


def test_what_was_written_is_told_in_the_words_of_the_status(run: Run, tmp_path: Path, library: Path) -> None:
    with Library.edit(library) as draft:
        draft.put_claims(
            "tool", [Claim("tool", "title", "A tool", "list", 99), Claim("tool", "kind", "software", "list", 99)]
        )
    path = tmp_path / "all.json"
    told = run("export", "-f", "node-link", "-o", str(path)).stderr.replace("\n", " ")
    assert "5 papers and 1 software entry, 4 taxonomy nodes" in told
    assert "in place of" not in told
    assert "in place of an earlier file" in run("export", "-f", "node-link", "-o", str(path)).stderr.replace("\n", " ")
    assert "Wrote to standard output: 1 paper, 2 taxonomy nodes." in run(
        "export", "-f", "bibtex", "-o", "-", "--under", "Pruning"
    ).stderr.replace("\n", " ")


def test_a_part_without_papers_is_told(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "none.bib"
    done = run("export", "-f", "bibtex", "-o", str(path), "--select", "under:Pruning and not under:Pruning")
    assert done.exit_code == 0
    assert "No paper is in this part of the library" in done.stderr.replace("\n", " ")


def test_a_dash_is_standard_output_whatever_is_called_so(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "-").mkdir()
    assert run("export", "-f", "bibtex", "-o", "-", "--under", "Pruning").stdout.startswith("%")
    assert list((tmp_path / "-").iterdir()) == []
    assert_explained(run("export", "--all", "-"), "Name a directory", status=2)


def test_commands_stand_in_the_order_of_their_use_and_the_group_names_its_kinds(run: Run) -> None:
    names = [
        command.name or (command.callback and command.callback.__name__) for command in cli.cli.registered_commands
    ]
    assert names == [
        *(
            "build",
            "search",
            "ask",
            "show",
            "path",
            "place",
            "compare",
            "export",
            "fetch",
            "status",
            "app",
            "mcp",
            "schema",
            "work",
        )
    ]
    told = " ".join(run("ingest", "--help").stdout.split("Commands")[0].split())
    for kind in ("list", "survey", "metadata", "citations", "bibliography", "taxonomy", "export"):
        assert kind in told


def test_the_advice_to_build_is_given_once(run: Run, tmp_path: Path, library: Path) -> None:
    library_files.write_second_survey(library)
    path = tmp_path / "net.json"
    assert run("export", "-f", "node-link", "-o", str(path)).exit_code == 0
    result = run("ingest", "node-link", str(path), "--library", str(tmp_path / "other"))
    assert result.exit_code == 0, result.output
    assert result.stderr.count("litatlas build") == 1
    assert "1 papers" not in result.output


def test_the_survey_stands_first_where_there_are_several(run: Run, library: Path) -> None:
    assert "A survey" not in run("show").stdout
    library_files.write_second_survey(library)
    assert run("show").stdout.splitlines() == [
        "A survey",
        "  Model  3",
        "    Quantization  3",
        "    Pruning  1",
        "  Cache  2",
        "Another survey",
        "  Quantization  2",
    ]
    shown = run("show", "gptq").stdout
    assert "in A survey > Model > Quantization" in shown
    assert "in Another survey > Quantization" in shown
    assert run("show", "t/quantization").stdout.startswith("Another survey > Quantization\n")
    found = run("search", "quantization", "--survey", "s").stdout
    assert "Pruning  1 paper  in A survey > Model" in run("search", "pruning").stdout
    assert "in A survey > Model > Quantization" in found
    assert "Another survey" not in found


def test_abstracts_leave_only_when_asked_for(run: Run, tmp_path: Path) -> None:
    run("export", "-f", "node-link", "-o", str(tmp_path / "without"))
    run("export", "-f", "node-link", "-o", str(tmp_path / "with"), "--abstracts")
    assert "one shot" not in (tmp_path / "without").read_text()
    assert "one shot" in (tmp_path / "with").read_text()


def test_what_cannot_be_written_is_explained(run: Run, tmp_path: Path) -> None:
    assert_explained(run("export", "-f", "csv", "-o", str(tmp_path / "no" / "where")), "could not be written")
    if Path("/dev/full").is_char_device():
        assert_explained(run("export", "-f", "csv", "-o", "/dev/full"), "No space left on device")
        assert Path("/dev/full").is_char_device()


# -- first steps and pipes ----------------------------------------------------------------------------------------


def test_without_a_command_it_says_where_one_is_and_what_to_type(run: Run, library: Path, tmp_path: Path) -> None:
    first = run("--version").stdout
    assert first.startswith("litatlas ")
    with_library = run()
    assert with_library.exit_code == 0
    assert f"Your library is {library}." in with_library.stdout
    assert "litatlas search" in with_library.stdout


def test_without_a_library_the_first_thing_to_type_is_build(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LITATLAS_LIBRARY", "nowhere")
    told = run().stdout
    assert "There is no library in nowhere. Begin with:" in told
    assert told.index("litatlas build") < told.index("litatlas --help")
    assert "litatlas show" not in told


def test_a_library_that_cannot_be_read_is_told_with_its_own_advice(run: Run, library: Path) -> None:
    manifest = json.loads((library / "manifest.json").read_text(encoding="utf-8"))
    (library / "manifest.json").write_text(json.dumps({**manifest, "format": 9999}), encoding="utf-8")
    told = " ".join(run().stdout.split())
    assert "Upgrade LitAtlas" in told
    assert "Begin with" not in told


def test_each_kind_of_file_is_read_from_standard_input(run: Run, tmp_path: Path, library: Path) -> None:
    metadata = b'{"title": "GPTQ: accurate quantization", "abstract": "From a pipe."}\n'
    result = CliRunner().invoke(cli.cli, ["ingest", "metadata", "-"], input=metadata)
    assert result.exit_code == 0, result.output
    assert "Reading standard input" in result.stderr
    assert "From a pipe." in {claim.value for claim in Library(library).claims("gptq")}
    assert {source.title for source in Library(library).sources()} >= {"standard-input"}
    bibliography = b"@misc{a, title = {A paper from a pipe}, keywords = {Pipes}}"
    words = ["ingest", "bibliography", "-", "--survey", "piped", "--by", "keyword"]
    assert CliRunner().invoke(cli.cli, words, input=bibliography).exit_code == 0
    assert "A paper from a pipe" in run("show", "Pipes").stdout


def test_nobody_is_waited_for_at_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(isatty=lambda: True))
    with pytest.raises(WrongUsage, match="nothing is sent there"), readable(Path("-")):
        pass


# -- what is in the way -------------------------------------------------------------------------------------------


def test_a_missing_library_is_explained(run: Run, tmp_path: Path) -> None:
    for command in (["search", "x"], ["show"], ["status"], ["export", "-f", "csv"]):
        assert_explained(run(*command, "--library", str(tmp_path / "none")), "litatlas build")


def test_damage_is_explained(run: Run, library: Path) -> None:
    index = next(library.glob("index-*.faiss"))
    index.write_bytes(index.read_bytes()[:-9])
    assert_explained(run("status"), "index-", "litatlas build")
    database = next(library.glob("library-*.sqlite"))
    database.write_bytes(database.read_bytes()[:-9])
    assert_explained(run("show"), "is damaged")
    (library / "manifest.json").write_text("{")
    assert_explained(run("build"), "manifest.json")


def test_a_second_writer_is_explained(run: Run, library: Path, tmp_path: Path) -> None:
    (tmp_path / "list.md").write_text(LIST)
    with FileLock(library / "write.lock"):
        assert_explained(
            run("ingest", "list", str(tmp_path / "list.md"), "--survey", "x"), "Another process is writing"
        )


def test_models_that_are_none_are_explained(run: Run, tmp_path: Path, library: Path) -> None:
    before = Library(library).manifest
    result = run("build", "--model", str(tmp_path))
    assert result.exit_code == 1
    assert "holds no model" in result.stderr.replace("\n", " ")
    assert_explained(run("build", "--model", "no-such-model"), "nor in the local model cache")
    assert Library(library).manifest == before


def test_a_file_in_the_place_of_a_library_is_explained(run: Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    for place in (tmp_path / "file", tmp_path / "file" / "below"):
        result = run("build", "--library", str(place))
        assert result.exit_code == 1
        assert "is a file" in result.stderr.replace("\n", " ")
        assert "Traceback" not in result.output
    assert (tmp_path / "file").read_text() == "mine"


def test_settings_out_of_range_are_explained(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LITATLAS_PORT", "many")
    assert_explained(run("show"), "LITATLAS_PORT is 'many'")


def test_a_busy_port_is_explained(run: Run) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert_explained(
            run("app", "--port", str(port)), f"127.0.0.1:{port}", f"--port {port + 1}`, or `LITATLAS_PORT="
        )
