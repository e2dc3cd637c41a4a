"""Hosts, proxies and odd requests, through a real server and a real socket."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from pyramid.response import Response
from pyramid.security import NO_PERMISSION_REQUIRED
from waitress.server import create_server
from webtest import TestApp

from myproject import configurator
from myproject.accounts import mails
from myproject.db.engines import Engines
from myproject.security.addresses import client_address
from myproject.security.requests import Hosts
from myproject.settings.table import examine
from tests.conftest import engines_on
from tests.support.accounts import close
from tests.support.databases import Database

TRUSTING = {
    "trusted_proxy": "127.0.0.1",
    "trusted_proxy_count": 1,
    "trusted_proxy_headers": "x-forwarded-for x-forwarded-host x-forwarded-proto",
    "clear_untrusted_proxy_headers": True,
}
SPOOFED = (
    "X-Forwarded-For: 203.0.113.9",
    "X-Forwarded-Host: people.example.org",
    "X-Forwarded-Proto: https",
    "Forwarded: for=203.0.113.10;host=other.example.org;proto=https",
    "X-Real-IP: 203.0.113.11",
    "Client-IP: 203.0.113.12",
)


@pytest.fixture(scope="module")
def app(database: Database, ini_settings: dict[str, str]) -> Iterator[Any]:
    """The application with a page that tells what it knows of a request."""
    with engines_on(database, database.migrated) as engines:
        yield from _served(engines, ini_settings)


def _served(engines: Engines, ini_settings: dict[str, str]) -> Iterator[Any]:
    section = {**ini_settings, "sqlalchemy.url": engines.write.url.render_as_string(hide_password=False)}
    settings, _ = examine(section, {})
    config = configurator(settings, section)
    config.add_route("test.seen", "/seen")

    def seen(_context: Any, request: Any) -> Response:
        mail = mails.address(request.settings, "link", "x")
        told = [client_address(request), request.host, request.scheme, mail]
        return Response("\n".join(told), content_type="text/plain")

    config.add_view(seen, route_name="test.seen", request_method="GET", permission=NO_PERMISSION_REQUIRED)
    app = config.make_wsgi_app()
    yield app
    close(app)


@contextlib.contextmanager
def serving(app: Any, **options: Any) -> Iterator[int]:
    """The port of a server of its own."""
    # A host, not `listen`: what the server would say of itself is of no interest.
    server = create_server(app, host="127.0.0.1", port=0, threads=1, ident="", **options)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield server.effective_port
    finally:
        server.trigger.pull_trigger(server.close)
        thread.join(5)
        server.task_dispatcher.shutdown()


def ask(port: int, *lines: str) -> tuple[int, str, str]:
    """Status, head and body of the answer to a request of these very lines."""
    with socket.create_connection(("127.0.0.1", port), timeout=5) as door:
        door.sendall("\r\n".join([*lines, "Connection: close", "", ""]).encode("latin-1"))
        answer = b""
        while chunk := door.recv(65536):
            answer += chunk
    head, _, body = answer.decode().partition("\r\n\r\n")
    return int(head.split()[1]), head, body


def test_what_anybody_says_of_itself_is_not_believed(app: Any) -> None:
    with serving(app) as port:
        status, _, body = ask(port, "GET /seen HTTP/1.1", f"Host: localhost:{port}", *SPOOFED)
    assert status == 200
    assert body.splitlines() == ["127.0.0.1", f"localhost:{port}", "http", "http://localhost/sign-in/link/x"]


def test_what_the_trusted_proxy_says_is_believed(app: Any) -> None:
    with serving(app, **TRUSTING) as port:
        status, head, body = ask(port, "GET /seen HTTP/1.1", "Host: localhost", *SPOOFED)
        # The nearest address counts: further ones were told to the proxy.
        chain = ask(port, "GET /seen HTTP/1.1", "Host: localhost", "X-Forwarded-For: 1.2.3.4, 203.0.113.9")[2]
        foreign = ask(port, "GET /seen HTTP/1.1", "Host: localhost", "X-Forwarded-Host: evil.example")[0]
        broken = ask(port, "GET /seen HTTP/1.1", "Host: localhost", "X-Forwarded-For: <script>")[2]
    assert status == 200
    assert body.splitlines() == ["203.0.113.9", "people.example.org", "https", "http://localhost/sign-in/link/x"]
    assert "Strict-Transport-Security: max-age=63072000; includeSubDomains" in head
    assert chain.splitlines()[0] == "203.0.113.9"
    assert foreign == 400
    assert "script" not in broken


def test_another_proxy_than_the_trusted_one(app: Any) -> None:
    with serving(app, **{**TRUSTING, "trusted_proxy": "192.0.2.1"}) as port:
        _, _, body = ask(port, "GET /seen HTTP/1.1", "Host: localhost", *SPOOFED)
    assert body.splitlines()[:3] == ["127.0.0.1", "localhost", "http"]


@pytest.mark.parametrize(
    "hosts",
    [
        (),
        ("Host: localhost", "Host: localhost"),
        ("Host: localhost", "Host: evil.example"),
        ("Host: evil.example",),
        ("Host:",),
        ("Host: localhost, evil.example",),
        ("Host: localhost@evil.example",),
        ("Host: localhost.evil.example",),
        ("Host: example.org",),
        ("Host: notexample.org",),
    ],
    ids=lambda hosts: " + ".join(hosts) or "none",
)
def test_one_host_and_one_of_ours(app: Any, hosts: tuple[str, ...]) -> None:
    with serving(app) as port:
        for version in ("1.0", "1.1"):
            status, head, _ = ask(port, f"GET /seen HTTP/{version}", *hosts)
            assert status == 400
            assert "default-src 'none'" in head
            assert "evil" not in head


@pytest.mark.parametrize(
    ("line", "status"),
    [
        ("TRACE /seen HTTP/1.1", 405),
        ("TRACK /seen HTTP/1.1", 405),
        ("CONNECT localhost:80 HTTP/1.1", 405),
        ("POST /seen HTTP/1.1", 405),
        ("GET /seen%00 HTTP/1.1", 400),
        ("GET /%ff HTTP/1.1", 400),
        ("GET http://evil.example/seen HTTP/1.1", 200),
        ("GET //evil.example/%2e%2e HTTP/1.1", 404),
        ("GET /seen HTTP/1.1\x00", 400),
        ("seen", 400),
    ],
)
def test_odd_lines(app: Any, line: str, status: int) -> None:
    with serving(app) as port:
        answer, head, body = ask(port, line, "Host: localhost", "X-Secret: do not echo this")
    assert answer == status
    assert "do not echo this" not in head + body
    assert "evil" not in head + body
    assert "Server:" not in head or "waitress" not in head.lower().split("server:")[1].split("\r\n")[0]


# --- without a server -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("host", "known"),
    [
        ("directory.example.org", True),
        ("Directory.Example.org:8443", True),
        ("a.example.net", True),
        ("a.b.example.net:1", True),
        ("example.net", False),
        ("evilexample.net", False),
        ("directory.example.org.evil.example", False),
        ("x.directory.example.org", False),
        ("directory.example.org.", False),
        ("[::1]", True),
        ("[::1]:80", True),
        ("[::2]:80", False),
        ("127.0.0.1", False),
    ],
)
def test_names_of_hosts(host: str, known: bool) -> None:
    assert Hosts(("directory.example.org", ".example.net", "[::1]")).known(host) is known


def test_without_a_name_only_this_machine_is_answered() -> None:
    hosts = Hosts(())
    assert [hosts.known(host) for host in ("localhost:80", "127.0.0.1", "[::1]:1", "a.example")] == [True] * 3 + [False]


def test_a_foreign_name_is_told_apart(app: Any) -> None:
    page = TestApp(app).get("/seen", headers={"Host": "evil.example"}, status=400).text
    assert "does not answer to this name" in page
    assert "evil" not in page
