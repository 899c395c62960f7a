"""Visitors of the app without a browser: sessions that ask for pages over Streamlit's own websocket, and leave.

The server cannot tell them from a browser's: each has its session, runs the pages' scripts, gets all they draw, and is
gone when the socket closes.
"""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect

_LONGEST = 120  # seconds for one page


def visit(address: str, paths: Iterable[str]) -> int:
    """One visitor who opens pages one after the other; the number of bytes that were sent to them."""
    url = address.replace("http://", "ws://") + "/_stcore/stream"
    received = 0
    with connect(url, max_size=None, subprotocols=["streamlit"], origin=address) as socket:  # type: ignore[arg-type, list-item]
        for path in paths:
            asked = BackMsg()
            parts = urlsplit(path)
            asked.rerun_script.query_string = parts.query
            asked.rerun_script.page_name = parts.path.strip("/")
            socket.send(asked.SerializeToString())
            while True:
                answer = socket.recv(_LONGEST)
                assert isinstance(answer, bytes)
                received += len(answer)
                if ForwardMsg.FromString(answer).WhichOneof("type") == "script_finished":
                    break
    return received
