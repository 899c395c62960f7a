from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from litatlas.ingest.cite_commands import CiteCommands, find_cite_commands
from litatlas.ingest.forest import read_forest
from litatlas.ingest.survey_text import Branch

TREE = r"""
forked edges, for tree={grow=east, edge path={\noexpand\path (a)[rounded corners]--(b);}},
where level=1{text width=4.5em}{},
[Small Models, fill=red
  [Model-Centric \\ (\S\ref{sec:model}), text width={5em,x}
    [Quantization
      [{GPTQ~\cite{gptq}, AWQ~\citep[see][p. 3]{awq, awq2}, \textit{etc.}}, leaf]
      [Weight-only \cite{a,b}, leaf]
    ]
    [\textbf{Pruning}, leaf [LLM-Pruner \cite{p}]]
  ]
  [Data-Centric]
]
"""


def tree(source: str, commands: CiteCommands | None = None):
    figure = read_forest(source, 10, commands or CiteCommands())
    return figure and outline(figure.root)


def outline(branch: Branch):
    return (branch.name, tuple(cite.key for cite in branch.cites), [outline(child) for child in branch.children])


def test_a_taxonomy_as_surveys_draw_it() -> None:
    assert tree(TREE) == (
        "Small Models",
        (),
        [
            (
                "Model-Centric",
                (),
                [
                    (
                        "Quantization",
                        (),
                        [("GPTQ , AWQ , etc", ("gptq", "awq", "awq2"), []), ("Weight-only", ("a", "b"), [])],
                    ),
                    ("Pruning", (), [("LLM-Pruner", ("p",), [])]),
                ],
            ),
            ("Data-Centric", (), []),
        ],
    )


def test_every_branch_knows_its_line() -> None:
    figure = read_forest(TREE, 10, CiteCommands())
    assert figure
    assert figure.root.line == 13
    assert figure.root.children[0].children[0].children[0].cites[0].line == 16


def test_citations_after_a_comma_count_too() -> None:
    """Braces around a label that HTML has lost."""
    assert tree(r"[Root [A \cite{a}, B \cite{b}, leaf]]") == ("Root", (), [("A , B", ("a", "b"), [])])


def test_aliases_of_cite_are_followed() -> None:
    commands = find_cite_commands(r"\newcommand{\ct}[1]{~\citep{#1}} \let\see\citet \def\cc#1{\ct{#1}}")
    assert tree(r"[Root [A\ct{a}] [B\see{b}] [C\cc{c}]]", commands) == (
        "Root", (), [("A", ("a",), []), ("B", ("b",), []), ("C", ("c",), [])],
    )  # fmt: skip


def test_brackets_that_form_no_tree_are_no_figure() -> None:
    for source in ("", "for tree={draw}", "[a [b]", "[" * 100 + "]" * 100, "]" * 5):
        assert read_forest(source, 1, CiteCommands()) is None


@given(st.text(alphabet="[]{},\\ab\n%$~", max_size=60))
def test_any_brackets_are_read(source: str) -> None:
    figure = read_forest(source, 1, CiteCommands())
    assert figure is None or figure.root.line >= 1


NAMES = st.from_regex(r"[A-Z][a-z]{1,6}( [a-z]{2,5})?", fullmatch=True)
KEYS = st.from_regex(r"[a-z]{1,6}[0-9]{4}", fullmatch=True)
TREES: st.SearchStrategy[Any] = st.recursive(
    st.tuples(NAMES, st.lists(KEYS, max_size=3), st.just([])),
    lambda below: st.tuples(NAMES, st.lists(KEYS, max_size=2), st.lists(below, max_size=4)),
    max_leaves=12,
)


def write(node) -> str:
    name, keys, children = node
    cites = rf"~\cite{{{', '.join(keys)}}}" if keys else ""
    return f"[{{{name}{cites}}}, leaf={{a,b}} {' '.join(map(write, children))}]"


@given(TREES)
def test_a_tree_that_is_written_reads_back(node) -> None:
    def expected(node):
        name, keys, children = node
        return (name, tuple(keys), [expected(child) for child in children])

    assert tree(f"for tree={{draw}}\n{write(node)}") == expected(node)
