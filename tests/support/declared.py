"""Requests made from the declarations: of every route, every parameter and every field of every body, with values that
are about hidden people, about others, and about nobody.

What has no values here fails a test: whoever adds a route, a parameter or a field says what to try.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple
from urllib.parse import urlencode

from myproject.api.framework.operations import load
from myproject.pages.people.action_menu import ROLE_VERBS
from tests.functional.web.test_routes import methods_of, views
from tests.support.twins import JOINER, LEAVER, MANAGER, SKILL, TITLE, Twins


class Ask(NamedTuple):
    """One request."""

    method: str
    path: str
    body: Any = None


#: Routes that know of no people: static files, health, what comes before signing in, one's own account.
ABOUT_NOBODY = frozenset(
    {
        # What imports and exports tell and change is tried in tests/functional/transfers.
        "api.exports", "api.imports", "api.job", "api.job.cancel", "api.job.file", "export", "import", "import.apply",
        "import.job", "me.jobs.file",
        "account.email.link", "api.openapi", "api.root", "api.schema", "api.schemas", "audit", "audit.csv",
        "documentation", "documentation.file", "favicon", "forgot", "health", "health.live", "health.ready",
        "invitation", "jobs", "jobs.cancel", "jobs.retry", "logo",
        "live.mine", "me.jobs", "me.jobs.cancel", "notifications.choices", "notifications.read",
        "reference", "reset", "robots", "sign_in", "sign_in.link", "sign_out", "static", "theme",
    }
)  # fmt: skip
NOBODY = 99_999

#: Parameter -> values, for every list that has it.
VALUES: dict[str, tuple[Any, ...]] = {
    "after": (), "all": (1,), "as_of": ("2025-06-01", "2026-09-01"), "before": (), "brief": (1,), "closed": (1,),
    "count": ("exact", "estimate"), "cursor": (), "density": ("compact",), "depth": (1,), "done": (),
    "dry_run": (), "email": ("e90@larkfield.example", "e91@larkfield.example", "e06@larkfield.example"),
    "employed": ("no", "any"), "employee_number": (MANAGER, LEAVER, JOINER, "E06", "E11", "N404"),
    "expand": ("manager", "department"), "fields": ("id,name,manager",), "format": ("csv", "ndjson"),
    "hired_on_from": ("2020-01-01",), "hired_on_to": ("2020-01-01",), "known_at": ("2026-03-01T12:00",),
    "last_day": (), "level": (1,), "levels": (3,), "limit": (2,), "location": ("OSL",), "next": (),
    "offset": (1,), "omit": ("email",), "only": (1,), "outside": (1,), "page": (2,), "parent": (),
    "q": ("quill", "umbra", "zymurgi", "submarine", "e90", "e91@larkfield.example", "22909090", "eng"),
    "name": ("qui", "ha"), "role": ("editor",), "root": (), "saved": (), "sent": (), "similar": (1,),
    "day": (), "assignment": (), "valid_from": (), "never": (), "on": (), "until": (), "also_later": (),
    "is_head": (), "fte": (), "hand_over_to": (), "given_name": (), "family_name": (), "reason": (),
    "skill": (SKILL, "Zymurgi", "Python"), "job_title": (TITLE, "Submarinr", "Engineer"), "state": (),
    "revision": (1, 3), "topic": ("person:5", "department:3", "mine"), "subject": (), "unchanged": (1,),
    "v": (), "view": ("cards",), "kind": (), "department": ("PLAT", "ENG"),
    "sort": ("job_title", "-location", "department", "-hired_on"), "who": ("E90", "e90@larkfield.example", "Quill"),
}  # fmt: skip


#: Route -> further queries, where an answer goes on from what was told before.
MORE: dict[str, tuple[dict[str, Any], ...]] = {
    "api.changes": (
        {"after": "3"}, {"after": "3", "limit": 1}, {"after": "4.e5~2026-06-10", "limit": 1}, {"after": "4", "limit": 2}
    ),
    "api.change_set": ({"limit": 1},),
}  # fmt: skip
_LATER = {"effective": "2026-06-20"}
#: The body of each operation that changes something, as anybody would send it.
BODIES: dict[str, dict[str, Any]] = {
    "employees.post": {"employee_number": "N404", "family_name": "New", "hired_on": "2026-06-01",
                       "department": {"code": "PLAT"}},
    "employee.patch": {"desk": "7"},
    "employee.by_number.put": {"family_name": "New", "hired_on": "2026-06-01", "department": {"code": "PLAT"}},
    "employee.move.post": {**_LATER, "fte": 0.5},
    "employee.leave.post": {"last_day": "2026-07-31"},
    "employee.rehire.post": {"hired_on": "2026-06-20", "department": {"code": "PLAT"}},
    "employee.change-manager.post": {**_LATER, "manager": None},
    "employee.end-reporting-line.post": {"last_day": "2026-06-30", "manager": {"employee_number": "E03"}},
    "employee.correct.post": {"fact": "reporting_line", "on": "2026-06-15", "changes": {"valid_to": "2026-12-31"}},
    "employee.add-assignment.post": {**_LATER, "department": {"code": "WEB"}},
    "employee.end-assignment.post": {"assignment": 1, "last_day": "2026-06-30"},
    "employee.make-primary.post": {"assignment": 1, **_LATER},
    "employee.change-audience.post": {"audience": "people_team"},
    "employee.assignment.delete": {},
    "employee.line.delete": {},
    "departments.post": {"code": "NEW", "name": "New", **_LATER, "parent": {"code": "ENG"}},
    "department.patch": {"about": "New"},
    "department.rename.post": {"name": "New", **_LATER},
    "department.move.post": {"parent": {"code": "WEB"}, **_LATER},
    "department.close.post": {"last_day": "2026-06-30"},
    "department.correct.post": {"on": "2026-06-15", "name": "New"},
    "locations.post": {"code": "NEW", "name": "New"},
    "location.patch": {"city": "New"},
    "change_set.undo.post": {},
}  # fmt: skip
#: Field of a body -> values to try; () for what says nothing of people.
TRIES: dict[str, tuple[Any, ...]] = {
    **dict.fromkeys(
        ("about", "address", "also_later", "alternative_names", "city", "code", "country", "date_of_birth",
         "department_id", "desk", "effective", "family_name", "fte", "given_name", "hired_on", "is_head", "languages",
         "last_day", "links", "location", "location_id", "mobile", "name", "on", "parent", "parent_id", "partial",
         "phone", "preferred_name", "pronouns", "pronunciation", "reason", "time_zone", "until", "valid_from",
         "valid_to", "working_days"),
        (),
    ),
    "audience": ("colleagues", "administrators"),
    "audiences": ({"phone": "people_team"},),
    "department": ({"code": "WEB"}, {"code": "SALES"}),
    "email": ("e90@larkfield.example", "E91@Larkfield.example", "e06@larkfield.example", "free@larkfield.example"),
    "employee_number": (MANAGER, LEAVER, "E06", "E11"),
    "external_id": ("canary-E90", "canary-E06", "free"),
    "fact": ("assignment", "employment"),
    "job_title": (TITLE, "Engineer"),
    "kind": ("dotted", "acting"),
    "remove": (True,),
    "skills": ([SKILL], ["Python"]),
}  # fmt: skip
#: Route of a page -> the fields of its form, in each way that is tried.
FORMS: dict[str, tuple[dict[str, str], ...]] = {
    "account.email": ({"email": "e90@larkfield.example", "password": "x"},),
    "account.password": ({},),
    "account.sessions": ({},),
    "account.language": ({"language": ""},),
    "account.tokens": ({"name": "Mine"},),
    "account.tokens.revoke": ({"token": "99999"},),
    "card.edit": ({"version": "4", "desk": "7"}, {"version": "4", "email": "e90@larkfield.example"}),
    "card.portrait": ({},),
    "change.undo": ({"reason": "No"},),
    "department.edit": ({"about": "New", "email": "", "version": "1"},),
    "career.act": (
        *(
            {"on": "2026-06-20", "last_day": "2026-06-30", "department": "PLAT", "manager": who, "do": do}
            for who in (MANAGER, "e90@larkfield.example", "Quill", "E10")
            for do in ("review", "save")
        ),
    ),
    "hire": tuple(
        {"on": "2026-06-20", "family_name": "Quill", "employee_number": "N404", "department": "PLAT", "manager": who}
        for who in (MANAGER, "Quill", "")
    ),
    "inbox.report": ({"do": "done"},),
    "report": ({"subject": "job_title", "message": "No"},),
    "roles.grant": tuple(
        {"who": who, "role": "editor", "department": "SALES"}
        for who in (MANAGER, "e90@larkfield.example", "Quill", "E404", "E10")
    ),
    "roles.revoke": ({"grant": "99999"},),
    "tokens.new": ({"name": "New"},),
    "tokens.revoke": ({"token": "99999"},),
    "user.disable": ({},),
    "user.employee": ({"employee": MANAGER},),
    "user.enable": ({},),
    "user.invite": ({},),
    "user.reset": ({},),
    "user.sessions": ({},),
    "users.invite": (
        {"email": "x1@larkfield.example", "employee": MANAGER},
        {"email": "x1@larkfield.example", "employee": "E404"},
        {"email": "e90@larkfield.example", "employee": ""},
        {"email": "e91@larkfield.example", "employee": ""},
    ),
    "users.invite_all": ({}, {"count": "5"}),
    "view_as": ({"whom": "nobody"},),
    "visibility": ({"audience": "people_team"},),
}


class Declared:
    """Every request, for one pair of companies."""

    def __init__(self, twins: Twins) -> None:
        ids = twins.ids
        self._twins, self._hidden = twins, (ids[MANAGER], ids[LEAVER], ids[JOINER])
        self._people = (ids["E05"], *self._hidden, ids["E11"], NOBODY)
        self._views = [view for view, _ in views(twins.full.app) if view["route_name"] not in ABOUT_NOBODY]
        department = twins.scalar("SELECT id FROM department WHERE code = 'PLAT'")
        title = twins.scalar(f"SELECT id FROM job_title WHERE name = '{TITLE}'")
        skill = twins.scalar(f"SELECT id FROM skill WHERE name = '{SKILL}'")
        person = dict.fromkeys(("manager", "employee", "from", "to", "open"), self._people)
        self._values = {**VALUES, **person, "ids": tuple(ids.values())}
        self._values["job_title"] += (title,)
        self._values["skill"] += (skill,)
        self._department = department
        newest = twins.scalar("SELECT revision FROM counter")

        def mine(number: str) -> str:
            return f"superseded_in > {newest} AND employee_id = {ids[number]}"

        assignment = twins.scalar(f"SELECT min(assignment_id) FROM assignment WHERE {mine('E05')}")
        hidden_assignment = twins.scalar(f"SELECT max(assignment_id) FROM assignment WHERE {mine(MANAGER)}")
        line = twins.scalar(f"SELECT min(id) FROM reporting_line WHERE {mine('E06')}")
        hidden_line = twins.scalar(f"SELECT max(id) FROM reporting_line WHERE {mine('E05')}")
        people = [*self._hidden, ids["E04"], NOBODY]
        managers = [{"id": ids[MANAGER]}, *({"employee_number": each} for each in (MANAGER, LEAVER, "E04", "N404"))]
        self._tries: dict[str, Any] = {
            **TRIES,
            "manager": managers, "manager_id": [*people, None], "hand_over_to": managers, "hand_over_to_id": people[1:],
            "assignment": (assignment, hidden_assignment, NOBODY),
            "changes": [{"manager": each} for each in managers],
        }  # fmt: skip
        self._parts: dict[str, tuple[Any, ...]] = {
            "revision": (1, newest - 2, newest - 1, newest, NOBODY),
            "employee_number": ("E05", MANAGER, LEAVER, "N404"),
            "assignment": (assignment, hidden_assignment),
            "line": (line, hidden_line, NOBODY),
            "traverse": ("", "larkfield/engineering/platform/"),
            "report": (1,),
            "action": ("job", "manager", "role", "correct", *ROLE_VERBS, "leave", "rehire"),
            "name": ("0" * 32,),
            "size": ("64",),
        }

    # --- addresses ----------------------------------------------------------------------------------------------

    def _ids(self, route: str) -> tuple[Any, ...]:
        """What the part `id` of an address names."""
        noun = route.removeprefix("api.").partition(".")[0]
        if noun in ("department", "departments"):
            return (self._department,)
        if noun in ("location", "locations", "user", "users"):
            return (1,)
        return self._people

    def _paths(self, route: str, pattern: str) -> Iterator[str]:
        paths = [pattern.replace("*traverse", "{traverse}").replace("*subpath", "")]
        for name in re.findall(r"\{([a-z]\w*)", paths[0]):
            values = self._ids(route) if name == "id" else self._parts[name]
            part = re.compile(rf"\{{{name}(:[^{{}}]*(\{{[^{{}}]*\}}[^{{}}]*)*)?\}}")
            paths = [part.sub(str(value), path) for path in paths for value in values]
        yield from paths

    def reads(self) -> Iterator[Ask]:
        """Every GET."""
        mapper = dict(_patterns(self._twins.full.app))
        for view in self._views:
            route = view["route_name"]
            if "GET" not in methods_of(view):
                continue
            operation = load().get((route, "GET"))
            model = operation.query if operation else view.get("query") or _clock()
            paths = list(dict.fromkeys(self._paths(route, mapper[route])))
            base: dict[str, Any] = {}
            if route == "api.chart.path":
                base = {"from": self._twins.ids["E05"], "to": self._twins.ids["E02"]}
            if route in ("api.search", "suggest"):
                base = {"q": "a"}
            if route == "live.news":
                base = {"revision": 0, "topic": "people"}
            yield from (Ask("GET", _address(path, base)) for path in paths)
            yield from (Ask("GET", _address(paths[0], {**base, **more})) for more in MORE.get(route, ()))
            for name in _names(model):
                for value in self._values[name]:
                    yield Ask("GET", _address(paths[0], {**base, name: value}))

    # --- changes ------------------------------------------------------------------------------------------------

    def writes(self) -> Iterator[Ask]:
        """Every change that the API takes: of each thing, and with each value in each field of its body."""
        for operation in load().values():
            if operation.safe or operation.route == "api.batch" or operation.route in ABOUT_NOBODY:
                continue
            paths = list(dict.fromkeys(self._paths(operation.route, operation.path)))
            query = {"last_day": "2026-06-30"} if operation.method == "DELETE" else {}
            body = BODIES[operation.id]
            yield from (Ask(operation.method, _address(path, query), body) for path in paths)
            for name in operation.body.model_fields if operation.body else ():
                for value in self._tries[name]:
                    noun = name.removesuffix("_id")
                    others = {key: old for key, old in body.items() if key.removesuffix("_id") != noun}
                    yield Ask(operation.method, _address(paths[0], query), {**others, name: value})

    def forms(self) -> Iterator[Ask]:
        """Every form of a page, about each thing."""
        patterns = dict(_patterns(self._twins.full.app))
        for view in self._views:
            route = view["route_name"]
            if "POST" in methods_of(view) and not route.startswith("api."):
                for path in dict.fromkeys(self._paths(route, patterns[route])):
                    yield from (Ask("POST", path, fields) for fields in FORMS[route])


def _clock() -> Any:
    from myproject.web.params import ClockQuery

    return ClockQuery


def _names(model: Any) -> list[str]:
    return [each.alias or name for name, each in model.model_fields.items()]


def _patterns(app: Any) -> Iterable[tuple[str, str]]:
    from pyramid.interfaces import IRoutesMapper

    return ((route.name, route.pattern) for route in app.registry.getUtility(IRoutesMapper).get_routes())


def _address(path: str, query: Mapping[str, Any]) -> str:
    return f"{path}?{urlencode(query)}" if query else path
