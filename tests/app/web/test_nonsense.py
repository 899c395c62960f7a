"""Addresses that make no sense, on every page: a message at most, never a traceback."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from .conftest import OpenPage
from .every_page import AppPage, app_pages, parameters
from .hostile import HOSTILE

NONSENSE = (
    *HOSTILE,
    "",
    " ",
    "0",
    "-1",
    "1e9",
    "99999999999999999999999",
    "nan",
    "null",
    "a,b,,c",
    "../../etc/passwd",
    "'; DROP TABLE papers; --",
    "%00",
    "\ud7ff\U0010ffff",
    "all,all",
    "[]",
    "٣",  # a digit, of another script
)
# What makes a page of the small library show most of what it has.
SENSE = {
    "search": {"q": "quantization of weights"},
    "taxonomy": {"node": "s/model/quantization"},
    "paper": {"id": "gptq"},
    "graph": {"paper": "gptq"},
    "export": {"scope": "node", "node": "s/model/quantization"},
    "compare": {"a": "s", "b": "s"},
}


def sound(test: AppTest, asked: object) -> None:
    assert not test.exception, f"{asked}: {test.exception[0].message}"
    assert test.main.children, f"{asked}: an empty page"


@pytest.mark.parametrize("page", app_pages(), ids=lambda page: page.view)
def test_no_address_breaks_a_page(open_page: OpenPage, page: AppPage) -> None:
    """Each parameter alone beside sensible ones, through all values in turn; then all parameters at once."""
    test = open_page(page.view)
    sense = SENSE.get(page.view, {})
    asked = [{**sense, name: NONSENSE[n % len(NONSENSE)]} for n, name in enumerate(parameters(), start=len(page.view))]
    asked += [dict.fromkeys(parameters(), value) for value in NONSENSE]
    for query in asked:
        test.query_params.clear()
        test.query_params.update(query)
        sound(test.run(), query)


def test_the_parameters_are_found() -> None:
    assert {"q", "node", "id", "paper", "hops", "limit", "scope"} <= set(parameters())
