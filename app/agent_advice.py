"""Advice in errors as agents can follow it: the tool in place of the shell command that does the same."""

from __future__ import annotations

import re

_TOOLS = {
    "search": "the tool `search`",
    "show": "the tool `node`",
    "status": "the tool `node` without arguments",
    "place": "the tool `place`",
    "path": "the tool `path`",
    "compare": "the tool `compare`",
}
_COMMAND = re.compile(r"`litatlas ([a-z]+)(?: ([^`]*))?`")
_NO_TOOL = "No tool does that: it is for the person who keeps this library."


def for_agents(advice: str) -> str:
    """The advice with tools named for commands; where no tool does what a command does, that is said."""
    told = _COMMAND.sub(_tool, advice)
    told = told[:1].upper() + told[1:]
    return f"{told} {_NO_TOOL}" if "`litatlas " in told or re.search(r"(?<!\S)--[a-z]", told) else told


def _tool(command: re.Match[str]) -> str:
    tool = _TOOLS.get(command[1])
    if tool is None:
        return command[0]
    return f"{tool} with {command[2]}" if command[2] else tool
