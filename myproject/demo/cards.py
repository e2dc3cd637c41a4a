"""The cards of made-up people: names, contact, birth date, what they know and like to tell."""

from __future__ import annotations

from datetime import date
from random import Random
from typing import Any

from myproject.directory.schema.fields import CARD_FIELDS, FIELDS, KINDS, Card

from .naming import Named, Namer
from .people import DemoPerson
from .shape import CHIEF, HEAD, LEAD

_ABOUTS = (
    "Ask me about {skill}. I have been with Larkfield since {year}.",
    "I look after {skill} and {other} for {unit}.",
    "Happy to help with {skill}; for anything urgent, call.",
    "Before Larkfield I taught {skill}. Now I do it.",
    "I work on {unit}, keep an eye on {skill}, and grow tomatoes that prove the frost alarm right.",
    "New to {other}, at home in {skill}. Coffee is always a good idea.",
    "I run the lunchtime group on {skill}: everybody is welcome.",
    "{skill} in the morning, {other} in the afternoon, cycling in between.",
)
_SHARED = (
    "I share the role of {title} with {name}: I am there Monday to Wednesday noon.",
    "I share the role of {title} with {name}: I am there Wednesday noon to Friday.",
)
_VARIED = tuple(
    name for name in CARD_FIELDS if KINDS[name] == "line" and any(letter.isdigit() for letter in FIELDS[name].example)
)
"""Fields of one line that have an example with digits in it: a value is made by varying it."""
_LANGUAGES = ("French", "German", "Spanish", "Portuguese", "Arabic", "Mandarin", "Hindi", "Swedish", "Japanese")
_DAYS = {
    0.5: (["mon", "tue", "wed"], ["wed", "thu", "fri"]),
    0.6: (["mon", "tue", "wed"], ["tue", "wed", "thu"]),
    0.8: (["mon", "tue", "wed", "thu"], ["tue", "wed", "thu", "fri"]),
}


def _like(example: str, chance: Random) -> str:
    """A text like the example: other digits, and a letter near the one that stands there."""
    return "".join(
        str(chance.randint(1, 4)) if letter.isdigit() else chance.choice("ABCD") if letter.isupper() else letter
        for letter in example
    )


class CardMaker:
    """Makes the card of each person once, in the order in which they join."""

    def __init__(self, today: date, chance: Random) -> None:
        self._today = today
        self._chance = chance
        self._namer = Namer(chance)
        self._known: dict[DemoPerson, Named] = {}
        """The names of those who are named before they join, or again later."""
        self._pairs: dict[DemoPerson, Named] = {}
        """The names of those whose partner in a shared role has still to join."""

    def card(self, person: DemoPerson, number: int) -> Card:
        """The card of somebody who joins."""
        chance, namer = self._chance, self._namer
        named = self._known.pop(person, None) or namer.name(person.place)
        if person.shares_with is not None and person.shares_with not in self._pairs:
            self._known[person.shares_with] = namer.name(person.shares_with.place)
        values: dict[str, Any] = {
            "given_name": named.given,
            "family_name": named.family,
            "email": namer.mail(named),
            "date_of_birth": self._birth(person),
            "external_id": f"larkfield:{number}",
        }
        if chance.random() < 0.85:
            values["phone"] = namer.phone(person.place)
        if chance.random() < (0.9 if person.rank >= LEAD else 0.4):
            values["mobile"] = namer.mobile(person.place)
        for name in _VARIED:
            if chance.random() < 0.8:
                values[name] = _like(FIELDS[name].example, chance)
        self._names(values, named)
        self._work(values, person, named)
        if person.renamed is not None:
            self._known[person] = named
        if person.shares_with is not None:
            self._shared(values, person, named)
        return Card.model_validate(values)

    def new_name(self, person: DemoPerson) -> Card:
        """What changes on the card when somebody takes another name."""
        old = self._known.pop(person)
        family = self._namer.family(old)
        return Card(family_name=family, alternative_names=[f"{old.given} {old.family}"])

    def _names(self, values: dict[str, Any], named: Named) -> None:
        chance = self._chance
        if named.preferred is not None:
            values["preferred_name"] = named.preferred
        elif chance.random() < 0.01:
            values["preferred_name"] = chance.choice(("Robin", "Sasha", "Kim", "Jo", "Charlie", "Max", "Niki"))
        others = list(named.others)
        if chance.random() < 0.03:
            others.append(f"{named.given} {self._namer.family(named)}")
        if others and chance.random() < 0.85:
            values["alternative_names"] = others
        if named.sound is not None and chance.random() < 0.8:
            values["pronunciation"] = named.sound
        luck = chance.random()
        if luck < 0.03:
            values["pronouns"] = "they/them"
        elif luck < 0.35:
            values["pronouns"] = "she/her" if named.woman else "he/him"

    def _work(self, values: dict[str, Any], person: DemoPerson, named: Named) -> None:
        chance, unit = self._chance, person.unit
        if unit.division is None:
            skills = ["Strategy", "Public speaking", "Negotiation"]
        else:
            topic = unit.topic or chance.choice(unit.division.topics)
            other = chance.choice(chance.choice((unit.division.topics, (topic,)))).skills
            skills = list(dict.fromkeys([*chance.sample(topic.skills, 2), chance.choice(other)]))
        if chance.random() < 0.75:
            values["skills"] = skills[: chance.randint(1, 3)]
        if chance.random() < 0.5:
            known = ["English", named.culture.language, *chance.sample(_LANGUAGES, chance.choice((0, 0, 1)))]
            values["languages"] = list(dict.fromkeys(known))
        if person.fte in _DAYS:
            values["working_days"] = chance.choice(_DAYS[person.fte])
        if chance.random() < 0.25:
            values["about"] = chance.choice(_ABOUTS).format(
                skill=skills[0], other=skills[-1], unit=unit.name, year=person.begun.year
            )
        if chance.random() < 0.05:
            values["links"] = [f"https://wiki.larkfield.example/people/{values['email'].partition('@')[0]}"]

    def _shared(self, values: dict[str, Any], person: DemoPerson, named: Named) -> None:
        other = person.shares_with
        assert other is not None
        first = other in self._known
        partner = self._known[other] if first else self._pairs.pop(other)
        values["about"] = _SHARED[not first].format(title=person.title(), name=f"{partner.given} {partner.family}")
        values["working_days"] = _DAYS[0.5][not first]
        if first:
            self._pairs[person] = named

    def _birth(self, person: DemoPerson) -> date:
        """Grown up on the first day, not too old today."""
        joined = person.begun
        tenure = (self._today - joined).days / 365
        youngest = 38 if person.rank >= CHIEF else 29 if person.rank >= HEAD else 24
        youngest = 19 if person.rank == 0 else youngest
        oldest = max(youngest + 2, min(34 if person.rank == 0 else 58, 65 - tenure))
        age = self._chance.triangular(youngest, oldest, min(oldest, youngest + 5))
        return date.fromordinal(joined.toordinal() - int(age * 365.25) - self._chance.randint(0, 300))
