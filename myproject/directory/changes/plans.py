"""A plan: what a list of verbs would write, and every problem with its place, before anything is written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Connection

from myproject.directory.schema.verbs import CreateDepartment, CreateLocation, Join, Verb
from myproject.directory.visibility.hidden_people import NOBODY, Hidden

from .planning import assignments, cards, careers, corrections, departments, rules  # noqa: F401 - handlers of verbs
from .planning.draft import Career, Draft, Item, Refusal
from .planning.handlers import HANDLERS
from .planning.loading import load
from .planning.place_drafts import DepartmentDraft, Places
from .planning.undoing import Key, undo_draft


@dataclass(frozen=True, slots=True)
class PlanProblem:
    """Why a verb can't be done.

    position: index of the verb in the list. verb: its name. field: the part of it at fault, if one is.
    message: what is wrong. remedy: what to do about it. Both are sentences for a person.
    Of an undo: `since` is the change set that said something else since, `about` whose part can't be taken back.
    """

    position: int
    verb: str
    field: str | None
    message: str
    remedy: str
    since: int | None = None
    about: str = ""

    def __str__(self) -> str:
        return f"{self.message} {self.remedy}".strip()


@dataclass(slots=True, eq=False)
class Plan:
    """The verbs, worked out on a draft. With problems, nothing of it may be written."""

    verbs: Sequence[Verb]
    draft: Draft
    problems: list[PlanProblem] = field(default_factory=list)
    items: dict[int, Item] = field(default_factory=dict)
    """By position; a verb that was refused has none."""
    undoes: int | None = None

    @property
    def targets(self) -> list[int | None]:
        """What each verb is about: the id of the employee, department or location; None where it was refused."""
        items = [self.items.get(position) for position in range(len(self.verbs))]
        return [item.employee_id or item.department_id or item.location_id if item else None for item in items]

    @property
    def effective_items(self) -> list[Item]:
        """What a change set keeps of the verbs that change something, in their order."""
        return [self.items[position] for position in sorted(self.items.keys() & self.draft.effective)]

    @property
    def hired(self) -> list[int]:
        """The employees that it makes, or would."""
        return [id_ for id_, career in self.draft.careers.items() if career.new]

    @property
    def is_empty(self) -> bool:
        """Whether applying it would change nothing."""
        return not any(_changed(thing) for thing in self.things())

    def things(self) -> Iterable[Career | DepartmentDraft | Any]:
        """Every employee, department and location that the plan touches."""
        yield from (self.draft.careers[id_] for id_ in self.draft.touched)
        yield from (self.draft.departments[id_] for id_ in self.draft.touched_departments)
        yield from (self.draft.locations[id_] for id_ in self.draft.touched_locations)


def _changed(thing: Any) -> bool:
    if thing.new:
        return True
    if isinstance(thing, Career):
        return bool(thing.card) or thing.skills is not None or set(thing.rows()) != thing.stored.keys()
    if isinstance(thing, DepartmentDraft):
        return bool(thing.values) or set(thing.versions) != thing.stored.keys()
    return bool(thing.values)


def make_plan(
    conn: Connection,
    verbs: Sequence[Verb],
    *,
    today: date,
    skip_bad: bool = False,
    revision: int | None = None,
    places: Places | None = None,
    counter: Mapping[str, int] | None = None,
    hidden_people: Hidden = NOBODY,
    unique_mail: bool = False,
) -> Plan:
    """Work out a list of verbs against what is recorded now. Nothing is written.

    The verbs are done in order and the rules are checked on what comes out in the end, so a list may pass through
    states that would not be allowed by themselves. A person or department may be named before the verb that makes
    it. With `skip_bad` the good verbs are planned as if the bad were not there; the problems still tell of both.
    `places` are those of the plans before in the same change set: all departments need not be loaded again.
    `counter` is the counter row, where the caller has just read it. `hidden_people` are to the verbs as if there were
    no such people: naming one is naming nobody. With `unique_mail` nobody is given a mail address that is somebody's.
    """
    refused: dict[int, PlanProblem] = {}
    while True:
        draft = load(
            conn,
            verbs,
            today=today,
            revision=revision,
            places=places,
            counter=counter,
            hidden_people=hidden_people,
            unique_mail=unique_mail,
        )
        plan = _attempt(conn, verbs, draft, skip=refused.keys())
        fresh = {problem.position: problem for problem in reversed(plan.problems)}
        if not fresh or not skip_bad:
            plan.problems = sorted([*refused.values(), *plan.problems], key=lambda problem: problem.position)
            return plan
        refused |= fresh


def make_undo_plan(
    conn: Connection,
    revision: int,
    *,
    today: date,
    partial: bool = False,
    new_revision: int | None = None,
    hidden_people: Hidden = NOBODY,
) -> Plan:
    """The plan that takes a change set back. Nothing is written.

    Its positions count the parts of the change set (employees, departments, locations). With `partial`, the parts
    that can't be taken back are left out; the problems still tell of them.
    """
    skip: set[Key] = set()
    kept: list[PlanProblem] = []
    while True:
        draft, parts, items, found = undo_draft(
            conn, revision, today=today, new_revision=new_revision, skip=skip, hidden_people=hidden_people
        )
        plan = Plan((), draft, items=items, undoes=revision)
        plan.problems = [
            PlanProblem(position, "undo", each.field, each.message, each.remedy, each.since, each.about)
            for position, each in found
        ]
        if not found or not partial:
            plan.problems = [*kept, *plan.problems]
            return plan
        kept += plan.problems
        skip.update(parts[position] for position, _ in found)


def _attempt(conn: Connection, verbs: Sequence[Verb], draft: Draft, skip: Iterable[int]) -> Plan:
    plan = Plan(verbs, draft)
    skipped = set(skip)
    chosen = [(position, verb) for position, verb in enumerate(verbs) if position not in skipped]
    _reserve(draft, [verb for _, verb in chosen])
    found: list[tuple[int, Refusal]] = []
    for position, verb in chosen:
        try:
            with draft.step(position):
                plan.items[position] = HANDLERS[type(verb)](draft, verb)
        except Refusal as refusal:
            found.append((position, refusal))
    if not found:
        found = rules.check(conn, draft)
    plan.problems = [
        PlanProblem(position, getattr(verbs[position], "verb", ""), refusal.field, refusal.message, refusal.remedy)
        for position, refusal in found
    ]
    return plan


def _reserve(draft: Draft, verbs: Sequence[Verb]) -> None:
    """Give all that is new its id, in the order of the verbs, so that any verb may name it."""
    for verb in verbs:
        if isinstance(verb, Join) and verb.employee_number not in draft.by_number:
            career = Career(draft.next_id("employees"), verb.employee_number, verb.card.name, new=True)
            draft.careers[career.id] = career
            draft.by_number[career.number] = career.id
            # Whoever comes to report to them in this plan passes on, should they leave in it too.
            draft.incoming[career.id] = set()
        elif isinstance(verb, CreateDepartment) and verb.code not in draft.places.by_code:
            department = DepartmentDraft(draft.next_id("departments"), verb.code, new=True)
            draft.add_department(department)
    departments.reserve_locations(draft, [verb.code for verb in verbs if isinstance(verb, CreateLocation)])
