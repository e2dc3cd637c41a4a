"""Requests that are nonsense get a clear 4xx, on every address and never a 5xx."""

from __future__ import annotations

import logging
from io import BytesIO
from typing import Any
from urllib.parse import quote

import pytest
from pyramid.response import Response
from webtest import TestApp

from myproject import main
from myproject.db import migrations
from myproject.db.turns import DatabaseBusyError
from myproject.web import error_answers
from tests.support.accounts import close

ADDRESSES = ("/", "/employees", "/employees/1", "/departments/", "/chart", "/health", "/static/x", "/nowhere")


def raw(app: Any, path: str = "/robots.txt", **environ: Any) -> tuple[int, dict[str, str], bytes]:
    """An answer to a WSGI environment that no client library would send."""
    answer: dict[str, Any] = {}

    def start_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> None:
        answer.update(status=int(status[:3]), headers=dict(headers))

    base = {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": "",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": "localhost",
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(b""),
        "wsgi.errors": BytesIO(),
        "wsgi.version": (1, 0),
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    given = {key: value for key, value in (base | environ).items() if value is not None}
    body = b"".join(app(given, start_response))
    return answer["status"], answer["headers"], body


@pytest.fixture
def nobody(site: TestApp) -> TestApp:
    """A client without cookies: with them WebTest itself stumbles over paths that can't be read."""
    return TestApp(site.app)


@pytest.mark.parametrize("path", ADDRESSES)
@pytest.mark.parametrize("tail", ["%ff%fe", "%00", "a%0d%0aX: y", "%ed%a0%80", "%c0%af"])
def test_bad_bytes_in_the_path(nobody: TestApp, path: str, tail: str) -> None:
    response = nobody.get(path.rstrip("/") + "/" + tail, status=400)
    assert "is not valid UTF-8" in response.text or "contains control characters" in response.text
    assert response.headers["Content-Security-Policy"].startswith("default-src 'none'")


@pytest.mark.parametrize("query", ["q=%ff", "q=%00", "q=%", "q=%zz", "%ff=1", "q=%ed%a0%80"])
def test_bad_bytes_in_the_query(site: TestApp, query: str) -> None:
    for path in ADDRESSES:
        site.get(f"{path}?{query}", status=400)


@pytest.mark.parametrize(
    "number",
    ["0", "-1", "1e3", "007", "9223372036854775808", "9" * 20, "9" * 400, "١٢", "1.0", "+1", "0x10", "NaN"],
)
def test_ids_that_no_row_can_have(site: TestApp, number: str) -> None:
    for path in ("/employees/{}", "/employees/{}.vcf", "/chart/{}", "/chart/{}/branch", "/changes/{}"):
        site.get(path.format(quote(number)), status=404)


def test_unknown_parameters_are_named(site: TestApp) -> None:
    response = site.get("/robots.txt?page=2", status=400)
    assert "There is no parameter “page” here." in response.text
    assert site.get("/health?x=1", status=400).json["problems"][0]["place"] == "x"


@pytest.mark.parametrize(
    "host", [None, "", "a, b", "a,b", "a b", "a/b", "a@b", "a\tb", "<x>", ":80", "a:b", "[::1", "é"]
)
def test_no_host_or_two(site: TestApp, host: str | None) -> None:
    status, _, body = raw(site.app, HTTP_HOST=host)
    assert status == 400
    assert b"host" in body


@pytest.mark.parametrize("host", ["localhost", "localhost:6543", "people.example.org", "127.0.0.1:80", "[::1]:80"])
def test_proper_hosts(site: TestApp, host: str) -> None:
    assert raw(site.app, HTTP_HOST=host)[0] == 200


@pytest.mark.parametrize("method", ["TRACE", "TRACK", "CONNECT", "PROPFIND", "get", "X" * 300])
def test_methods_that_are_never_used(site: TestApp, method: str) -> None:
    for path in ADDRESSES:
        status, headers, _ = raw(site.app, path, REQUEST_METHOD=method)
        assert status == 405
        assert "TRACE" not in headers["Allow"]


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_methods_that_a_page_does_not_take(site: TestApp, method: str) -> None:
    for path in ("/health", "/robots.txt", "/static/x.css"):
        response = site.request(path, method=method, status=405)
        assert response.headers["Allow"] == "GET, HEAD"


def test_bytes_that_the_server_should_have_escaped(site: TestApp) -> None:
    assert raw(site.app, "/caf\xe9")[0] == 400
    assert raw(site.app, "/caf\u20ac")[0] in (400, 404)
    assert raw(site.app, QUERY_STRING="q=\xff")[0] == 400


def test_the_slash_at_the_end_is_forgiven(site: TestApp) -> None:
    assert site.get("/robots.txt/", status=308).location.endswith("/robots.txt")
    assert site.get("/departments?as_of=2026-01-01", status=308).location.endswith("/departments/?as_of=2026-01-01")
    assert site.get("//evil.example/robots.txt/", status="*").status_int == 404


def test_request_ids(site: TestApp) -> None:
    mine = site.get("/robots.txt", headers={"X-Request-ID": "trace-0001.abc"})
    assert mine.headers["X-Request-ID"] == "trace-0001.abc"
    for forged in ("short", "a" * 65, "spaces are bad", "<script>alert(1)</script>", "evil\tid-123456"):
        made = site.get("/nowhere", headers={"X-Request-ID": forged}, status=404)
        assert made.headers["X-Request-ID"] != forged
        assert made.headers["X-Request-ID"] in made.text


# --- when we fail -------------------------------------------------------------------------------------------


@pytest.fixture
def failing(engines: Any, ini_settings: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Any:
    """The application with a page that raises what the test puts into `failing.error`."""
    from myproject.pages.site import static

    def serve(_context: Any, request: Any) -> Response:
        raise client.error

    monkeypatch.setattr(static, "_serve", serve)
    url = engines.write.url.render_as_string(hide_password=False)
    app = main({}, **{**ini_settings, "sqlalchemy.url": url})
    client: Any = TestApp(app)
    yield client
    close(app)


def test_a_fault_of_ours_tells_its_id_and_nothing_else(failing: Any, caplog: pytest.LogCaptureFixture) -> None:
    failing.error = RuntimeError("the secret is 42")
    with caplog.at_level(logging.ERROR):
        response = failing.get("/static/x?v=private", status=500)
    assert "secret" not in response.text
    assert response.headers["X-Request-ID"] in response.text
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["X-Request-ID"] in caplog.text
    assert "private" not in caplog.text


def test_a_fault_while_the_templates_are_broken(failing: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    failing.error = RuntimeError("first")
    monkeypatch.setattr(error_answers, "TEMPLATE", "myproject:templates/nowhere.html")
    response = failing.get("/static/x", status=500)
    assert response.headers["X-Request-ID"] in response.text
    assert response.headers["Content-Security-Policy"]


def test_an_error_page_asks_the_database_nothing(failing: Any, query_count: Any) -> None:
    failing.error = RuntimeError("first")
    with query_count(failing.app) as count:
        failing.get("/static/x", status=500)
    assert len(count) == 0, count


def test_a_busy_database_is_a_503(failing: Any) -> None:
    failing.error = DatabaseBusyError("another write")
    response = failing.get("/static/x", status=503)
    assert response.headers["Retry-After"] == "3"


def test_an_unreachable_database_is_a_503(app: Any, testapp: TestApp) -> None:
    close(app)
    url = app.registry.engines.read.url
    if url.get_backend_name() == "postgresql":
        app.registry.engines.read.pool._creator = _refused
    else:
        app.registry.engines.read.pool._creator = _no_file
    assert testapp.get("/health", status=503).json == {"status": "failed", "checks": {"database": "failed"}}
    assert testapp.get("/health/live").json == {"status": "ok"}
    testapp.get("/departments/", status=503)


def test_a_database_that_nobody_has_migrated_is_a_503(
    app: Any, testapp: TestApp, engines: Any, caplog: pytest.LogCaptureFixture
) -> None:
    migrations.downgrade(engines, "base")
    assert "upgrade the database" in testapp.get("/departments/", status=503).text
    assert "myproject db upgrade" in caplog.text
    assert testapp.get("/health", status=503).json["checks"] == {"database": "ok", "migrations": "failed"}


def _refused(*_args: Any) -> Any:
    import psycopg

    return psycopg.connect("host=127.0.0.1 port=1 connect_timeout=1")


def _no_file(*_args: Any) -> Any:
    import sqlite3

    return sqlite3.connect("/nowhere/at/all.sqlite")
