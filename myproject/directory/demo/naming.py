"""Names, mail addresses and phone numbers for made-up people, hardly any of them twice."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from random import Random

from myproject.directory.text import slug

from .cultures import CULTURES, Culture
from .places import Place, number

MAIL = "larkfield.example"
_MIXED = tuple(CULTURES.values())


@dataclass(slots=True)
class Named:
    """What somebody is called."""

    given: str
    family: str
    woman: bool
    culture: Culture
    native: str | None = None
    """The name in its own script."""


class Namer:
    """Gives out names; remembers them, so that namesakes stay rare."""

    def __init__(self, chance: Random) -> None:
        self._chance = chance
        self._names: set[tuple[str, str]] = set()
        self._mails: Counter[str] = Counter()
        self._phones: Counter[str] = Counter()
        self._cultures: dict[str, tuple[Culture, ...]] = {}

    def name(self, place: Place) -> Named:
        """A name such as is found in a place."""
        chance = self._chance
        culture = chance.choice(self._of(place)) if chance.random() < 0.85 else chance.choice(_MIXED)
        named = self._from(culture, culture)
        for attempt in range(6):
            if (named.given, named.family) not in self._names:
                break
            named = self._from(culture, chance.choice(_MIXED))
            if attempt > 2:
                named.family = f"{named.family}-{self.family(chance.choice(_MIXED), named.woman)[0]}"
                named.native = None
        self._names.add((named.given, named.family))
        return named

    def _of(self, place: Place) -> tuple[Culture, ...]:
        found = self._cultures.get(place.code)
        if found is None:
            found = self._cultures[place.code] = tuple(CULTURES[name] for name in place.cultures.split())
        return found

    def _from(self, culture: Culture, other: Culture) -> Named:
        woman = self._chance.random() < 0.5
        given, _, own = self._chance.choice(culture.women if woman else culture.men).partition("=")
        family, native = self.family(other, woman)
        named = Named(given, family, woman, culture)
        if own and native and culture is other:
            named.native = f"{native}{own}" if culture.family_first else f"{own} {native}"
        return named

    def family(self, culture: Culture, woman: bool) -> tuple[str, str]:
        """A family name and its native spelling, empty where none is known."""
        chance = self._chance
        if culture.roots and chance.random() < 0.45:
            family, native = chance.choice(culture.roots) + chance.choice(culture.endings), ""
        else:
            family, _, native = chance.choice(culture.families).partition("=")
        if woman:
            for ending, feminine in culture.feminine:
                if family.endswith(ending):
                    return family[: -len(ending)] + feminine, native
        return family, native

    def mail(self, given: str, family: str) -> str:
        """A mail address that nobody else has."""
        local = f"{slug(given)}.{slug(family)}"[:60] if slug(given) != "x" else slug(family)
        self._mails[local] += 1
        count = self._mails[local]
        return f"{local}{count if count > 1 else ''}@{MAIL}"

    def phone(self, place: Place) -> str:
        """A number at the desk."""
        return self._number(place.phone)

    def mobile(self, place: Place) -> str:
        """A number to carry."""
        return self._number(place.mobile)

    def _number(self, pattern: str) -> str:
        self._phones[pattern] += 1
        return number(pattern, self._phones[pattern] - 1)
