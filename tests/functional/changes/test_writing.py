"""Writes through a request: committed or not, repeated when they collide, none lost."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from pyramid.httpexceptions import HTTPSeeOther
from pyramid.response import Response
from webtest import TestApp

from myproject import configurator
from myproject.db.engines import Engines
from myproject.models.counter import Counter
from myproject.settings.table import load_settings
from tests.support.accounts import again, close, post, signed_in
from tests.support.threads import in_threads

COUNTER = Counter.__table__
PERMISSION = "directory:export"

View = Callable[[Any], Response]


def revision(engines: Engines) -> int:
    with engines.read.connect() as conn:
        return conn.execute(sa.select(COUNTER.c.revision)).scalar_one()


@pytest.fixture
def serve(engines: Engines, ini_settings: dict[str, str]) -> Iterator[Callable[[View], TestApp]]:
    """``serve(view)`` gives a client whose POST / runs the view."""
    made = []

    def serve(view: View, method: str = "POST") -> TestApp:
        url = engines.write.url.render_as_string(hide_password=False)
        ini = {**ini_settings, "sqlalchemy.url": url}
        config = configurator(load_settings(ini, {}), ini)
        config.add_route("probe", "/probe")
        config.add_view(view, route_name="probe", request_method=method, permission=PERMISSION, require_csrf=False)
        app = config.make_wsgi_app()
        made.append(app)
        return signed_in(app, role="people_team")

    yield serve
    for app in made:
        close(app)


def add_one(request: Any, pause: float = 0.0) -> None:
    """Read, think, write: what loses updates where nothing guards it."""
    query = sa.select(COUNTER.c.revision).with_for_update()
    value = request.db.execute(query).scalar_one()
    time.sleep(pause)
    request.db.execute(sa.update(COUNTER).values(revision=value + 1))


def test_what_a_view_returns_is_committed(serve: Any, engines: Engines) -> None:
    def view(request: Any) -> Response:
        add_one(request)
        # The same transaction, seen through the connection to read by.
        assert request.conn.execute(sa.select(COUNTER.c.revision)).scalar_one() == 1
        return Response("done")

    assert serve(view).post("/probe").text == "done"
    assert revision(engines) == 1


@pytest.mark.parametrize("error", [HTTPSeeOther("/"), RuntimeError("no")])
def test_what_a_view_raises_is_rolled_back(serve: Any, engines: Engines, error: Exception) -> None:
    def view(request: Any) -> Response:
        add_one(request)
        raise error

    response = serve(view).post("/probe", status="*")
    assert response.status_int == getattr(error, "status_int", 500)
    assert revision(engines) == 0


@pytest.mark.slow
def test_reading_pages_cannot_write(serve: Any, engines: Engines) -> None:
    def view(request: Any) -> Response:
        request.conn.execute(sa.update(COUNTER).values(revision=5))
        return Response("done")

    serve(view, "GET").get("/probe", status=500)

    def session(request: Any) -> Response:
        add_one(request)
        return Response("done")

    serve(session, "GET").get("/probe", status=500)
    assert revision(engines) == 0


def test_a_token_is_asked_for_by_default(engines: Engines, ini_settings: dict[str, str]) -> None:
    ini = {**ini_settings, "sqlalchemy.url": engines.write.url.render_as_string(hide_password=False)}
    config = configurator(load_settings(ini, {}), ini)
    config.add_route("probe", "/probe")
    config.add_view(lambda request: Response(""), route_name="probe", request_method="POST", permission=PERMISSION)
    app = config.make_wsgi_app()
    client = signed_in(app, role="people_team")
    client.post("/probe", status=403)
    client.post("/probe", {"csrf_token": ""}, status=403)
    client.post("/probe", {"csrf_token": "b" * 64}, status=403)
    post(client, "/probe", status=200)
    close(app)


def test_a_permission_that_nobody_has(engines: Engines, ini_settings: dict[str, str]) -> None:
    ini = {**ini_settings, "sqlalchemy.url": engines.write.url.render_as_string(hide_password=False)}
    config = configurator(load_settings(ini, {}), ini)
    config.add_route("probe", "/probe")
    config.add_view(lambda request: Response(""), route_name="probe", permission="department:close")
    app = config.make_wsgi_app()
    assert "not allowed" in signed_in(app, role="administrator").get("/probe", status=403).text
    close(app)


def test_many_writers_lose_nothing(serve: Any, engines: Engines) -> None:
    def view(request: Any) -> Response:
        add_one(request, 0.001)
        return Response("done")

    client = serve(view)
    answers = in_threads(lambda _: again(client).post("/probe", status="*").status_int, 6, 15)
    assert answers == [200] * 90
    assert revision(engines) == 90


def test_writers_of_two_processes_lose_nothing(engines: Engines) -> None:
    """Two pools, as two processes have: only the database itself stands between them."""
    from myproject.db.engines import engines_for

    others = engines_for(engines.write.url)

    def work(number: int) -> None:
        with (engines if number % 2 else others).begin() as conn:
            value = conn.execute(sa.select(COUNTER.c.revision).with_for_update()).scalar_one()
            conn.execute(sa.update(COUNTER).values(revision=value + 1))

    in_threads(work, 6, 20)
    others.dispose()
    assert revision(engines) == 120


def test_a_collision_is_repeated(serve: Any, engines: Engines) -> None:
    """Serializable transactions that fail at a statement or at COMMIT: each is tried again, none is lost."""
    if engines.write.dialect.name != "postgresql":
        pytest.skip("SQLite has one writer at a time: nothing collides")
    attempts = []

    def view(request: Any) -> Response:
        attempts.append(request.environ["retry.attempt"])
        request.db.connection(execution_options={"isolation_level": "SERIALIZABLE"})
        value = request.db.execute(sa.select(COUNTER.c.revision)).scalar_one()
        time.sleep(0.002)
        request.db.execute(sa.update(COUNTER).values(revision=value + 1))
        return Response("done")

    client = serve(view)
    answers = in_threads(lambda _: again(client).post("/probe", status="*").status_int, 2, 20)
    assert set(answers) <= {200, 503}
    assert answers.count(200) == revision(engines)
    assert answers.count(200) >= 36
    assert max(attempts) > 0


def test_a_busy_database_answers_in_time(serve: Any, engines: Engines, monkeypatch: pytest.MonkeyPatch) -> None:
    """Someone holds the lock for longer than a request waits: 503, in about the time that it waits."""
    monkeypatch.setattr("myproject.db.engines.REQUEST_WAIT", 0.4)

    def view(request: Any) -> Response:
        if engines.write.dialect.name == "postgresql":
            request.db.execute(sa.text("SET LOCAL lock_timeout = '400ms'"))
        add_one(request)
        return Response("done")

    client = serve(view)
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        with engines.begin() as conn:
            conn.execute(sa.update(COUNTER).values(revision=7))
            held.set()
            done.wait(20)

    holder = threading.Thread(target=hold)
    holder.start()
    assert held.wait(5)
    started = time.monotonic()
    codes = in_threads(lambda _: again(client).post("/probe", status="*").status_int, 4, 1)
    took = time.monotonic() - started
    done.set()
    holder.join()
    assert codes == [503] * 4
    assert took < 2.5
    assert client.post("/probe").status_int == 200
    assert revision(engines) == 8


FORM = "application/x-www-form-urlencoded"
PART = b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n%b\r\n--x--\r\n'


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (FORM, b"a=%ff"),
        (FORM, b"%ff=1"),
        (FORM, b"a=%00"),
        (FORM, b"a=\xff"),
        (FORM + "; charset=utf-16", b"a=1"),
        (FORM + "; charset=nonsense", b"a=1"),
        ("multipart/form-data", b"x"),
        ("multipart/form-data; boundary=\xff", b"x"),
        ("multipart/form-data; boundary=x", PART % b"\xff"),
    ],
)
def test_forms_that_cannot_be_read(serve: Any, engines: Engines, kind: str, body: bytes) -> None:
    def view(request: Any) -> Response:
        add_one(request)
        return Response(str(request.POST["a"]))

    client = serve(view)
    assert "The form can&#39;t be read" in client.post("/probe", body, headers={"Content-Type": kind}, status=400).text
    assert client.post("/probe", {"a": "é"}).text == "é"
    assert revision(engines) == 1
