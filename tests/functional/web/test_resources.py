"""Traversal of the department tree: the address is the path, on the day of the clock."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from pyramid.location import lineage
from pyramid.traversal import traverse

from myproject.web.resources import DepartmentResource, DepartmentsRoot, Root, departments_root
from tests.support.accounts import someone


@contextmanager
def root(app: Any, query: str = "") -> Iterator[DepartmentsRoot]:
    """The root of the departments for a request."""
    request = app.request_factory.blank(f"/departments/?{query}")
    request.registry = app.registry
    request.identity = someone()
    try:
        found = departments_root(request)
        assert isinstance(found, DepartmentsRoot)
        yield found
    finally:
        request._process_finished_callbacks()


def test_a_path_is_a_lineage(company: Any) -> None:
    with root(company.app) as departments:
        found = traverse(departments, ["larkfield", "engineering", "web"])
        assert found["view_name"] == ""
        context = found["context"]
        assert isinstance(context, DepartmentResource)
        assert context.node.name == "Web"
        kinds = [type(each) for each in lineage(context)]
        assert kinds == [DepartmentResource] * 3 + [DepartmentsRoot, Root]


@pytest.mark.parametrize(
    "path", [["nowhere"], ["larkfield", "web"], ["engineering"], ["larkfield", "engineering", "x"]]
)
def test_what_is_not_there_is_left_as_a_view_name(company: Any, path: list[str]) -> None:
    with root(company.app) as departments:
        assert traverse(departments, path)["view_name"] == path[-1] or traverse(departments, path)["subpath"]


def test_the_day_decides(company: Any) -> None:
    with root(company.app, "as_of=2024-06-01") as departments:
        old = departments["larkfield"]["sales"]["old-products"]
        assert old.node.code == "OLD"
    with root(company.app) as departments, pytest.raises(KeyError):
        _ = departments["larkfield"]["sales"]["old-products"]
    with root(company.app, "as_of=2026-09-01") as departments:
        assert departments["larkfield"]["engineering"]["web-and-mobile"].node.code == "WEB"


def test_a_walk_costs_no_query_per_step(company: Any, query_count: Any) -> None:
    with query_count(company.app) as count, root(company.app) as departments:
        before = len(count)
        traverse(departments, ["larkfield", "engineering", "web"])
        assert len(count) == before
        assert before <= 2, count
