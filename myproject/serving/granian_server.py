"""Another web server that an ini can name: granian, whose part that speaks HTTP is no Python.

    [server:main]
    use = egg:myproject#granian
    host = 127.0.0.1
    port = 6543
    workers = 2
    threads = 4
    trusted_proxy = 127.0.0.1

It needs `pip install myproject[granian]`, and a proxy that takes requests in whole before it passes them on
(`myproject.serving.granian_work_slots`). Apart from the application's own time, a request
costs a third of what it costs with waitress. `workers` are processes, each with an application of its own. pserve makes
the server before the application: there this process becomes granian's, which keeps nothing of ours in its memory.
"""

from __future__ import annotations

import importlib.util
import json
import os
import socket
import sys
from collections.abc import Callable, Mapping
from typing import Any

from myproject.serving.waitress_server import taken
from myproject.settings.ini import app_section, exit_on_settings_errors
from myproject.settings.table import SettingsError

#: Option -> lowest and highest value, and the one that holds where none is given.
_NUMBERS = {
    "port": (1, 65_535, 6543),
    "workers": (1, 256, 1),
    "threads": (1, 256, 4),
    "backlog": (128, 65_535, 1024),
}
_TEXTS = {"host": "127.0.0.1", "unix_socket": "", "trusted_proxy": ""}


def granian(global_config: dict[str, str], **options: str) -> Callable[[Any], None]:
    """What ``use = egg:myproject#granian`` makes; it does not come back: the process becomes the server."""
    ini = global_config.get("__file__")
    # What `pserve INI port=6543` gives is no option for the reader of the ini, even where the section names it.
    given = {name: value for name, value in global_config.items() if name not in ("__file__", "here")}
    options = {**{name: value for name, value in given.items() if name in _NUMBERS or name in _TEXTS}, **options}
    with exit_on_settings_errors():
        chosen = _chosen(options, ini)
        if importlib.util.find_spec("granian") is None:
            raise SettingsError(["the server's section: granian is not there; run pip install myproject[granian]"], ini)
        if ini:
            _look(ini, chosen)
    told_to = json.dumps({"ini": ini, "given": given, **chosen})
    sys.stdout.flush()
    # With an arena for every thread, the C library keeps a third more memory than there is use for.
    os.environ.setdefault("MALLOC_ARENA_MAX", "2")
    os.execv(sys.executable, [sys.executable, "-m", "myproject.serving.granian_main", told_to])  # noqa: S606  # nosec B606


def look_over(section: Mapping[str, str]) -> list[str]:
    """What is unsafe in a section of an ini that names this server: for `myproject check`."""
    complaint = no_proxy(section)
    return [complaint] if complaint else []


granian.look_over = look_over  # type: ignore[attr-defined]


def _chosen(options: dict[str, str], ini: str | None) -> dict[str, Any]:
    """The options with their values. Raises `SettingsError`."""
    problems = []
    chosen: dict[str, Any] = {**_TEXTS, **{name: usual for name, (_, _, usual) in _NUMBERS.items()}}
    for name, text in options.items():
        if name in _TEXTS:
            chosen[name] = text.strip()
        elif name not in _NUMBERS:
            problems.append(f"the server's section: {name}: there is no such option; known: {', '.join(chosen)}")
        else:
            low, high, _ = _NUMBERS[name]
            number = int(text) if text.strip().isdecimal() else -1
            if not low <= number <= high:
                problems.append(f"the server's section: {name} = {text!r}: give a number from {low} to {high}")
            chosen[name] = number
    if problems:
        raise SettingsError(problems, ini)
    return chosen


def no_proxy(options: Mapping[str, Any]) -> str | None:
    """What is wrong where nothing tells of a proxy; None with one. Through a socket of Unix nobody else comes."""
    if str(options.get("trusted_proxy", "")).strip() or options.get("unix_socket"):
        return None
    return (
        "trusted_proxy: none; granian reads what is sent in the thread that answers, so clients that send slowly "
        "hold them all: put a proxy before it that takes requests in whole, such as nginx (docs/operating.md), "
        "and name it here"
    )


def _look(ini: str, chosen: dict[str, Any]) -> None:
    """Find what is wrong with settings and address here, once, before the workers start."""
    from myproject.security.startup import refusals
    from myproject.settings.table import examine

    section = app_section(ini, os.environ)
    settings, problems = examine(section, os.environ)
    problems += refusals(settings, section, os.environ) if not problems else []
    if settings["security.checks"] != "relaxed" and (complaint := no_proxy(chosen)):
        problems.append(f"the server's section: {complaint}")
    if not chosen["unix_socket"]:
        problems += taken(socket.getaddrinfo(chosen["host"], chosen["port"], type=socket.SOCK_STREAM)[:1])
    if problems:
        raise SettingsError(problems, ini)
