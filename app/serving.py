"""Starting the Streamlit server on the entry script, with the settings handed on through the environment."""

from __future__ import annotations

import importlib.util
import os
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from litatlas.graph.errors import ExtraMissing, LibraryMissing, PortBusy, StorageError
from litatlas.graph.library import Library

from .fetch_state import announce_fetch, forget_fetch
from .settings import Settings

_LOOPBACK = ("localhost", "127.0.0.1", "::1")


def serve(settings: Settings) -> None:
    """Serve the app until it is interrupted.

    Raises:
        ExtraMissing: Streamlit is not installed.
        PortBusy: something else listens on the port.
        LibraryDamaged, LibraryTooNew: told here, before a browser is opened on it.
    """
    if importlib.util.find_spec("streamlit") is None:
        raise ExtraMissing("The app needs Streamlit, which is not installed.", "pip install 'litatlas[app]'")
    begun = True
    try:
        Library(settings.library).close()
    except LibraryMissing:
        begun = False
        print(f"There is no library in {settings.library} yet; the app's Add page makes one.", file=sys.stderr)
    check_port(settings.address, settings.port, "litatlas app")
    print(
        f"LitAtlas is on http://{_shown(settings.address)}:{settings.port}  (Ctrl-C ends it)",
        file=sys.stderr,
        flush=True,
    )
    forget_fetch(settings)
    if settings.fetch and begun:
        _start_fetch(settings)
    environment = os.environ | {"LITATLAS_LIBRARY": str(settings.library.resolve())}
    if settings.model:
        environment["LITATLAS_MODEL"] = settings.model
    command = _command(settings)
    if os.name == "posix":  # become the server, so that whatever ends this process ends it
        os.execve(command[0], command, environment)
    try:
        finished = subprocess.run(command, env=environment, check=False)
    except KeyboardInterrupt:
        return
    if finished.returncode > 0:
        raise SystemExit(finished.returncode)


def _start_fetch(settings: Settings) -> None:
    """Fetch what is missing in a process of its own, which ends with this one; pages show how far it is."""
    own = [sys.executable, "-m", "litatlas.app.cli", "fetch", "--attend", str(os.getpid())]
    command = [*own, "--library", str(settings.library), *(["--model", settings.model] if settings.model else [])]
    fetch = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, start_new_session=True)
    with suppress(StorageError):  # the fetch itself says that the directory cannot be written
        announce_fetch(settings, fetch.pid)


def _command(settings: Settings) -> list[str]:
    script = Path(__file__).parent / "web" / "main.py"
    options = {
        "server.address": settings.address,
        "server.port": str(settings.port),
        "server.headless": "true",
        "server.fileWatcherType": "none",
        "logger.level": "warning",
    }
    arguments = [part for name, value in options.items() for part in (f"--{name}", value)]
    if settings.address in _LOOPBACK and "STREAMLIT_SERVER_ALLOWED_HOSTS" not in os.environ:
        # A name of somebody else's that leads to this machine must not read what the app shows (DNS rebinding).
        arguments += [part for host in _LOOPBACK for part in ("--server.allowedHosts", host)]
    return [sys.executable, "-m", "streamlit", "run", str(script), *arguments]


def check_port(address: str, port: int, command: str) -> None:
    """Find out whether a port is free, before anything is started that needs it.

    Raises:
        PortBusy: something else listens there; the advice is the command with another port.
    """
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except OSError as error:
            other = port + 1 if port < 65535 else port - 1
            made = f", or `LITATLAS_PORT={other} make app`" if command == "litatlas app" else ""
            raise PortBusy(
                f"The app cannot listen on {address}:{port}: {error.strerror}.",
                f"Another program may be using it, perhaps LitAtlas itself. Try `{command} --port {other}`{made}.",
            ) from error


def _shown(address: str) -> str:
    return "localhost" if address in {"127.0.0.1", "0.0.0.0", "::1", "::"} else address
