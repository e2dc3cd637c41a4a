"""What it costs to know who asks: the list of a signed-in colleague, against the same list without the policy.

    python -m bench.policy [DATABASE_URL] [--rounds 40] [--number 50]

Both are answered by one process on one database, in turn, as a WSGI server would ask for them; without the policy the
identity is a constant and everything is permitted. Told is the median of the differences between rounds that follow
each other, in microseconds of processor time, and the list's own cost. Without an address it makes a company of 1,000.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import plaster
from pyramid.interfaces import ISecurityPolicy
from pyramid.security import Allowed

from bench import databases
from bench.visitor import account_of, cookie
from myproject import main as application
from myproject.accounts.identity import of_user

PATHS = ("/employees", "/employees/1", "/suggest?q=an")


class Open:
    """A policy that knows who asks without looking, and permits everything."""

    def __init__(self, identity: Any) -> None:
        self._identity = identity

    def identity(self, _request: Any) -> Any:
        return self._identity

    def permits(self, _request: Any, _context: Any, _permission: str) -> Any:
        return Allowed("")


def client(app: Any, header: str) -> Callable[[str], float]:
    """Asks for an address; the processor time that the answer took, in seconds."""

    def ask(path: str) -> float:
        path, _, query = path.partition("?")
        environ = {
            "REQUEST_METHOD": "GET",
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "SCRIPT_NAME": "",
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "HTTP_HOST": "localhost",
            "HTTP_COOKIE": header,
            "REMOTE_ADDR": "127.0.0.1",
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": BytesIO(),
            "wsgi.errors": BytesIO(),
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }
        status = []
        began = time.process_time()
        for _ in app(environ, lambda text, *_rest: status.append(text)):
            pass
        took = time.process_time() - began
        assert status[0].startswith(("200", "404")), status
        return took

    return ask


def measure(url: str, rounds: int, number: int) -> None:
    """Ask both in turn and print what the policy costs."""
    ini = plaster.get_settings(str(databases.INI), "app:main")
    guarded, bare = (application({}, **{**ini, "sqlalchemy.url": url}) for _ in range(2))
    now = datetime.now(UTC)
    header = cookie(guarded)
    who = account_of(guarded.registry.engines)
    now = datetime.now(UTC)
    with guarded.registry.engines.read.connect() as conn:
        identity = of_user(conn, who.id, now.date(), now)
    bare.registry.policy = Open(identity)
    bare.registry.registerUtility(bare.registry.policy, ISecurityPolicy)
    asks = (client(guarded, header), client(bare, header))
    for path in PATHS:
        for ask in asks:
            for _ in range(20):
                ask(path)
        times: tuple[list[float], list[float]] = ([], [])
        for turn in range(rounds):
            for place in (0, 1) if turn % 2 else (1, 0):
                times[place].append(statistics.median(asks[place](path) for _ in range(number)))
        with_policy, without = (statistics.median(each) * 1e6 for each in times)
        cost = statistics.median(a - b for a, b in zip(*times, strict=True)) * 1e6
        print(f"{path:16} with {with_policy:7.0f} µs  without {without:7.0f} µs  the policy {cost:5.1f} µs")
    for app in (guarded, bare):
        app.registry.roll_forward.wait()
        app.registry.engines.dispose()


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m bench.policy", description=__doc__)
    parser.add_argument("url", nargs="?", help="a database with people in it")
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--number", type=int, default=50)
    given = parser.parse_args()
    url = given.url or databases.ensure(databases.SQLite(), 1_000).url
    measure(url, given.rounds, given.number)


if __name__ == "__main__":
    main()
