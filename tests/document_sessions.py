"""What a document shows done, done again: commands after ``$``, Python after ``>>>``, and what each of them prints.

In a document a line that holds ``…`` alone stands for lines that were left out; a longer line may end with it.
"""

from __future__ import annotations

import doctest
import io
import re
import shlex
from collections.abc import Callable, Iterator
from contextlib import redirect_stdout
from dataclasses import dataclass
from typing import Any

from typer.testing import CliRunner

from litatlas.app.cli import cli

LEFT_OUT = "…"


@dataclass(frozen=True)
class Step:
    """One thing that is done.

    Attributes:
        line: of the document, counted from 1.
        prompt: ``$`` or ``>>>``.
        typed: what follows it.
        shown: the lines that the document shows as its output.
    """

    line: int
    prompt: str
    typed: str
    shown: tuple[str, ...]


def steps(document: str) -> Iterator[Step]:
    """The steps of a document in its order, from its blocks of code."""
    for found in re.finditer(r"(?:^ {4}.*\n)(?:^(?: {4}.*|[ ]*)\n)*", document, re.MULTILINE):
        first = document.count("\n", 0, found.start()) + 1
        block = [line[4:] for line in found[0].rstrip().split("\n")]
        if block[0].startswith("$ "):
            yield from _commands(block, first)
        elif block[0].startswith(">>> "):
            for example in doctest.DocTestParser().get_examples("\n".join(block) + "\n"):
                yield Step(first + example.lineno, ">>>", example.source, tuple(example.want.splitlines()))


def _commands(block: list[str], first: int) -> Iterator[Step]:
    starts = [number for number, line in enumerate(block) if line.startswith("$ ")]
    for start, end in zip(starts, [*starts[1:], len(block)], strict=True):
        output = "\n".join(block[start + 1 : end]).rstrip()
        yield Step(first + start, "$", block[start][2:], tuple(output.splitlines()))


def done(step: Step, names: dict[str, Any]) -> list[str]:
    """What a step prints, line by line; `names` are those that Python knows, and are added to."""
    return (_run_command if step.prompt == "$" else _run_python(names))(step.typed)


def _run_command(typed: str) -> list[str]:
    program, *arguments = shlex.split(typed)
    assert program == "litatlas", typed
    result = CliRunner().invoke(cli, arguments)
    assert result.exit_code == 0, result.output
    return result.output.rstrip().splitlines()


def _run_python(names: dict[str, Any]) -> Callable[[str], list[str]]:
    def run(typed: str) -> list[str]:
        printed = io.StringIO()
        with redirect_stdout(printed):
            exec(compile(typed, "the document", "single"), names)
        return printed.getvalue().rstrip().splitlines()

    return run


def agrees(shown: tuple[str, ...], printed: list[str]) -> bool:
    """Whether the document shows what was printed, but for what it leaves out in plain sight."""
    pattern = "".join(r"(?:.*\n)*" if line.strip() == LEFT_OUT else _line(line) + r"\n" for line in shown)
    return re.fullmatch(pattern, "".join(f"{line.rstrip()}\n" for line in printed)) is not None


def _line(shown: str) -> str:
    cut = shown.removesuffix(LEFT_OUT)
    return re.escape(cut.rstrip()) + (".*" if cut != shown else "")
