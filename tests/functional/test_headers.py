"""Every answer carries the security headers, whatever made it."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyramid.static import static_view
from webtest import TestApp

from myproject.pages import static
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
    response = TestApp(site.app).get(path, status=PATHS[path])
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


def test_files_are_kept_under_their_version_only(
    site: TestApp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "css").mkdir()
    (tmp_path / "css" / "a.css").write_text("a { color: red }")
    monkeypatch.setattr(static, "ROOT", tmp_path)
    monkeypatch.setattr(static, "_serve", static_view(str(tmp_path), use_subpath=True, cache_max_age=None))
    version = static.version("css/a.css")
    current = site.get(f"/static/css/a.css?v={version}")
    assert current.content_type == "text/css"
    assert current.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    for query in ("", "?v=old", "?v="):
        assert site.get(f"/static/css/a.css{query}").headers["Cache-Control"] == "no-cache"
    known = {"If-Modified-Since": current.headers["Last-Modified"]}
    assert site.get("/static/css/a.css", headers=known, status=304).body == b""
    (tmp_path / "css" / "a.css").write_text("a { color: blue }")
    assert static.version("css/a.css") != version
    for path in ("/static/css/", "/static/css", "/static/", "/static/css/b.css", "/static/%2e%2e/__init__.py"):
        assert site.get(path, status="*").status_int in (301, 404)


def test_health_tells_no_versions(site: TestApp) -> None:
    assert site.get("/health").json == {
        "status": "ok",
        "checks": {"database": "ok", "migrations": "ok"},
    }
    assert site.get("/health/ready").json == site.get("/health").json
    assert site.get("/health/live").json == {"status": "ok"}
