"""What a culture's names are like, and how one is made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from random import Random
from typing import NamedTuple, TypeVar

T = TypeVar("T")


class NamePart(NamedTuple):
    """One part of a name, and how it is written at home ("" where that is no different)."""

    text: str
    native: str


class FullName(NamedTuple):
    """A name made for one person."""

    given: str
    family: str
    preferred: str | None
    others: tuple[str, ...]
    """Native spelling, former and further names."""
    sound: str | None


@dataclass(frozen=True)
class Culture:
    """Given and family names that go together, with the habits of those who bear them.

    hyphen: share of people with two family names joined by a hyphen; two_families: with two, side by side;
    double_women: share of women with such a hyphen. `short`: given name -> what friends say. `other_names`: names
    taken besides one's own at work. `sound`: how a name is said, in plain letters.
    """

    women: str
    men: str
    families: str
    short: Mapping[str, str] = field(default_factory=dict)
    sound: Mapping[str, str] = field(default_factory=dict)
    other_names: str = ""
    hyphen: float = 0.0
    double_women: float = 0.0
    two_families: float = 0.0
    family_first: bool = False
    language: str = "English"

    @cached_property
    def given(self) -> tuple[list[NamePart], list[NamePart]]:
        """Given names of women and of men."""
        return _parts(self.women), _parts(self.men)

    @cached_property
    def family_names(self) -> tuple[list[NamePart], list[NamePart]]:
        """Family names of women and of men: the same but where they are inflected."""
        parts = _parts(self.families)
        return [NamePart(_inflected(p.text), p.native) for p in parts], [
            NamePart(p.text.partition("|")[0], p.native) for p in parts
        ]

    @cached_property
    def adopted(self) -> list[str]:
        """Names used at work besides one's own."""
        return self.other_names.split()

    def make(self, random: Random, woman: bool, *, longer: bool = False) -> FullName:
        """A name. `longer` takes a second given name or family name, when the plain combinations are used up."""
        gender = 0 if woman else 1
        given, families = pick(random, self.given[gender]), self.family_names[gender]
        family = pick(random, families)
        short = self.short.get(given.text) if random.random() < 0.45 else None
        said, sound = given, self.sound.get(given.text)
        family, hyphened = self._family(random, families, family, woman, longer)
        if longer and not hyphened and (second := pick(random, self.given[gender])) != given:
            # Two given names, of which the first is used.
            short = short or given.text
            given = NamePart(_joined(given.text, second.text), _joined(given.native, second.native))
        others = [self._native(given, family)] if given.native and family.native else []
        if self.adopted and random.random() < 0.3:
            short = short or pick(random, self.adopted)
        if short == said.text and not longer:
            short = None
        return FullName(given.text, family.text, short, tuple(others), sound)

    def _family(
        self, random: Random, families: list[NamePart], family: NamePart, woman: bool, longer: bool
    ) -> tuple[NamePart, bool]:
        chance = random.random()
        second = pick(random, families)
        if second == family or " " in second.text or " " in family.text or "-" in family.text or "-" in second.text:
            return family, False
        if chance < self.two_families or (longer and self.two_families):
            return NamePart(f"{family.text} {second.text}", ""), True
        if chance < self.hyphen + (self.double_women if woman else 0.0) or (longer and self.hyphen and chance < 0.6):
            return NamePart(f"{family.text}-{second.text}", ""), True
        return family, False

    def _native(self, given: NamePart, family: NamePart) -> str:
        if self.family_first:
            # Han and kana run together, Hangul too.
            return f"{family.native}{given.native}" if len(family.native) < 2 else f"{family.native} {given.native}"
        return f"{given.native} {family.native}"


def pick(random: Random, values: list[T]) -> T:
    """One of the values, the earlier ones a little more often: names are not spread evenly."""
    place = random.random()
    return values[int(len(values) * (0.7 * place + 0.3 * place * place))]


def _parts(words: str) -> list[NamePart]:
    parts = []
    for word in words.split():
        text, _, native = word.partition("/")
        parts.append(NamePart(text.replace("_", " "), native.replace("_", " ")))
    return parts


def _inflected(text: str) -> str:
    """The form that women bear: "Kowalski|a" -> "Kowalska", "Novák|ová" -> "Nováková", "Fiala|Fialová" -> "Fialová"."""
    base, _, ending = text.partition("|")
    if not ending:
        return base
    if ending[0].isupper():
        return ending
    return base[:-1] + ending if ending == "a" else base + ending


def _joined(first: str, second: str) -> str:
    return f"{first} {second}" if first and second else ""
