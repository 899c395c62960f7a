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
    """A node whose bracket is not closed yet: where its own text begins, has its first comma, and ends."""

    start: int
    comma: int | None = None
    end: int | None = None
    children: list[Branch] = field(default_factory=list)
    size: int = 1


def read_forest(source: str, line: int, commands: CiteCommands) -> Figure | None:
    """Read what stands between ``\\begin{forest}`` and ``\\end{forest}``.

    Args:
        line: the line that `source` begins on.

    Returns:
        the tree, of several the one with the most nodes; None where the brackets do not form one.
    """
    if len(source) > _LONGEST:
        return None
    trees: list[tuple[int, Branch]] = []
    stack: list[_Open] = []
    braces = nodes = 0
    for token in _TOKEN.finditer(source):
        mark, position = token[0], token.start()
        braces += {"{": 1, "}": -1}.get(mark, 0)
        if braces > 0 or mark not in "[],":
            continue
        if mark == "[":
            nodes += 1
            if nodes > _MOST_NODES or len(stack) == _DEEPEST:
                return None
        if stack:
            _mark(stack[-1], mark, position)
        if mark == "[":
            stack.append(_Open(token.end()))
        elif mark == "]" and stack:
            _close(stack, source, line, commands, trees)
    return Figure(max(trees, key=lambda tree: tree[0])[1], line) if trees and not stack else None


def _mark(node: _Open, mark: str, position: int) -> None:
    if mark == "," and node.comma is None and node.end is None:
        node.comma = position
    elif mark != "," and node.end is None:
        node.end = position


def _close(
    stack: list[_Open], source: str, first_line: int, commands: CiteCommands, trees: list[tuple[int, Branch]]
) -> None:
    """Close the innermost node: one more child of the node around it, or a tree."""
    node = stack.pop()
    line = first_line + source.count("\n", 0, node.start)
    label, keys = _read_label(source[node.start : node.end], (node.comma or len(source)) - node.start, commands)
    cites = tuple(Cite(key, line) for key in keys)
    branch = Branch(to_name(commands.without(label)), line, cites, tuple(node.children))
    if stack:
        stack[-1].children.append(branch)
        stack[-1].size += node.size
    else:
        trees.append((node.size, branch))


def _read_label(own: str, comma: int, commands: CiteCommands) -> tuple[str, tuple[str, ...]]:
    """A node's label and the keys it cites.

    A comma ends the label, unless something is cited after it: then it stood in braces that HTML has lost, since what
    follows a label is its style.
    """
    found = list(commands.find(own))
    end = max(comma, found[-1][1]) if found else comma
    return _unbraced(own[:end]), tuple(key for _, _, keys in found for key in keys)


def _unbraced(label: str) -> str:
    label = label.strip()
    return label[1:-1] if label.startswith("{") and label.endswith("}") else label
