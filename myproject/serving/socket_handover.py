"""Connections that a page wants as a WebSocket leave waitress, which knows none, for the gateway of the same process.

So there is one address and one port, and nothing to set up. The connection is taken out before waitress has answered
anything on it, in the thread that reads all of them.
"""

from __future__ import annotations

from collections.abc import Callable
from socket import socket
from typing import Any

from myproject.live import PATH

Adopt = Callable[[socket, bytes], None]


def wants_socket(request: Any, prefix: str) -> bool:
    """Whether a request, as waitress has parsed it, asks for our WebSocket."""
    return (
        not request.error
        and request.command == "GET"
        and request.path == prefix + PATH
        and request.headers.get("UPGRADE", "").lower() == "websocket"
    )


def hand_over(channel: Any, adopt: Adopt) -> None:
    """Take a connection out of waitress, in the thread that reads all of them.

    `channel`: waitress's object for it, whose only request is this one.
    """
    request, connection = channel.requests[0], channel.socket
    channel.del_channel()
    channel.connected, channel.socket = False, None
    adopt(connection, _as_sent(request))


def _as_sent(request: Any) -> bytes:
    """The head of the request, as it came but for the spelling of its headers and a prefix of its path."""
    lines = [f"GET {PATH}{'?' if request.query else ''}{request.query} HTTP/{request.version}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in request.headers.items()]
    return "\r\n".join([*lines, "", ""]).encode("latin-1")
