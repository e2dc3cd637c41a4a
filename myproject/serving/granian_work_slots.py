"""What stands before the application where the server is granian, which reads a body in the thread that answers it.

A client that sends slowly holds such a thread for as long as it likes. Here bodies are read whole before a request gets
one of the few slots in which the application works, so a slow client holds a thread that has nothing to do anyway. That
is a bound, not a cure: nothing in Python can end a wait for a client that has gone silent. A proxy that takes bodies in
first is asked for by `myproject check`.
"""

from __future__ import annotations

import logging
import queue
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from io import BytesIO
from typing import Any

from myproject.serving.waitress_server import HEALTH_LANES

log = logging.getLogger(__name__)

#: Requests that may wait for a slot or for the rest of their body, beside those that are worked on.
WAITING = 120
#: Threads beyond that: for health checks, and to turn away whoever finds all the others taken.
SPARE = 4
#: The longest body, in bytes: what waitress takes by the ini files (`max_request_body_size`).
MAX_BODY = 16 * 1024**2
#: Bytes of a body that are kept in memory; more goes to a temporary file.
_IN_MEMORY = 512 * 1024
_PIECE = 64 * 1024

_LIVE, _READY = HEALTH_LANES
Answer = Iterable[bytes]


class WorkSlots:
    """A WSGI application that lets so many requests at once into another one, with bodies that are all there."""

    def __init__(self, app: Any, slots: int, waiting: int = WAITING) -> None:
        self._app = app
        # Of C, unlike `threading.Semaphore`: a tenth of its cost for every request.
        self._slots: queue.SimpleQueue[None] = queue.SimpleQueue()
        for _ in range(slots):
            self._slots.put(None)
        self._places = threading.BoundedSemaphore(slots + waiting)
        self._readiness = threading.BoundedSemaphore(SPARE // 2)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Answer:
        """Answer a request; at once, with a 503, where too many wait already."""
        path = environ["PATH_INFO"] if environ["REQUEST_METHOD"] in ("GET", "HEAD") else ""
        if path in _LIVE:
            live: Answer = self._app(environ, start_response)
            return live
        places = self._readiness if path in _READY else self._places
        if not places.acquire(blocking=False):
            return _refuse(start_response, "503 Service Unavailable", ("Retry-After", "3"))
        held: list[Callable[[], None]] = [places.release]
        try:
            if environ.get("CONTENT_LENGTH", "0") not in ("", "0") or "HTTP_TRANSFER_ENCODING" in environ:
                body: Any = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - closed with the answer
                held.append(body.close)
                wrong = _read_body(environ, body)
                if wrong is not None:
                    return _refuse(start_response, wrong)
            else:
                environ["wsgi.input"] = BytesIO()
            if places is self._places:
                self._slots.get()
                held.append(lambda: self._slots.put(None))
            answer: Answer = self._app(environ, start_response)
            if not isinstance(answer, list):
                # It is made while it is sent, and the slot is given back at its end.
                answer = _Sent(answer, held)
                held = []
            return answer
        finally:
            _give_back(held)


class _Sent:
    """The parts of an answer, which gives back at its end what it holds."""

    def __init__(self, parts: Any, held: list[Callable[[], None]]) -> None:
        self._parts, self._held = parts, held

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._parts)

    def close(self) -> None:
        """Called by the server at the end, or when the client is gone."""
        held, self._held = self._held, []
        try:
            if held and hasattr(self._parts, "close"):
                self._parts.close()
        finally:
            _give_back(held)

    def __del__(self) -> None:
        # A server that forgets to close it must not cost a slot for good.
        with suppress(Exception):
            self.close()


def _give_back(held: list[Callable[[], None]]) -> None:
    while held:
        held.pop()()


def _read_body(environ: dict[str, Any], body: Any) -> str | None:
    """Put what is sent into a file and that into the environment; the status of the refusal if it can't be taken."""
    announced = environ.get("CONTENT_LENGTH", "")
    chunked = "HTTP_TRANSFER_ENCODING" in environ
    expected = int(announced) if announced.isascii() and announced.isdigit() else 0
    if expected > MAX_BODY:
        return "413 Content Too Large"
    sent, source = 0, environ["wsgi.input"]
    environ["wsgi.input"] = body
    while piece := source.read(_PIECE):
        sent += len(piece)
        if sent > MAX_BODY:
            return "413 Content Too Large"
        body.write(piece)
    if not chunked and sent < expected:
        # Gone before the end: nobody reads the answer, and half a form must not be taken for one.
        return "400 Bad Request"
    environ["CONTENT_LENGTH"] = str(sent)
    body.seek(0)
    return None


def _refuse(start_response: Any, status: str, *headers: tuple[str, str]) -> Answer:
    text = f"{status.partition(' ')[2]}\n".encode()
    fixed = [("Content-Type", "text/plain"), ("Content-Length", str(len(text))), ("Cache-Control", "no-store")]
    start_response(status, [*fixed, *headers])
    return [text]
