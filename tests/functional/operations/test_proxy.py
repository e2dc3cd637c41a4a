"""The nginx of docs/operating.md in front of each server: a proxy that is there, and the file as it is printed."""

from __future__ import annotations

import contextlib
import gzip
import http.client
import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import engines_on
from tests.support.accounts import account
from tests.support.documents import blocks
from tests.support.serving import ask, free_port, until

pytestmark = pytest.mark.slow

NAME = "directory.example.org"
PSERVE = Path(sys.executable).parent / "pserve"
SERVERS = {
    "waitress": (
        "listen = 127.0.0.1:{port}\nthreads = 2\nident =\nmax_request_body_size = 16777216\n"
        "trusted_proxy = 127.0.0.1\ntrusted_proxy_count = 1\n"
        "trusted_proxy_headers = x-forwarded-for x-forwarded-host x-forwarded-proto\n"
        "clear_untrusted_proxy_headers = true\n"
    ),
    "granian": "host = 127.0.0.1\nport = {port}\nthreads = 2\ntrusted_proxy = 127.0.0.1\n",
}
INI = """
[app:main]
use = egg:myproject
sqlalchemy.url = {url}
organisation.name = Larkhill
security.secret = {secret}
security.allowed_hosts = {name}
security.base_url = https://{name}:{https}
mail.transport = smtp
mail.smtp_host = localhost
mail.smtp_tls = none
mail.sender = directory@example.org
[server:main]
use = egg:myproject#{server}
{options}
[loggers]
keys = root
[handlers]
keys = console
[formatters]
keys =
[logger_root]
level = INFO
handlers = console
[handler_console]
class = StreamHandler
args = (sys.stderr,)
"""


@dataclass
class Proxied:
    """The application behind nginx."""

    folder: Path
    http: int
    https: int

    @property
    def logs(self) -> str:
        """All that nginx and the application have written down."""
        return "".join(path.read_text("utf-8") for path in self.folder.glob("*.log"))

    def ask(self, method: str, path: str, *, headers: dict[str, str] | None = None, body: Any = None) -> Any:
        """The answer over https, and its body in `text`."""
        context = ssl.create_default_context(cafile=str(self.folder / "directory.pem"))
        connection = _At(self.https, context)
        try:
            connection.request(method, path, body, {"Host": f"{NAME}:{self.https}", **(headers or {})})
            answer: Any = connection.getresponse()
            answer.sent = answer.read()
            return answer
        finally:
            connection.close()


class _At(http.client.HTTPSConnection):
    """A connection to this machine under the name of the directory."""

    def __init__(self, port: int, context: ssl.SSLContext) -> None:
        super().__init__(NAME, port, context=context, timeout=60)
        self._create_connection = lambda *_: socket.create_connection(("127.0.0.1", port), 60)


def nginx() -> str:
    """The program; skips where there is none."""
    found = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
    if found is None:
        if "nginx" in os.environ.get("MYPROJECT_TEST_REQUIRE", ""):
            pytest.fail("nginx is required, and not installed")
        pytest.skip("nginx is not installed")
    return found


def printed() -> str:
    """The configuration as the document has it."""
    (block,) = [block for block in blocks("docs/operating.md") if block.language == "nginx"]
    return block.text


@pytest.fixture(scope="module", params=SERVERS)
def proxied(request: Any, databases: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxied]:
    """Each server behind nginx, in a folder of its own, on ports of its own."""
    program = nginx()
    folder = tmp_path_factory.mktemp("nginx")
    port, made = free_port(), Proxied(folder, free_port(), free_port())
    certificate(folder)
    text = printed()
    for old, new in (
        ("127.0.0.1:6543", f"127.0.0.1:{port}"),
        ("listen 80;", f"listen 127.0.0.1:{made.http};"),
        ("listen 443 ", f"listen 127.0.0.1:{made.https} "),
        ("/etc/ssl/", f"{folder}/"),
        ("/var/log/nginx/", f"{folder}/"),
        # The tests do not wait for ten seconds.
        ("_timeout 10s;", "_timeout 3s;"),
    ):
        assert old in text
        text = text.replace(old, new)
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    temporary = "".join(f"{kind}_temp_path {folder}/{kind};\n" for kind in kinds)
    configuration = folder / "nginx.conf"
    configuration.write_text(
        f"daemon off; pid {folder}/pid; error_log {folder}/error.log; events {{ worker_connections 2000; }}\n"
        f"http {{ types {{ text/html html; }} {temporary}{text} }}"
    )
    engines = databases("sqlite")
    with engines_on(engines, engines.migrated) as own:
        account(own, "ada@example.org")
        url = own.write.url.render_as_string()
        ini = folder / "production.ini"
        secret = "".join(chr(97 + number % 26) + str(number % 10) for number in range(30))
        options = SERVERS[request.param].format(port=port)
        ini.write_text(
            INI.format(url=url, secret=secret, name=NAME, https=made.https, server=request.param, options=options)
        )
        with contextlib.ExitStack() as stack:
            app = stack.enter_context(running(folder / "app.log", str(PSERVE), str(ini)))
            words = (program, "-c", str(configuration), "-p", str(folder))
            front = stack.enter_context(running(folder / "nginx.out.log", *words))
            until(lambda: app.poll() is not None or front.poll() is not None or up(made))
            assert app.poll() is None, made.logs
            assert front.poll() is None, made.logs
            yield made


@contextlib.contextmanager
def running(log: Path, *words: str) -> Iterator[subprocess.Popen[bytes]]:
    """A program that runs beside the test."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("MYPROJECT_")}
    with log.open("wb") as file:
        process = subprocess.Popen(words, stdout=file, stderr=file, env=clean)
        try:
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(30)


def certificate(folder: Path) -> None:
    """A certificate for the name, and its key."""
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={NAME}",
         "-addext", f"subjectAltName=DNS:{NAME}", "-keyout", folder / "directory.key",
         "-out", folder / "directory.pem"],
        check=True, capture_output=True,
    )  # fmt: skip


def up(proxied: Proxied) -> bool:
    """Whether it answers."""
    try:
        return bool(proxied.ask("GET", "/health").status == 200)
    except OSError:
        return False


def test_the_way_to_https(proxied: Proxied) -> None:
    page = ask(proxied.http, "GET", "/employees?q=a", headers={"Host": NAME})
    assert (page.status, page.headers["Location"]) == (308, f"https://{NAME}/employees?q=a")
    # Or the token of a program that forgot the s would go on in the clear, unnoticed.
    assert ask(proxied.http, "GET", "/api/v1/employees", headers={"Host": NAME}).status == 403


def test_a_form_from_a_port_of_its_own_is_taken(proxied: Proxied) -> None:
    page = proxied.ask("GET", "/sign-in")
    cookie = page.getheader("Set-Cookie").partition(";")[0]
    token = re.search(rb'name="csrf_token" value="(\w+)"', page.sent)
    assert token
    headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}
    form = f"email=ada%40example.org&password=wrong+words&csrf_token={token[1].decode()}"
    own = proxied.ask("POST", "/sign-in", headers={**headers, "Origin": f"https://{NAME}:{proxied.https}"}, body=form)
    foreign = proxied.ask("POST", "/sign-in", headers={**headers, "Origin": "https://evil.example"}, body=form)
    # Read, and found to be wrong.
    assert b"came from elsewhere" not in own.sent
    assert b"ada@example.org" in own.sent
    assert foreign.status == 403
    assert b"came from elsewhere" in foreign.sent


def test_request_ids_are_the_same_in_every_log(proxied: Proxied) -> None:
    answer = proxied.ask("GET", "/nowhere", headers={"X-Request-ID": "chosen-outside"})
    name = answer.getheader("X-Request-ID")
    assert re.fullmatch(r"[0-9a-f]{32}", name)
    refused = proxied.ask("POST", "/sign-in", body="a=b").getheader("X-Request-ID")
    until(lambda: refused in (proxied.folder / "directory.log").read_text())
    until(lambda: refused in (proxied.folder / "app.log").read_text())


def test_single_use_links_are_in_no_log(proxied: Proxied) -> None:
    for path in ("/sign-in/link", "/sign-in/reset", "/sign-in/invitation", "/account/email"):
        proxied.ask("GET", f"{path}/canary")
        proxied.ask("POST", f"{path}/canary", body="a=b")
    until(lambda: "/account/email/..." in proxied.logs)
    assert "canary" not in proxied.logs


def test_pages_are_compressed_and_the_api_keeps_its_tags(proxied: Proxied) -> None:
    page = proxied.ask("GET", "/sign-in", headers={"Accept-Encoding": "gzip"})
    assert page.getheader("Content-Encoding") == "gzip"
    styles = re.search(r'href="(/static/[^"]+\.css[^"]*)"', gzip.decompress(page.sent).decode())
    assert styles
    assert proxied.ask("GET", styles[1], headers={"Accept-Encoding": "gzip"}).getheader("Content-Encoding") == "gzip"
    problem = proxied.ask("GET", "/api/v1/employees", headers={"Accept-Encoding": "gzip"})
    assert (problem.status, problem.getheader("Content-Encoding")) == (401, None)


def test_sockets_of_open_pages_come_through(proxied: Proxied) -> None:
    wanted = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13"}
    wanted |= {"Sec-WebSocket-Key": "MDEyMzQ1Njc4OWFiY2RlZg==", "Origin": f"https://{NAME}:{proxied.https}"}
    own = proxied.ask("GET", "/live/socket", headers=wanted)
    foreign = proxied.ask("GET", "/live/socket", headers={**wanted, "Origin": "https://evil.example"})
    # granian has no gateway: there the proxy is given the port of one.
    with_gateway = b"Sign in first." in own.sent
    assert (own.status, foreign.status) == ((401, 403) if with_gateway else (404, 404))
    assert with_gateway == ("waitress" in (proxied.folder / "production.ini").read_text())


def test_what_is_too_large_is_refused(proxied: Proxied) -> None:
    assert proxied.ask("POST", "/sign-in", headers={"Content-Length": "100000000000"}).status == 413


def test_slow_clients_hold_nothing(proxied: Proxied) -> None:
    """A hundred where there are two threads: nothing of what they send gets any further before it is all there."""
    context = ssl.create_default_context(cafile=str(proxied.folder / "directory.pem"))
    doors = []
    for _ in range(100):
        plain = socket.create_connection(("127.0.0.1", proxied.https), timeout=30)
        door = context.wrap_socket(plain, server_hostname=NAME)
        door.sendall(f"POST /sign-in HTTP/1.1\r\nHost: {NAME}\r\nContent-Length: 1000\r\n\r\na=".encode())
        doors.append(door)
    assert proxied.ask("GET", "/sign-in").status == 200
    assert proxied.ask("GET", "/health/live").status == 200
    assert proxied.ask("GET", "/health").status == 200
    # Who has gone silent is let go of.
    until(lambda: all(ended(door) for door in doors[:3]))
    for door in doors:
        door.close()


def ended(door: ssl.SSLSocket) -> bool:
    """Whether the other side has closed a connection."""
    door.settimeout(0.5)
    try:
        while door.recv(4096):
            pass
    except TimeoutError:
        return False
    except OSError:
        return True
    return True
