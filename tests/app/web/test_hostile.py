from __future__ import annotations

import json
import re
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from litatlas.app.fetch_state import FETCH_STATE
from litatlas.app.provenance import attributions
from litatlas.app.web.components.asking import CAN_BE_ASKED
from litatlas.app.web.components.texts import label, one_line, plain
from litatlas.graph.models import SourceKind

from .conftest import OpenPage
from .hostile import HOSTILE, write

OURS = {attribution.url for attribution in attributions(SourceKind)}
_MARKDOWN = MarkdownIt("gfm-like", {"linkify": False, "html": True}).enable(["table", "strikethrough"])


@given(st.one_of(st.text(), st.sampled_from(HOSTILE), st.text(alphabet="*_`[]()<>#+-.!|~$:\\ \nab1&;=")))
def test_text_of_others_is_shown_letter_by_letter(text: str) -> None:
    """CommonMark reads nothing but text in it, and the text is the one that was given."""
    tokens = [token for block in _MARKDOWN.parse(one_line(text)) for token in [block, *(block.children or [])]]
    kinds = {token.type for token in tokens}
    assert kinds <= {"paragraph_open", "paragraph_close", "inline", "text", "text_special"}
    shown = "".join(token.content for token in tokens if token.type in {"text", "text_special"})
    assert shown.replace("\N{WORD JOINER}", "") == cleaned(text).replace("\N{WORD JOINER}", "")


def cleaned(text: str) -> str:
    """Blanks folded, characters that no page can hold replaced, marks of direction taken out: all else stays."""
    held = "".join(c if c in "\t\n\r" or (c >= " " and c not in "\ufffe\uffff") else "\ufffd" for c in text)
    held = "".join("\ufffd" if unicodedata.category(c) == "Cs" else c for c in held)
    directed = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
    kept = (c for c in held if unicodedata.bidirectional(c) not in directed and c not in "\u061c\u200e\u200f")
    return " ".join("".join(kept).split())


@given(st.text(alphabet="*_`[]()<>#+-.!|~$:\\ \n\tab1&;="))
def test_lines_stay_lines_and_nothing_else(text: str) -> None:
    """The same where line breaks are kept, as in abstracts."""
    tokens = [token for block in _MARKDOWN.parse(plain(text)) for token in [block, *(block.children or [])]]
    kinds = {token.type for token in tokens}
    assert kinds <= {"paragraph_open", "paragraph_close", "inline", "text", "text_special", "softbreak"}
    shown = "".join(
        token.content if token.type in {"text", "text_special"} else "\n" for token in tokens if token.type != "inline"
    )
    assert shown.split() == text.split()


@pytest.mark.parametrize(
    "directive", [":red[x]", ":material/home:", ":smile:", "$x^2$", ":blue-badge[x]", ":small[x]", ":streamlit:"]
)
def test_directives_of_the_framework_are_broken(directive: str) -> None:
    """Each needs an unescaped mark, and every mark is escaped."""
    assert directive not in plain(directive)
    for mark in ":$[]/^":
        assert mark not in plain(directive).replace(f"\\{mark}", "")
    assert ":streamlit:" not in plain(directive).replace("\\", "")  # this one is looked for after Markdown is read


def test_labels_are_one_line_and_bounded() -> None:
    assert label("a\nb\tc") == "a b c"
    assert label("word " * 100, 20) == "word word word…"
    assert "\u202e" not in label("\u202ex")


@pytest.fixture
def hostile_library(tmp_path: Path) -> Path:
    write(tmp_path / "hostile")
    return tmp_path / "hostile"


@pytest.mark.parametrize("number", range(len(HOSTILE)))
def test_every_page_shows_hostile_records_as_text(open_page: OpenPage, hostile_library: Path, number: int) -> None:
    pages = [
        ("search", {}),
        ("search", {"q": HOSTILE[number]}),
        ("search", {"q": "second sentence"}),
        ("taxonomy", {"node": f"s/n{number}"}),
        ("taxonomy", {"view": "Tree"}),
        ("paper", {"id": f"p{number}"}),
        *(("paper", {"id": f"p{number}", "tab": tab}) for tab in ("cites", "cited", "after", "together", "topic")),
        ("paper", {"id": HOSTILE[number]}),
        ("graph", {"paper": f"p{number}", "hops": "2"}),
        ("graph", {"from": f"p{number}", "to": f"p{(number + 1) % len(HOSTILE)}"}),
        ("export", {"scope": "search", "q": HOSTILE[number]}),
        ("export", {"scope": "node", "node": f"s/n{number}"}),
    ]
    for view, parameters in pages:
        test = open_page(view, hostile_library, **parameters)
        assert not test.exception, (view, parameters, test.exception[0].message)
        shown_links = re.findall(r"(?<!\\)\]\((.*)\)", "\n".join(str(element.value) for element in test.markdown))
        assert set(re.findall(r"(?<!\\)\]\((.*?)\)", "\n".join(str(element.value) for element in test.caption))) <= OURS
        assert set(shown_links) <= {"https://doi.org/10.1/a%28b%29%5Bc%5D%20%3Cd%3E"}
        for element in (*test.markdown, *test.caption, *test.title, *test.error, *test.warning, *test.toast):
            shown = re.sub(r"-badge\[:material/\w+: |:material/info: ", "-badge[", str(element.value))  # icons of ours
            shown = shown.replace(CAN_BE_ASKED, "")
            for raw in ("<script", "](javascript", "](https://evil", ":material", "$\\alpha", "`code", "**bold"):
                assert not re.search(r"(?<!\\)" + re.escape(raw), shown), (view, shown)
        labels = [element.proto.label for kind in ("link_button", "page_link") for element in test.get(kind)]
        for shown in labels:
            assert not re.search(r"(?<!\\)(\]\(|`|\$|<|:material|:red)", shown), (view, shown)
        assert all(button.proto.url.startswith(("https://", "http://")) for button in test.get("link_button"))


@pytest.mark.parametrize("number", range(len(HOSTILE)))
def test_what_services_say_is_shown_as_text(open_page: OpenPage, hostile_library: Path, number: int) -> None:
    """Contexts, intents, headings and the words of a withdrawal stand on the page as they were said."""
    state = {"phase": "lacking", "process": 1, "changed": 1.0, "lacking": 2, "reasons": list(HOSTILE)}
    (hostile_library / FETCH_STATE).write_text(json.dumps(state), encoding="utf-8")
    test = open_page("paper", hostile_library, id=f"p{number}", tab="cites")
    assert not test.exception
    cited = open_page("paper", hostile_library, id=f"p{number}", tab="cited")
    shown = {element.value for page in (test, cited) for element in page.markdown}
    assert any(error.value.startswith("Withdrawn") for error in test.error)
    assert f"Withdrawn\\: {one_line(HOSTILE[number])}" in {error.value for error in test.error}
    assert f"> {one_line(label(HOSTILE[number], 600))}" in shown
    captions = {element.value for page in (test, cited) for element in page.caption}
    assert f"under {one_line(label(HOSTILE[number], 200))}" in captions
    badge = f":blue-badge[{one_line(label(HOSTILE[number], 40))}]"
    assert any(badge in value for value in shown)
    assert any("cited 7 times" in value for value in shown)
    reasons = "  \n".join(map(one_line, HOSTILE))
    assert reasons in {element.value for element in test.caption}
    facts = test.dataframe[-1].value
    assert all(page.startswith("https://") for page in facts["Page"] if page)
