"""The language of an answer: pages by choice or browser, mails by their receiver; the API is English."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from webtest import TestApp

from myproject.accounts import mails, users
from myproject.language import languages
from tests.conftest import app_on
from tests.support.accounts import account, post, signed_in
from tests.support.mails import outbox

#: The heading of the page, by language.
SIGN_IN = {"en": "Sign in", "de": "Anmelden", "ar": "تسجيل الدخول"}
INVITED = "Your account in the staff directory of %(organisation)s"
TEXTS = {
    "de": {
        "Sign in": SIGN_IN["de"],
        INVITED: "Konto bei %(organisation)s",
        "There is nothing at this address.": "Unter dieser Adresse ist nichts.",
        "all sessions": "alle Sitzungen",
        "an unknown address": "unbekannte Adresse",
    },
    "ar": {"Sign in": SIGN_IN["ar"]},
}
PERSON = "ada@example.org"


@pytest.fixture(autouse=True)
def catalogues(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """German and Arabic, with the few texts that are looked at here."""
    for code, texts in TEXTS.items():
        catalog = Catalog(locale=code)
        for message, translation in texts.items():
            catalog.add(message, translation)
        path = tmp_path / code / "LC_MESSAGES" / f"{languages.DOMAIN}.mo"
        path.parent.mkdir(parents=True)
        with path.open("wb") as file:
            write_mo(file, catalog)
    monkeypatch.setattr(languages, "FOLDER", tmp_path)
    languages.language_of.cache_clear()
    yield
    languages.language_of.cache_clear()


@pytest.fixture
def app(engines: Any, ini_settings: dict[str, str], catalogues: None) -> Iterator[Any]:
    """The application in three languages; German is named first."""
    with app_on(engines, {**ini_settings, "pages.languages": "de en ar"}) as app:
        yield app


def language(page: Any) -> str:
    """The language that a page says it is in."""
    code: str = page.html.find("html")["lang"]
    return code


@pytest.mark.parametrize(
    ("accepted", "code"),
    [
        ("ar", "ar"),
        ("ar-EG, en;q=0.5", "ar"),
        ("en;q=0.5, ar;q=0.8", "ar"),
        ("fr, en;q=0.3", "en"),
        ("en-GB", "en"),
        ("fr", "de"),
        ("*", "de"),
        ("de;q=0, en", "en"),
        ("", "de"),
        ("not a ; header", "de"),
        ("en" * 9000, "de"),
    ],
)
def test_a_browser_is_answered_in_the_language_that_it_likes_best(app: Any, accepted: str, code: str) -> None:
    page = TestApp(app).get("/sign-in", headers={"Accept-Language": accepted})
    assert page.html.find("html")["lang"] == code
    assert page.html.find("html")["dir"] == ("rtl" if code == "ar" else "ltr")
    assert page.html.find("h1").text == SIGN_IN[code]


def test_without_a_header_it_is_the_first_of_the_ini(app: Any) -> None:
    assert language(TestApp(app).get("/sign-in")) == "de"


def test_error_pages_are_in_the_language_too(app: Any) -> None:
    page = signed_in(app, PERSON).get("/nowhere", headers={"Accept-Language": "de"}, status=404)
    assert language(page) == "de"
    assert "Unter dieser Adresse ist nichts." in page.text


def test_somebody_chooses_a_language_for_all_their_browsers(app: Any) -> None:
    client, english = signed_in(app, PERSON), {"Accept-Language": "en"}
    form = client.get("/account", headers=english).forms
    form = next(each for each in form.values() if "language" in each.fields)
    assert [value for value, _selected, _text in form["language"].options] == ["", "de", "en", "ar"]
    assert [text for _value, _selected, text in form["language"].options][1:] == ["Deutsch", "English", "العربية"]
    form["language"] = "ar"
    page = form.submit(headers=english).follow(headers=english)
    assert (language(page), page.html.find("html")["dir"]) == ("ar", "rtl")
    assert page.html.select_one("#language-choice option[selected]")["value"] == "ar"
    other = signed_in(app, PERSON)
    assert language(other.get("/account", headers=english)) == "ar"
    # Once it is left to the browser, the browser decides.
    form = next(each for each in page.forms.values() if "language" in each.fields)
    form["language"] = ""
    assert language(form.submit(headers=english).follow(headers=english)) == "en"


@pytest.mark.parametrize("code", ["fr", "DE", "../de", "de en", "x" * 500])
def test_a_language_that_is_not_offered_can_not_be_chosen(app: Any, code: str) -> None:
    client = signed_in(app, PERSON)
    form = next(each for each in client.get("/account").forms.values() if "language" in each.fields)
    form["language"].force_value(code)
    form.submit(status=400)
    assert language(client.get("/account", headers={"Accept-Language": "en"})) == "en"


def test_a_choice_that_is_no_longer_offered_is_as_none(app: Any) -> None:
    client = signed_in(app, PERSON)
    who = account(app.registry.engines, PERSON)
    with app.registry.engines.begin() as conn:
        users.choose_language(conn, who.id, "fr")
    assert language(client.get("/account", headers={"Accept-Language": "ar"})) == "ar"
    assert language(client.get("/account")) == "de"


@pytest.mark.parametrize(("chosen", "subject"), [("de", "Konto bei"), ("en", "Your account in"), (None, "Konto bei")])
def test_mails_are_in_the_language_of_the_receiver(app: Any, chosen: str | None, subject: str) -> None:
    team = signed_in(app, "team@example.org", role="administrator")
    box, who = outbox(app), account(app.registry.engines, PERSON)
    with app.registry.engines.begin() as conn:
        users.choose_language(conn, who.id, chosen)
    page = team.get(f"/accounts/{who.id}", headers={"Accept-Language": "ar"})
    form = next(each for each in page.forms.values() if each.action.endswith("/invite"))
    answer = form.submit(headers={"Accept-Language": "ar"}).follow(headers={"Accept-Language": "ar"})
    assert language(answer) == "ar"
    (message,) = box.take()
    assert message.subject.startswith(subject)


def test_what_the_audit_log_keeps_in_english_is_told_in_the_language_of_the_reader(app: Any) -> None:
    administrator = signed_in(app, "admin@example.org", role="administrator")
    signed_in(app, PERSON)
    who = account(app.registry.engines, PERSON)
    post(administrator, f"/accounts/{who.id}/sessions", status=303, extra_environ={"REMOTE_ADDR": ""})
    assert "alle Sitzungen" in administrator.get("/audit")
    for address in ("/audit", f"/accounts/{who.id}"):
        page = administrator.get(address)
        assert "unbekannte Adresse" in page
        assert "unknown" not in page


def test_a_mail_leaves_the_language_as_it_was(app: Any) -> None:
    who = account(app.registry.engines, PERSON)._replace(language="de")
    before = languages.current()
    assert mails.invitation(app.registry.app_settings, who, "t").subject.startswith("Konto bei")
    assert languages.current() is before


def test_programs_are_answered_in_english(app: Any) -> None:
    client, german = signed_in(app, PERSON), {"Accept-Language": "de"}
    who = account(app.registry.engines, PERSON)
    with app.registry.engines.begin() as conn:
        users.choose_language(conn, who.id, "de")
    missing = client.get("/api/v1/nowhere", headers=german, status=404)
    assert missing.json["detail"].startswith("There is nothing at this address.")
    client.get("/account", headers=german)
    assert client.get("/api/v1/nowhere", headers=german, status=404).json["detail"] == missing.json["detail"]


def test_a_language_without_a_catalogue_is_unknown() -> None:
    assert languages.available() == ("en", "ar", "de")
    with pytest.raises(LookupError):
        languages.language_of("fr")
