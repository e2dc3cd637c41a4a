"""What the configuration promises: permissions, methods, the order of the routes."""

from __future__ import annotations

from typing import Any

import pytest
from pyramid.interfaces import IRoutesMapper
from pyramid.request import Request
from pyramid.security import NO_PERMISSION_REQUIRED
from webtest import TestApp

from myproject.routes import ROUTES
from myproject.security.permissions import DEFAULT, Permission


@pytest.fixture
def app(site: TestApp) -> Any:
    """The application of the module."""
    return site.app


def views(app: Any) -> list[tuple[dict[str, Any], str]]:
    """Every view that answers a route, with its permission; what only dresses an error asks for none."""
    found = []
    app.registry.on_demand.need_all()
    for entry in app.registry.introspector.get_category("views"):
        view = entry["introspectable"]
        context = view["context"]
        if view["route_name"] and not (isinstance(context, type) and issubclass(context, Exception)):
            names = [each["value"] for each in entry["related"] if each.category_name == "permissions"]
            found.append((view, names[0] if names else DEFAULT))
    return found


def test_every_view_has_a_permission(app: Any) -> None:
    # Which are open to everyone is listed in test_view_options.py.
    for view, permission in views(app):
        assert permission == NO_PERMISSION_REQUIRED or permission in set(Permission), view["route_name"]


def test_views_that_write_name_their_permission(app: Any) -> None:
    for view, permission in views(app):
        if not methods_of(view) <= {"GET", "HEAD"}:
            assert permission != DEFAULT, view["route_name"]


def methods_of(view: dict[str, Any]) -> set[str]:
    methods = view["request_methods"] or ()
    return {methods} if isinstance(methods, str) else set(methods)


def test_every_view_names_its_methods(app: Any) -> None:
    assert [view["route_name"] for view, _ in views(app) if not methods_of(view)] == []


def test_the_table_is_what_is_configured(app: Any) -> None:
    mapper = app.registry.queryUtility(IRoutesMapper)
    there = [route.name for route in mapper.get_routes() if not route.name.startswith("api.")]
    # Those of the API are made from its operations: test_api_errors.py.
    assert there == [route.name for route in ROUTES]


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
