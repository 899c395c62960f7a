"""A small hand-made graph: two branches, one shared paper, one tool, one citation known to two sources."""

from __future__ import annotations

from litatlas.graph.identity import IdScheme, PaperId
from litatlas.graph.models import (
    Citation,
    Link,
    LinkKind,
    Paper,
    Placement,
    Source,
    SourceKind,
    Subgraph,
    Survey,
    TaxonomyNode,
    WorkKind,
)

LIST = Source(
    key="paper-list:small",
    kind=SourceKind.PAPER_LIST,
    title="A small list",
    location="https://example.org/small/README.md",
    revision="0123456",
    date="2024-05-01",
)
EDGES = Source(key="edge-file:small", kind=SourceKind.EDGE_FILE, title="Edges", location="edges.jsonl")
MORE_EDGES = Source(key="edge-file:more", kind=SourceKind.EDGE_FILE, title="More edges", location="more.jsonl")

SURVEY = Survey(
    key="small",
    title="Small Things: A Survey",
    source=LIST.key,
    ids=(PaperId(IdScheme.ARXIV, "2401.00001"),),
)
METHODS = TaxonomyNode(
    key="small/methods", survey="small", name="Methods", parent=None, path=("Methods",), position=0, line=3
)
ADAPTERS = TaxonomyNode(
    key="small/methods/low-rank-adapters",
    survey="small",
    name="Low-Rank Adapters",
    parent=METHODS.key,
    path=("Methods", "Low-Rank Adapters"),
    position=1,
    line=5,
)
TOOLS = TaxonomyNode(
    key="small/tools", survey="small", name="Tools & Frameworks", parent=None, path=("Tools & Frameworks",), position=2
)

LORA = Paper(
    key="lora-111111",
    title="LoRA: Low-Rank Adaptation of Large Language Models",
    year=2022,
    venue="ICLR",
    abstract="An abstract that stays at home.",
    authors=("Edward J. Hu", "Yelong Shen"),
    ids=(PaperId(IdScheme.ARXIV, "2106.09685"), PaperId(IdScheme.OPENREVIEW, "nZeVKeeFYf9")),
    links=(
        Link(LinkKind.PAPER, "Paper", "https://arxiv.org/abs/2106.09685"),
        Link(LinkKind.CODE, "Code", "https://github.com/microsoft/LoRA"),
    ),
)
QLORA = Paper(
    key="qlora-222222",
    title="QLoRA: Efficient Finetuning of Quantized LLMs",
    year=2023,
    venue="arXiv",
    ids=(PaperId(IdScheme.ARXIV, "2305.14314"),),
)
STUDY = Paper(
    key="uber-333333",
    title="Über 50% of $k$-Means_{fast} & “Good” Ideas, Revisited",
    year=2021,
    venue="TMLR",
    authors=("Šimon Müller", "Ng, Andrew"),
    ids=(PaperId(IdScheme.DOI, "10.1000/xyz_(1)"),),
)
TOOL = Paper(
    key="toolkit-444444",
    title="=cmd|'/c calc'!A0",
    kind=WorkKind.SOFTWARE,
    links=(Link(LinkKind.CODE, "Code", "https://example.org/tool kit/{x}"),),
)

SMALL = Subgraph(
    title="Small Things: A Survey",
    papers=(LORA, QLORA, STUDY, TOOL),
    nodes=(METHODS, ADAPTERS, TOOLS),
    surveys=(SURVEY,),
    sources=(LIST, EDGES, MORE_EDGES),
    placements=(
        Placement(LORA.key, ADAPTERS.key, LIST.key, 7, 0),
        Placement(QLORA.key, ADAPTERS.key, LIST.key, 8, 1),
        Placement(QLORA.key, TOOLS.key, LIST.key, 12, 0),
        Placement(STUDY.key, METHODS.key, LIST.key, 4, 0),
        Placement(TOOL.key, TOOLS.key, LIST.key, None, 1),
    ),
    citations=(
        Citation(QLORA.key, LORA.key, EDGES.key, 1, "somebody/notes"),
        Citation(QLORA.key, LORA.key, MORE_EDGES.key, 40),
        Citation(STUDY.key, LORA.key, EDGES.key, 2),
    ),
)
