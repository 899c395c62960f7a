"""The only reader of the environment.

Every setting is a variable with the prefix ``LITATLAS_``: ``LITATLAS_LIBRARY``, ``LITATLAS_MODEL``,
``LITATLAS_ADDRESS``, ``LITATLAS_PORT``, and for the services ``LITATLAS_SEMANTIC_SCHOLAR_KEY``,
``LITATLAS_OPENALEX_KEY``, ``LITATLAS_MAILTO`` and the addresses; for the endpoint that writes answers
``LITATLAS_WRITER_URL``, ``LITATLAS_WRITER_MODEL`` and ``LITATLAS_WRITER_KEY`` (docs/answers.md); for agents over HTTP
``LITATLAS_MCP_TOKEN``. A command's option goes before the environment.
"""

from __future__ import annotations

import os
from pathlib import Path

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from litatlas.graph.errors import InvalidFilter


class Settings(BaseSettings):
    """Where things are and which model reads them.

    Attributes:
        library: the library's directory.
        model: a model's name or directory; None takes the one the library's index was made with.
        address, port: where the app listens.
        fetch: whether what is missing is fetched behind the served app.
        read_ahead: papers whose sentences the served app reads while nobody asks it anything; 0 reads none.
        semantic_scholar_key, openalex_key: optional; never shown, stored or put into an address.
        mailto: a contact that the services are told.
        arxiv_api, arxiv_site, semantic_scholar, openalex: where the services are.
        longest_wait: seconds that one request waits for a service that is busy, over all tries of a run.
        pace: seconds between two requests to a service; shorter than its terms ask only on this machine itself.
        writer_url, writer_model: an endpoint that may write answers, and the name it knows its model by; None: nobody.
        writer_key: for that endpoint; never shown or stored.
        mcp_token: what agents over HTTP must carry, at least 16 characters; None: one is made up and printed.
        writer_plain_http: whether that endpoint may be on another machine and without encryption.
    """

    model_config = SettingsConfigDict(env_prefix="LITATLAS_", frozen=True, extra="ignore")

    library: Path = Path("litatlas-library")
    model: str | None = None
    address: str = "127.0.0.1"
    port: int = Field(default=8501, ge=1, le=65535)
    fetch: bool = False
    read_ahead: int = Field(default=5000, ge=0)
    semantic_scholar_key: SecretStr | None = None
    openalex_key: SecretStr | None = None
    mailto: str | None = None
    arxiv_api: str = "https://export.arxiv.org/api/query"
    arxiv_site: str = "https://arxiv.org"
    semantic_scholar: str = "https://api.semanticscholar.org/graph/v1"
    openalex: str = "https://api.openalex.org"
    pace: float | None = Field(default=None, ge=0)
    longest_wait: float = Field(default=300.0, ge=0)
    writer_url: str | None = None
    writer_model: str | None = None
    writer_key: SecretStr | None = None
    writer_plain_http: bool = False
    mcp_token: SecretStr | None = Field(default=None, min_length=16)


def load_settings(**options: object) -> Settings:
    """Settings from options that were given (not None), else from the environment, else the defaults.

    Raises:
        InvalidFilter: a value is out of range, naming the variable.
    """
    try:
        return Settings(**{name: value for name, value in options.items() if value is not None})  # type: ignore[arg-type]
    except ValidationError as error:
        first = error.errors()[0]
        name = "LITATLAS_" + str(first["loc"][0]).upper()
        given = "" if name.endswith(("_KEY", "_TOKEN")) else f" is {first['input']!r}"
        limits = first.get("ctx", {})
        reason = _REASONS.get(first["type"], first["msg"]).format(**limits)
        raise InvalidFilter(f"{name}{given}: {reason}.", f"Unset or correct {name}.") from error


_REASONS = {
    "int_parsing": "that is no whole number",
    "float_parsing": "that is no number",
    "too_short": "it must have {min_length} characters or more",
    "bool_parsing": "that is neither true nor false",
    "greater_than_equal": "it must be {ge} or more",
    "less_than_equal": "it must be {le} or less",
}


def word_in_bash() -> str | None:
    """What a user of bash has typed of the word that is to be completed, with its quotes; None in other shells."""
    if os.environ.get("_LITATLAS_COMPLETE") != "complete_bash":
        return None
    typed = os.environ.get("COMP_WORDS", "").split("\n")
    number = os.environ.get("COMP_CWORD", "")
    return typed[int(number)] if number.isdecimal() and int(number) < len(typed) else ""
