"""What a shell offers for a value: formats, surveys, nodes, reading lists. Quick, and silent where nothing is there."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import typer

Named = tuple[str, str]
_NEEDS_QUOTES = re.compile(r"([^\w@%+,./:=-])")
_RUN_BY_SHELLS = re.compile(r"""[\\$`"'!]""")  # zsh evaluates what it is offered, and lists are written by strangers


def survey_values(context: typer.Context, incomplete: str) -> list[Named]:
    """Surveys of the library, by key."""
    from litatlas.graph.names import survey_names

    return _offered(lambda: survey_names(_library(context)), incomplete)


def node_values(context: typer.Context, incomplete: str) -> list[Named]:
    """Taxonomy nodes by name; by key where the name is not the only one, or a key was begun."""
    from litatlas.graph.names import node_names

    return _offered(lambda: node_names(_library(context)), incomplete)


def list_values(context: typer.Context, incomplete: str) -> list[Named]:
    """Reading lists by name."""
    from litatlas.graph.names import list_names

    return _offered(lambda: list_names(_library(context)), incomplete)


def deleted_list_values(context: typer.Context, incomplete: str) -> list[Named]:
    """Reading lists that can be restored, by name."""
    from litatlas.graph.names import list_names

    return _offered(lambda: list_names(_library(context), deleted=True), incomplete)


def bundled_values(incomplete: str) -> list[Named]:
    """Surveys that ship with LitAtlas, by key."""

    def names() -> list[Named]:
        from litatlas.ingest.bundle import find_bundles

        return [(key, "ships with LitAtlas") for key in find_bundles()]

    return _offered(names, incomplete)


def format_values(incomplete: str) -> list[Named]:
    """Export formats, as the registry has them."""

    def names() -> list[Named]:
        from litatlas.graph.export import FORMATS

        return [(each.name, each.title) for each in FORMATS.values()]

    return _offered(names, incomplete)


def schema_values(context: typer.Context, incomplete: str) -> list[Named]:
    """The next word of a command that has a schema."""
    before = tuple(context.params.get("command") or ())

    def names() -> Iterator[Named]:
        for words in ({("error",)} if not before else set()) | set(_with_json(context.find_root().command)):
            if words[: len(before)] == before and len(words) > len(before):
                yield words[len(before)], ""

    return _offered(names, incomplete)


def _with_json(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The commands that take --json, which are those with a schema; reading the schemas themselves takes seconds."""
    for name, each in getattr(command, "commands", {}).items():
        yield from _with_json(each, (*path, name))
    if any("--json" in each.opts for each in command.params):
        yield path


def _library(context: typer.Context) -> Path:
    from .settings import load_settings

    return load_settings(library=context.params.get("library")).library


def _offered(names: Callable[[], Iterable[Named]], incomplete: str) -> list[Named]:
    """Names that begin so. Whatever goes wrong offers nothing: a message would land in the line that is being typed."""
    try:
        begun = {name: what for name, what in names() if name.startswith(incomplete) and _is_harmless(name)}
        return [(_as_typed(name), what if _is_harmless(what) else "") for name, what in begun.items()]
    except Exception:
        return []


def _is_harmless(text: str) -> bool:
    return text.isprintable() and not _RUN_BY_SHELLS.search(text)


def _as_typed(name: str) -> str:
    """A name as bash wants it: blanks have a backslash where no quote was begun; other shells do it alone."""
    from .settings import word_in_bash

    typed = word_in_bash()
    if typed is None or typed.startswith(("'", '"')):
        return name
    return _NEEDS_QUOTES.sub(r"\\\1", name)
