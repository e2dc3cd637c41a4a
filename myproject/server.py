"""The web server that the ini files name: waitress, after one look at the ini and at the door.

pserve makes the server before it reads the application's section. That is the one moment to catch what would stop
it with a traceback that quotes the value, and the value most often caught by it holds a password: a percent sign
that is not doubled. An address that is taken is told in words for the same reason: it is what happens most.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterable
from typing import Any

from myproject.inifile import app_section, told
from myproject.settings import SettingsError


def waitress(global_config: dict[str, str], **options: str) -> Callable[[Any], None]:
    """What ``use = egg:myproject#waitress`` in an ini makes; the options are waitress's own."""
    ini = global_config.get("__file__")
    with told():
        if ini:
            app_section(ini, os.environ)
        _look(options, ini)

    def serve(app: Any) -> None:
        import waitress

        waitress.serve(app, **options)

    return serve


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
