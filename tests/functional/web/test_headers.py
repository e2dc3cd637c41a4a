"""Every answer carries the security headers, whatever made it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from pyramid.response import Response
from pyramid.static import static_view
from webtest import TestApp, TestResponse

from myproject.pages.site import assets, static
from myproject.routes import ROUTES, Route
from myproject.security.headers import (
    CLEAR_SITE_DATA,
    CONTENT_SECURITY_POLICY,
    DRAWING,
    HEADERS,
    add_headers,
    policy,
    strict_transport,
)
from myproject.web import error_answers
from tests.functional.web.test_view_options import listed
from tests.support.accounts import again

PATHS = {
    "/robots.txt": 200,
    "/favicon.ico": 204,
    "/health": 200,
    "/nowhere": 404,
    "/%ff": 400,
    "/health?x=1": 400,
    "/static/nowhere.css": 404,
    "/departments": 308,
    "/employees": 303,
    "/departments/": 303,
    "/departments/nowhere/at-all/": 303,
}
#: Routes whose views change the policy (`tests/functional/web/test_view_options.py` lists them).
OTHER_POLICY = {name for (name, _), options in listed().items() if "csp" in options}


def check(response: TestResponse, *, policy: str = CONTENT_SECURITY_POLICY) -> None:
    """Every header, once, and nothing that says what runs here."""
    for name, value in HEADERS:
        given = response.headers.getall(name)
        if name == "Content-Security-Policy":
            assert given == [policy]
        elif name != "Cache-Control":
            assert len(given) == 1
            assert given == [value] or name == "Referrer-Policy"
    assert len(response.headers.getall("Cache-Control")) == 1
    assert len(response.headers.getall("X-Request-ID")) == 1
    assert "Server" not in response.headers
    assert "X-Powered-By" not in response.headers
    assert not [name for name in response.headers if name.startswith("Access-Control-")]
    assert "Strict-Transport-Security" not in response.headers


@pytest.mark.parametrize("path", PATHS)
def test_headers(site: TestApp, path: str) -> None:
    response = TestApp(site.app).get(path, status=PATHS[path])
    check(response)
    assert "Set-Cookie" not in response.headers


@pytest.mark.slow
@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
def test_headers_of_every_route(site: TestApp, route: Route) -> None:
    """Whoever asks, by whichever method: pages, redirects, refusals."""
    path = (
        re.sub(r"\{[^{}]*(?:\{[^{}]*\})?[^{}]*\}", "1", route.pattern)
        .replace("*traverse", "")
        .replace("*subpath", "icon.svg")
    )
    for client in (again(site), TestApp(site.app)):
        for method in ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "TRACE"):
            response = client.request(path, method=method, status="*")
            check(response) if route.name not in OTHER_POLICY or response.status_int >= 300 else None
            if method in ("PUT", "DELETE", "OPTIONS", "TRACE"):
                assert response.status_int in (404, 405)
            elif method == "POST":
                assert response.status_int in (403, 404, 405)
            assert response.status_int < 500
            if "no-store" not in response.headers["Cache-Control"]:
                assert "cache" in listed()[route.name, "GET"]
                assert "Set-Cookie" not in response.headers
            if response.content_type == "application/json":
                assert "Set-Cookie" not in response.headers


@pytest.mark.parametrize("host", ["evil.example", "a, b"])
def test_headers_when_turned_away(site: TestApp, host: str) -> None:
    check(site.get("/", headers={"Host": host}, status=400))


def test_headers_of_the_last_resort(site: TestApp, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_args: Any, **_kw: Any) -> None:
        raise RuntimeError("the page that tells what went wrong is broken")

    monkeypatch.setattr(error_answers, "error_response", broken)
    response = TestApp(site.app).get("/nowhere", status=500)
    check(response)
    assert response.headers["Cache-Control"] == "no-store"
    assert "broken" not in response.text


def test_a_logo_has_no_rights(app: Any, tmp_path: Path) -> None:
    (tmp_path / "logo.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>")
    app.registry.app_settings = {**app.registry.app_settings, "organisation.logo": tmp_path / "logo.svg"}
    response = TestApp(app).get("/logo")
    check(response, policy=policy(DRAWING))
    assert "script-src 'none'" in response.headers["Content-Security-Policy"]
    assert response.headers["Content-Security-Policy"].endswith("; sandbox")
    assert response.headers["Cache-Control"] == "public, max-age=86400"


@pytest.mark.parametrize(
    ("settings", "scheme", "sent"),
    [
        ({}, "http", None),
        ({}, "https", "max-age=31536000; includeSubDomains"),
        # The proxy speaks https with browsers, whatever it speaks with us.
        ({"security.base_url": "https://a.example"}, "http", "max-age=31536000; includeSubDomains"),
        ({"security.hsts": 0}, "https", None),
        ({"security.hsts": 60}, "https", "max-age=60; includeSubDomains"),
    ],
)
def test_browsers_stay_on_https_as_long_as_the_setting_says(
    settings: dict[str, Any], scheme: str, sent: str | None
) -> None:
    usual = {"security.hsts": 31_536_000, "security.base_url": "http://localhost"}
    response = Response()
    add_headers(
        response, {"wsgi.url_scheme": scheme}, transport=strict_transport({**usual, **settings}), request_id="x"
    )
    assert response.headers.get("Strict-Transport-Security") == sent


def test_nothing_is_kept_or_loosened_without_the_option() -> None:
    response = Response(
        headerlist=[
            ("Cache-Control", "public"),
            ("cache-control", "max-age=60"),
            ("Content-Security-Policy", "img-src *"),
        ]
    )
    add_headers(response, {"wsgi.url_scheme": "http"}, transport=(False, None), request_id="x")
    assert response.headers.getall("Cache-Control") == ["no-store"]
    assert response.headers.getall("Content-Security-Policy") == [CONTENT_SECURITY_POLICY]


def test_what_is_cleared_when_one_signs_out() -> None:
    name, value = CLEAR_SITE_DATA
    assert name == "Clear-Site-Data"
    # Cookies would take those of the organisation's other hosts with them.
    assert value == '"cache", "storage"'


def test_the_policy_allows_nothing_inline(site: TestApp) -> None:
    text = site.get("/robots.txt").headers["Content-Security-Policy"]
    assert text.startswith("default-src 'none'")
    assert "unsafe" not in text
    assert "*" not in text
    for kind in ("form-action", "base-uri", "frame-ancestors"):
        assert f"{kind} '" in text


def test_https_is_remembered(site: TestApp) -> None:
    response = site.get("/robots.txt", extra_environ={"wsgi.url_scheme": "https"})
    assert response.headers["Strict-Transport-Security"].startswith("max-age=63072000")


def test_pages_are_not_kept(site: TestApp) -> None:
    assert site.get("/nowhere", status=404).headers["Cache-Control"] == "no-store"


def test_files_are_kept_under_their_version_only(
    site: TestApp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "css").mkdir()
    (tmp_path / "css" / "a.css").write_text("a { color: red }")
    monkeypatch.setattr(assets, "ROOT", tmp_path)
    monkeypatch.setattr(static, "_serve", static_view(str(tmp_path), use_subpath=True, cache_max_age=None))
    version = assets.version("css/a.css")
    current = site.get(f"/static/css/a.css?v={version}")
    assert current.content_type == "text/css"
    assert current.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    for query in ("", "?v=old", "?v="):
        assert site.get(f"/static/css/a.css{query}").headers["Cache-Control"] == "no-cache"
    known = {"If-Modified-Since": current.headers["Last-Modified"]}
    assert site.get("/static/css/a.css", headers=known, status=304).body == b""
    (tmp_path / "css" / "a.css").write_text("a { color: blue }")
    assert assets.version("css/a.css") != version
    for path in ("/static/css/", "/static/css", "/static/", "/static/css/b.css", "/static/%2e%2e/__init__.py"):
        assert site.get(path, status="*").status_int in (301, 404)


def test_health_tells_no_versions(site: TestApp) -> None:
    assert site.get("/health").json == {
        "status": "ok",
        "checks": {"database": "ok", "migrations": "ok"},
    }
    assert site.get("/health/ready").json == site.get("/health").json
    assert site.get("/health/live").json == {"status": "ok"}
