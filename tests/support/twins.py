"""Two companies that differ by hidden people alone: what they answer has to be the same, byte by byte.

Both have had the same change sets. In one of them people came along whom administrators alone may know of: a manager
with a job title and a skill that nobody else has, somebody who has left, somebody who is still to come. In the other
they never existed; ids and revisions are the same all the same.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from webtest import TestApp

from myproject.directory.changes.change_sets import apply
from myproject.directory.schema.fields import Card
from myproject.directory.schema.verbs import (
    AddAssignment,
    ChangeAudience,
    ChangeManager,
    EditCard,
    Join,
    Leave,
    Move,
    Verb,
)
from myproject.models.change_set import ChangeSet
from myproject.models.counter import Counter
from myproject.web.on_demand import API
from tests.conftest import Company, company_on
from tests.functional.web.test_permission_matrix import ACCOUNTS, BOUND, bound
from tests.support.accounts import account, cookie_of, token_of
from tests.support.company import TODAY

MANAGER, LEAVER, JOINER = "E90", "E91", "E92"
TITLE, SKILL = "Submariner", "Zymurgy"
#: Whoever may not know of them: everyone but administrators.
BLIND = (*(who for who in ACCOUNTS if who != "administrator"), *BOUND)
APPLIED = datetime(2026, 6, 10, 9, tzinfo=UTC)

_COUNTER: Any = Counter.__table__
_SET: Any = ChangeSet.__table__


def _hidden(number: str, given: str, on: date, title: str | None = None) -> Join:
    card = Card(
        given_name=given,
        family_name="Umbra",
        email=f"{number.lower()}@larkfield.example",
        phone=f"+47 22 90 90 {number[1:]}",
        external_id=f"canary-{number}",
        skills=[SKILL] if number == MANAGER else None,
    )
    return Join(
        employee_number=number, card=card, on=on, department="PLAT", job_title=title, location="OSL", manager="E02"
    )


def change_sets(*, hidden: bool) -> list[list[Verb]]:
    """The change sets, each with something that everybody may know."""
    everyone: list[list[Verb]] = [
        [
            EditCard(employee="E12", changes=Card(desk="D4")),
            ChangeManager(employee="E05", manager=MANAGER if hidden else None, on=date(2026, 5, 1)),
        ],
        [EditCard(employee="E06", changes=Card(desk="D5"))],
        [EditCard(employee="E07", changes=Card(desk="D6"))],
    ]
    if hidden:
        everyone[0] += [
            _hidden(MANAGER, "Quill", date(2020, 1, 1), TITLE),
            _hidden(LEAVER, "Fern", date(2019, 1, 1), "Engineer"),
            _hidden(JOINER, "Moss", date(2026, 8, 1), "Engineer"),
            Leave(employee=LEAVER, last_day=date(2026, 3, 31)),
            AddAssignment(employee=MANAGER, on=date(2024, 1, 1), department="WEB", job_title="Translator"),
            *(ChangeAudience(employee=each, audience="administrators") for each in (MANAGER, LEAVER, JOINER)),
        ]
        everyone[2] += [Move(employee=MANAGER, on=date(2026, 7, 1), job_title="Admiral", is_head=True)]
    return everyone


def _apply(company: Company, *, hidden: bool) -> None:
    for verbs in change_sets(hidden=hidden):
        with company.engines.begin() as conn:
            done = apply(conn, verbs, today=TODAY, author="test", source="command")
            conn.execute(sa.update(_SET).where(_SET.c.revision == done.revision).values(applied_at=APPLIED))
    for details in ACCOUNTS.values():
        account(company.engines, **details)


@dataclass
class Twins:
    """The company with hidden people, and the same without."""

    full: Company
    bare: Company
    ids: dict[str, int]
    """Employee number -> id, the hidden ones among them."""
    _clients: dict[str, tuple[Client, Client]] = field(default_factory=dict)

    def clients(self, who: str) -> tuple[Client, Client]:
        """Somebody before each of them."""
        if who not in self._clients:
            self._clients[who] = Client.of(self.full, who), Client.of(self.bare, who)
        return self._clients[who]

    def scalar(self, query: str) -> Any:
        """One value of the company with hidden people."""
        with self.full.engines.read.connect() as conn:
            return conn.exec_driver_sql(query).scalar()


class Answer(NamedTuple):
    """What can be told apart: status, headers, body."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: str


#: Headers that are made of the session, of how often one asks, or of the whole list of hidden people (never shown).
_OF_THE_SESSION = frozenset({"set-cookie", "content-length", "ratelimit", "ratelimit-policy"})
_TAG = re.compile(r'(W/)?"(\d+)-[0-9a-f]{18}"')
#: When each company was written: a minute may begin between the two. In pages the words of it stand behind.
_LOAD = re.compile(r"(?<=<strong>)[0-9,]+(?=</strong>requests in the last minute)")
"""How many requests a process has answered: one of the two may have been asked more."""
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?(?P<open>\">)?(?(open)[^<]*)")


class Client:
    """Somebody, before one of the companies."""

    def __init__(self, client: TestApp, form_token: str) -> None:
        self._client, self._form_token = client, form_token

    @classmethod
    def of(cls, company: Company, who: str) -> Client:
        """Whoever has that part in the permission matrix."""
        if who in BOUND:
            return cls(bound(company, who), "")
        client = TestApp(company.app)
        known = account(company.engines, ACCOUNTS[who]["email"])
        client.set_cookie(company.app.registry.session_cookie, cookie_of(company.app, known))
        return cls(client, token_of(client))

    def ask(self, method: str, path: str, body: Any = None) -> Answer:
        """The answer to a request, without what differs between two sessions. `body`: JSON, or the fields of a form."""
        headers = {"X-Request-Id": "the-same-request"}
        if method == "GET":
            response = self._client.get(path, headers=headers, status="*")
        elif path.startswith("/api/"):
            headers |= {"If-Match": "*", **({"X-CSRF-Token": self._form_token} if self._form_token else {})}
            call: Any = getattr(self._client, "delete" if method == "DELETE" else f"{method.lower()}_json")
            given = {} if method == "DELETE" else {"params": body}
            response = call(path, headers=headers, status="*", **given)
        else:
            fields = [*body.items(), ("csrf_token", self._form_token)]
            response = self._client.post(path, fields, headers=headers, status="*")
        text = response.body.decode("utf-8", "replace")
        if self._form_token:
            text = text.replace(self._form_token, "FORM-TOKEN")
        kept = [
            (name.lower(), _TAG.sub(r'"\2-DIGEST"', value))
            for name, value in response.headers.items()
            if name.lower() not in _OF_THE_SESSION
        ]
        text = _TAG.sub(r'"\2-DIGEST"', text.replace('\\"', '"'))
        return Answer(response.status_int, tuple(kept), _MOMENT.sub("MOMENT", _LOAD.sub("N", text)))


@contextlib.contextmanager
def twins(database: Any, ini_settings: dict[str, str]) -> Iterator[Twins]:
    """Both companies, being served."""
    with company_on(database, ini_settings) as full, company_on(database, ini_settings) as bare:
        _apply(full, hidden=True)
        _apply(bare, hidden=False)
        with full.engines.read.connect() as conn:
            counter = dict(conn.execute(sa.select(_COUNTER)).mappings().one())
        with bare.engines.begin() as conn:
            # The next id of each kind: that ids pass some over is known of, and names nobody.
            conn.execute(sa.update(_COUNTER).values(counter))
        for each in (full, bare):
            each.app.registry.on_demand.need(API)
        bare.app.registry.cursor_key = full.app.registry.cursor_key
        with full.engines.read.connect() as conn:
            ids: dict[str, int] = dict(conn.exec_driver_sql("SELECT employee_number, id FROM employee").all())
        yield Twins(full, bare, ids)
