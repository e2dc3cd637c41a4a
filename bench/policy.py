"""What it costs to know who asks: the list of a signed-in colleague, against the same list without the policy.

    python -m bench.policy [DATABASE_URL] [--rounds 100] [--number 20]

One application answers, as a WSGI server would ask it, by turns with its policy and with a constant identity to whom
everything is permitted. Told are microseconds of processor time: of each way the tenth part of the requests that took
least, which other work on the machine disturbs least, and the difference.
Without an address a company of 1,000 is made.
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
from pyramid.security import Allowed

from bench import databases
from bench.visitor import account_of, cookie
from myproject import main as application
from myproject.accounts.identity import of_user

PATHS = ("/employees", "/employees/1", "/suggest?q=an")


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
        began = time.thread_time()
        for _ in app(environ, lambda text, *_rest: status.append(text)):
            pass
        took = time.thread_time() - began
        assert status[0].startswith(("200", "404")), status
        return took

    return ask


def measure(url: str, rounds: int, number: int) -> None:
    """Ask both in turn and print what the policy costs."""
    ini = plaster.get_settings(str(databases.INI), "app:main")
    app = application({}, **{**ini, "sqlalchemy.url": url})
    ask = client(app, cookie(app))
    who = account_of(app.registry.engines)
    now = datetime.now(UTC)
    with app.registry.engines.read.connect() as conn:
        identity = of_user(conn, who.id, now.date(), now)
    policy = app.registry.policy
    without = {"identity": lambda _request: identity, "permits": lambda *_asked: Allowed("")}
    for path in PATHS:
        times: tuple[list[float], list[float]] = ([], [])
        for turn in range(rounds + 2):
            for place in (0, 1) if turn % 2 else (1, 0):
                # Attributes of the instance stand before its methods.
                policy.__dict__.update(without if place else {})
                taken = [ask(path) for _ in range(number)]
                for name in without:
                    policy.__dict__.pop(name, None)
                if turn >= 2:
                    times[place].extend(taken)
        guarded, bare = (statistics.quantiles(each, n=10)[0] * 1e6 for each in times)
        print(f"{path:16} with {guarded:7.0f} µs  without {bare:7.0f} µs  the policy {guarded - bare:5.1f} µs")
    app.registry.roll_forward.wait()
    app.registry.engines.dispose()


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m bench.policy", description=__doc__)
    parser.add_argument("url", nargs="?", help="a database with people in it")
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--number", type=int, default=20)
    given = parser.parse_args()
    url = given.url or databases.ensure(databases.SQLite(), 1_000).url
    measure(url, given.rounds, given.number)


if __name__ == "__main__":
    main()
