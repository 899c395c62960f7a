r"""Taxonomy figures: trees written for the LaTeX package forest, as surveys draw them. Pure; nothing is typeset.

    \begin{forest} for tree={draw} [Root, style [Branch [Leaf \cite{a,b}]] [Branch]] \end{forest}

Brackets nest, a node's text ends at the first comma, and braces protect both (forest 2.1, section 3.2, "The bracket
representation").
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from .cite_commands import CiteCommands
from .latex_text import to_name
from .survey_text import Branch, Cite, Figure

_DEEPEST = 40  # levels; a drawn taxonomy has five
_MOST_NODES = 5_000
_LONGEST = 500_000  # characters

_TOKEN = re.compile(r"\\.|[{}\[\],]", re.S)


@dataclass(slots=True)
class _Open:
    """A node whose bracket is not closed yet."""

    start: int
    label: str | None = None
    children: list[Branch] = field(default_factory=list)


def read_forest(source: str, line: int, commands: CiteCommands) -> Figure | None:
    """Read what stands between ``\\begin{forest}`` and ``\\end{forest}``.

    Args:
        line: the line that `source` begins on.

    Returns:
        the tree; None where the brackets do not form one.
    """
    if len(source) > _LONGEST:
        return None
    stack: list[_Open] = []
    braces = nodes = 0
    for token in _TOKEN.finditer(source):
        mark = token[0]
        braces += {"{": 1, "}": -1}.get(mark, 0)
        if braces > 0 or mark not in "[],":
            continue
        if mark == "[":
            nodes += 1
            if nodes > _MOST_NODES or len(stack) == _DEEPEST:
                return None
            _end_label(stack, source, token.start())
            stack.append(_Open(token.end()))
        elif stack:
            _end_label(stack, source, token.start())
            if mark == "]" and (branch := _close(stack, source, line, commands)):
                return Figure(branch, line)
    return None


def _end_label(stack: list[_Open], source: str, position: int) -> None:
    if stack and stack[-1].label is None:
        stack[-1].label = source[stack[-1].start : position]


def _close(stack: list[_Open], source: str, first_line: int, commands: CiteCommands) -> Branch | None:
    """Close the innermost node; the whole tree where that was the root."""
    node = stack.pop()
    line = first_line + source.count("\n", 0, node.start)
    label = _unbraced(node.label or "")
    cites = tuple(Cite(key, line) for key in commands.keys_in(label))
    branch = Branch(to_name(commands.without(label)), line, cites, tuple(node.children))
    if not stack:
        return branch
    stack[-1].children.append(branch)
    return None


def _unbraced(label: str) -> str:
    label = label.strip()
    return label[1:-1] if label.startswith("{") and label.endswith("}") else label
