"""One connection: bytes to messages and back. What WebSocket is, the library `websockets` knows (its part without I/O).

One object and no task for each connection, so thousands of idle ones cost little.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import orjson
from websockets.frames import Frame, Opcode
from websockets.http11 import Request
from websockets.protocol import State
from websockets.server import ServerProtocol

if TYPE_CHECKING:
    from .admission import Listener
    from .topics import LiveTopic

LONGEST_MESSAGE = 8 * 1024
"""Bytes of a message that is taken; more closes the connection with 1009."""
MOST_WAITING = 256 * 1024
"""Bytes that may wait for a client that does not read; more ends its connection: it resumes when it comes back."""
HANDSHAKE = 10.0
"""Seconds to ask for the socket, and to close it."""


class LiveSocket(asyncio.Protocol):
    """A connection, from its first byte on."""

    def __init__(
        self,
        on_request: Callable[[LiveSocket, Request], None],
        on_message: Callable[[LiveSocket, Any], None],
        on_close: Callable[[LiveSocket], None],
    ) -> None:
        self._on_request, self._on_message, self._on_close = on_request, on_message, on_close
        self._protocol = ServerProtocol(max_size=LONGEST_MESSAGE)
        self._transport: Any = None
        self._timer: asyncio.TimerHandle | None = None
        self._request: Request | None = None
        self.listener: Listener | None = None
        self.topics: tuple[LiveTopic, ...] = ()
        self.revision = 0
        """What the page has been told of, or was made after."""
        self.last_received_at = time.monotonic()

    @property
    def is_open(self) -> bool:
        """Whether messages can be sent."""
        return self._protocol.state is State.OPEN and not self._transport.is_closing()

    # --- what asyncio calls -----------------------------------------------------------------------------------

    def connection_made(self, transport: Any) -> None:
        """Wait for the request."""
        self._transport = transport
        self._timer = asyncio.get_running_loop().call_later(HANDSHAKE, transport.abort)

    def data_received(self, data: bytes) -> None:
        """Take what came apart."""
        self.last_received_at = time.monotonic()
        self._protocol.receive_data(data)
        self._flush()
        for event in self._protocol.events_received():
            if isinstance(event, Request):
                self._request = event
                self._on_request(self, event)
            elif isinstance(event, Frame) and event.opcode in (Opcode.TEXT, Opcode.BINARY, Opcode.CONT):
                self._message(event)

    def eof_received(self) -> None:
        """The other side is done."""
        self._protocol.receive_eof()
        self._flush()

    def connection_lost(self, _error: Exception | None) -> None:
        """It is gone."""
        if self._timer is not None:
            self._timer.cancel()
        self._on_close(self)

    # --- what the gateway calls -------------------------------------------------------------------------------

    def accept(self) -> None:
        """Open it."""
        if self._transport.is_closing() or self._request is None:
            return
        self._respond(self._protocol.accept(self._request))
        if self._protocol.state is State.OPEN and self._timer is not None:
            self._timer.cancel()

    def refuse(self, status: int, reason: str) -> None:
        """Answer the request with a refusal."""
        if not self._transport.is_closing():
            self._respond(self._protocol.reject(status, f"{reason}\n"))

    def send(self, message: Any) -> None:
        """Send a message; a client that has not read what it was sent is let go."""
        if not self.is_open:
            return
        if self._transport.get_write_buffer_size() > MOST_WAITING:
            self._transport.abort()
            return
        self._protocol.send_text(orjson.dumps(message))
        self._flush()

    def ping(self) -> None:
        """Ask for a sign of life."""
        if self.is_open:
            self._protocol.send_ping(b"")
            self._flush()

    def close(self, code: int, reason: str = "") -> None:
        """End it, with a word why."""
        if self.is_open:
            self._protocol.send_close(code, reason)
            self._flush()
        elif self._protocol.state is State.CONNECTING:
            self.abort()

    def abort(self) -> None:
        """End it at once."""
        if self._transport is not None:
            self._transport.abort()

    # --- inside -----------------------------------------------------------------------------------------------

    def _respond(self, response: Any) -> None:
        response.headers["Cache-Control"] = "no-store"
        self._protocol.send_response(response)
        self._flush()

    def _message(self, frame: Frame) -> None:
        """A whole message; those in parts, which no page of ours sends, are refused."""
        if frame.opcode is not Opcode.TEXT or not frame.fin:
            self.close(1003, "one message in one text frame")
            return
        try:
            message = orjson.loads(bytes(frame.data))
        except orjson.JSONDecodeError:
            self.close(1007, "not JSON")
            return
        self._on_message(self, message)

    def _flush(self) -> None:
        for data in self._protocol.data_to_send():
            if data:
                self._transport.write(data)
            elif self._transport.can_write_eof() and not self._transport.is_closing():
                self._transport.write_eof()
        if self._protocol.close_expected() and not self._transport.is_closing():
            # The other side closes the connection; one that does not is cut off.
            if self._timer is not None:
                self._timer.cancel()
            self._timer = asyncio.get_running_loop().call_later(HANDSHAKE, self._transport.abort)
