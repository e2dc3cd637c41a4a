"""Verbs on their way into the change set: in chunks, each with the place where a problem of it is told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from pydantic import ValidationError

from myproject.directory.plans import Plan
from myproject.directory.verbs import Verb

from .findings import Findings, Place
from .people import Person

CHUNK = 4_000
"""How many verbs make one plan: bounds memory, and is enough for a plan's queries not to count."""

PlaceOf = Callable[[str | None], Place]
"""Field of a verb or card -> its place in the files."""


class Writer(Protocol):
    """What a change set writer does for an import."""

    def add(self, verbs: Sequence[Verb], *, skip_bad: bool = False) -> Plan: ...


class Emitter:
    """Hands verbs to the writer and tells what it refused."""

    def __init__(
        self, writer: Writer, findings: Findings, changes: Callable[[Verb, str], object] | None = None
    ) -> None:
        self.writer = writer
        self.findings = findings
        self.counts: Counter[str] = Counter()
        """Applied verbs by name."""
        self.samples: dict[str, list[str]] = {}
        self._changes = changes
        self._verbs: list[Verb] = []
        self._origins: list[tuple[PlaceOf, Person | None, str]] = []

    def add(self, verb: Verb, at: PlaceOf, person: Person | None = None, label: str = "") -> None:
        """One verb more. `label` names what it is about, for the list of changes."""
        self._verbs.append(verb)
        self._origins.append((at, person, label))

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
        refused = self._tell(plan, verbs, origins)
        for position, (verb, target) in enumerate(zip(verbs, plan.targets, strict=True)):
            if position in refused:
                continue
            _, person, label = origins[position]
            name: str = verb.verb  # type: ignore[attr-defined]
            if name == "join" and person is not None and target is not None:
                person.id = target
            self.counts[name] += 1
            if self._changes is not None:
                self._changes(verb, label)

    def _tell(
        self, plan: Plan, verbs: Sequence[Verb], origins: Sequence[tuple[PlaceOf, Person | None, str]]
    ) -> set[int]:
        refused: set[int] = set()
        for problem in plan.problems:
            refused.add(problem.position)
            at, person, _ = origins[problem.position]
            if person is not None and person.fate == "refused":
                continue  # it only follows from what has been told
            if person is not None and problem.verb in ("join", "rehire"):
                person.fate = "refused"
            self.findings.refuse(
                f"{problem.verb.replace('_', ' ')} refused", at(problem.field), problem.message, problem.remedy
            )
        return refused


def checked(kind: type[Any], values: Mapping[str, Any], at: PlaceOf, findings: Findings) -> Any:
    """A verb or card of these values; None if they are not allowed, which is told for each."""
    try:
        return kind(**values)
    except ValidationError as error:
        for item in error.errors():
            name = next((str(part) for part in reversed(item["loc"]) if isinstance(part, str)), None)
            place = at(name)
            reason, remedy = in_words(item)
            findings.refuse("value", place, reason, remedy)
        return None


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
