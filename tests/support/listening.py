"""A page that listens: the other end of a socket of live updates."""

from __future__ import annotations

import contextlib
import json
import time
from typing import Any

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from tests.support.accounts import session_of

PATIENCE = 10.0
"""Seconds until what does not come fails the test."""


class Page:
    """An open page."""

    def __init__(self, port: int, client: Any, *topics: str, revision: int | None = None, **more: Any) -> None:
        self._revision = newest_of(client) if revision is None else revision
        self.connection = socket_of(port, client, **more)
        self.listen(*topics)

    def listen(self, *topics: str) -> None:
        """Say what is shown."""
        self.connection.send(json.dumps({"topics": topics, "revision": self._revision}))

    def next(self) -> dict[str, Any]:
        """What it is told next."""
        message: dict[str, Any] = json.loads(self.connection.recv(PATIENCE))
        return message

    def is_told_nothing(self, seconds: float = 0.3) -> bool:
        """Whether nothing comes for a while."""
        try:
            self.connection.recv(seconds)
        except TimeoutError:
            return True
        return False

    def close(self) -> None:
        """Leave it."""
        self.connection.close()


def socket_of(port: int, client: Any, *, origin: str | None = None, **headers: str) -> ClientConnection:
    """A socket that is opened with the cookie of a client; raises what `websockets` raises for a refusal."""
    name = client.app.registry.session_cookie
    cookie = {"Cookie": f"{name}={session_of(client)}"} if name in client.cookies else {}
    here = f"http://127.0.0.1:{port}"
    opening = connect(
        f"ws://127.0.0.1:{port}/live/socket",
        origin=here if origin is None else origin or None,  # type: ignore[arg-type]
        additional_headers={**cookie, **headers},
        compression=None,
        open_timeout=PATIENCE,
    )
    return contextlib.ExitStack().enter_context(opening)


def code_of(connection: ClientConnection) -> int:
    """The code with which the other side ends a connection, after whatever it still says."""
    with contextlib.suppress(ConnectionClosed):
        while True:
            connection.recv(PATIENCE)
    assert connection.close_code is not None
    return connection.close_code


def newest_of(client: Any) -> int:
    """The newest revision."""
    with client.app.registry.engines.read.connect() as conn:
        return int(conn.exec_driver_sql("SELECT revision FROM counter").scalar_one())


def waited_for(condition: Any) -> bool:
    """Whether something becomes true in time."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.02)
    return False
