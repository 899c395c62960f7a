"""Each way in which a real list goes wrong, as a few lines; line 3 is the first entry (see conftest)."""

import pytest

from litatlas.graph.identity import PaperId
from litatlas.graph.models import LinkKind, Severity, WorkKind
from litatlas.ingest.contents import tidy_name
from litatlas.ingest.facts import SurveyFacts, WorkRecord

ARXIV = "[[Paper](https://arxiv.org/abs/2305.13245)]"


def values(work: WorkRecord, field: str) -> list[str]:
    return [claim.value for claim in work.claims if claim.field == field]


def codes(facts: SurveyFacts) -> list[str]:
    return [finding.code for finding in facts.findings]


def nodes_of(facts: SurveyFacts, work: WorkRecord) -> list[str]:
    names = {node.key: node.name for node in facts.nodes}
    return [names[placement.node] for placement in facts.placements if placement.paper == work.key]


def test_an_ordinary_entry_gives_title_venue_year_and_links(parse):
    facts = parse(f"- GQA: Training, Fast, <ins>EMNLP, 2023</ins> {ARXIV} [[Code](https://github.com/a/b)]")
    (work,) = facts.works
    assert (work.title, work.lines, work.kind) == ("GQA: Training, Fast", (3,), WorkKind.PAPER)
    assert values(work, "venue") == ["EMNLP"]
    assert values(work, "year") == ["2023"]
    assert values(work, "link:paper") == ["https://arxiv.org/abs/2305.13245 Paper"]
    assert values(work, "link:code") == ["https://github.com/a/b Code"]
    assert work.aliases == (PaperId.parse("arXiv:2305.13245"),)
    assert {claim.line for claim in work.claims} == {3}
    assert facts.findings == ()


@pytest.mark.parametrize(
    ("entry", "title", "venue"),
    [
        ("Adam Again, <ins>arXiv, 2024/ins>", "Adam Again", ["arXiv"]),
        ("Adam Again, 2024</ins>", "Adam Again", []),
        ("Adam Again, ICML 2024</ins>", "Adam Again", ["ICML"]),
        ("Adam Again, <ins>arXiv, 2024", "Adam Again", ["arXiv"]),
        ("Adam Again,  <ins>arXiv, 2024</ins>,", "Adam Again", ["arXiv"]),
        ("Adam Again? <ins> arXiv, 2024</ins>", "Adam Again?", ["arXiv"]),
        ("Adam Again <ins>\u00a0arXiv, 2024</ins>", "Adam Again", ["arXiv"]),
        ("Adam\u00a0Again, <ins>Arxiv, 2024</ins>", "Adam Again", ["arXiv"]),
        ("Adam Again，<ins>ACL-Short, 2024</ins>", "Adam Again", ["ACL-Short"]),
        ("Adam Again, <ins>NeurlPS, 2024</ins>", "Adam Again", ["NeurIPS"]),
        ("Adam Again, <ins>NIPS, 2024</ins>", "Adam Again", ["NeurIPS"]),
        ("Adam Again, <ins>ICLR 2024</ins>", "Adam Again", ["ICLR"]),
    ],
)
def test_venues_are_read_however_they_are_marked(parse, entry, title, venue):
    (work,) = parse(f"- {entry} {ARXIV}").works
    assert work.title == title
    assert values(work, "venue") == venue
    assert values(work, "year") == ["2024"]


@pytest.mark.parametrize("entry", ["A Title, <ins>arXiv, 2024/ins>", "A Title, 2024</ins>", "A Title <ins>arXiv, 2024"])
def test_an_unbalanced_tag_is_reported(parse, entry):
    assert "unbalanced-markup" in codes(parse(f"- {entry} {ARXIV}"))


def test_a_full_width_comma_is_reported(parse):
    assert codes(parse(f"- P-Tuning v2，<ins>ACL, 2022</ins> {ARXIV}")) == ["full-width-comma"]


def test_a_published_venue_beats_arxiv_and_a_missing_year_is_reported(parse):
    facts = parse(f"- Runahead, <ins>arXiv, ICML</ins> {ARXIV}")
    assert values(facts.works[0], "venue") == ["ICML"]
    assert values(facts.works[0], "year") == []
    assert codes(facts) == ["no-year", "several-venues"]


def test_a_doubled_address_is_read_once(parse):
    facts = parse(f"- A, <ins>arXiv, 2023</ins> {ARXIV} [[Code](https://github.com/a/bhttps://github.com/a/b)]")
    assert values(facts.works[0], "link:code") == ["https://github.com/a/b Code"]
    assert codes(facts) == ["doubled-address"]


def test_a_link_inside_a_links_address_leads_where_the_inner_one_leads(parse):
    facts = parse(
        "- Inference with Reference, <ins>arXiv, 2023</ins> [[Paper](https://arxiv.org/abs/2304.04487)]\n"
        "- SEED: a Tree, <ins>arXiv, 2024</ins>"
        " [[Paper]([https://arxiv.org/abs/2304.04487](https://arxiv.org/pdf/2406.18200))]"
    )
    first, second = facts.works
    assert first.aliases == (PaperId.parse("2304.04487"),)
    assert second.aliases == (PaperId.parse("2406.18200"),)
    assert codes(facts) == ["id-under-two-titles", "nested-link"]
    assert (facts.findings[0].line, facts.findings[0].other_lines) == (4, (3,))


def test_an_id_under_two_titles_is_a_claim_of_both_and_an_alias_of_neither(parse):
    facts = parse(
        f"- Winner Takes All, <ins>NeurIPS, 2023</ins> {ARXIV}\n"
        f"- Maybe a Longer Context, <ins>arXiv, 2024</ins> {ARXIV}"
    )
    assert [work.aliases for work in facts.works] == [(), ()]
    assert [values(work, "id:arxiv") for work in facts.works] == [["2305.13245"]] * 2
    (finding,) = facts.findings
    assert (finding.code, finding.severity) == ("id-under-two-titles", Severity.CONFLICT)
    assert (finding.other_lines, finding.line) == ((3,), 4)


def test_an_id_under_two_titles_goes_to_the_one_that_states_it_more_often(parse):
    facts = parse(
        f"- OmniQuant: Everywhere, <ins>ICLR, 2024</ins> {ARXIV}\n"
        f"## More\n- Rotation and Permutation, <ins>NeurIPS, 2024</ins> {ARXIV}\n"
        f"- OmniQuant: Everywhere, <ins>ICLR, 2024</ins> {ARXIV}"
    )
    assert [len(work.aliases) for work in facts.works] == [1, 0]


def test_an_id_under_two_spellings_of_one_title_is_one_paper(parse):
    facts = parse(
        f"- GPTQ: Accurate Quantization for Pre-trained Transformers, <ins>arXiv, 2022</ins> {ARXIV}\n"
        f"- GPTQ: Accurate Quantisation for Pretrained Transformer, <ins>ICLR, 2023</ins> {ARXIV}"
    )
    (work,) = facts.works
    assert (work.lines, len(values(work, "title"))) == ((3, 4), 2)
    assert "joined-by-id" in codes(facts)


def test_a_paper_at_several_nodes_is_one_paper_with_several_placements(parse):
    facts = parse(f"- Mamba, <ins>arXiv, 2025</ins> {ARXIV}\n## Others\n- Mamba, <ins>arXiv, 2025</ins> {ARXIV}")
    (work,) = facts.works
    assert nodes_of(facts, work) == ["Methods", "Others"]
    assert [placement.line for placement in facts.placements] == [3, 5]
    assert codes(facts) == ["several-placements"]


def test_a_title_repeated_inside_a_node_is_one_placement(parse):
    facts = parse(f"- Mamba, <ins>arXiv, 2025</ins> {ARXIV}\n- Mamba, <ins>arXiv, 2025</ins> {ARXIV}")
    assert len(facts.placements) == 1
    (finding,) = facts.findings
    assert (finding.code, finding.line, finding.other_lines) == ("duplicate-in-node", 4, (3,))


def test_the_same_title_many_years_apart_is_two_papers(parse):
    facts = parse(
        "- Attention, <ins>ICML, 2003</ins> [[Paper](https://a.example/1)]\n"
        "- Attention, <ins>ICML, 2023</ins> [[Paper](https://a.example/2)]"
    )
    assert len({work.key for work in facts.works}) == 2


def test_numbered_code_links_and_brackets_outside_the_link(parse):
    facts = parse(
        "- QLoRA, <ins>NeurIPS, 2023</ins> [[Paper]](https://arxiv.org/abs/2305.14314)"
        "[[Code1](https://github.com/a/q)] [[Code2](https://github.com/b/q)]"
    )
    assert values(facts.works[0], "link:code") == ["https://github.com/a/q Code1", "https://github.com/b/q Code2"]
    assert facts.findings == ()


def test_a_blog_post_is_an_entry_whose_link_is_of_another_kind(parse):
    facts = parse("- NTK Interpolation, <ins>Blog, 2023</ins> [[Reddit post](https://www.reddit.com/r/x/)]")
    assert values(facts.works[0], "link:other") == ["https://www.reddit.com/r/x/ Reddit post"]
    assert facts.counts.list_rows == 1


@pytest.mark.parametrize(
    ("label", "url", "kind"),
    [
        ("Code", "https://arxiv.org/abs/2305.04320", LinkKind.PAPER),
        ("Paper", "https://github.com/a/b", LinkKind.CODE),
    ],
)
def test_a_label_that_the_address_contradicts_is_corrected_and_reported(parse, label, url, kind):
    facts = parse(f"- A Title, <ins>ACL, 2023</ins> [[{label}]({url})]")
    assert values(facts.works[0], f"link:{kind.value}") == [f"{url} {label}"]
    assert codes(facts) == ["label-and-address-disagree"]


@pytest.mark.parametrize(
    "url",
    [
        "https://arxiv.org/abs/2305.13245v2",
        "https://www.arxiv.org/pdf/2305.13245.pdf",
        "https://arxiv.org/html/2305.13245v1",
        "https://doi.org/10.48550/arXiv.2305.13245",
        "https://huggingface.co/papers/2305.13245",
        "https://arxiv.org/abs/2305.13245v",
        "https://arxiv.org/abs/2305.13245 ",
    ],
)
def test_arxiv_ids_are_found_in_every_kind_of_address(parse, url):
    (work,) = parse(f"- A Title, <ins>ACL, 2023</ins> [[Paper]({url})]").works
    assert work.aliases == (PaperId.parse("2305.13245"),)


def test_a_table_of_frameworks_gives_software_with_its_columns(parse):
    facts = parse(
        f"- A Title, <ins>ACL, 2023</ins> {ARXIV}\n### Frameworks\n<div align='center'>\n\n"
        "| | Training | Inference |\n|:--|:--:|:--:|\n"
        "| DeepSpeed [[Code](https://github.com/microsoft/DeepSpeed)] | ✅ | ❌ |\n| Sax | ✅ | maybe |\n\n</div>"
    )
    software = facts.works[1]
    assert (software.title, software.kind, software.lines) == ("DeepSpeed", WorkKind.SOFTWARE, (9,))
    assert values(software, "feature:Training") == ["yes"]
    assert values(software, "feature:Inference") == ["no"]
    assert [(finding.code, finding.line) for finding in facts.findings] == [("entry-not-understood", 10)]


CONTENTS = """\
# A Survey
## Contents
- [🤖 Models](#models)
  - [Compression](#compression)
    - [Distillation](#distillation)
    - [Parameter Sharing](#parameter-sharing)
- [Data](#data)

## 🤖 Models
### Compression
#### Distillation
- A, <ins>ACL, 2023</ins> [[Paper](https://arxiv.org/abs/2305.00001)]
##### Parameter-Sharing
- B, <ins>ACL, 2023</ins> [[Paper](https://arxiv.org/abs/2305.00002)]
## Data
- C, <ins>ACL, 2023</ins> [[Paper](https://arxiv.org/abs/2305.00003)]
## Star History
"""


def test_the_contents_list_decides_where_it_and_the_headings_disagree(parse):
    facts = parse(CONTENTS)
    paths = {node.name: node.path for node in facts.nodes}
    assert paths["Parameter Sharing"] == ("Models", "Compression", "Parameter Sharing")
    assert [node.key for node in facts.nodes][3] == "tiny/models/compression/parameter-sharing"
    found = {finding.code: finding for finding in facts.findings}
    conflict = found["contents-and-heading-disagree"]
    assert (conflict.line, conflict.other_lines) == (13, (6,))
    assert "explicitly" in conflict.decision
    assert found["heading-respelled"].line == 13
    assert [node.line for node in facts.nodes] == [9, 10, 11, 13, 15]
    assert [node.position for node in facts.nodes] == [0, 1, 2, 3, 4]
    assert nodes_of(facts, facts.works[1]) == ["Parameter Sharing"]


def test_a_section_without_papers_is_no_node(parse):
    facts = parse(CONTENTS)
    assert "Star History" not in {node.name for node in facts.nodes}


def test_headings_alone_make_a_taxonomy_and_skipped_levels_are_reported(parse):
    facts = parse(f"# S\n## A\n#### B\n- One, <ins>ACL, 2023</ins> {ARXIV}")
    assert [(node.name, node.depth) for node in facts.nodes] == [("A", 1), ("B", 2)]
    assert codes(facts) == ["heading-level-skips"]


def test_a_heading_that_the_contents_list_leaves_out_is_kept_and_reported(parse):
    extra = "### Extra\n- D, <ins>ACL, 2023</ins> [[Paper](https://arxiv.org/abs/2305.00004)]\n## Star"
    facts = parse(CONTENTS.replace("## Star", extra))
    assert facts.nodes[-1].path == ("Data", "Extra")
    assert "heading-not-in-contents" in codes(facts)


def test_equal_names_in_different_places_stay_apart(parse):
    facts = parse(
        "# S\n## A\n### Other\n- One, <ins>ACL, 2023</ins> [[Paper](https://arxiv.org/abs/2305.00001)]\n"
        "### Other\n- Two, <ins>ACL, 2023</ins> [[Paper](https://arxiv.org/abs/2305.00002)]"
    )
    assert [node.key for node in facts.nodes] == ["tiny/a", "tiny/a/other", "tiny/a/other-2"]


def test_a_list_without_sections_gets_one_node(parse):
    facts = parse(f"# Only a Title\n- One, <ins>ACL, 2023</ins> {ARXIV}")
    assert [node.name for node in facts.nodes] == ["Only a Title"]
    assert len(facts.placements) == 1


def test_nothing_inside_the_taxonomy_is_dropped_silently(parse):
    facts = parse(
        f"- One, <ins>ACL, 2023</ins> {ARXIV} and more words\n- no link here\n-\n\nA paragraph.\n\n```\ncode\n```\n"
        "<!-- hidden -->\n\n<table><tr><td>x</td></tr></table>\n\n[ref]: https://example.org\n"
    )
    assert [(finding.line, finding.code) for finding in facts.findings] == [
        (3, "text-not-understood"),
        (4, "entry-not-understood"),
        (5, "entry-not-understood"),
        (7, "paragraph-not-read"),
        (9, "block-of-code-not-read"),
        (12, "comment-not-read"),
        (14, "block-of-HTML-not-read"),
        (16, "link-definition-not-read"),
    ]


def test_the_surveys_own_ids_come_from_its_title_links(parse):
    facts = parse(
        "# A Survey\n> **[A Survey](http://arxiv.org/abs/2312.03863)**[ [arXiv]](http://arxiv.org/abs/2312.03863)\n"
        "### News: [[OpenReview](https://openreview.net/pdf?id=bsCC)], [a friend](https://arxiv.org/abs/2301.00001)\n"
        f"## Methods\n- One, <ins>ACL, 2023</ins> {ARXIV}"
    )
    assert facts.survey.title == "A Survey"
    assert [str(paper_id) for paper_id in facts.survey.ids] == ["arxiv:2312.03863", "openreview:bsCC"]


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("🤖 Model-Centric Methods", "Model-Centric Methods"),
        ("🧑‍💻 System-Level", "System-Level"),
        ("❤️ **Bold** `x` ", "Bold x"),
        ("[Linked](#a)", "Linked"),
        ("🤖", "🤖"),
    ],
)
def test_names_lose_their_decoration(written, name):
    assert tidy_name(written) == name
