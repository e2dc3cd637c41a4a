"""What the configuration promises: permissions, methods, the order of the routes."""

from __future__ import annotations

from typing import Any

import pytest
from pyramid.interfaces import IRoutesMapper
from pyramid.request import Request
from pyramid.security import NO_PERMISSION_REQUIRED
from webtest import TestApp

from myproject.pages.params import Query
from myproject.routes import ROUTES
from myproject.security.permissions import DEFAULT, Permission

#: Open to everyone, signed in or not. A name more here is a decision.
OPEN = {"static", "theme", "health", "health.live", "health.ready", "favicon", "robots"}


@pytest.fixture
def app(site: TestApp) -> Any:
    """The application of the module."""
    return site.app


def views(app: Any) -> list[dict[str, Any]]:
    """Every view that answers a route."""
    found = [entry["introspectable"] for entry in app.registry.introspector.get_category("views")]
    return [view for view in found if view["route_name"]]


def test_every_view_has_a_permission(app: Any) -> None:
    permissions = {entry["introspectable"]["value"] for entry in app.registry.introspector.get_category("permissions")}
    known = {*Permission, NO_PERMISSION_REQUIRED}
    assert permissions <= known
    for view in views(app):
        assert getattr(view["callable"], "__view_attr__", "") is not None
    unguarded = {
        entry["introspectable"]["route_name"]
        for entry in app.registry.introspector.get_category("views")
        if _permission(entry) == NO_PERMISSION_REQUIRED
    }
    assert unguarded - {None} <= OPEN


def _permission(entry: dict[str, Any]) -> str:
    for related in entry["related"]:
        if related.category_name == "permissions":
            return str(related["value"])
    return DEFAULT


def test_views_that_write_name_their_permission(app: Any) -> None:
    for entry in app.registry.introspector.get_category("views"):
        view = entry["introspectable"]
        methods = view["request_methods"] or ()
        methods = {methods} if isinstance(methods, str) else set(methods)
        if view["route_name"] and not methods <= {"GET", "HEAD"}:
            assert _permission(entry) != DEFAULT, view["route_name"]


def test_every_view_names_its_methods(app: Any) -> None:
    without = [view["route_name"] for view in views(app) if not view["request_methods"]]
    assert without == []


def test_every_view_declares_its_query(app: Any) -> None:
    for view in views(app):
        model = view.get("query")
        assert model is None or issubclass(model, Query)


def test_the_table_is_what_is_configured(app: Any) -> None:
    mapper = app.registry.queryUtility(IRoutesMapper)
    assert [route.name for route in mapper.get_routes()] == [route.name for route in ROUTES]


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/employees", "employees"),
        ("/employees.csv", "employees.csv"),
        ("/employees/7", "employee"),
        ("/employees/7.vcf", "employee.vcard"),
        ("/chart/7/branch", "chart.branch"),
        ("/departments/", "departments"),
        ("/departments/a/b/", "departments"),
        ("/changes/12", "change"),
        ("/", "home"),
    ],
)
def test_routes_find_their_names(app: Any, path: str, name: str) -> None:
    mapper = app.registry.queryUtility(IRoutesMapper)
    assert mapper(Request.blank(path))["route"].name == name
