"""The specification is valid, whole, and what is answered; the pages that show it."""

from __future__ import annotations

import json
import re
from typing import Any

import jsonschema
import pytest
from openapi_spec_validator import validate
from webtest import TestApp

from myproject.api.framework import json_schemas, openapi
from myproject.api.framework.operations import load
from myproject.security.scopes import Scope
from tests.conftest import Company
from tests.support import api
from tests.support.problems import problem
from tests.support.tokens import bearer, service

DOCUMENT = "/api/v1/openapi.json"


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    # As it goes out: no tuples, no enumerations.
    found: dict[str, Any] = json.loads(json.dumps(openapi.document()))
    return found


def test_it_is_valid(document: dict[str, Any]) -> None:
    validate(document)
    assert document["openapi"].startswith("3.1")


def test_every_operation_is_in_it_with_its_scope(document: dict[str, Any]) -> None:
    for each in load().values():
        told = document["paths"][each.path][each.method.lower()]
        assert told["security"][0] == {"token": [each.scope] if each.scope else []}
        assert told["summary"]
        assert told["description"]
        assert set(map(str, openapi.statuses(each))) == set(told["responses"])
    named = [each["operationId"] for path in document["paths"].values() for each in path.values()]
    assert len(named) == len(set(named)) == len(load())
    for scope in Scope:
        assert f"`{scope}`" in document["components"]["securitySchemes"]["token"]["description"]


def test_the_headers_of_writes_are_in_it(own_company: Company, document: dict[str, Any]) -> None:
    def promised(path: str, method: str, status: int) -> set[str]:
        return set(document["paths"][f"/api/v1{path}"][method]["responses"][str(status)]["headers"])

    program = api.service(own_company.app)
    person = own_company.ids["E05"]
    written = program.patch(f"/employees/{person}", {"desk": "1"}, if_match="*", status=200)
    assert {"ETag", "Revision"} <= promised("/employees/{id}", "patch", 200) & set(written.headers)
    body = {"name": "Bergen", "code": "BGO"}
    made = program.post("/locations", body, status=201)
    assert {"ETag", "Revision", "Location"} <= promised("/locations", "post", 201) & set(made.headers)
    undone = program.post(f"/change-sets/{made.headers['Revision']}:undo", {}, status=200)
    assert {"Revision", "Location"} <= promised("/change-sets/{revision}:undo", "post", 200) & set(undone.headers)
    batch = {"operations": [{"method": "POST", "path": "/locations", "body": body}]}
    assert {"Revision"} <= promised("/batch", "post", 200) & set(program.post("/batch", batch, status=200).headers)


def test_no_offset_is_sent_by_generated_clients(document: dict[str, Any]) -> None:
    """They send the defaults that are declared; reading by number loses the paging that stays right."""
    offsets = [
        parameter["schema"]
        for methods in document["paths"].values()
        for told in methods.values()
        for parameter in told.get("parameters", ())
        if parameter["name"] == "offset"
    ]
    assert offsets
    assert all("default" not in schema for schema in offsets)


def test_every_parameter_says_what_it_is(document: dict[str, Any]) -> None:
    bare = [
        (path, parameter["name"])
        for path, methods in document["paths"].items()
        for told in methods.values()
        for parameter in told.get("parameters", ())
        if not parameter.get("description")
    ]
    assert bare == []


def test_it_says_limits_in_its_own_words(document: dict[str, Any]) -> None:
    text = json.dumps(document)
    assert '"ge"' not in text
    assert '"le"' not in text
    parameters = {each["name"]: each for each in document["paths"]["/api/v1/employees"]["get"]["parameters"]}
    assert parameters["limit"]["schema"].items() >= {"minimum": 0, "maximum": 200, "default": 50}.items()


def test_the_schemas_are_valid_and_stand_alone() -> None:
    for name, schema in json_schemas.schemas().items():
        jsonschema.Draft202012Validator.check_schema(schema)
        assert schema["$id"].endswith(f"/{name}")
        assert "#/components" not in json.dumps(schema)


def test_answers_are_what_their_schemas_say(company: Company) -> None:
    schemas = json_schemas.schemas()
    page = company.testapp.get("/api/v1/employees?limit=5&count=exact").json
    jsonschema.validate(page, schemas["EmployeePage"])
    one = company.testapp.get(f"/api/v1/employees/{company.ids['E05']}").json
    jsonschema.validate(one, schemas["Employee"])
    jsonschema.validate(company.testapp.get("/api/v1/employees/999", status=404).json, schemas["ProblemDetails"])


# --- served ---------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_it_is_served_to_who_proves_who_they_are(company: Company) -> None:
    problem(TestApp(company.app).get(DOCUMENT, status=401), 401)
    answer = company.testapp.get(DOCUMENT)
    validate(answer.json)
    assert company.testapp.get(DOCUMENT, headers={"If-None-Match": answer.headers["ETag"]}).status_int == 304
    token = service(company.app, scopes=[Scope.LOCATIONS_READ], name="documentation")
    assert TestApp(company.app).get(DOCUMENT, headers=bearer(token)).json == answer.json


def test_each_schema_has_an_address(company: Company) -> None:
    for each in company.testapp.get("/api/v1/schemas").json["items"]:
        assert company.testapp.get(each["url"]).json["$id"] == each["url"]
    problem(company.testapp.get("/api/v1/schemas/Nothing", status=404), 404)


def test_the_interactive_documentation(company: Company) -> None:
    page = company.testapp.get("/api/docs")
    assert page.html.select_one("#documentation")["data-specification"] == DOCUMENT
    for tag in page.html.select("script[src], link[rel=stylesheet]"):
        address = tag.get("src") or tag["href"]
        file = company.testapp.get(address, status=200)
        assert len(file.body) > (100_000 if "swagger-ui" in address else 0)
    assert "unsafe" not in page.headers["Content-Security-Policy"]
    company.testapp.get("/api/docs/package.json", status=404)
    assert TestApp(company.app).get("/api/docs", status=303).location.endswith("/sign-in?next=%2Fapi%2Fdocs")


def test_the_reference_tells_what_is_open(company: Company) -> None:
    page = company.testapp.get("/api/reference")
    shown = {each.text for each in page.html.select("details > summary > code")}
    assert "GET /api/v1/employees" in shown
    assert page.html.select_one("pre").text.startswith('curl -H "Authorization: Bearer $TOKEN"')
    assert "employees:read" in page.text
    team = company.client("e08@larkfield.example", role="people_team").get("/api/reference")
    assert shown <= {each.text for each in team.html.select("details > summary > code")}
    assert len(team.html.select("details.operation")) == len(load())


# --- scopes -----------------------------------------------------------------------------------------------------


def test_every_operation_asks_for_a_token_and_for_its_scope(company: Company) -> None:
    """Each with a token for all but what it needs, of a role that may do nearly everything."""
    client = TestApp(company.app)
    tokens = {
        scope: service(company.app, scopes=[each for each in Scope if each != scope], name=f"all but {scope}")
        for scope in Scope
    }
    for each in load().values():
        path = re.sub(r"\{\w+\}", "1", each.path)
        ask: Any = getattr(client, each.method.lower() if each.body is None else f"{each.method.lower()}_json")
        more: dict[str, Any] = {} if each.body is None else {"params": {}}
        problem(ask(path, status="*", **more), 401)
        if each.scope is None:
            continue
        answer = ask(path, status="*", headers=bearer(tokens[each.scope]), **more)
        told = problem(answer, 403, kind="insufficient-scope")
        assert each.scope in told["detail"]
        assert f'scope="{each.scope}"' in answer.headers["WWW-Authenticate"]


def test_a_token_opens_no_page(company: Company) -> None:
    token = service(company.app, scopes=list(Scope), name="everything")
    for path in ("/", "/employees", "/account", "/account/tokens", "/tokens", "/audit", "/api/docs", "/api/reference"):
        answer = TestApp(company.app).get(path, headers=bearer(token), status=303)
        assert "/sign-in" in answer.location
