from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from litatlas.graph.errors import InvalidFilter
from litatlas.graph.map_area import inside, read_area, simplified, write_area

SQUARE = ((0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0))
HOOK = ((0.0, 0.0), (9.0, 0.0), (9.0, 3.0), (3.0, 3.0), (3.0, 9.0), (0.0, 9.0))  # an L
numbers = st.integers(-1000, 1000).map(lambda tenths: tenths / 10)
corners = st.tuples(numbers, numbers)


@pytest.mark.parametrize(
    ("point", "expected"),
    [((1, 1), True), ((8, 1), True), ((1, 8), True), ((5, 5), False), ((-1, 1), False), ((8, 4), False)],
)
def test_points_in_an_area_with_a_corner_inwards(point: tuple[float, float], expected: bool) -> None:
    assert inside(np.array([point], np.float32), HOOK).tolist() == [expected]


def test_an_area_that_crosses_itself_has_what_its_outline_goes_round_once() -> None:
    bow = ((0.0, 0.0), (10.0, 10.0), (10.0, 0.0), (0.0, 10.0))
    points = np.array([[1, 5], [9, 5], [5, 1], [5, 9]], np.float32)
    assert inside(points, bow).tolist() == [True, True, False, False]


def winding(x: float, y: float, area: list[tuple[float, float]]) -> float:
    """How often the outline goes round a point, by the angles under which its sides are seen."""
    turned = 0.0
    for (x1, y1), (x2, y2) in zip(area, area[1:] + area[:1], strict=True):
        step = math.atan2(y2 - y, x2 - x) - math.atan2(y1 - y, x1 - x)
        turned += (step + math.pi) % (2 * math.pi) - math.pi
    return turned / (2 * math.pi)


@given(st.integers(3, 12), st.lists(corners, min_size=1, max_size=20), st.randoms(use_true_random=False))
def test_inside_agrees_with_the_winding_number(count: int, points: list[tuple[float, float]], random) -> None:
    """Of areas that are seen from their middle as a whole, where both say the same."""
    angles = sorted(random.uniform(0, 2 * math.pi) for _ in range(count))
    area = [(random.uniform(20, 90) * math.cos(a), random.uniform(20, 90) * math.sin(a)) for a in angles]
    found = inside(np.array(points, np.float64).astype(np.float32), area)
    for (x, y), said in zip(np.array(points, np.float32).astype(float).tolist(), found, strict=True):
        turns = winding(x, y, area)
        if abs(turns - round(turns)) < 1e-6:  # not on the outline
            assert said == (round(turns) % 2 == 1)


@given(st.lists(corners, min_size=3, max_size=30))
def test_what_is_written_is_read_again(area: list[tuple[float, float]]) -> None:
    assert read_area(write_area(area)) == tuple(area)


def test_an_area_as_an_address_spells_it() -> None:
    assert write_area([(-0.04, 1.0), (12.345, -7.0), (100.0, 0.25)]) == "0,1;12.3,-7;100,0.2"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1,2",
        "1,2;3,4",
        "1,2;3,4;5",
        "1,2;3,4;5,6,7",
        "a,b;c,d;e,f",
        "1,2;3,4;nan,5",
        "1,2;3,4;inf,5",
        "1,2;3,4;5e9,6",
    ],
)
def test_what_is_no_area_is_refused(text: str) -> None:
    with pytest.raises(InvalidFilter, match="no area"):
        read_area(text)


def test_an_address_without_end_is_refused() -> None:
    with pytest.raises(InvalidFilter):
        read_area(";".join(["1,2"] * 5000))


def area_of(polygon: np.ndarray) -> float:
    x, y = polygon.T
    return float(abs(np.dot(x, np.roll(y, 1)) - np.dot(y, np.roll(x, 1))) / 2)


def test_a_drawn_line_keeps_its_shape_with_few_corners() -> None:
    turns = np.linspace(0, 2 * math.pi, 400, endpoint=False)
    circle = np.stack([50 * np.cos(turns), 50 * np.sin(turns)], axis=1)
    few = simplified([(x, y) for x, y in circle.tolist()])
    assert len(few) <= 24
    assert area_of(np.array(few)) == pytest.approx(area_of(circle), rel=0.02)


def test_corners_on_a_straight_side_are_left_out_and_a_triangle_stays() -> None:
    assert set(simplified([*SQUARE, (0.0, 5.0)])) == set(SQUARE)
    assert len(simplified([(0.0, 0.0), (0.0, 0.0), (0.0, 0.0), (0.0, 0.0)])) == 3
