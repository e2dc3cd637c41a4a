"""Forms: only what a page of ours sent from this very browser is taken, and that is asked before who sent it."""

from __future__ import annotations

import contextlib
import logging
import os
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from pyramid.csrf import get_csrf_token
from pyramid.response import Response
from pyramid.security import NO_PERMISSION_REQUIRED
from webtest import TestApp

from myproject import configurator
from myproject.db.engines import Engines
from myproject.security.cookies import cookie_value, set_cookie_header
from myproject.security.csrf import CsrfTokens, csrf_field
from myproject.security.keys import derive_key
from myproject.settings.table import examine
from tests.conftest import engines_on
from tests.support.accounts import close
from tests.support.databases import Database

NOBODY = "nobody:may"
ADDRESS = "https://directory.example.org"


class Site:
    """An application with a form, a view that takes it, one that nobody may use, and one that is excepted."""

    def __init__(self, engines: Engines, ini: dict[str, str], **settings: str) -> None:
        url = engines.write.url.render_as_string(hide_password=False)
        section = {**ini, **settings, "sqlalchemy.url": url}
        self.settings, problems = examine(section, {})
        assert problems == []
        self.taken: list[str] = []
        config = configurator(self.settings, section)
        for name in ("form", "forbidden", "excepted"):
            config.add_route(f"test.{name}", f"/test/{name}")
        everyone = {"permission": NO_PERMISSION_REQUIRED}
        config.add_view(self._form, route_name="test.form", request_method="GET", **everyone)
        config.add_view(self._take, route_name="test.form", request_method=("POST", "PUT", "DELETE"), **everyone)
        config.add_view(self._take, route_name="test.forbidden", request_method="POST", permission=NOBODY)
        config.add_view(self._take, route_name="test.excepted", request_method="POST", require_csrf=False, **everyone)
        self.app = config.make_wsgi_app()
        self.tokens = CsrfTokens(self.settings)
        self.begin()

    def begin(self) -> None:
        """Forget what was taken, and the browser."""
        self.taken.clear()
        scheme = self.settings["security.base_url"].partition(":")[0]
        self.client = TestApp(self.app, extra_environ={"wsgi.url_scheme": scheme})

    def _form(self, _context: Any, request: Any) -> Response:
        return Response(f"<form method=post>{csrf_field(request)}{csrf_field(request)}</form>")

    def _take(self, _context: Any, request: Any) -> Response:
        self.taken.append(request.POST.get("word", ""))
        return Response("taken")

    def token(self, **headers: str) -> str:
        """What the form holds."""
        return re.findall(
            r'name="csrf_token" value="([0-9a-f]{64})"', self.client.get("/test/form", headers=headers).text
        )[1]

    def refused(self, path: str = "/test/form", *, token: Any = "", headers: Any = None, method: str = "POST") -> str:
        """The page that refuses; nothing was taken."""
        before = len(self.taken)
        fields = {"word": "x"} if token is None else {"word": "x", "csrf_token": token}
        if method == "POST":
            answer = self.client.post(path, fields, headers=headers, status=403)
        else:
            answer = self.client.request(path, method=method, headers=headers, status=403)
        assert len(self.taken) == before
        assert answer.headers["Cache-Control"] == "no-store"
        return answer.text


@contextlib.contextmanager
def _site(database: Database, ini: dict[str, str], **settings: str) -> Iterator[Site]:
    with engines_on(database, database.migrated) as engines:
        site = Site(engines, ini, **settings)
        yield site
        close(site.app)


# Nothing here is written into the database: one is enough for all tests of a kind.
@pytest.fixture(scope="module")
def plain_site(database: Database, ini_settings: dict[str, str]) -> Iterator[Site]:
    with _site(database, ini_settings) as site:
        yield site


@pytest.fixture(scope="module")
def secure_site(database: Database, ini_settings: dict[str, str]) -> Iterator[Site]:
    with _site(database, ini_settings, **{"security.base_url": ADDRESS}) as site:
        yield site


@pytest.fixture
def plain(plain_site: Site) -> Site:
    plain_site.begin()
    return plain_site


@pytest.fixture
def secure(secure_site: Site) -> Site:
    secure_site.begin()
    secure_site.client.extra_environ["HTTP_HOST"] = "directory.example.org"
    return secure_site


# --- tokens -----------------------------------------------------------------------------------------------------


def test_a_form_that_was_fetched_here_is_taken(plain: Site) -> None:
    answer = plain.client.get("/test/form")
    (cookie,) = answer.headers.getall("Set-Cookie")
    assert re.fullmatch(r"csrf=[\w-]{43}; Path=/; HttpOnly; SameSite=Lax", cookie)
    token = plain.token()
    assert plain.client.post("/test/form", {"csrf_token": token, "word": "a"}).text == "taken"
    assert plain.client.post("/test/form", {"word": "b"}, headers={"X-CSRF-Token": token}).text == "taken"
    assert plain.taken == ["a", "b"]
    assert plain.token() == token
    assert "Set-Cookie" not in plain.client.get("/test/form").headers


@pytest.mark.parametrize(
    "token", [None, "", "0" * 64, "é", "\ud7ff" * 64, "None"], ids=["missing", "empty", "wrong", "é", "hangul", "None"]
)
def test_a_token_that_is_none(plain: Site, token: str | None) -> None:
    # Without a cookie there is nothing to compare with, and nothing equals nothing.
    page = plain.refused(token=token)
    assert "The form is too old, or it came from elsewhere." in page
    assert "Nothing was changed. Go back, reload the page and send the form again." in page
    mine = plain.token()
    plain.refused(token=token)
    plain.refused(token=mine[:-1])
    plain.refused(token=mine.upper())
    plain.refused(token=mine + "0")


def test_the_body_of_a_form_without_a_cookie_is_not_taken_apart(plain: Site) -> None:
    unreadable = {"Content-Type": "multipart/form-data"}
    plain.client.post("/test/form", b"x", headers=unreadable, status=403)
    plain.client.post("/test/form", b"x", headers={**unreadable, "Cookie": "csrf=a"}, status=400)
    assert plain.taken == []


def test_a_token_of_another_browser(plain: Site) -> None:
    theirs = plain.token()
    plain.client.reset()
    plain.refused(token=theirs)
    assert plain.token() != theirs
    plain.refused(token=theirs)


def test_a_token_in_the_address_is_none(plain: Site) -> None:
    plain.refused(f"/test/form?csrf_token={plain.token()}", token=None)


def test_a_file_in_place_of_a_token(plain: Site) -> None:
    token = plain.token()
    plain.client.post("/test/form", upload_files=[("csrf_token", "x.txt", token.encode())], status=403)
    assert plain.taken == []


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_every_method_that_writes_is_guarded(plain: Site, method: str) -> None:
    token = plain.token()
    plain.refused(method=method)
    assert plain.client.request("/test/form", method=method, headers={"X-CSRF-Token": token}).status_int == 200


def test_a_session_has_a_token_of_its_own(plain: Site) -> None:
    before = plain.token()
    plain.client.set_cookie("session", "first-session")
    first = plain.token()
    assert first != before
    assert "Set-Cookie" not in plain.client.get("/test/form").headers
    plain.refused(token=before)
    assert plain.client.post("/test/form", {"csrf_token": first}).text == "taken"
    plain.client.set_cookie("session", "second-session")
    plain.refused(token=first)
    plain.refused(token=before)


def test_the_cookie_of_a_form_never_stands_for_a_session(plain: Site) -> None:
    plain.client.set_cookie("csrf", "x" * 43)
    token = plain.token()
    plain.client.set_cookie("session", "x" * 43)
    plain.refused(token=token)


@pytest.mark.parametrize("cookies", ["csrf=a; csrf=b", "csrf=", 'csrf="a', "csrf", "xcsrf=a", "csrf=a b"])
def test_cookies_that_nobody_believes(plain: Site, cookies: str) -> None:
    for value in ("a", "b", ""):
        plain.refused(token=plain.tokens._sign("form", value), headers={"Cookie": cookies})


# --- where it comes from ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("site", ["cross-site", "same-site", "", "SAME-ORIGIN", "same-origin, same-origin"])
def test_the_browser_says_that_it_comes_from_elsewhere(plain: Site, site: str) -> None:
    plain.refused(token=plain.token(), headers={"Sec-Fetch-Site": site})


@pytest.mark.parametrize("site", ["same-origin", "none"])
def test_the_browser_says_that_it_comes_from_here(plain: Site, site: str) -> None:
    token = plain.token()
    plain.client.post("/test/form", {"csrf_token": token}, headers={"Sec-Fetch-Site": site}, status=200)


@pytest.mark.parametrize(
    "origin",
    [
        "http://evil.example",
        "https://localhost",
        "http://localhost.evil.example",
        "http://evil.example/localhost",
        "http://localhost:8080",
        "http://example.org",
        "null",
        "",
        "file://",
        "http://localhost http://localhost",
    ],
)
def test_a_foreign_origin(plain: Site, origin: str) -> None:
    plain.refused(token=plain.token(), headers={"Origin": origin})


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        ("http://localhost", "localhost:80"),
        ("http://localhost", "people.example.org"),
        ("http://people.example.org:8080", "people.example.org:8080"),
        ("http://LOCALHOST", "LocalHost"),
    ],
)
def test_our_own_origin(plain: Site, origin: str, host: str) -> None:
    headers = {"Cookie": "csrf=a", "Origin": origin, "Host": host}
    token = plain.tokens._sign("form", "a")
    assert plain.client.post("/test/form", {"csrf_token": token}, headers=headers).text == "taken"


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_over_https_plain_http_is_elsewhere(secure: Site, scheme: str) -> None:
    # Whatever the last stretch is, from the proxy to here.
    secure.client.extra_environ["wsgi.url_scheme"] = scheme
    headers = {"Cookie": "__Host-csrf=a", "Host": "directory.example.org"}
    token = secure.tokens._sign("form", "a")
    secure.refused(token=token, headers={**headers, "Origin": "http://directory.example.org"})
    accepted = secure.client.post("/test/form", {"csrf_token": token}, headers={**headers, "Origin": ADDRESS})
    assert accepted.text == "taken"


# --- cookies ------------------------------------------------------------------------------------------------------


def test_cookies_over_https_are_of_this_host_only(secure: Site) -> None:
    (cookie,) = secure.client.get("/test/form").headers.getall("Set-Cookie")
    assert re.fullmatch(r"__Host-csrf=[\w-]{43}; Path=/; Secure; HttpOnly; SameSite=Lax", cookie)
    # What any neighbour could set is not looked at.
    secure.refused(token=secure.tokens._sign("form", "a"), headers={"Cookie": "csrf=a"})
    secure.refused(token=secure.tokens.for_session("a"), headers={"Cookie": "session=a"})


def test_headers_that_set_and_drop_cookies(plain: Site, secure: Site) -> None:
    name, value = set_cookie_header(secure.settings, "session", "abc", max_age=timedelta(minutes=1))
    assert (name, value) == ("Set-Cookie", "__Host-session=abc; Path=/; Max-Age=60; Secure; HttpOnly; SameSite=Lax")
    assert set_cookie_header(plain.settings, "session", "")[1] == "session=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax"
    for bad in ("a;b", "a b", "a\r\nb", "é", "x" * 600):
        with pytest.raises(ValueError, match="cookie session"):
            set_cookie_header(plain.settings, "session", bad)


def test_reading_a_cookie() -> None:
    def read(header: str | None) -> str | None:
        return cookie_value({} if header is None else {"HTTP_COOKIE": header}, "session")

    assert read(None) is None
    assert read("a=b; session=xyz; c=d") == "xyz"
    assert read("session=xyz; session=xyz") == "xyz"
    assert read('session="xyz"') == "xyz"
    assert read("session=xyz; session=abc") is None
    assert read("session=; session=abc") is None
    assert read("my-session=xyz") is None
    assert read("a=session; b=session=1") is None


# --- order, exceptions ----------------------------------------------------------------------------------------------


def test_the_form_is_looked_at_before_the_permission(plain: Site, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        assert "came from elsewhere" in plain.refused("/test/forbidden", token="0" * 64)
    assert [message.partition(": ")[2] for message in caplog.messages] == [
        "form refused (no cookie)",
        "POST test.forbidden (/test/forbidden) refused to nobody",
    ]
    answer = plain.client.post("/test/forbidden", {"csrf_token": plain.token()}, status=303)
    assert "/sign-in" in answer.location
    assert plain.taken == []


def test_a_view_that_is_excepted_by_name(plain: Site) -> None:
    assert plain.client.post("/test/excepted", {"word": "z"}, headers={"Origin": "http://evil.example"}).text == "taken"


def test_pages_without_a_form_set_no_cookie(plain: Site) -> None:
    for path in ("/robots.txt", "/health", "/nowhere", "/theme.css"):
        assert "Set-Cookie" not in plain.client.get(path, status="*").headers


# --- keys -----------------------------------------------------------------------------------------------------------


def test_keys_depend_on_the_secret_and_on_the_purpose() -> None:
    def key(secret: str | None, purpose: str) -> bytes:
        return derive_key({"security.secret": secret}, purpose)

    assert len({key("a", "x"), key("a", "y"), key("b", "x"), key(None, "x"), key(None, "y")}) == 5
    assert key("a", "x") == key("a", "x")
    assert key(None, "x") == key(None, "x")
    assert len(key("a", "x")) == 32
    assert os.environ.get("MYPROJECT_SECURITY_SECRET") is None


def test_pyramids_own_way_gives_the_same_token(plain: Site) -> None:
    from pyramid.request import Request

    request = Request.blank("/", headers={"Cookie": "session=a"})
    request.registry = plain.app.registry
    assert get_csrf_token(request) == plain.tokens.for_session("a")
