"""The server for agents as clients meet it: another process, the SDK's own client, both transports, bad manners."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import httpx2
import pytest
from mcp import Client, StdioServerParameters
from mcp.client.streamable_http import streamable_http_client
from mcp.types import CallToolResult

from litatlas.app.building import build
from litatlas.app.settings import Settings

from .tiny_model import write_tiny_model

TOKEN = "a-token-of-the-test-0123456789"
TOOLS = {"search", "node", "paper", "place", "path", "compare", "gaps", "export"}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bundled survey, embedded by a model that loads at once."""
    home = tmp_path_factory.mktemp("agents")
    model = write_tiny_model(home / "model")
    build(Settings(library=home / "library", model=str(model)), lambda *_: None, surveys=("efficient-llms",))
    return home


def _command(home: Path, *more: str) -> list[str]:
    return [
        *(sys.executable, "-m", "litatlas.app.cli", "mcp"),
        *("--library", str(home / "library"), "--model", str(home / "model"), *more),
    ]


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LITATLAS_")}
    return {**kept, "LITATLAS_MCP_TOKEN": TOKEN}


@pytest.fixture(scope="module")
def port(home: Path) -> Iterator[int]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    log = (home / "server.log").open("w")
    server = subprocess.Popen(_command(home, "--http", "--port", str(port)), stderr=log, env=_environment())
    try:
        for _ in range(240):
            assert server.poll() is None, (home / "server.log").read_text()
            try:
                httpx.get(f"http://127.0.0.1:{port}/mcp", timeout=2)
            except httpx.HTTPError:
                time.sleep(0.25)
            else:
                break
        yield port
        assert server.poll() is None, "it stayed up, whatever was asked"
    finally:
        server.terminate()
        server.wait(20)
        log.close()
    written = (home / "server.log").read_text()
    assert "Traceback" not in written
    assert TOKEN not in written


def over_stdio(home: Path, ask: Callable[[Client], Awaitable[None]]) -> None:
    async def run() -> None:
        command, *arguments = _command(home)
        async with Client(StdioServerParameters(command=command, args=arguments, env=_environment())) as client:
            await ask(client)

    asyncio.run(asyncio.wait_for(run(), 240))


def over_http(port: int, ask: Callable[[Client], Awaitable[None]]) -> None:
    async def run() -> None:
        headers = {"Authorization": f"Bearer {TOKEN}"}
        async with httpx2.AsyncClient(headers=headers, timeout=120) as http:
            transport = streamable_http_client(f"http://127.0.0.1:{port}/mcp", http_client=http)
            async with Client(transport) as client:
                await ask(client)

    asyncio.run(asyncio.wait_for(run(), 240))


def data(result: CallToolResult) -> Any:
    """The structured answer, which its text says too."""
    assert isinstance(result.structured_content, dict)
    assert json.loads(result.content[0].text) == result.structured_content  # type: ignore[union-attr]
    return result.structured_content


async def walk(client: Client) -> None:
    """From the surveys down to a paper, its sources, where it belongs, and out as BibTeX."""
    listed = (await client.list_tools()).tools
    assert {tool.name for tool in listed} == TOOLS
    for tool in listed:
        assert tool.annotations is not None
        assert tool.annotations.read_only_hint is True
        assert tool.output_schema is not None
        assert tool.description
    formats = next(tool for tool in listed if tool.name == "export").input_schema["properties"]["format"]["description"]
    assert "bibtex" in formats
    assert not {"csv", "parquet", "obsidian"} & set(formats.strip(".").replace(",", "").split())
    tops = data(await client.call_tool("node"))
    assert [survey["key"] for survey in tops["surveys"]] == ["efficient-llms"]
    key = "arxiv:2306.00978"
    paper = data(await client.call_tool("paper", {"reference": key}))
    assert all(fact["origin"]["source"] for fact in paper["facts"])
    place = paper["places"][0]["node"]
    node = data(await client.call_tool("node", {"reference": place["key"], "limit": 50}))
    assert paper["paper"]["key"] in {each["key"] for each in node["papers"]}
    assert node["node"]["path"] == place["path"]
    found = data(await client.call_tool("search", {"question": paper["paper"]["title"], "limit": 3}))
    assert found["papers"][0]["paper"]["key"] == paper["paper"]["key"]
    exported = data(await client.call_tool("export", {"format": "bibtex", "selection": f"papers:{key}"}))
    assert (exported["text"].count("@"), exported["selection"]) == (1, f"papers:{key}")
    route = data(await client.call_tool("path", {"start": key, "end": "arxiv:2205.14135"}))
    assert route["paths"]
    assert all(hop["evidence"] for each in route["paths"] for hop in each)
    on_the_way = data(await client.call_tool("export", {"format": "ris", "selection": f"path:{key}(to=2205.14135)"}))
    assert on_the_way["text"].count("TY  - ") == on_the_way["papers"] >= 2
    rest = f"under:{place['key']} and not papers:{key}"
    within = data(await client.call_tool("search", {"question": "quantization", "within": rest, "limit": 50}))
    assert within["papers"]
    for hit in within["papers"]:
        assert hit["paper"]["key"] != paper["paper"]["key"]
        assert any(at["path"][: len(place["path"])] == place["path"] for at in hit["places"])
    lacks = data(await client.call_tool("gaps", {"reference": place["key"]}))
    assert lacks["node"]["key"] == place["key"]
    placed = data(await client.call_tool("place", {"paper_or_text": key, "survey": "efficient-llms"}))
    assert placed["paper"]["key"] == paper["paper"]["key"]
    assert placed["surveys"][0]["nodes"]


async def misbehave(client: Client) -> None:
    """Every bad call is answered with a code and advice, and the next good one is served."""
    bad: list[tuple[str, dict[str, Any], str]] = [
        ("search", {"question": "pruning", "limit": 10**12}, "InvalidArguments"),
        ("search", {"question": "pruning", "limit": "many"}, "InvalidArguments"),
        ("search", {"question": {"$ne": None}}, "InvalidArguments"),
        ("search", {"question": "x" * 100_000}, "InvalidArguments"),
        ("search", {}, "InvalidArguments"),
        ("search", {"question": "pruning", "years": "yesterday"}, "InvalidFilter"),
        ("search", {"question": "pruning", "under": "no such node"}, "UnknownNode"),
        ("paper", {"reference": "../../../etc/passwd"}, "UnknownPaper"),
        ("paper", {"reference": "\x00'; DROP TABLE papers; --"}, "UnknownPaper"),
        ("node", {"reference": "Quantization", "cursor": "g1-1;"}, "InvalidFilter"),
        ("export", {"format": "../../bibtex"}, "ExportError"),
        ("export", {"format": "/etc/passwd\x00.bib"}, "ExportError"),
        ("export", {"format": "bibtex/../../ris"}, "ExportError"),
        ("export", {"format": "csv"}, "ExportError"),
        ("export", {"selection": "papers:" + ",".join(["x"] * 5000)}, "InvalidSelection"),
        ("export", {"selection": 'list:"../../../etc/passwd"'}, "UnknownList"),
        ("export", {"selection": "papers:../../etc/passwd"}, "UnknownPaper"),
        ("export", {"selection": ["everything"]}, "InvalidArguments"),
        ("export", {"selection": "x" * 100_000}, "InvalidArguments"),
        ("export", {"selection": ""}, "InvalidArguments"),
        ("search", {"question": "pruning", "within": "survey:nowhere"}, "InvalidFilter"),
        ("export", {"selection": "path:2306.00978(to=2306.00978)"}, "InvalidFilter"),
        ("place", {"paper_or_text": "…"}, "InvalidFilter"),
        ("path", {"start": "2306.00978", "end": "2306.00978"}, "InvalidFilter"),
        ("compare", {"first": "efficient-llms", "second": "nothing"}, "UnknownNode"),
        ("gaps", {"reference": "../"}, "UnknownNode"),
        ("search", {"question": "kv cache", "year_from": 2030}, "InvalidArguments"),
        ("node", {"bogus": 1}, "InvalidArguments"),
        ("paper", {"reference": "2306.00978", "limit": 0}, "InvalidArguments"),
        ("remove", {}, "UnknownTool"),
    ]
    for name, arguments, code in bad:
        result = await client.call_tool(name, arguments)
        assert result.is_error, (name, arguments)
        problem = data(result)
        assert (problem["code"], bool(problem["message"]), bool(problem["advice"])) == (code, True, True), problem
        assert "litatlas " not in problem["advice"] or "No tool does that" in problem["advice"], problem
    dropped = data(await client.call_tool("search", {"question": "kv cache", "year_from": 2030}))
    assert "year_from" in dropped["message"]
    assert "years" in dropped["advice"]
    unreadable: list[tuple[str, int | None]] = [
        ("under:Pruning and not survey", 23),
        ("<script>alert(1)</script>", 1),
        ("under:[x](javascript:alert(1))", 7),
        ("path:2306.00978", 1),
        ("under:\u202egnidliub", 7),
        ("everything" + " " * 7991, None),
        ("not " * 1000 + "everything", None),
        ("(" * 1000 + "everything" + ")" * 1000, None),
        (" or ".join(["everything"] * 61), None),
    ]
    for expression, place in unreadable:
        for name, arguments in (
            ("export", {"selection": expression}),
            ("search", {"question": "pruning", "within": expression}),
        ):
            problem = data(await client.call_tool(name, arguments))
            assert (problem["code"], problem["at"]) == ("InvalidSelection", place), (name, problem)
            assert place is None or f"character {place}" in problem["message"]
    longest = await client.call_tool("export", {"selection": "papers:gptq" + " " * 7989})
    assert not longest.is_error or data(longest)["code"] == "UnknownPaper"
    flood = await asyncio.gather(
        *(client.call_tool("node", {"reference": "Quantization", "limit": 50}) for _ in range(200)),
        *(client.call_tool("search", {"question": f"pruning {n}"}) for n in range(40)),
    )
    assert not any(result.is_error for result in flood)


def test_an_agent_walks_the_taxonomy_over_standard_input(home: Path) -> None:
    over_stdio(home, walk)


def test_an_agent_walks_the_taxonomy_over_http(port: int) -> None:
    over_http(port, walk)


def test_a_hostile_client_over_standard_input_gets_errors(home: Path) -> None:
    async def ask(client: Client) -> None:
        await misbehave(client)
        assert not (await client.call_tool("node")).is_error

    over_stdio(home, ask)


def test_a_hostile_client_over_http_gets_errors(port: int) -> None:
    over_http(port, misbehave)
    over_http(port, walk)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 401),
        ({"Authorization": "Bearer wrong"}, 401),
        ({"Authorization": f"Basic {TOKEN}"}, 401),
        ({"Authorization": "Bearer"}, 401),
        ({"Authorization": f"Bearer {TOKEN}", "Host": "evil.example"}, 421),
        ({"Authorization": f"Bearer {TOKEN}", "Origin": "https://evil.example"}, 403),
    ],
)
def test_only_this_machine_with_the_token_is_served(port: int, headers: dict[str, str], status: int) -> None:
    sent = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream", **headers}
    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}
    answer = httpx.post(f"http://127.0.0.1:{port}/mcp", headers=sent, json=body, timeout=30)
    assert answer.status_code == status
    assert "search" not in answer.text


def test_cut_and_oversized_requests_leave_the_server_up(port: int) -> None:
    head = f"POST /mcp HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: Bearer {TOKEN}\r\n"
    for rest in (
        "Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{",  # cut
        "Content-Type: application/json\r\nContent-Length: 9\r\n\r\nnot json!",
        "Content-Type: text/plain\r\nContent-Length: 0\r\n\r\n",
    ):
        with socket.create_connection(("127.0.0.1", port), timeout=10) as raw:
            raw.sendall((head + rest).encode())
    large = httpx.post(
        f"http://127.0.0.1:{port}/mcp",
        headers={
            "Authorization": f"Bearer {TOKEN}",
            "Content-Type": "application/json",
            "Accept": "application/json, text/event-stream",
        },
        content=b'{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"x":"' + b"y" * 2_000_000 + b'"}}',
        timeout=60,
    )
    assert large.status_code == 413
    over_http(port, walk)


def test_a_token_that_is_too_short_is_refused(home: Path) -> None:
    environment = {**_environment(), "LITATLAS_MCP_TOKEN": "short"}
    ended = subprocess.run(_command(home, "--http"), env=environment, capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert "LITATLAS_MCP_TOKEN" in ended.stderr
    assert "16" in ended.stderr
    assert "Traceback" not in ended.stderr
