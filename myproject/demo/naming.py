"""Names, mail addresses and phone numbers for made-up people, hardly any of them twice."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from random import Random

from myproject.directory.schema.text import slug

from . import names_europe, names_world
from .culture import Culture
from .places import DemoPlace, number

MAIL = "larkfield.example"

CULTURES: dict[str, Culture] = {
    name.lower(): value
    for module in (names_europe, names_world)
    for name, value in vars(module).items()
    if isinstance(value, Culture)
}
_ALL = tuple(CULTURES.values())


@dataclass(slots=True)
class Named:
    """What somebody is called."""

    given: str
    family: str
    preferred: str | None
    others: tuple[str, ...]
    sound: str | None
    woman: bool
    culture: Culture


class Namer:
    """Gives out names; remembers them, so that namesakes stay rare."""

    def __init__(self, chance: Random) -> None:
        self._chance = chance
        self._names: set[tuple[str, str]] = set()
        self._mails: Counter[str] = Counter()
        self._phones: Counter[str] = Counter()

    def name(self, place: DemoPlace) -> Named:
        """A name such as is found in a place, four times of five; or from anywhere."""
        chance = self._chance
        culture = CULTURES[chance.choice(place.cultures.split())] if chance.random() < 0.8 else chance.choice(_ALL)
        woman = chance.random() < 0.5
        made = culture.make(chance, woman)
        for attempt in range(7):
            if (made.given, made.family) not in self._names:
                break
            if attempt > 1:
                culture = chance.choice(_ALL)
            made = culture.make(chance, woman, longer=attempt > 2)
        self._names.add((made.given, made.family))
        return Named(*made, woman, culture)

    def family(self, named: Named) -> str:
        """Another family name for somebody."""
        family = named.family
        while family == named.family:
            family = named.culture.make(self._chance, named.woman).family
        return family

    def mail(self, named: Named) -> str:
        """A mail address that nobody else has."""
        local = f"{slug(named.given)}.{slug(named.family)}"[:60]
        self._mails[local] += 1
        count = self._mails[local]
        return f"{local}{count if count > 1 else ''}@{MAIL}"

    def phone(self, place: DemoPlace) -> str:
        """A number at the desk."""
        return self._number(place.phone)

    def mobile(self, place: DemoPlace) -> str:
        """A number to carry."""
        return self._number(place.mobile)

    def _number(self, pattern: str) -> str:
        self._phones[pattern] += 1
        return number(pattern, self._phones[pattern] - 1)
