"""The application behind a real server and real sockets, and a PostgreSQL that falls silent."""

from __future__ import annotations

import contextlib
import http.client
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy.engine import URL

from myproject.serving.waitress_server import make_server


@contextlib.contextmanager
def serving(app: Any, threads: int = 4) -> Iterator[int]:
    """The port of the server that an ini names, with so many threads; pages may listen there."""
    live = app.registry.live if hasattr(app, "registry") else None
    server = make_server(app, live, host="127.0.0.1", port=0, threads=threads, ident="")
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield server.effective_port
    finally:
        with contextlib.suppress(OSError):  # it was woken by something else, and is closed already
            server.trigger.pull_trigger(server.close)
        thread.join(5)
        server.task_dispatcher.shutdown()
        if live is not None:
            live.stop()


@dataclass
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes


def ask(
    port: int, method: str, path: str, *, headers: dict[str, str] | None = None, body: bytes = b"", timeout: float = 60
) -> Answer:
    """The answer to one request, on a connection of its own."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        connection.request(method, path, body or None, {"Host": "localhost", **(headers or {})})
        response = connection.getresponse()
        return Answer(response.status, dict(response.getheaders()), response.read())
    finally:
        connection.close()


@dataclass
class Asking:
    """A request that is being made beside the test."""

    port: int
    method: str
    path: str
    options: dict[str, Any]
    answer: Answer | None = None
    thread: threading.Thread = field(init=False)

    def __post_init__(self) -> None:
        self.thread = threading.Thread(target=self._ask, daemon=True)
        self.thread.start()

    def _ask(self) -> None:
        self.answer = ask(self.port, self.method, self.path, **self.options)

    @property
    def done(self) -> bool:
        """Whether the answer is there."""
        return self.answer is not None

    def wait(self) -> Answer:
        """The answer."""
        self.thread.join(60)
        assert self.answer is not None
        return self.answer


def beside(port: int, method: str, path: str, **options: Any) -> Asking:
    """Begin a request, and go on."""
    return Asking(port, method, path, options)


def until(what: Any, seconds: float = 30) -> None:
    """Wait until something is so."""
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "it did not come to be so"
        time.sleep(0.02)


def slow_post(port: int, path: str, host: str = "localhost") -> socket.socket:
    """The connection of a client that has sent the beginning of a form, and lets the rest wait."""
    door = socket.create_connection(("127.0.0.1", port), timeout=30)
    head = f"POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    door.sendall(f"{head}Content-Length: 1000\r\n\r\na=".encode())
    return door


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        port: int = door.getsockname()[1]
        return port


class SilencedServer:
    """Stands between the application and PostgreSQL; `silence` keeps every connection open and passes nothing on."""

    def __init__(self, url: URL) -> None:
        self._server = url
        self._open = threading.Event()
        self._open.set()
        self._door = socket.create_server(("127.0.0.1", 0))
        port = self._door.getsockname()[1]
        self.url = url.set(host="127.0.0.1", port=port, query={})
        self._sockets: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def silence(self) -> None:
        """From now on, whoever asks hears nothing."""
        self._open.clear()

    def speak(self) -> None:
        """Pass everything on again."""
        self._open.set()

    def close(self) -> None:
        """Close every connection."""
        self.speak()
        for each in [self._door, *self._sockets]:
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._door.accept()
                self._sockets.append(client)
                server = self._connect()
                self._sockets.append(server)
                for source, target in ((client, server), (server, client)):
                    threading.Thread(target=self._pass_on, args=(source, target), daemon=True).start()

    def _connect(self) -> socket.socket:
        host = self._server.host or str(self._server.query.get("host", "localhost"))
        port = self._server.port or int(str(self._server.query.get("port", 5432)))
        if not host.startswith("/"):
            return socket.create_connection((host, port))
        server = socket.socket(socket.AF_UNIX)
        server.connect(str(Path(host) / f".s.PGSQL.{port}"))
        return server

    def _pass_on(self, source: socket.socket, target: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while sent := source.recv(65536):
                self._open.wait()
                target.sendall(sent)
            target.shutdown(socket.SHUT_WR)
