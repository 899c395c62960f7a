"""An area of the map: a polygon, as an address spells it, and the papers within."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from .errors import InvalidFilter
from .meaning_map import EDGE, Points

Polygon = tuple[tuple[float, float], ...]
"""The corners of an area in order, in the coordinates of a map; the last is joined to the first."""

_MOST_CORNERS = 24  # of an area that is drawn by hand; an address has to hold it
_MOST_READ = 400
_PLAIN = 0.5  # of the map's units squared: a corner that adds less to the area is left out


def read_area(text: str) -> Polygon:
    """An area written as ``x,y;x,y;x,y``.

    Raises:
        InvalidFilter: it is none.
    """
    try:
        corners = [tuple(float(number) for number in corner.split(",")) for corner in text.split(";")]
    except ValueError:
        corners = []
    if not 3 <= len(corners) <= _MOST_READ or any(not _is_corner(corner) for corner in corners):
        raise InvalidFilter(
            "The address names no area of the map.", "An area is x,y;x,y;x,y with three corners or more; draw it anew."
        )
    return tuple((corner[0], corner[1]) for corner in corners)


def _is_corner(corner: tuple[float, ...]) -> bool:
    return len(corner) == 2 and all(math.isfinite(number) and abs(number) <= 10 * EDGE for number in corner)


def write_area(area: Sequence[tuple[float, float]]) -> str:
    """An area as an address spells it, to a tenth of a unit: a two-thousandth of the map's width."""
    return ";".join(",".join(f"{round(number, 1) + 0.0:g}" for number in corner) for corner in area)


def simplified(area: Sequence[tuple[float, float]], most: int = _MOST_CORNERS) -> Polygon:
    """The same area by fewer corners: again and again the one that matters least is left out (Visvalingam 1993)."""
    corners = np.asarray(area, np.float64).reshape(-1, 2)
    while len(corners) > 3:
        before, after = np.roll(corners, 1, axis=0) - corners, np.roll(corners, -1, axis=0) - corners
        triangles = np.abs(before[:, 0] * after[:, 1] - before[:, 1] * after[:, 0]) / 2
        least = int(triangles.argmin())
        if len(corners) <= most and triangles[least] >= _PLAIN:
            break
        corners = np.delete(corners, least, axis=0)
    return tuple((float(x), float(y)) for x, y in corners)


def inside(points: Points, area: Sequence[tuple[float, float]]) -> npt.NDArray[np.bool_]:
    """Which points lie in the area, shape (n,): those from which a ray crosses its outline an odd number of times."""
    corners = np.asarray(area, np.float64)
    x, y = points[:, 0].astype(np.float64), points[:, 1].astype(np.float64)
    found = np.zeros(len(points), np.bool_)
    near = np.flatnonzero(
        (x >= corners[:, 0].min())
        & (x <= corners[:, 0].max())
        & (y >= corners[:, 1].min())
        & (y <= corners[:, 1].max())
    )
    x, y, within = x[near], y[near], np.zeros(len(near), np.bool_)
    for (x1, y1), (x2, y2) in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        if y1 != y2:
            within ^= ((y1 > y) != (y2 > y)) & (x < (x2 - x1) * (y - y1) / (y2 - y1) + x1)
    found[near] = within
    return found
