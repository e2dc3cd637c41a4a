"""Portraits through the application: sent, seen, served, taken away, and who may do what."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
import sqlalchemy as sa
from webtest import TestApp, Upload

from myproject.directory.changes import change_sets
from myproject.directory.people.portraits import uploads
from myproject.directory.schema.verbs import ChangeAudience, EditCard
from myproject.models.employee import Employee
from tests.conftest import Company
from tests.support import company as facts
from tests.support.accounts import token_of
from tests.support.pictures import PDF, claims, opened, picture

E: Any = Employee.__table__
WHO: dict[str, Any] = {"today": facts.TODAY, "author": "test", "source": "test"}


def address(company: Company, number: str = "E03") -> str:
    return f"/employees/{company.ids[number]}/portrait"


def send(client: TestApp, where: str, data: bytes, status: int = 303, **fields: str) -> Any:
    upload = Upload("me.jpg", data, "image/jpeg")
    return client.post(where, {"csrf_token": token_of(client), "file": upload, **fields}, status=status)


def stored(company: Company, number: str = "E03") -> str | None:
    with company.engines.read.connect() as conn:
        found: str | None = conn.execute(sa.select(E.c.portrait).where(E.c.employee_number == number)).scalar()
    return found


def forms(response: Any, action: str) -> list[Any]:
    """The forms of a page that go to an address."""
    return [form for key, form in response.forms.items() if isinstance(key, int) and form.action == action]


def pictures(response: Any) -> list[str]:
    return [image["src"] for image in response.html.select("main .avatar img")]


def test_sent_seen_and_taken_away(own_company: Company, adaeze: TestApp) -> None:
    where = address(own_company)
    form = forms(adaeze.get(where), where)[0]
    assert form.enctype == "multipart/form-data"
    form["file"] = Upload("me.png", picture(700, 700, "PNG"), "text/html")
    done = form.submit(status=303)
    profile = adaeze.get(done.location)
    assert "Saved as" in profile.text
    name = stored(own_company)
    assert name is not None
    assert re.fullmatch("[0-9a-f]{32}", name)
    assert pictures(profile)[0] == f"{where}/{name}/128"
    shown = adaeze.get(pictures(profile)[0])
    assert opened(shown.body).size == (128, 128)

    colleague = own_company.testapp
    for page in (
        "/employees",
        "/employees?view=cards",
        "/employees?q=adaeze",
        f"/employees/{own_company.ids['E05']}",
        f"/chart/{own_company.ids['E03']}",
        f"/chart/{own_company.ids['E02']}",
        "/departments/larkfield/engineering/platform/",
    ):
        assert any(name in each for each in pictures(colleague.get(page))), page
    found = colleague.get("/suggest?q=adaeze").json["items"][0]
    assert found["portrait"].endswith(f"/{name}/64")
    for image in colleague.get("/employees").html.select(".avatar img"):
        assert image["alt"] == ""
        assert image["loading"] == "lazy"
        assert image["width"] == image["height"] == "36"

    page = adaeze.get(where)
    gone = forms(page, where)[1].submit("do", status=303)
    assert stored(own_company) is None
    assert pictures(adaeze.get(gone.location)) == []
    adaeze.get(f"{where}/{name}/128", status=404)
    # An undo brings it back: the rows of pictures stay.
    revision = int(gone.location.rpartition("saved=")[2])
    with own_company.engines.begin() as conn:
        change_sets.undo(conn, revision, **{**WHO, "source": "undo"})
    assert stored(own_company) == name
    assert adaeze.get(f"{where}/{name}/640").content_type == "image/jpeg"


def test_how_it_is_served(own_company: Company, adaeze: TestApp) -> None:
    where = address(own_company)
    send(adaeze, where, picture(700, 700))
    response = own_company.testapp.get(f"{where}/{stored(own_company)}/64")
    assert response.headers["Content-Type"] == "image/jpeg"
    assert response.headers.getall("X-Content-Type-Options") == ["nosniff"]
    (closed,) = response.headers.getall("Content-Security-Policy")
    assert {part.split()[-1] for part in closed.split("; ")} == {"'none'", "sandbox"}
    assert response.headers["Content-Disposition"] == 'inline; filename="portrait.jpg"'
    assert response.headers["Cache-Control"].startswith("private")
    assert response.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    again = own_company.testapp.get(response.request.path, headers={"If-None-Match": response.headers["ETag"]})
    assert again.status_int == 304
    assert again.body == b""
    for wrong in ("65", "640000", "32"):
        own_company.testapp.get(f"{where}/{stored(own_company)}/{wrong}", status=404)
    own_company.testapp.get(f"{where}/{'0' * 32}/64", status=404)
    own_company.testapp.get(f"{address(own_company, 'E05')}/{stored(own_company)}/64", status=404)
    TestApp(own_company.app).get(response.request.path, status=303)


def test_who_sees_it(own_company: Company, adaeze: TestApp) -> None:
    """As the field: what the person keeps to a few, and who is hidden, is a 404 to everyone else."""
    where = address(own_company)
    send(adaeze, where, picture(700, 700))
    source = f"{where}/{stored(own_company)}/64"
    clients = {
        "colleague": own_company.testapp,
        "report": own_company.client("e05@larkfield.example"),
        "manager": own_company.client("e02@larkfield.example"),
        "top": own_company.client("e01@larkfield.example"),
        "people team": own_company.client("e08@larkfield.example", role="people_team"),
        "administrator": own_company.client("root@larkfield.example", role="administrator"),
        "self": adaeze,
    }

    def seen() -> set[str]:
        return {who for who, client in clients.items() if client.get(source, status="*").status_int == 200}

    def keep(audience: Any) -> None:
        with own_company.engines.begin() as conn:
            change_sets.apply(conn, [EditCard(employee="E03", audiences={"portrait": audience})], **WHO)

    assert seen() == clients.keys()
    keep("manager_line")
    assert seen() == clients.keys() - {"colleague", "report"}
    assert pictures(own_company.testapp.get("/employees")) == []
    assert any(source.rsplit("/", 1)[0] in each for each in pictures(clients["people team"].get("/employees")))
    own_company.testapp.get(source, headers={"If-None-Match": "*"}, status=404)
    keep("people_team")
    assert seen() == {"people team", "administrator", "self"}
    keep("administrators")
    assert seen() == {"administrator", "self"}
    keep(None)
    with own_company.engines.begin() as conn:
        change_sets.apply(conn, [ChangeAudience(employee="E03", audience="people_team")], **WHO)
    assert seen() == {"people team", "administrator", "self"}


def test_who_may_change_it(own_company: Company) -> None:
    where = address(own_company)
    own_company.testapp.get(where, status=403)
    send(own_company.testapp, where, picture(), status=403)
    send(own_company.client("e02@larkfield.example"), where, picture(), status=403)
    other = own_company.client("e09@larkfield.example", role="editor", department="SALES")
    send(other, where, picture(), status=403)
    editor = own_company.client("e04@larkfield.example", role="editor", department="ENG")
    send(editor, where, picture())
    send(own_company.client("e08@larkfield.example", role="people_team"), where, picture(300, 300))
    with own_company.engines.begin() as conn:
        change_sets.apply(conn, [EditCard(employee="E03", audiences={"portrait": "people_team"})], **WHO)
    assert "can’t see this photo" in editor.get(where, status=403).text
    send(editor, where, picture(), status=403)


@pytest.mark.parametrize(
    ("data", "reason"),
    [(PDF, "PDF"), (b"<svg/>", "SVG"), (picture()[:900], "damaged"), (claims(30_000, 30_000), "too large")],
)
def test_the_form_tells_what_is_wrong(own_company: Company, adaeze: TestApp, data: bytes, reason: str) -> None:
    response = send(adaeze, address(own_company), data, status=400, place="end")
    assert reason in response.html.select_one("#file-problem").text
    assert "file-problem" in response.html.select_one("#file")["aria-describedby"]
    assert response.html.select_one("input[name=place][checked]")["value"] == "end"
    assert stored(own_company) is None
    without = adaeze.post(address(own_company), {"csrf_token": token_of(adaeze)}, status=400)
    assert "No file was chosen" in without.text
    adaeze.post(address(own_company), {"csrf_token": token_of(adaeze), "colour": "red"}, status=400)
    send(adaeze, address(own_company), picture(), status=400, place="nowhere")


class Counted(io.BytesIO):
    """A body that counts how much of it is read."""

    taken = 0

    def read(self, size: int | None = -1) -> bytes:
        data = super().read(size)
        self.taken += len(data)
        return data

    def readline(self, size: int | None = -1) -> bytes:
        data = super().readline(size)
        self.taken += len(data)
        return data


@pytest.mark.parametrize("where", ["portrait", "edit"])
def test_more_than_is_taken_is_not_read(own_company: Company, adaeze: TestApp, where: str) -> None:
    body = Counted(b"x" * (12 * 1024**2))
    kind = "multipart/form-data; boundary=x" if where == "portrait" else "application/x-www-form-urlencoded"
    environ = {"wsgi.input": body, "CONTENT_LENGTH": str(len(body.getvalue())), "CONTENT_TYPE": kind}
    response = adaeze.request(
        f"/employees/{own_company.ids['E03']}/{where}", method="POST", environ=environ, status=413
    )
    assert "larger than" in response.text
    assert body.taken == 0


def test_a_file_just_over_the_limit(own_company: Company, adaeze: TestApp) -> None:
    data = picture() + bytes(uploads.MAX_BYTES)
    assert "10 MB" in send(adaeze, address(own_company), data, status=413).text


def test_some_of_the_made_up_people_have_drawn_portraits(own_company: Company) -> None:
    from myproject.demo.portraits import MOST, add_portraits, drawn

    assert drawn(7) == drawn(7) != drawn(8)
    with own_company.engines.begin() as conn:
        added = add_portraits(conn, facts.TODAY)
    assert 0 < added <= MOST
    shown = pictures(own_company.testapp.get("/employees"))
    assert len(shown) == added
    assert opened(own_company.testapp.get(shown[0]).body).size == (64, 64)
