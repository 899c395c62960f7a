"""BibTeX: what JabRef, Mendeley, DBLP and people write; broken entries; LaTeX as text; any text at all."""

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from litatlas.graph.errors import LitAtlasError
from litatlas.graph.models import WorkKind
from litatlas.ingest.bibtex import parse_bibtex
from litatlas.ingest.latex_text import field_to_address, field_to_text

JABREF = r"""% Encoding: UTF-8
@string{acl = "Annual Meeting of the " # {ACL}}

@Article{hu,
  author   = {Hu, Edward J. and {The Big Team} and von Neumann, John and M{\"u}ller, Jr., Jan and others},
  title    = {{LoRA}: Low-Rank \'Etudes of $O(n^2)$ \& 50% of {B}ig Things},
  journal  = {arXiv preprint arXiv:2106.09685v2},
  year     = 2021,
  doi      = {10.1000/a\_b},
  url      = {https://example.org/x\_y},
  keywords = {adapters, low rank},
  groups   = {KV Cache, Elsewhere},
  file     = {:/home/someone/secret.pdf:PDF},
  abstract = {We show 100% of it.},
}

@InProceedings{two, title = "Second", booktitle = acl, crossref = {vol}}
@Proceedings{vol, title = {Proceedings of the Volume}, year = {2019}}
@software{three, title = {A Tool}, keywords = {adapters}}

@Comment{jabref-meta: databaseType:bibtex;}
@Comment{jabref-meta: grouping:
0 AllEntriesGroup:;
1 StaticGroup:Efficient\: Inference\;0\;1\;0x8a8a8aff\;\;\;;
2 StaticGroup:KV Cache\;0\;1\;\;\;\;;
1 KeywordGroup:Adapters\;0\;keywords\;adapters\;0\;0\;1\;\;\;\;;
1 SearchGroup:Found\;0\;author=x\;0\;0\;1\;\;\;\;;
}
"""


def codes(read):
    return {finding.code: finding.line for finding in read.findings}


def test_an_entry_with_everything():
    entry = parse_bibtex(JABREF, "f").entries[0]
    assert entry.line == 4
    assert entry.title == "LoRA: Low-Rank Études of $O(n^2)$ & 50% of Big Things"
    assert entry.authors == ("Edward J. Hu", "The Big Team", "John von Neumann", "Jan Müller Jr.")
    assert (entry.year, entry.venue, entry.abstract) == (2021, "arXiv", "We show 100% of it.")
    assert [str(each) for each in entry.ids] == ["arxiv:2106.09685", "doi:10.1000/a_b"]
    assert entry.urls == ("https://example.org/x_y",)
    assert entry.keywords == ("adapters", "low rank")


def test_strings_are_put_together_and_crossrefs_followed():
    two = parse_bibtex(JABREF, "f").entries[1]
    assert (two.title, two.venue, two.year) == ("Second", "Annual Meeting of the ACL", 2019)
    assert parse_bibtex(JABREF, "f").entries[3].kind is WorkKind.SOFTWARE


def test_jabref_groups_become_a_tree():
    read = parse_bibtex(JABREF, "f")
    names = {concept.key: concept.name for concept in read.collections}
    tree = [(concept.name, names.get(concept.parent or "")) for concept in read.collections]
    assert tree == [
        ("Efficient: Inference", None),
        ("KV Cache", "Efficient: Inference"),
        ("Adapters", None),
        ("Found", None),
        ("Elsewhere", None),
    ]
    assert [names[key] for key in read.entries[0].collections] == ["KV Cache", "Elsewhere", "Adapters"]
    assert [names[key] for key in read.entries[3].collections] == ["Adapters"]
    assert codes(read) == {"group-without-members": 22}


def test_mendeley_groups_are_paths():
    read = parse_bibtex("@article{a, title={T}, mendeley-groups = {M{\\&}A,M{\\&}A/DEA}}", "f")
    assert [(each.name, each.parent) for each in read.collections] == [("M&A", None), ("DEA", "mendeley:/M&A")]
    assert len(read.entries[0].collections) == 2


def test_groups_of_old_jabref_list_keys():
    tree = "@comment{jabref-meta: groupstree:\n0 AllEntriesGroup:;\n1 ExplicitGroup:Old\\;0\\;a\\;b\\;;\n}\n"
    text = f"{tree}@misc{{b, title={{T}}}}"
    read = parse_bibtex(text, "f")
    assert read.entries[0].collections == (read.collections[0].key,)


@pytest.mark.parametrize(
    ("field", "ids"),
    [
        ("eprint={2305.13245v1}, archiveprefix={arXiv}", ["arxiv:2305.13245"]),
        ("eprint={cs/0112017}, eprinttype={arxiv}", ["arxiv:cs/0112017"]),
        ("eprint={12345}, eprinttype={pubmed}", []),
        ("arxivId={1706.03762}", ["arxiv:1706.03762"]),
        ("journal={CoRR}, volume={abs/1706.03762}", ["arxiv:1706.03762"]),
        ("doi={https://doi.org/10.48550/arXiv.1706.03762}", ["arxiv:1706.03762"]),
        ("url={https://aclanthology.org/P18-1001.pdf}", ["acl:P18-1001"]),
        (
            "url={https://openreview.net/forum?id=a{\\_}b https://doi.org/10.1000/X}",
            ["doi:10.1000/x", "openreview:a_b"],
        ),
    ],
)
def test_ids_wherever_they_stand(field, ids):
    (entry,) = parse_bibtex(f"@article{{k, title={{T}}, {field}}}", "f").entries
    assert [str(each) for each in entry.ids] == ids


def test_keys_of_dblp_are_ids():
    (entry,) = parse_bibtex("@article{DBLP:journals/corr/abs-1706-03762, title={T}}", "f").entries
    assert [str(each) for each in entry.ids] == ["dblp:journals/corr/abs-1706-03762"]


def test_broken_entries_are_findings_and_the_others_are_read():
    text = """@article{a, title={One}}
@article{a, title={Two}}
@article{b, title={Broken, year=2000
@article{c, title={Three}, title={Again}}
@article{d, year=2000}
@article{e, title=undefined # { rest}}
"""
    read = parse_bibtex(text, "f")
    assert [(each.title, each.line) for each in read.entries] == [
        ("One", 1),
        ("Two", 2),
        ("Three", 4),
        ("undefined rest", 6),
    ]
    assert codes(read) == {
        "duplicate-key": 2,
        "entry-not-understood": 3,
        "field-twice": 4,
        "entry-without-title": 5,
        "string-undefined": 6,
    }


def test_strings_that_multiply_are_cut():
    doubling = "".join(f"@string{{s{n} = s{n - 1} # s{n - 1}}}\n" for n in range(1, 60))
    read = parse_bibtex(f'@string{{s0 = "long enough"}}\n{doubling}@misc{{k, title = s59}}', "f")
    assert "value-too-long" in codes(read)
    assert len(read.entries[0].title) <= 200_000


@pytest.mark.parametrize(
    ("latex", "text"),
    [
        (r"Erd{\H{o}}s, \v{C}ech, \c{c}, \'{\i}n, {\ss}, \O", "Erdős, Čech, ç, ín, ß, Ø"),
        (r"a~b --- c -- d ``q''", "a b — c – d “q”"),
        (r"50% and \textbf{bold \emph{both}}", "50% and bold both"),
        (r"$\alpha$-divergence in \mathcal{X}", r"$\alpha$-divergence in 𝒳"),
        (r"plain {B}races \& signs", "plain Braces & signs"),
        ("{" * 3_000, ""),
    ],
)
def test_latex_as_text(latex, text):
    assert field_to_text(latex) == text


def test_addresses_keep_what_latex_would_change():
    assert field_to_address(r"\url{https://x.org/~a\_b--c\%20}") == "https://x.org/~a_b--c%20"


@settings(max_examples=150, deadline=None)
@given(
    st.text('@artiele{}"#=,\\\n %$;:>123', max_size=80).map(lambda text: f"@misc{{k, title={{T}}}}\n{text}")
    | st.text(max_size=60)
)
def test_any_text_is_read_or_explained(text):
    with suppress(LitAtlasError):
        read = parse_bibtex(text, "f")
        assert all(entry.title and entry.line <= text.count("\n") + 1 for entry in read.entries)
