"""The gateway of a web process: a thread, which begins with the first page that listens."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from socket import socket
from typing import TYPE_CHECKING, Any
from weakref import WeakSet

if TYPE_CHECKING:
    from .gateway import Gateway

# The gateway is imported when it begins: asyncio and the library for sockets are a twelfth of a start.

THREADS: WeakSet[GatewayThread] = WeakSet()
"""Those of the applications that this process has made."""


class GatewayThread:
    """The gateway of a web process: it begins with the first socket, so a process without any has none."""

    def __init__(self, registry: Any) -> None:
        self.registry = registry
        self._gateway: Gateway | None = None
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._waiting: list[tuple[socket, bytes]] = []
        THREADS.add(self)

    def ring(self) -> None:
        """Something was committed."""
        if self._gateway is not None:
            self._gateway.ring()

    def adopt(self, connection: socket, received: bytes) -> None:
        """Take over a connection from the web server, which does not wait for it."""
        with self._lock:
            if self._gateway is not None:
                self._gateway.adopt(connection, received)
                return
            self._waiting.append((connection, received))
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="live", daemon=True)
                self._thread.start()

    @property
    def pages(self) -> int:
        """How many pages listen to this process."""
        return self._gateway.pages if self._gateway is not None else 0

    def stop(self) -> None:
        """End it, if it has begun."""
        with self._lock:
            gateway, thread = self._gateway, self._thread
            self._gateway = self._thread = None
        if gateway is not None and thread is not None:
            gateway.stop()
            thread.join(5)

    def _run(self) -> None:
        import asyncio

        from .gateway import Gateway

        gateway = Gateway(self.registry)
        asyncio.run(gateway.run(lambda: self._begun(gateway)))

    def _begun(self, gateway: Gateway) -> None:
        with self._lock:
            self._gateway = gateway
            for connection, received in self._waiting:
                gateway.adopt(connection, received)
            self._waiting.clear()


@contextlib.contextmanager
def live_running() -> Iterator[GatewayThread | None]:
    """While a server serves: the gateway of the application of this process; None where there are several."""
    found = list(THREADS)
    try:
        yield found[0] if len(found) == 1 else None
    finally:
        for each in found:
            each.stop()
