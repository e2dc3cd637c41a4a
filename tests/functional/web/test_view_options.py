"""Every view is guarded in every way, but for the exceptions that it names as options; here is who names which.

permission  open to everyone, signed in or not (``permission=NO_PERMISSION_REQUIRED``)
csrf        a form that is not asked where it comes from (``require_csrf=False``); operations of the API look at it
            themselves, because only a session's cookie needs it: test_api_errors.py
query       an address whose parameters are not checked (``query=None``)
csp         another content security policy for its own answers (``csp={...}``)
cache       an answer that browsers and caches may keep (``cache="..."``)

A line more is a decision.
"""

from __future__ import annotations

from typing import Any

import pytest
from pyramid.security import NO_PERMISSION_REQUIRED
from webtest import TestApp

from myproject.security.headers import CONTENT_SECURITY_POLICY, policy
from tests.functional.web.test_routes import views

EXCEPTIONS = """
static         GET   permission cache      files of the program, under their version
theme          GET   permission cache      the colours
logo           GET   permission cache csp  a picture that the organisation gave, SVG perhaps: without rights
favicon        GET   permission cache      nothing, asked for by browsers
robots         GET   permission cache      nothing is for search engines
health         GET   permission            for monitors
health.live    GET   permission            for whoever restarts it
health.ready   GET   permission            for balancers
portrait       GET   cache csp             a picture that somebody gave: an hour in one browser; without rights
sign_in        GET   permission            to sign in
sign_in        POST  permission            to sign in
sign_in.link   GET   permission            a single-use link
sign_in.link   POST  permission            a single-use link
sign_out       POST  permission            also when the session is over
forgot         GET   permission            to ask for another password
forgot         POST  permission            to ask for another password
reset          GET   permission            a single-use link
reset          POST  permission            a single-use link
invitation     GET   permission            a single-use link
invitation     POST  permission            a single-use link
account.email.link  GET   permission       a single-use link
account.email.link  POST  permission       a single-use link
documentation  GET   csp                   Swagger UI: its style sheet holds its icons
documentation.file  GET  cache             files of a package, under their version
portrait       GET   cache csp             a picture: without rights, and for an hour in this browser
"""
OPTIONS = ("permission", "csrf", "query", "csp", "cache")


def listed() -> dict[tuple[str, str], tuple[str, ...]]:
    """Route and methods -> the names of its exceptions."""
    table = {}
    for line in EXCEPTIONS.strip().splitlines():
        route, methods, *words = line.split()
        names = []
        for word in words:
            if word not in OPTIONS:
                break
            names.append(word)
        assert len(words) > len(names), f"{line}: say why"
        table[route, methods] = tuple(sorted(names))
    return table


def named(view: dict[str, Any], permission: str) -> tuple[str, ...]:
    """The exceptions that a view names."""
    found = {
        "permission": permission == NO_PERMISSION_REQUIRED,
        "csrf": view["require_csrf"] is False,
        "query": "query" in view and view["query"] is None,
        "csp": view.get("csp") is not None,
        "cache": view.get("cache") is not None or view["http_cache"] is not None,
    }
    return tuple(sorted(name for name, is_named in found.items() if is_named))


def methods(view: dict[str, Any]) -> str:
    given = view["request_methods"]
    return "+".join(sorted({given} if isinstance(given, str) else set(given) - {"HEAD"}))


def test_exceptions_are_those_of_the_table(site: TestApp) -> None:
    found = {}
    for view, permission in views(site.app):
        options = named(view, permission)
        if view.get("operation") is not None:
            assert set(options) <= {"csrf"}, view["route_name"]
            continue
        if options:
            found[view["route_name"], methods(view)] = options
    assert found == listed()


def test_every_view_is_guarded_by_the_same_derivers_in_order(site: TestApp) -> None:
    derivers = {
        entry["introspectable"]["name"]: entry["introspectable"]["deriver"].__module__
        for entry in site.app.registry.introspector.get_category("view derivers")
    }
    assert derivers["csrf_view"] == "myproject.security.csrf"
    assert {"csp_view", "cache_view", "query_view", "secured_view"} <= derivers.keys()
    from pyramid.interfaces import IViewDerivers

    order = [name for name, _ in site.app.registry.getUtility(IViewDerivers).sorted()]
    assert order.index("csrf_view") < order.index("secured_view") < order.index("csp_view")


def test_another_policy_is_never_looser_for_scripts(site: TestApp) -> None:
    for view, _ in views(site.app):
        changes = view.get("csp")
        if changes:
            text = policy(changes)
            for kind in ("script-src", "default-src", "object-src", "base-uri", "frame-ancestors"):
                (sources,) = (part for part in text.split("; ") if part.startswith(kind))
                assert sources.split()[1:] in (["'none'"], ["'self'"])


def test_a_policy_with_a_directive_that_stands_alone() -> None:
    assert policy({"sandbox": ""}) == CONTENT_SECURITY_POLICY + "; sandbox"
    assert "img-src 'self' data:" in policy({"img-src": "'self' data:"})


@pytest.mark.parametrize("path", ["/static/icon.svg", "/favicon.ico", "/robots.txt", "/theme.css"])
def test_what_may_be_kept_sets_no_cookie(site: TestApp, path: str) -> None:
    for client in (site, TestApp(site.app)):
        response = client.get(path)
        assert response.headers["Cache-Control"] in ("no-cache", "public, max-age=86400")
        assert "Set-Cookie" not in response.headers
