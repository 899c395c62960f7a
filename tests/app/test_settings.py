from __future__ import annotations

import re
from pathlib import Path

import pytest

from litatlas.app.settings import load_settings
from litatlas.graph.errors import InvalidFilter


def test_an_option_goes_before_the_environment_and_that_before_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load_settings().library == Path("litatlas-library")
    monkeypatch.setenv("LITATLAS_LIBRARY", "/from/environment")
    monkeypatch.setenv("LITATLAS_PORT", "8600")
    settings = load_settings(library=None, port=None)
    assert (settings.library, settings.port) == (Path("/from/environment"), 8600)
    settings = load_settings(library=Path("/from/option"), port=8700)
    assert (settings.library, settings.port) == (Path("/from/option"), 8700)


@pytest.mark.parametrize("value", ["abc", "0", "65536", "-1", ""])
def test_a_value_out_of_range_names_its_variable(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("LITATLAS_PORT", value)
    with pytest.raises(InvalidFilter, match="LITATLAS_PORT") as error:
        load_settings()
    assert "LITATLAS_PORT" in error.value.advice
    assert re.search(r": (that is no whole number|it must be (1 or more|65535 or less))\.$", error.value.message)


def test_variables_of_others_are_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LIBRARY", "MODEL", "PORT", "ADDRESS", "LITATLAS_UNKNOWN"):
        monkeypatch.setenv(name, "from elsewhere")
    assert load_settings() == load_settings(library=Path("litatlas-library"), port=8501, address="127.0.0.1")
