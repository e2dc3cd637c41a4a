"""Verbs on their way into the change set: in chunks, each with the place where a problem of it is told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple, Protocol

from pydantic import ValidationError

from myproject.directory.changes.plans import Plan
from myproject.directory.schema.verbs import Verb

from .describing import PEOPLE, ChangeInWords, Describer
from .findings import FilePlace, Findings
from .imported_person import ImportedPerson

CHUNK = 4_000
"""How many verbs make one plan: bounds memory, and is enough for a plan's queries not to count."""

SAMPLES = 5
"""How many changes of each kind are put into words for the terminal."""

PlaceOf = Callable[[str | None], FilePlace]
"""Field of a verb or card -> its place in the files."""


class Writer(Protocol):
    """What a change set writer does for an import."""

    def add(self, verbs: Sequence[Verb], *, skip_bad: bool = False) -> Plan: ...


class VerbOrigin(NamedTuple):
    """Where a verb comes from, and what is to be told of it."""

    at: PlaceOf
    person: ImportedPerson | None
    about: str
    before: Mapping[str, Any]


class Emitter:
    """Hands verbs to the writer and tells what it refused."""

    def __init__(
        self,
        writer: Writer,
        findings: Findings,
        describer: Describer,
        changes: Callable[[ChangeInWords], object] | None = None,
    ) -> None:
        """changes: called with every change, in words; without it only the first of each kind are put into words."""
        self.writer = writer
        self._describer = describer
        self.findings = findings
        self.counts: Counter[str] = Counter()
        """Applied verbs by name."""
        self.samples: list[ChangeInWords] = []
        """The first changes of each kind."""
        self._changes = changes
        self._verbs: list[Verb] = []
        self._origins: list[VerbOrigin] = []

    def add(
        self,
        verb: Verb,
        at: PlaceOf,
        person: ImportedPerson | None = None,
        about: str = "",
        before: Mapping[str, Any] = MappingProxyType({}),
    ) -> None:
        """One verb more. `about` names what it is about and `before` what was so, for the list of changes."""
        self._verbs.append(verb)
        self._origins.append(VerbOrigin(at, person, about, before))

    @property
    def full(self) -> bool:
        """Whether enough verbs have come together for a plan."""
        return len(self._verbs) >= CHUNK

    def flush(self) -> None:
        """Plan and write what has been added."""
        if not self._verbs:
            return
        verbs, origins = self._verbs, self._origins
        self._verbs, self._origins = [], []
        plan = self.writer.add(verbs, skip_bad=True)
        refused = self._tell(plan, origins)
        if self._changes is not None:
            self._describer.look_up(_people(verbs, origins))
        for position, (verb, target) in enumerate(zip(verbs, plan.targets, strict=True)):
            if position in refused:
                continue
            origin = origins[position]
            name = verb.verb
            if name == "join" and origin.person is not None and target is not None:
                origin.person.id = target
            self.counts[name] += 1
            if self._changes is not None or self.counts[name] <= SAMPLES:
                self._describe(verb, origin, sample=self.counts[name] <= SAMPLES)

    def _describe(self, verb: Verb, origin: VerbOrigin, *, sample: bool) -> None:
        about, employee = origin.about, getattr(verb, "employee", None)
        if not about and employee is not None:
            about = self._describer.person(employee)
        elif origin.person is not None and origin.person.number and origin.person.number != about:
            about = f"{about} ({origin.person.number})".strip()
        change = self._describer.change(verb, about, origin.before)
        if sample:
            self.samples.append(change)
        if self._changes is not None:
            self._changes(change)

    def _tell(self, plan: Plan, origins: Sequence[VerbOrigin]) -> set[int]:
        refused: set[int] = set()
        for problem in plan.problems:
            refused.add(problem.position)
            at, person = origins[problem.position][:2]
            if person is not None and person.fate == "refused":
                continue  # it only follows from what has been told
            if person is not None and problem.verb in ("join", "rehire"):
                person.fate = "refused"
            self.findings.refuse(
                f"{problem.verb.replace('_', ' ')} refused", at(problem.field), problem.message, problem.remedy
            )
        return refused


def _people(verbs: Sequence[Verb], origins: Sequence[VerbOrigin]) -> Iterator[int | str | None]:
    """Everyone whose name the words for these verbs need."""
    for verb, origin in zip(verbs, origins, strict=True):
        yield from (getattr(verb, name, None) for name in PEOPLE)
        yield from (origin.before.get(name) for name in PEOPLE)
        if not origin.about:
            yield getattr(verb, "employee", None)


def checked(
    kind: type[Any],
    values: Mapping[str, Any],
    at: PlaceOf,
    findings: Findings,
    blanked: frozenset[str] = frozenset(),
) -> Any:
    """A verb or card of these values; None if they are not allowed, which is told for each.

    blanked: fields of which a bad value is left out, told as well.
    """
    try:
        return kind(**values)
    except ValidationError as error:
        left_out: set[str] = set()
        for item in error.errors():
            name = next((str(part) for part in reversed(item["loc"]) if isinstance(part, str)), None)
            reason, remedy = in_words(item)
            if item["loc"] and item["loc"][0] in blanked:
                findings.left_blank("value", at(name), reason, remedy)
                left_out.add(str(item["loc"][0]))
            else:
                findings.refuse("value", at(name), reason, remedy)
        if len(left_out) < len({item["loc"][:1] for item in error.errors()}):
            return None
        return kind(**{name: value for name, value in values.items() if name not in left_out})


def in_words(item: Any) -> tuple[str, str]:
    """What pydantic says of a value, as a reason and a remedy for a person."""
    context = item.get("ctx") or {}
    match item["type"]:
        case "string_too_long":
            length = len(item["input"]) if isinstance(item["input"], str) else 0
            return f"The value has {length:,} characters; {context['max_length']} is the most.", "Shorten it."
        case "too_long":
            return f"The list has more than {context['max_length']} parts.", "Shorten it."
        case "value_error":
            reason, _, remedy = str(context["error"]).partition("; ")
            return f"The value {reason}.", f"{remedy[:1].upper()}{remedy[1:]}." if remedy else "Correct it."
        case "greater_than_equal" | "less_than_equal":
            bound = context.get("ge", context.get("le"))
            word = "less than" if item["type"] == "greater_than_equal" else "more than"
            return f"The value is {word} {bound}.", "Correct it."
        case "string_pattern_mismatch":
            return "The value is not of the right form.", "A country is a code of two letters, like NO."
        case "missing" | "string_type" | "string_too_short":
            return "The value is missing.", "Give one."
    return f"{item['msg']}.", "Correct it."
