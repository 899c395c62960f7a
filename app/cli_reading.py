"""`litatlas list`: reading lists, the same that the app shows."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .cli_options import ExitStatus, JsonOption, LibraryOption, explained, settings_of
from .cli_values import deleted_list_values, list_values

if TYPE_CHECKING:
    from .service import Atlas

reading = typer.Typer(no_args_is_help=True, help="Reading lists: papers you collect, in your order, with notes.")

Name = Annotated[str, typer.Argument(help="The list's name; upper and lower case are one.", autocompletion=list_values)]
DeletedName = Annotated[
    str, typer.Argument(help="The name of a list that was deleted.", autocompletion=deleted_list_values)
]
Papers = Annotated[list[str], typer.Argument(help="Papers: keys, ids, addresses or titles.")]


def _atlas(library: Path | None) -> Atlas:
    from .service import Atlas

    return Atlas(settings_of(library))


@reading.command()
def show(
    name: Annotated[
        str | None, typer.Argument(help="A list; without one, all lists.", autocompletion=list_values)
    ] = None,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show a list as Markdown, what was read ticked, with your notes; without a name, which lists there are.

    With --json the same as records, papers with their status and notes.

    Examples:

        litatlas list show
        litatlas list show "To read this week"
        litatlas list show "To read this week" > to-read.md
    """
    with explained():
        from .console import print_json
        from .console_reading import print_lists
        from .reading import list_markdown, read_list, store_of

        atlas = _atlas(library)
        if name is None:
            lists = store_of(atlas).lists()
            print_json(lists) if as_json else print_lists(lists)
        elif as_json:
            print_json(read_list(atlas, name)[1])
        else:
            typer.echo(list_markdown(atlas, name), nl=False)


@reading.command()
def add(name: Name, papers: Papers, library: LibraryOption = None, as_json: JsonOption = False) -> None:
    """Put papers at the end of a list, which is begun where there is none.

    Status 3 where one of them is not in the library; the others are on the list then.

    Examples:

        litatlas list add "To read this week" arxiv:2306.00978 "GPTQ"
        litatlas search pruning --json | jq -r '.papers[].paper.key' | xargs litatlas list add Pruning
    """
    with explained():
        from .console import print_json
        from .console_reading import print_added
        from .reading import add_by_name

        added = add_by_name(_atlas(library), name, papers)
        print_json(added) if as_json else print_added(added)
    if added.unknown:
        raise typer.Exit(ExitStatus.PARTLY)


@reading.command()
def remove(name: Name, papers: Papers, library: LibraryOption = None, as_json: JsonOption = False) -> None:
    """Take papers off a list. One that is added again later has its note.

    Status 3 where one of them was not on it.

    Examples:

        litatlas list remove "To read this week" arxiv:2306.00978
        litatlas list remove "To read this week" GPTQ --json
    """
    with explained():
        from .console import print_json
        from .console_reading import print_removed
        from .reading import remove_by_name

        removed = remove_by_name(_atlas(library), name, papers)
        print_json(removed) if as_json else print_removed(removed)
    if removed.unknown:
        raise typer.Exit(ExitStatus.PARTLY)


@reading.command()
def delete(name: Name, library: LibraryOption = None, as_json: JsonOption = False) -> None:
    """Take a list away; `litatlas list restore NAME` brings it back.

    The papers of the list stay in the library.

    Examples:

        litatlas list delete "To read this week"
        litatlas list delete "To read this week" --json
    """
    with explained():
        from .console import print_json, say
        from .reading import Deleted, store_of

        store_of(_atlas(library)).delete(name)
        print_json(Deleted(name)) if as_json else say(f"Deleted. `litatlas list restore {name!r}` brings it back.")


@reading.command()
def restore(name: DeletedName, library: LibraryOption = None, as_json: JsonOption = False) -> None:
    """Bring back the list of this name that was deleted last.

    Where another list has its name by now, it gets a new one, which is printed.

    Examples:

        litatlas list restore "To read this week"
        litatlas list restore "To read this week" --json
    """
    with explained():
        from .console import print_json, say
        from .reading import Restored, store_of

        restored = store_of(_atlas(library)).restore(name)
        print_json(Restored(restored)) if as_json else say(f"Restored as {restored!r}.")
