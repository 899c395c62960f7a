from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from litatlas.app import answering, cli, service
from litatlas.app.service import Atlas
from litatlas.app.settings import load_settings
from litatlas.graph.encoder import Encoder
from litatlas.graph.filters import Filters
from litatlas.graph.grounded_answer import Wording
from litatlas.graph.library import Library
from litatlas.graph.models import Claim, Source, SourceKind

from ..loopback.chat import ChatServer, Reply, always, says

Run = Callable[..., Result]

QUESTION = "quantize their weights in one shot"
QUOTE = "We quantize their weights in one shot."
KEY = "sk-a-key-that-must-not-be-seen"


@pytest.fixture
def atlas(library: Path, encoder: Encoder) -> Atlas:
    return Atlas(load_settings(library=library), lambda _: encoder)


@pytest.fixture
def run(library: Path, encoder: Encoder, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The command in this process, on the small library, read with the test encoder."""
    monkeypatch.setattr(service.Atlas.__init__, "__defaults__", (lambda _: encoder,))
    monkeypatch.setenv("LITATLAS_LIBRARY", str(library))

    def called(*arguments: str) -> Result:
        return CliRunner().invoke(cli.cli, list(arguments))

    return called


@pytest.fixture
def configure(monkeypatch: pytest.MonkeyPatch) -> Callable[[ChatServer], None]:
    def configured(server: ChatServer) -> None:
        monkeypatch.setenv("LITATLAS_WRITER_URL", server.url)
        monkeypatch.setenv("LITATLAS_WRITER_MODEL", "stand-in")
        monkeypatch.setenv("LITATLAS_WRITER_KEY", KEY)

    return configured


# -- quoted -------------------------------------------------------------------------------------------------------


def test_an_answer_quotes_the_abstract_and_names_its_source(atlas: Atlas) -> None:
    answer = atlas.answer(QUESTION)
    assert answer.wording is Wording.QUOTES
    assert [each.text for each in answer.sentences] == [QUOTE]
    assert [(each.number, each.paper.key) for each in answer.papers] == [(1, "gptq")]
    assert answer.papers[0].source is not None
    assert answer.papers[0].source.title == "Metadata"
    assert [passage.node.name for passage in answer.passages if passage.node] == ["Quantization"]


def test_what_the_page_has_found_already_gives_the_same_answer(atlas: Atlas, encoder: Encoder) -> None:
    found = atlas.search(QUESTION, limit=10)
    before = len(encoder.encoded)  # type: ignore[attr-defined]
    answer = atlas.answer(QUESTION, found=found)
    assert encoder.encoded[before:] == []  # type: ignore[attr-defined] # question and sentences are at hand
    assert answer == atlas.answer(QUESTION)


def test_filters_hold_for_answers(atlas: Atlas) -> None:
    assert atlas.answer(QUESTION, Filters(under="Quantization")).sentences
    assert not atlas.answer(QUESTION, Filters(under="Cache")).sentences
    assert atlas.answer(QUESTION, Filters(year_from=2040)).wording is Wording.NOTHING


def test_a_paper_that_is_named_is_quoted_alone(library: Path, encoder: Encoder) -> None:
    with Library.edit(library) as draft:
        draft.put_source(Source("more", SourceKind.METADATA_FILE, "More", "more.jsonl"))
        said = "AWQ is quantization that is activation aware. Cats sleep all day in the warm sun."
        draft.put_claims("awq", [Claim("awq", "abstract", said, "more", 1)])
    answer = Atlas(load_settings(library=library), lambda _: encoder).answer("arxiv:2306.00978")
    assert [each.text for each in answer.sentences] == ["AWQ is quantization that is activation aware."]
    assert answer.notes == ()


def test_a_note_speaks_for_a_paper_without_an_abstract(run: Run, library: Path, encoder: Encoder) -> None:
    note = "Heavy hitters stay in the cache and light ones leave it."
    with Library.edit(library) as draft:
        draft.put_source(Source("notes:t", SourceKind.NOTES, "Our readers", "notes.jsonl"))
        draft.put_claims("h2o", [Claim("h2o", "note", note, "notes:t", 1)])
    result = run("ask", "heavy hitters stay in the cache")
    assert f"  note by Our readers: {note} [1]" in result.stdout
    assert "“" not in result.stdout
    assert "Quoted from abstracts" not in result.stdout


def test_beside_a_note_the_whole_abstract_may_be_quoted(library: Path, encoder: Encoder) -> None:
    """The first sentence of the abstract is the one that answers; a note must not take its place."""
    with Library.edit(library) as draft:
        draft.put_source(Source("more", SourceKind.METADATA_FILE, "More", "more.jsonl"))
        said = "AWQ is quantization that is activation aware. Cats sleep all day in the warm sun."
        note = "Rounds what models know without harm."
        draft.put_claims("awq", [Claim("awq", "abstract", said, "more", 1), Claim("awq", "note", note, "more", 1)])
    answer = Atlas(load_settings(library=library), lambda _: encoder).answer("arxiv:2306.00978")
    assert [each.text for each in answer.sentences] == ["AWQ is quantization that is activation aware."]


def test_a_library_without_vectors_quotes_nothing(tmp_path: Path, encoder: Encoder) -> None:
    from ..graph import library_files

    library_files.write(tmp_path / "bare")
    answer = Atlas(load_settings(library=tmp_path / "bare"), lambda _: encoder).answer(QUESTION)
    assert answer.wording is Wording.NOTHING


def test_ask_prints_quotes_papers_and_where_they_are_from(run: Run) -> None:
    result = run("ask", QUESTION)
    assert result.exit_code == 0, result.output
    assert "In Quantization" in result.stdout
    assert f"“{QUOTE}” [1]" in result.stdout
    assert "[1] GPTQ: accurate quantization" in result.stdout
    assert "Quoted from abstracts: Metadata." in result.stdout


def test_ask_says_where_there_is_no_answer(run: Run) -> None:
    result = run("ask", "zebras")
    assert result.exit_code == 0, result.output
    assert "Nothing here answers 'zebras'." in result.stdout
    assert "“" not in result.stdout


def test_ask_as_json_has_every_part(run: Run) -> None:
    answer = json.loads(run("ask", QUESTION, "--json").stdout)
    assert answer["wording"] == "quotes"
    assert answer["passages"][0]["sentences"][0] | {"similarity": 0} == {
        "number": 1,
        "text": QUOTE,
        "similarity": 0,
        "note": False,
    }
    assert answer["papers"][0]["paper"]["key"] == "gptq"
    assert answer["written"] is None


# -- written ------------------------------------------------------------------------------------------------------


def test_write_without_an_endpoint_is_wrong_usage(run: Run) -> None:
    result = run("ask", QUESTION, "--write")
    assert result.exit_code == 2
    assert "LITATLAS_WRITER_URL" in result.stderr
    assert result.stdout == ""


def test_an_endpoint_without_a_model_is_wrong_usage(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LITATLAS_WRITER_URL", "http://127.0.0.1:9/v1")
    result = run("ask", QUESTION, "--write")
    assert result.exit_code == 2
    assert "LITATLAS_WRITER_MODEL is not" in result.stderr


def test_nothing_is_sent_unless_asked(run: Run, configure: Callable[[ChatServer], None]) -> None:
    with ChatServer(says("We quantize their weights in one shot [1].")) as server:
        configure(server)
        assert run("ask", QUESTION).exit_code == 0
        assert run("search", QUESTION).exit_code == 0
        assert server.requests == []
        result = run("ask", "zebras", "--write")
        assert "Nothing was sent" in result.stderr
        assert server.requests == []


def test_what_is_supported_is_shown_and_what_is_not_is_told(run: Run, configure: Callable[[ChatServer], None]) -> None:
    text = "We quantize their weights in one shot [1].\n\x1b[31mWe quantize their weights in 3 shots [1]. All is well."
    with ChatServer(says(text)) as server:
        configure(server)
        result = run("ask", QUESTION, "--write")
    assert result.exit_code == 0, result.output
    assert "Written by stand-in at 127.0.0.1" in result.stdout
    assert "  We quantize their weights in one shot. [1]" in result.stdout
    assert "3 shots" not in result.stdout
    assert "note: 2 sentences were left out: no paper here supports them." in result.stderr
    assert "has the number 3" in result.stderr
    assert "sent there" in result.stderr
    assert "\x1b" not in result.output
    assert KEY not in result.output


def test_an_answer_that_nothing_supports_is_refused_and_the_quotes_stay(
    run: Run, configure: Callable[[ChatServer], None]
) -> None:
    with ChatServer(says("Trust me, zebras quantize everything [1][2].")) as server:
        configure(server)
        result = run("ask", QUESTION, "--write")
    assert result.exit_code == 0
    assert "No paper here supports a sentence of it. The sentences are quoted instead." in result.stderr
    assert f"“{QUOTE}” [1]" in result.stdout
    assert "zebras" not in result.stdout


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (Reply(401, KEY.encode()), "LITATLAS_WRITER_KEY"),
        (Reply(429, b"{}", headers=(("Retry-After", "600"),)), "asks to wait 600 s"),
        (Reply(200, b"<html>", "text/html"), "a web page"),
    ],
)
def test_an_endpoint_that_fails_leaves_the_quotes_and_says_why(
    run: Run, configure: Callable[[ChatServer], None], reply: Reply, words: str
) -> None:
    with ChatServer(always(reply)) as server:
        configure(server)
        result = run("ask", QUESTION, "--write")
        as_json = run("ask", QUESTION, "--write", "--json")
    assert result.exit_code == as_json.exit_code == 3
    assert words in result.stderr
    assert f"“{QUOTE}” [1]" in result.stdout
    written = json.loads(as_json.stdout)["written"]
    assert words in written["refused"] + written["advice"]
    assert KEY not in result.output + as_json.output
    assert "Traceback" not in result.output


def test_the_key_is_in_no_record(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LITATLAS_WRITER_URL", "https://models.example/v1")
    monkeypatch.setenv("LITATLAS_WRITER_MODEL", "m")
    monkeypatch.setenv("LITATLAS_WRITER_KEY", KEY)
    settings = load_settings()
    assert KEY not in f"{settings!r} {settings.model_dump_json()} {answering.writer_of(settings)!r}"
