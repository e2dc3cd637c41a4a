"""Whatever goes wrong below /api is told as problem details, with a status, a place and a remedy."""

from __future__ import annotations

from typing import Any

import pytest
from webtest import TestApp

from tests.conftest import Company
from tests.support.problems import problem

LIST = "/api/v1/employees"


def test_who_brings_no_proof_is_told_so(company: Company) -> None:
    told = problem(TestApp(company.app).get(LIST, status=401), 401)
    assert "token" in told["detail"]


@pytest.mark.parametrize("path", ["/api", "/api/", "/api/v1/nothing", "/api/v2/employees", "/api/v1/employees/x"])
def test_an_address_that_is_not_there(company: Company, path: str) -> None:
    problem(company.testapp.get(path, status=404), 404)
    problem(company.testapp.get(path, headers={"Accept": "text/html"}, status=404), 404)


def test_a_slash_too_many_leads_on(company: Company) -> None:
    response = company.testapp.get(f"{LIST}/?limit=3", status=308)
    assert response.location.endswith(f"{LIST}?limit=3")


def test_options_tell_the_methods(company: Company) -> None:
    response = company.testapp.request(LIST, method="OPTIONS", status=204)
    assert {"GET", "HEAD", "OPTIONS"} <= set(response.headers["Allow"].split(", "))
    assert not response.body


@pytest.mark.parametrize("method", ["DELETE", "PUT"])
def test_a_method_that_is_not_taken(company: Company, method: str) -> None:
    response = company.testapp.request(LIST, method=method, status="*")
    problem(response, 405)
    assert "GET" in response.headers["Allow"]


def test_what_the_front_door_turns_away(company: Company) -> None:
    client = company.testapp
    problem(client.request(LIST, method="TRACE", status="*"), 405)
    problem(client.get(f"{LIST}?q=%FF", status="*"), 400)
    problem(client.get(f"{LIST}?q=%zz", status="*"), 400)
    problem(client.get(LIST, headers={"Host": "elsewhere.example"}, status="*"), 400)
    response = client.get("/employees?q=%FF", status="*")
    assert response.content_type == "text/html"


@pytest.mark.parametrize(
    ("accept", "fits"),
    [
        ("", True),
        ("*/*", True),
        ("application/json", True),
        ("text/html, application/*;q=0.5", True),
        ("text/html", False),
        ("application/json;q=0", False),
        ("nonsense", True),
    ],
)
def test_what_the_reader_accepts(company: Company, accept: str, fits: bool) -> None:
    response = company.testapp.get(LIST, headers={"Accept": accept}, status="*")
    if fits:
        assert response.status_int == 200
    else:
        problem(response, 406)


def test_parameters_that_mean_nothing(company: Company) -> None:
    told = problem(company.testapp.get(f"{LIST}?limt=3&limit=x", status=400), 400, place="limt")
    assert {each["parameter"] for each in told["problems"]} == {"limt", "limit"}
    assert "limit" in told["problems"][0]["remedy"]


def test_a_fault_of_ours(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    from myproject.directory.people import people_list

    def broken(*_args: Any, **_kw: Any) -> Any:
        raise ZeroDivisionError("secret")

    monkeypatch.setattr(people_list, "page", broken)
    told = problem(company.testapp.get(f"{LIST}?limit=7", status=500), 500)
    assert "secret" not in str(told)


def test_a_fault_outside_every_view(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    from myproject.web.request import Request

    monkeypatch.setattr(Request, "today", property(lambda _self: 1 / 0))
    problem(company.testapp.get(f"{LIST}?limit=8", status=500), 500)


def test_every_view_below_api_is_an_operation(company: Company) -> None:
    from myproject.api.framework.operations import load
    from tests.functional.web.test_routes import views

    routes = {each.route for each in load().values()}
    for view, _ in views(company.app):
        if view["route_name"].startswith("api."):
            assert view["route_name"] in routes
            assert view["operation"] is load()[view["route_name"], view["request_methods"]]
    assert routes <= {view["route_name"] for view, _ in views(company.app)}
