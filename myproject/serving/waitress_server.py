"""The web server that the ini files name: waitress, after one look at the ini and at the door.

pserve makes the server before it reads the application's section. That is the one moment to catch what would stop
it with a traceback that quotes the value, and the value most often caught by it holds a password: a percent sign
that is not doubled. An address that is taken is said in words for the same reason: it is what happens most.
"""

from __future__ import annotations

import logging
import os
import signal
import socket
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from myproject.settings.ini import app_section, exit_on_settings_errors
from myproject.settings.table import SettingsError

if TYPE_CHECKING:
    from myproject.live.thread import GatewayThread

#: Addresses of health checks. Each group has a thread of its own, so that the first never waits for the second, which
#: asks the database, nor either for those that serve everything else.
HEALTH_LANES = (("/health/live",), ("/health", "/health/ready"))


def waitress(global_config: dict[str, str], **options: str) -> Callable[[Any], None]:
    """What ``use = egg:myproject#waitress`` in an ini makes; the options are waitress's own."""
    ini = global_config.get("__file__")
    with exit_on_settings_errors():
        if ini:
            app_section(ini, os.environ)
        _look(options, ini)

    def serve(app: Any) -> None:
        from myproject.jobs.pool import jobs_running
        from myproject.live.thread import live_running

        logging.basicConfig()  # does nothing where the ini says what is logged
        with live_running() as live:
            server = make_server(app, live, **options)
            server.print_listen("Serving on http://{}:{}")
            signal.signal(signal.SIGTERM, _end)
            with jobs_running():
                server.run()

    return serve


def _end(_signal: int, _frame: Any) -> None:
    """What a service manager sends ends the server as Ctrl-C does: what is being answered is."""
    raise SystemExit(0)


def make_server(app: Any, live: GatewayThread | None = None, **options: Any) -> Any:
    """waitress, not yet running, with threads of their own for health checks; the options are its own.

    `live`: takes over the connections of pages that listen.
    """
    from waitress import create_server
    from waitress.adjustments import Adjustments

    from myproject.db.turns import serve_with
    from myproject.serving.health_lanes import Dispatcher, without_paths

    # `select` knows no connection beyond the 1,024th open file, and pages that listen keep theirs open.
    options.setdefault("asyncore_use_poll", True)
    threads = Adjustments(**options).threads
    serve_with(threads)
    logging.getLogger("waitress").addFilter(without_paths)
    # The one way to give it a dispatcher, though its name says that it is for tests (theirs).
    return create_server(
        app, _dispatcher=Dispatcher(threads, HEALTH_LANES, live.adopt if live is not None else None), **options
    )


def _look(options: dict[str, str], ini: str | None) -> None:
    """Raise `SettingsError` for options that waitress does not take, and for addresses that it can't have."""
    from waitress.adjustments import Adjustments

    try:
        listen = Adjustments(**options).listen
    except (ValueError, TypeError, OSError) as error:
        raise SettingsError([f"the server's section: {error}"], ini) from None
    problems = taken((family, kind, protocol, "", address) for family, kind, protocol, address in listen)
    if problems:
        raise SettingsError(problems, ini)


def taken(addresses: Iterable[Any]) -> list[str]:
    """Of some addresses, as `socket.getaddrinfo` tells them, those that one can't listen on: a line for each."""
    problems = []
    for family, kind, protocol, _, address in addresses:
        if family not in (socket.AF_INET, socket.AF_INET6):
            continue
        with socket.socket(family, kind, protocol) as door:
            door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                door.bind(address)
                door.listen(1)
            except OSError as error:
                problems.append(f"can't listen on {address[0]}:{address[1]}: {error.strerror}")
    return problems
