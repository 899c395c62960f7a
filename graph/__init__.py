"""What is known about a literature, and every question one can ask of it; no network, no screen, no environment.

The names a notebook needs are here: ``from litatlas.graph import Library`` (docs/python.md is a tour). Each is imported
when it is first used, since the model and the index take their time. What Python programs may rely on is `__all__`;
the rooms behind it may move.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .encoder import load_encoder
    from .errors import LitAtlasError
    from .export import FORMATS
    from .identity import PaperId
    from .models import Citation, Claim, Paper, Placement, Source, Subgraph, Survey, TaxonomyNode
    from .network import to_networkx
    from .notebook import Library
    from .placement import PlacementAnswer, Placer
    from .search import Filters, SearchAnswer, Searcher
    from .selection import Around, Below, Matching, Whole, select

__all__ = [
    "FORMATS",
    "Around",
    "Below",
    "Citation",
    "Claim",
    "Filters",
    "Library",
    "LitAtlasError",
    "Matching",
    "Paper",
    "PaperId",
    "Placement",
    "PlacementAnswer",
    "Placer",
    "SearchAnswer",
    "Searcher",
    "Source",
    "Subgraph",
    "Survey",
    "TaxonomyNode",
    "Whole",
    "load_encoder",
    "select",
    "to_networkx",
]

_HOMES = {
    "encoder": ("load_encoder",),
    "errors": ("LitAtlasError",),
    "export": ("FORMATS",),
    "identity": ("PaperId",),
    "models": ("Citation", "Claim", "Paper", "Placement", "Source", "Subgraph", "Survey", "TaxonomyNode"),
    "network": ("to_networkx",),
    "notebook": ("Library",),
    "placement": ("PlacementAnswer", "Placer"),
    "search": ("Filters", "SearchAnswer", "Searcher"),
    "selection": ("Around", "Below", "Matching", "Whole", "select"),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    if name in _HOME_OF:
        return getattr(import_module(f".{_HOME_OF[name]}", __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
