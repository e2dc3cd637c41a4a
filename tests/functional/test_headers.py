"""Every answer carries the security headers, whatever made it."""

from __future__ import annotations

import pytest
from webtest import TestApp

from myproject.security.headers import HEADERS

PATHS = {
    "/robots.txt": 200,
    "/favicon.ico": 204,
    "/health": 200,
    "/nowhere": 404,
    "/%ff": 400,
    "/health?x=1": 400,
    "/static/nowhere.css": 404,
    "/departments": 308,
}


@pytest.mark.parametrize("path", PATHS)
def test_headers(site: TestApp, path: str) -> None:
    response = site.get(path, status=PATHS[path])
    for name, value in HEADERS:
        if name != "Cache-Control":
            assert response.headers.getall(name) == [value]
    assert "Set-Cookie" not in response.headers
    assert "Server" not in response.headers
    assert "Strict-Transport-Security" not in response.headers


def test_the_policy_allows_nothing_inline(site: TestApp) -> None:
    policy = site.get("/robots.txt").headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert "*" not in policy
    for kind in ("form-action", "base-uri", "frame-ancestors"):
        assert f"{kind} '" in policy


def test_https_is_remembered(site: TestApp) -> None:
    response = site.get("/robots.txt", extra_environ={"wsgi.url_scheme": "https"})
    assert response.headers["Strict-Transport-Security"].startswith("max-age=63072000")


def test_pages_are_not_kept(site: TestApp) -> None:
    assert site.get("/nowhere", status=404).headers["Cache-Control"] == "no-store"


def test_files_are_kept_under_their_version_only(site: TestApp) -> None:
    from myproject.pages.static import ROOT, version

    path = next(path for path in sorted(ROOT.rglob("*")) if path.is_file())
    name = path.relative_to(ROOT).as_posix()
    current = site.get(f"/static/{name}?v={version(name)}")
    assert current.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert current.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    for query in ("", "?v=old"):
        assert site.get(f"/static/{name}{query}").headers["Cache-Control"] == "no-cache"
    again = site.get(f"/static/{name}", headers={"If-Modified-Since": current.headers["Last-Modified"]}, status=304)
    assert again.body == b""


def test_health_tells_no_versions(site: TestApp) -> None:
    assert site.get("/health").json == {
        "status": "ok",
        "checks": {"database": "ok", "migrations": "ok"},
    }
    assert site.get("/health/ready").json == site.get("/health").json
    assert site.get("/health/live").json == {"status": "ok"}
