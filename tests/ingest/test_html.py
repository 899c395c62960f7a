from __future__ import annotations

import gzip
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litatlas.graph.errors import LitAtlasError, SourceUnreadable
from litatlas.graph.identity import PaperId
from litatlas.ingest.eprint import parse_eprint
from litatlas.ingest.html import parse_html
from litatlas.ingest.survey_text import SurveyText

from .. import survey_documents
from ..survey_documents import Part, Work


def page(body: str) -> SurveyText:
    return parse_html(f'<html><body><article class="ltx_document">\n{body}</article></body></html>'.encode(), "x")


def cite(*numbers: int, href: str = "#bib.bib{}") -> str:
    links = "; ".join(f'<a class="ltx_ref" href="{href.format(number)}">{number}</a>' for number in numbers)
    return f'<cite class="ltx_cite ltx_citemacro_cite">[{links}]</cite>'


def section(name: str, body: str, kind: str = "section", tag: str = "h2") -> str:
    return f'<section class="ltx_{kind}"><{tag} class="ltx_title ltx_title_{kind}">{name}</{tag}>\n{body}</section>\n'


def cites(text: SurveyText) -> list[tuple[str, list[str]]]:
    return [(section.name, [cite.key for cite in section.cites]) for section in text.sections]


def test_sections_form_a_tree_and_know_what_they_cite() -> None:
    text = page(
        '<h1 class="ltx_title ltx_title_document">Small Models: A Survey<span class="ltx_note">x</span></h1>'
        + f"{cite(9)}\n"
        + section(
            '<span class="ltx_tag ltx_tag_section">1 </span>Methods',
            cite(1, 2)
            + section('<span class="ltx_tag">1.1 </span>Pruning', cite(2), "subsection", "h3")
            + section("Runs.", cite(3, 3), "paragraph", "h5")
            + cite(4),
        )
        + section('<span class="ltx_tag ltx_tag_appendix">Appendix A </span>Tables', cite(5), "appendix")
    )
    assert text.title == "Small Models: A Survey"
    assert [(s.name, s.level, s.parent, s.appendix) for s in text.sections] == [
        ("Methods", 3, None, False),
        ("Pruning", 4, 0, False),
        ("Runs", 6, 0, False),
        ("Tables", 3, None, True),
    ]
    assert cites(text) == [
        ("Methods", ["bib.bib1", "bib.bib2", "bib.bib4"]),
        ("Pruning", ["bib.bib2"]),
        ("Runs", ["bib.bib3"]),
        ("Tables", ["bib.bib5"]),
    ]
    assert [each.key for each in text.unsectioned] == ["bib.bib9"]
    assert [each.line for each in text.sections] == [3, 4, 6, 9]


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ('<span class="ltx_tag">2.1 </span>3D models', "3D models"),
        ("5.  Conclusion", "Conclusion"),
        ("IV. Methods", "Methods"),
        ("A.1 More", "More"),
        ("A Survey of 10 things", "A Survey of 10 things"),
        ('O<math alttext="(n^{2})"><mi>n</mi></math> attention', "O(n^2) attention"),
        ('KV<span class="ltx_ERROR undefined">\\xspace</span> cache<sup class="ltx_note">1</sup>.', "KV cache"),
        (f"Pruning {cite(1)}", "Pruning"),
        ("<em>Data</em>\n  <b>Selection</b>:", "Data Selection"),
        ("&lt;b&gt; &amp; &#x202f;x", "<b> & x"),
    ],
)
def test_headings_are_names(written: str, name: str) -> None:
    assert [each.name for each in page(section(written, "")).sections] == [name]


@pytest.mark.parametrize("href", ["#bib.bib{}", "https://arxiv.org/html/2312.03863v4#bib.bib{}", "x.html#bib.bib{}"])
def test_links_to_the_bibliography_in_every_form(href: str) -> None:
    assert cites(page(section("A", cite(7, href=href)))) == [("A", ["bib.bib7"])]


def test_links_that_are_no_citations() -> None:
    body = (
        '<a class="ltx_ref" href="#S2">2</a><a href="https://x.org/#biblio">x</a><a href="#bib.bib3">bare</a>'
        '<cite class="ltx_cite"><a class="ltx_ref" href="#S2.T1">1</a></cite>'
    )
    assert cites(page(section("A", body))) == [("A", ["bib.bib3"])]


def test_a_citation_that_latexml_could_not_resolve_is_reported() -> None:
    text = page(section("A", '<cite class="ltx_cite"><span class="ltx_ref ltx_missing_citation">k1</span></cite>'))
    assert cites(text) == [("A", [])]
    assert [finding.code for finding in text.findings] == ["citation-without-reference"]
    assert "'k1'" in text.findings[0].message


def test_a_section_without_a_heading_is_part_of_the_one_around_it() -> None:
    text = page(section("A", f'<section class="ltx_paragraph">{cite(1)}</section>' + section("", cite(2), "paragraph")))
    assert cites(text) == [("A", ["bib.bib1", "bib.bib2"])]
    assert [finding.code for finding in text.findings] == ["heading-not-read"]


def test_the_bibliography_is_read_by_its_blocks() -> None:
    text = page(
        section("A", cite(1))
        + """<section class="ltx_bibliography" id="bib"><h2 class="ltx_title ltx_title_bibliography">References</h2>
<ul class="ltx_biblist">
<li class="ltx_bibitem" id="bib.bib1"><span class="ltx_tag ltx_role_refnum ltx_tag_bibitem">Ba et al. (2016)</span>
<span class="ltx_bibblock">Jimmy Ba, Jamie Kiros.</span><span class="ltx_bibblock">Layer <em>normalization</em>.</span>
<span class="ltx_bibblock"><a class="ltx_ref" href="https://arxiv.org/abs/1607.06450v1">link</a>.
See <a href="#bib.bib2">2</a></span></li>
<li class="ltx_bibitem" id="bib.bib2"><span class="ltx_tag ltx_tag_bibitem">[2]</span><span class="ltx_bibblock"><span
class="ltx_bib_author">Somebody</span> <span class="ltx_bib_title">A marked title</span>, 2001</span></li>
</ul></section>"""
    )
    first, second = text.references
    assert (first.key, first.title, first.year, first.line) == ("bib.bib1", "Layer normalization", 2016, 6)
    assert first.authors == ("Jimmy Ba", "Jamie Kiros")
    assert first.ids == (PaperId.parse("arxiv:1607.06450"),)
    assert (second.title, second.year) == ("A marked title", 2001)
    assert cites(text) == [("A", ["bib.bib1"])]


FOREST = """<figure class="ltx_figure"><div><span class="ltx_ERROR undefined">{forest}</span>
<p class="ltx_p">for tree=draw, edge=[round], [Root, w [Methods (§<a class="ltx_ref" href="#S2">2</a>), w
[GPTQ %s, AWQ %s, leaf]][Data %s]]</p></div><figcaption>A tree %s</figcaption></figure>"""


def test_a_drawn_tree_that_latexml_left_as_text_is_a_figure() -> None:
    text = page(section("A", FOREST % (cite(1), cite(2), cite(3, 4), cite(5)) + cite(6)))
    (figure,) = text.figures
    root = figure.root
    assert (root.name, [branch.name for branch in root.children]) == ("Root", ["Methods", "Data"])
    assert [each.key for each in root.children[0].children[0].cites] == ["bib.bib1", "bib.bib2"]
    assert [each.key for each in root.children[1].cites] == ["bib.bib3", "bib.bib4"]
    assert figure.line == root.children[1].cites[0].line == 3
    assert cites(text) == [("A", ["bib.bib6"])]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"<html><body><h1>No HTML for '2312.03863'</h1></body></html>", "not the HTML of a paper"),
        (b"", "no HTML"),
        (b"%PDF-1.5", "is a PDF"),
        (b"\x00\x01\x02", "not the HTML of a paper|no HTML"),
        (b"<article class=ltx_document><p>x", "neither a section nor a bibliography"),
        (b"<section class=ltx_section>" + b"<div>" * 5_000, "too deep"),
    ],
)
def test_what_is_no_such_page_is_refused_in_words(data: bytes, words: str) -> None:
    with pytest.raises(SourceUnreadable, match=words) as caught:
        parse_html(data, "x")
    assert caught.value.advice


def test_a_page_that_is_still_gzipped_is_read() -> None:
    data = survey_documents.to_html("T", [Part("A", ("a",))], [Work("a", "Title here")])
    assert parse_html(gzip.compress(data), "x").sections == parse_html(data, "x").sections


def test_entities_are_not_expanded_and_nothing_is_fetched() -> None:
    bomb = '<!DOCTYPE html [<!ENTITY a "aaaaaaaaaa"><!ENTITY b SYSTEM "http://127.0.0.1:9/x">]>'
    data = f'{bomb}<section class="ltx_section"><h2>&a;&b; Name</h2></section>'.encode()
    assert "aaaaaaaaaa" not in parse_html(data, "x").sections[0].name


@given(st.binary(max_size=200))
def test_any_bytes_end_in_a_text_or_an_error(data: bytes) -> None:
    for form in (data, b'<section class="ltx_section"><h2>A</h2>' + data):
        with suppress(LitAtlasError):
            parse_html(form, "x")


TAGS = st.lists(
    st.sampled_from(
        [
            '<section class="ltx_section">', "<h2>", "</h2>", "A", "</section>", '<cite class="ltx_cite">', "</cite>",
            '<a href="#bib.bib1">', "</a>", '<li class="ltx_bibitem" id="bib.bib1">', "</li>", "<p>", "\n", "[", ",",
            '<span class="ltx_ERROR">{forest}</span>', '<p class="ltx_p">', '<math alttext="\\frac{">', "</math>",
            "]", '<span class="ltx_bibblock">', "</span>", "&lt;", '<figure class="ltx_figure">', "</figure>",
        ]
    ),
    max_size=40,
).map("".join)  # fmt: skip


@given(TAGS)
def test_any_markup_ends_in_a_text_or_an_error(body: str) -> None:
    with suppress(LitAtlasError):
        text = page(section("A", "") + body)
        assert all(each.name for each in text.sections)


NAMES = st.from_regex(r"[A-Z][a-zé]{2,8}( (&|of|in|<) [A-Za-z]{2,8})?( 100%)?", fullmatch=True)
WORKS = tuple(
    Work(f"key{n}", f"{word} of {n} things_and more & more", arxiv=f"2301.{n:05}" if n % 2 else None, year=2000 + n)
    for n, word in enumerate(("Study", "Map", "Measure", "Theory", "Practice", "Art", "Limits"))
)
KEYS = st.lists(st.sampled_from([work.key for work in WORKS]), max_size=4).map(tuple)
PARTS = st.recursive(
    st.builds(Part, NAMES, KEYS),
    lambda below: st.builds(Part, NAMES, KEYS, st.lists(below, max_size=3).map(tuple)),
    max_leaves=8,
).filter(lambda part: depth(part) <= len(survey_documents.LEVELS))


def depth(part: Part) -> int:
    return 1 + max(map(depth, part.children), default=0)


def flatten(text: SurveyText) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Paths of the sections and the titles that each cites."""
    titles = {reference.key: reference.title for reference in text.references}
    return [
        (text.path_of(index), tuple(titles[each.key] or "" for each in section.cites))
        for index, section in enumerate(text.sections)
    ]


def written(parts: list[Part], path: tuple[str, ...] = ()) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    titles = {work.key: work.title for work in WORKS}
    return [
        line
        for part in parts
        for line in (
            ((*path, part.name), tuple(titles[key] for key in part.cites)),
            *written(list(part.children), (*path, part.name)),
        )
    ]


@given(st.lists(PARTS, min_size=1, max_size=4))
def test_a_tree_reads_back_the_same_from_html_and_from_latex(parts: list[Part]) -> None:
    html = parse_html(survey_documents.to_html("A & B: a survey", parts, WORKS), "x")
    latex = parse_eprint(survey_documents.to_eprint("A & B: a survey", parts, WORKS), "x")
    assert flatten(html) == flatten(latex) == written(parts)
    assert html.title == latex.title == "A & B: a survey"
    for work, *read in zip(WORKS, html.references, latex.references, strict=True):
        for reference in read:
            assert (reference.title, reference.year, reference.authors) == (work.title, work.year, work.authors)
            assert [str(paper_id) for paper_id in reference.ids] == ([f"arxiv:{work.arxiv}"] if work.arxiv else [])
    assert not html.findings
    assert not latex.findings
