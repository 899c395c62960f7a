"""`litatlas list`: reading lists, the same that the app shows."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .cli_options import JsonOption, LibraryOption, explained, settings_of

if TYPE_CHECKING:
    from .service import Atlas

reading = typer.Typer(no_args_is_help=True, help="Reading lists: papers you collect, in your order, with notes.")

Name = Annotated[str, typer.Argument(help="The list's name; upper and lower case are one.")]
Papers = Annotated[list[str], typer.Argument(help="Papers: keys, ids, addresses or titles.")]


def _atlas(library: Path | None) -> Atlas:
    from .service import Atlas

    return Atlas(settings_of(library))


@reading.command()
def show(
    name: Annotated[str | None, typer.Argument(help="A list; without one, all lists.")] = None,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show a list as Markdown, what was read ticked, with your notes; without a name, which lists there are.

    Examples: `litatlas list show`, `litatlas list show "To read this week"`
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
    """Put papers at the end of a list, which is begun where there is none. Status 1 where one is not in the library.

    Example: `litatlas list add "To read this week" arxiv:2306.00978 "GPTQ"`
    """
    with explained():
        from .console import print_json
        from .console_reading import print_added
        from .reading import add_by_name

        added = add_by_name(_atlas(library), name, papers)
        print_json(added) if as_json else print_added(added)
    if added.unknown:
        raise typer.Exit(1)


@reading.command()
def remove(name: Name, papers: Papers, library: LibraryOption = None) -> None:
    """Take papers off a list. One that is added again later has its note."""
    with explained():
        from .console_reading import print_removed
        from .reading import remove_by_name

        print_removed(remove_by_name(_atlas(library), name, papers))


@reading.command()
def delete(name: Name, library: LibraryOption = None) -> None:
    """Take a list away; `litatlas list restore NAME` brings it back."""
    with explained():
        from .console import say
        from .reading import store_of

        store_of(_atlas(library)).delete(name)
        say(f"Deleted. `litatlas list restore {name!r}` brings it back.")


@reading.command()
def restore(name: Name, library: LibraryOption = None) -> None:
    """Bring back the list of this name that was deleted last."""
    with explained():
        from .console import say
        from .reading import store_of

        say(f"Restored as {store_of(_atlas(library)).restore(name)!r}.")
