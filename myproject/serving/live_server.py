"""The gateway of live updates as a server of its own, for installations with several web processes.

    [server:live]
    use = egg:myproject#live
    host = 127.0.0.1
    port = 6544

`pserve production.ini --server-name live` starts it. The proxy passes /live/socket on to it, and all else to the web
processes (docs/operating.md). It asks the database five times a second whether anything has happened.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import socket
from collections.abc import Callable
from typing import Any

from myproject.serving.waitress_server import taken
from myproject.settings.ini import app_section, exit_on_settings_errors
from myproject.settings.table import SettingsError

POLL = 0.2
"""Seconds between two looks at the database."""


def live(global_config: dict[str, str], **options: str) -> Callable[[Any], None]:
    """What ``use = egg:myproject#live`` makes."""
    ini = global_config.get("__file__")
    host, port = options.pop("host", "127.0.0.1"), options.pop("port", "6544")
    with exit_on_settings_errors():
        if ini:
            app_section(ini, os.environ)
        if options:
            unknown = ", ".join(sorted(options))
            raise SettingsError([f"the server's section: {unknown}: there is no such option; known: host, port"], ini)
        if not port.isdecimal() or not 1 <= int(port) <= 65_535:
            raise SettingsError([f"the server's section: port = {port!r}: give a number from 1 to 65535"], ini)
        problems = taken(socket.getaddrinfo(host, int(port), type=socket.SOCK_STREAM)[:1])
        if problems:
            raise SettingsError(problems, ini)

    def serve(_app: Any) -> None:
        from myproject.live.gateway import Gateway
        from myproject.live.thread import THREADS

        logging.basicConfig()  # does nothing where the ini says what is logged
        (thread,) = THREADS
        gateway = Gateway(thread.registry, POLL)
        signal.signal(signal.SIGTERM, lambda *_: gateway.stop())
        print(f"Live updates on ws://{host}:{port}", flush=True)  # noqa: T201 - as the web server says it
        asyncio.run(gateway.run(lambda: None, {"host": host, "port": int(port)}))

    return serve
