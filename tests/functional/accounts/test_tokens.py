"""Access tokens: what they prove, for how long, how they end, what they never open, and what can't be made."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from webtest import TestApp

from myproject.accounts import audit, errors, roles, tokens, users
from myproject.accounts.permissions import Role
from myproject.directory.changes.change_sets import apply
from myproject.directory.schema.verbs import Leave
from myproject.models.access_token import AccessToken
from myproject.security.permissions import NEVER_BY_TOKEN, Permission
from myproject.security.scopes import MEANING, Scope
from tests.conftest import NOW
from tests.support.accounts import account, signed_in
from tests.support.company import TODAY
from tests.support.problems import problem
from tests.support.tokens import GRACE, LIST, READ, WHO, bearer, get, personal, service


@pytest.fixture
def app(own_company: Any) -> Any:
    """The organisation."""
    return own_company.app


def row(app: Any) -> Any:
    with app.registry.engines.read.connect() as conn:
        return conn.execute(sa.select(AccessToken.__table__)).one()


# --- T1: made once, kept hashed -----------------------------------------------------------------------------


def test_a_token_is_known_by_its_prefix_and_its_checksum() -> None:
    made = {tokens.new_token() for _ in range(200)}
    assert len(made) == 200
    for each in made:
        assert re.fullmatch(r"dir_[0-9A-Za-z]{49}", each)
        assert tokens.is_token(each)
        wrong = each[:-1] + ("A" if each[-1] != "A" else "B")
        assert not tokens.is_token(wrong)
    assert not tokens.is_token("")
    assert not tokens.is_token("dir_" + "é" * 49)


def test_only_the_hash_is_kept(app: Any) -> None:
    token = personal(app)
    kept = row(app)
    assert token not in str(kept)
    assert kept.token_hash != token
    assert kept.hint == token[-4:]
    with app.registry.engines.read.connect() as conn:
        assert not any(token in str(each) for each in audit.entries(conn))


# --- T2, T7: what it proves ---------------------------------------------------------------------------------


def test_a_token_is_its_owner(app: Any) -> None:
    assert get(app, personal(app)).status_int == 200
    assert "Set-Cookie" not in get(app, personal(app, name="another")).headers


def test_without_a_scope_it_is_told_which(app: Any) -> None:
    told = problem(get(app, personal(app, scopes=[Scope.DEPARTMENTS_READ])), 403, kind="insufficient-scope")
    assert "employees:read" in told["detail"]
    answer = get(app, personal(app, scopes=[Scope.DEPARTMENTS_READ], name="another"))
    assert 'error="insufficient_scope", scope="employees:read"' in answer.headers["WWW-Authenticate"]


@pytest.mark.parametrize(
    "given",
    [
        "Bearer nonsense",
        "Bearer",
        "Bearer ",
        "bearer dir_" + "0" * 49,
        "Bearer dir_\xff",
        "Bearer " + "x" * 5000,
    ],
)
def test_a_bad_token_is_told_so_and_no_cookie_helps(app: Any, given: str) -> None:
    client = signed_in(app, GRACE)
    answer = client.get(LIST, headers={"Authorization": given}, status="*")
    problem(answer, 401)
    assert answer.headers["WWW-Authenticate"].startswith("Bearer realm=")
    assert client.get(LIST).status_int == 200


def test_a_bad_token_asks_the_database_nothing_but_the_counter(app: Any, query_count: Any) -> None:
    get(app, "nonsense")
    with query_count(app) as count:
        get(app, "nonsense")
    assert len(count) == 1, count


def test_a_known_token_costs_no_query(app: Any, query_count: Any) -> None:
    token = personal(app)
    etag = get(app, token).headers["ETag"]
    with query_count(app) as count:
        again = TestApp(app).get(LIST, headers={**bearer(token), "If-None-Match": etag}, status="*")
    assert again.status_int == 304
    assert len(count) == 1, count


def test_it_expires(app: Any, travel: Any) -> None:
    token = personal(app, expires_at=NOW + timedelta(hours=2))
    assert get(app, token).status_int == 200
    travel(app, NOW + timedelta(hours=1, minutes=59))
    assert get(app, token).status_int == 200
    travel(app, NOW + timedelta(hours=2))
    problem(get(app, token), 401, kind="invalid-token")


def test_it_is_never_more_than_its_owner_now(app: Any) -> None:
    engines = app.registry.engines
    boss = account(engines, "e08@larkfield.example", role="people_team")
    token = personal(app, boss.email)
    identity = _identity(app, token)
    assert identity.audience == "people_team"
    with engines.begin() as conn:
        roles.revoke(conn, WHO, boss, Role.PEOPLE_TEAM)
    identity = _identity(app, token)
    assert identity.audience == "colleagues"
    assert identity.roles == {"employee"}


def _identity(app: Any, token: str) -> Any:
    from myproject.accounts.sessions import AccessState

    with app.registry.engines.read.connect() as conn:
        numbers = conn.exec_driver_sql(
            "SELECT a.number, c.revision FROM access_counter a JOIN counter c ON c.id = a.id"
        ).one()
        return app.registry.tokens.identity(conn, token, AccessState(numbers[0], numbers[1], TODAY), NOW)


def test_who_has_no_role_any_more_is_refused_at_once(app: Any) -> None:
    engines = app.registry.engines
    outside = account(engines, "adviser@example.org", role="people_team")
    token = personal(app, outside.email)
    assert get(app, token).status_int == 200
    with engines.begin() as conn:
        roles.revoke(conn, WHO, outside, Role.PEOPLE_TEAM)
    problem(get(app, token), 403)


def test_who_has_left_or_is_disabled_proves_nothing(app: Any, travel: Any) -> None:
    engines = app.registry.engines
    token = personal(app)
    assert get(app, token).status_int == 200
    with engines.begin() as conn:
        apply(
            conn, [Leave(employee="E05", last_day=TODAY - timedelta(days=1))], today=TODAY, author="test", source="test"
        )
    problem(get(app, token), 401, kind="invalid-token")
    other = account(engines, "e12@larkfield.example")
    token = personal(app, other.email)
    assert get(app, token).status_int == 200
    with engines.begin() as conn:
        users.disable(conn, WHO, other)
    problem(get(app, token), 401)
    disabled = account(engines, other.email)
    with engines.begin() as conn:
        users.enable(conn, WHO, disabled)
    problem(get(app, token), 401)


def test_a_service_token_outlives_who_made_it(app: Any) -> None:
    engines = app.registry.engines
    boss = account(engines, "admin@example.org", role="administrator")
    second = account(engines, "second@example.org", role="administrator")
    with engines.begin() as conn:
        token = tokens.create_service(conn, WHO.named(boss.email), Role.EMPLOYEE, "signage", READ)
        users.disable(conn, WHO.named(second.email), boss)
    assert get(app, token).status_int == 200
    assert row(app).created_by == boss.email
    identity = _identity(app, token)
    assert (identity.employee, identity.audience, identity.department_roles) == (None, "colleagues", frozenset())


def test_no_service_token_administers(app: Any) -> None:
    for role in (Role.ADMINISTRATOR, Role.EDITOR):
        with pytest.raises(errors.AccountError):
            service(app, role)


# --- T3: only there -----------------------------------------------------------------------------------------


def test_it_counts_in_the_header_and_for_the_api_only(app: Any) -> None:
    token = service(app)
    client = TestApp(app)
    assert client.get("/employees", headers=bearer(token), status="*").status_int == 303
    assert client.get("/apiary", headers=bearer(token), status="*").status_int == 404
    for path in (f"{LIST}?access_token={token}", f"{LIST}?token={token}"):
        assert client.get(path, status="*").status_int in (400, 401)
    client.set_cookie(app.registry.session_cookie, token)
    problem(client.get(LIST, status="*"), 401)


# --- T4: ended ----------------------------------------------------------------------------------------------


def test_revoked_it_ends_at_once(app: Any) -> None:
    engines = app.registry.engines
    token = service(app)
    assert get(app, token).status_int == 200
    with engines.begin() as conn:
        assert tokens.revoke(conn, WHO, tokens.rows(conn)[0])
    problem(get(app, token), 401, kind="invalid-token")
    with engines.begin() as conn:
        assert not tokens.revoke(conn, WHO, tokens.rows(conn)[0])
        events = [each.event for each in audit.entries(conn, event="token")]
    assert events == ["token.revoked", "token.created"]


def test_the_last_use_is_noted_within_minutes(app: Any, travel: Any, query_count: Any) -> None:
    token = service(app)
    get(app, token)
    assert row(app).used_at == NOW
    travel(app, NOW + timedelta(minutes=4))
    with query_count(app) as count:
        get(app, token)
    assert not count.write, count
    assert row(app).used_at == NOW
    travel(app, NOW + timedelta(minutes=6))
    get(app, token)
    assert row(app).used_at == NOW + timedelta(minutes=6)


def test_a_busy_database_keeps_nobody_waiting(app: Any) -> None:
    token = service(app)
    engines = app.registry.engines
    with engines.begin() as conn:
        conn.execute(sa.update(AccessToken.__table__).values(name="held"))
        assert get(app, token).status_int == 200


# --- T5: what it never opens --------------------------------------------------------------------------------


def test_accounts_are_not_for_tokens(app: Any) -> None:
    policy = app.registry.policy
    account(app.registry.engines, "admin@example.org", role="administrator")
    identity = _identity(app, personal(app, "admin@example.org", list(Scope)))

    class Asking:
        pass

    asking: Any = Asking()
    asking.identity = identity
    for permission in Permission:
        allowed = bool(policy.permits(asking, None, permission))
        assert allowed == (permission not in NEVER_BY_TOKEN), permission


def test_every_scope_has_its_words() -> None:
    assert set(MEANING) == set(Scope)


# --- making -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("details", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "x" * 81}, "name"),
        ({"name": "a\nb"}, "name"),
        ({"scopes": ()}, "scopes"),
        ({"expires_at": NOW}, "expires"),
        ({"department_code": "NONE"}, "department"),
        ({"department_code": "OLD"}, "department"),
    ],
)
def test_what_can_t_be_made(app: Any, details: dict[str, Any], field: str) -> None:
    with pytest.raises(errors.AccountError) as told:
        service(app, **details)
    assert told.value.field == field
    assert told.value.remedy


def test_a_name_is_used_once_at_a_time(app: Any) -> None:
    service(app)
    with pytest.raises(errors.AccountError):
        service(app)
    with app.registry.engines.begin() as conn:
        tokens.revoke(conn, WHO, tokens.rows(conn)[0])
    service(app)
