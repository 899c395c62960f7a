from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litatlas.ingest.file_kinds import Command, advice_for, find_command


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("@article{a,\n title = {A}}\n", Command.BIBLIOGRAPHY),
        ("% mine\n\n@InProceedings(a, title = {A})\n", Command.BIBLIOGRAPHY),
        ("TY  - JOUR\nTI  - A\nER  - \n", Command.BIBLIOGRAPHY),
        ('[{"title": "A", "type": "article"}]', Command.BIBLIOGRAPHY),
        ('<?xml version="1.0"?>\n<rdf:RDF xmlns:z="http://www.zotero.org/namespaces/export#">', Command.BIBLIOGRAPHY),
        ('<?xml version="1.0"?>\n<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">', Command.TAXONOMY),
        ("@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n", Command.TAXONOMY),
        ("# topics\nPREFIX : <http://example.org/>\n", Command.TAXONOMY),
        ('{"@context": {}, "@graph": []}', Command.TAXONOMY),
        ('{"directed": true, "multigraph": true, "nodes": [], "edges": []}', Command.NODE_LINK),
        ('{"citing": "2306.14048", "cited": "2306.00978"}\n', Command.CITATIONS),
        ('{"title": "A", "abstract": "B"}\n{"title": "C"}\n', Command.METADATA),
        ('{"title": "A", "note": "Does a thing."}\n', Command.NOTES),
        ("# A list\n\n- [A](https://arxiv.org/abs/2306.00978)\n", Command.LIST),
        ("nothing of the kind", None),
        ("", None),
    ],
)
def test_what_a_file_is_stands_in_it(text: str, command: Command | None) -> None:
    assert find_command(text) is command
    assert find_command("\ufeff\n" + text) is command


def test_only_another_command_is_advised() -> None:
    text = "@article{a,\n title = {A}}\n"
    assert advice_for(text, Command.BIBLIOGRAPHY, "otherwise") == "otherwise"
    advice = "It looks like a bibliography: read it with `litatlas ingest bibliography`."
    assert advice_for(text, Command.LIST, "otherwise") == advice
    assert advice_for("", Command.LIST, "otherwise") == "otherwise"


@given(st.text(alphabet=' \t\n@#-{}[]<>:"aT', max_size=200), st.sampled_from([1, 5_000]))
def test_any_text_is_told_or_not(text: str, times: int) -> None:
    find_command(text * times)
