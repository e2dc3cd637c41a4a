"""Accounts without the web: adding, linking, disabling; roles; single-use links; limits; the audit log."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from myproject.accounts import audit, links, passwords, roles, sessions, throttle, users
from myproject.accounts.access import access_changed
from myproject.accounts.audit import Event, Origin
from myproject.accounts.errors import AccountError
from myproject.accounts.identity import of_session, of_user
from myproject.accounts.links import Purpose
from myproject.accounts.permissions import Role
from myproject.accounts.secrets import token_hash
from myproject.accounts.throttle import Limit, Throttled
from myproject.models.account import AccessCounter
from tests.support.company import TODAY
from tests.support.threads import in_threads

AT = datetime(2026, 6, 15, 9, tzinfo=UTC)
WHO = Origin("tester", AT, "192.0.2.7", "request-1")


def access(conn: Any) -> int:
    return int(conn.execute(sa.select(AccessCounter.__table__.c.number)).scalar_one())


def test_an_account_finds_its_employee_by_mail(own_company: Any) -> None:
    with own_company.engines.begin() as conn:
        made = users.add(conn, WHO, " E02@Larkfield.example ")
        assert (made.email, made.employee_number, made.state) == ("e02@larkfield.example", "E02", "invited")
        other = users.add(conn, WHO, "contractor@example.org")
        assert other.employee_id is None
        named = users.add(conn, WHO, "omar@example.org", employee_number="E01")
        assert named.employee_name == "Omar Haddad"


@pytest.mark.parametrize(
    ("mail", "number", "words"),
    [
        ("e02@larkfield.example", None, "already"),
        ("other@example.org", "E02", "already has the account e02@larkfield.example"),
        ("other@example.org", "E99", "no employee"),
        ("no address", None, "not an email address"),
        ("a@b@c", None, "not an email address"),
        ("a\r\nBcc: x@example.org", None, "not an email address"),
    ],
)
def test_what_can_not_be_added(own_company: Any, mail: str, number: str | None, words: str) -> None:
    with own_company.engines.begin() as conn:
        users.add(conn, WHO, "e02@larkfield.example")
        with pytest.raises(AccountError, match=words):
            users.add(conn, WHO, mail, employee_number=number)


def test_the_last_administrator_stays(own_company: Any) -> None:
    with own_company.engines.begin() as conn:
        one, other = (users.add(conn, WHO, f"{name}@example.org") for name in ("one", "other"))
        roles.grant(conn, WHO, one, Role.ADMINISTRATOR)
        attempts: list[Any] = [
            lambda: roles.revoke(conn, WHO, one, Role.ADMINISTRATOR),
            lambda: users.disable(conn, WHO, one),
            lambda: roles.grant(conn, WHO, one, Role.ADMINISTRATOR, expires_at=AT + timedelta(days=1)),
        ]
        for attempt in attempts:
            with pytest.raises(AccountError, match="last administrator"):
                attempt()
        roles.grant(conn, WHO, other, Role.ADMINISTRATOR)
        roles.revoke(conn, WHO, one, Role.ADMINISTRATOR)
        with pytest.raises(AccountError, match="last administrator"):
            roles.revoke(conn, WHO, other, Role.ADMINISTRATOR)


def test_two_administrators_can_not_remove_each_other(own_company: Any) -> None:
    engines = own_company.engines
    with engines.begin() as conn:
        both = [users.add(conn, WHO, f"{name}@example.org") for name in ("one", "other")]
        for each in both:
            roles.grant(conn, WHO, each, Role.ADMINISTRATOR)

    def remove(number: int) -> bool:
        try:
            with engines.begin() as conn:
                roles.revoke(conn, WHO, both[number], Role.ADMINISTRATOR)
        except AccountError:
            return False
        return True

    assert sorted(in_threads(remove, 2, 1)) == [False, True]


def test_roles_expire_and_follow_the_organisation(own_company: Any) -> None:
    with own_company.engines.begin() as conn:
        who = users.add(conn, WHO, "e02@larkfield.example")
        roles.grant(conn, WHO, who, Role.PEOPLE_TEAM, expires_at=AT + timedelta(hours=1))
        roles.grant(conn, WHO, who, Role.EDITOR, department_code="ENG")
        now = of_user(conn, who.id, TODAY, AT)
        later = of_user(conn, who.id, TODAY, AT + timedelta(hours=2))
    assert now
    assert later
    assert (now.audience, now.roles, now.manages) == ("people_team", frozenset({"employee", "people_team"}), True)
    assert (later.audience, later.roles) == ("colleagues", frozenset({"employee"}))
    assert now.department_roles == later.department_roles != frozenset()
    assert now.changes_at == AT + timedelta(hours=1)


def test_whoever_does_not_work_here_today_is_nobody(own_company: Any) -> None:
    with own_company.engines.begin() as conn:
        gone = users.add(conn, WHO, "e11@larkfield.example")
        future = users.add(conn, WHO, "e14@larkfield.example")
        assert of_user(conn, gone.id, TODAY, AT) is None
        assert of_user(conn, future.id, TODAY, AT) is None
        assert of_user(conn, future.id, TODAY + timedelta(days=30), AT) is not None


def test_sessions_are_kept_hashed_and_end_with_the_password(own_company: Any) -> None:
    with own_company.engines.begin() as conn:
        who = users.add(conn, WHO, "e02@larkfield.example")
        token = sessions.begin(conn, WHO, who.id, user_agent="Mozilla")
        stored = " ".join(map(str, conn.execute(sa.text("SELECT * FROM sign_in_session")).all()))
        assert token not in stored
        assert len(token) >= 43
        assert of_session(conn, token_hash(token), TODAY, AT) is not None
        before = access(conn)
        users.set_password(conn, WHO, who, "hash", Event.PASSWORD_CHANGED)
        assert of_session(conn, token_hash(token), TODAY, AT) is None
        assert access(conn) > before


def test_a_link_works_once_and_for_one_purpose(own_company: Any) -> None:
    with own_company.engines.begin() as conn:
        who = users.add(conn, WHO, "e02@larkfield.example")
        token = links.make(conn, WHO, who, Purpose.RESET)
        assert links.look(conn, Purpose.SIGN_IN, token, AT) is None
        assert links.look(conn, Purpose.RESET, token, AT + timedelta(hours=2)) is None
        assert links.look(conn, Purpose.RESET, token, AT) is not None
        assert links.use(conn, Purpose.RESET, token, AT) is not None
        assert links.use(conn, Purpose.RESET, token, AT) is None
        first, second = (links.make(conn, WHO, who, Purpose.RESET) for _ in range(2))
        assert links.look(conn, Purpose.RESET, first, AT) is None
        users.disable(conn, WHO, who)
        assert links.look(conn, Purpose.RESET, second, AT) is None


def test_fifty_tries_at_once_are_counted_as_fifty(own_company: Any) -> None:
    limit = Limit("test", "somebody", 10, 300)
    waits: list[int] = []

    def one(_number: int) -> bool:
        try:
            throttle.try_once(own_company.engines, [limit], AT)
        except Throttled as refused:
            waits.append(refused.seconds)
            return False
        return True

    passed = sum(in_threads(one, 5, 10))
    assert passed <= 10
    assert all(0 < seconds <= 301 for seconds in waits)
    assert one(0) is (passed < 10)
    throttle.try_once(own_company.engines, [limit._replace(whose="somebody else")], AT)
    throttle.try_once(own_company.engines, [limit], AT + timedelta(seconds=301))


def test_the_audit_log_is_only_added_to(own_company: Any) -> None:
    with own_company.engines.begin() as conn:
        who = users.add(conn, WHO, "e02@larkfield.example")
        roles.grant(conn, WHO, who, Role.EDITOR, department_code="WEB")
    for statement in ("UPDATE audit_event SET actor = 'nobody'", "DELETE FROM audit_event"):
        with pytest.raises(sa.exc.DBAPIError, match="only added to"), own_company.engines.begin() as conn:
            conn.execute(sa.text(statement))
    with own_company.engines.read.connect() as conn:
        newest, *_ = audit.entries(conn)
        assert newest[1:] == (
            AT, "role.granted", "tester", "e02@larkfield.example", "e02@larkfield.example", "192.0.2.7", "request-1",
            {"role": "editor", "department": "WEB"}, who.id,
        )  # fmt: skip
        assert {each.event for each in audit.entries(conn, event="role")} == {"role.granted"}
        assert audit.entries(conn, actor="nobody") == []
        assert audit.entries(conn, before=newest.id, user=who.id)[0].event == "user.added"


@pytest.mark.parametrize(
    "password",
    [
        "correct kettles whistle seven", "   long blanks inside   and 😀 emoji",
        "ü" * 4 + " qx7 vim9 zork", "x7k2 q9vz m4tr " * 8,
        "Tr0ub4dor&3 is not my horse", "correct horse battery staple of the barn next door",
        "elizabeth 48237719 taylor",
    ],
)  # fmt: skip
def test_good_passwords(password: str) -> None:
    passwords.check(password, least=12, words=["Grace Hall", "grace.hall@larkfield.example", "Larkfield"])


@pytest.mark.parametrize(
    "password",
    [
        "short", "elevenchars", "aaaaaaaaaaaaaaaa", "123456789012", "password1234", "qwertyuiop[]", "iloveyou1234",
        "GraceHall2026!", "grace.hall@larkfield.example", "Larkfield Larkfield", "larkfield-2026", "x" * 1001,
        "gracegracegrace", "1qaz2wsx3edc", "administrator", "passwordpassword",
        "correct horse battery staple", "correcthorsebatterystaple", "Correct-Horse-Battery-Staple!",
        "CorrectHorseBatteryStaple2026", "8 correct horse battery staple", "i love you forever",
    ],
)  # fmt: skip
def test_bad_passwords(password: str) -> None:
    with pytest.raises(passwords.WeakPassword):
        passwords.check(password, least=12, words=["Grace Hall", "grace.hall@larkfield.example", "Larkfield"])


def test_passwords_are_kept_as_rfc_9106_says(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the hasher of the product, for which the other tests have no time."""
    monkeypatch.setattr(passwords, "hasher", passwords.product_hasher)
    kept = passwords.hash_password("nine green lanterns hum")
    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert passwords.verify(kept, "nine green lanterns hum")
    assert not passwords.verify(kept, "nine green lanterns")
    assert not passwords.needs_rehash(kept)


def test_hundred_characters_all_count() -> None:
    kept = passwords.hash_password("x" * 99 + "a")
    assert kept.startswith("$argon2id$")
    assert passwords.verify(kept, "x" * 99 + "a")
    assert not passwords.verify(kept, "x" * 99 + "b")
    assert not passwords.verify(None, "nobody has this password")


def test_an_access_number_is_raised_in_the_transaction(own_company: Any) -> None:
    with own_company.engines.read.connect() as conn:
        before = access(conn)

    def fails() -> None:
        with own_company.engines.begin() as conn:
            access_changed(conn)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fails()
    with own_company.engines.read.connect() as conn:
        assert access(conn) == before
