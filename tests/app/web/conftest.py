"""A small library behind the pages, read with the test encoder instead of the model."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from litatlas.app.service import Atlas
from litatlas.app.settings import load_settings
from litatlas.app.web.components import atlas as atlas_module
from litatlas.graph.encoder import Encoder

from ...conftest import ROOT

OpenPage = Callable[..., AppTest]


@pytest.fixture
def open_page(monkeypatch: pytest.MonkeyPatch, library: Path, encoder: Encoder) -> Iterator[OpenPage]:
    """Open a page with parameters in its address, on the small library or another directory."""

    def opened(view: str, directory: Path = library, /, **parameters: str) -> AppTest:
        monkeypatch.setenv("LITATLAS_LIBRARY", str(directory))
        monkeypatch.setattr(atlas_module, "make_atlas", lambda: Atlas(load_settings(), lambda _: encoder))
        st.cache_resource.clear()
        test = AppTest.from_file(str(ROOT / "app" / "web" / "main.py"), default_timeout=30)
        test.query_params.update(parameters)
        if view != "start":
            test.run()
            test.switch_page(f"views/{view}.py")
            test.query_params.clear()
            test.query_params.update(parameters)
        return test.run()

    yield opened
    st.cache_resource.clear()
