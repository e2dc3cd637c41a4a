"""Cards: the undated fields of an employee."""

from __future__ import annotations

import difflib
from typing import Any

from myproject.directory.schema.fields import CARD_FIELDS, FIELDS, NARROWABLE_FIELDS, Audience, Card
from myproject.directory.schema.text import fold
from myproject.directory.schema.verbs import ChangeAudience, EditCard
from myproject.language.texts import gettext as _
from myproject.language.texts import marked

from .draft import Career, Draft, Item, Refusal
from .handlers import handles
from .place_drafts import different

# In the table a name is never NULL, and skills have a table of their own.
_REQUIRED = ("given_name", "family_name")
COLUMNS = tuple(name for name in CARD_FIELDS if name != "skills")
CHOICE = "audience."
"""Begins the name under which a change set keeps whom a field was narrowed to: "audience.phone"."""
OWN_NUMBER = marked("Give each person their own number.")
"""Remedy where one employee number would be two people's."""


def names(values: dict[str, Any]) -> dict[str, str]:
    """The name as shown, and the one to sort by, of a whole card."""
    name = " ".join(filter(None, (values["preferred_name"] or values["given_name"], values["family_name"])))
    order = " ".join(filter(None, (values["family_name"], values["preferred_name"] or values["given_name"])))
    return {"name": name, "sort_name": fold(order)}


def new_card(draft: Draft, career: Career, card: Card) -> None:
    """The card of a new employee."""
    values = {name: getattr(card, name) for name in COLUMNS}
    for name in _REQUIRED:
        values[name] = values[name] or ""
    _check_names(values)
    _check_external_id(draft, career, values["external_id"])
    values |= names(values)
    values |= {"narrowed": None, "audience": "colleagues"}
    career.name = values["name"]
    career.card = values
    if card.skills:
        career.skills = _skill_ids(draft, card.skills)


@handles(EditCard)
def edit_card(draft: Draft, verb: EditCard) -> Item:
    career = draft.career(verb.employee)
    draft.touch(career)
    changes = edit_card_of(draft, career, verb.changes, verb.employee_number)
    if verb.audiences:
        changes |= _narrow(draft, career, verb.audiences)
    return Item(verb.verb, employee_id=career.id, changes=changes)


@handles(ChangeAudience)
def change_audience(draft: Draft, verb: ChangeAudience) -> Item:
    career = draft.career(verb.employee)
    draft.touch(career)
    before = _known(draft, career).get("audience") or "colleagues"
    changes = {}
    if before != verb.audience:
        changes = {"audience": [before, verb.audience]}
        _put(draft, career, {"audience": verb.audience})
    return Item(verb.verb, employee_id=career.id, changes=changes)


def _known(draft: Draft, career: Career) -> dict[str, Any]:
    """What is stored of a card, with what the plan has made of it so far."""
    return (draft.cards.get(career.id) or {}) | (career.card or {})


def _put(draft: Draft, career: Career, values: dict[str, Any]) -> None:
    """Plan values of a card; what comes back to what is stored falls away."""
    after = (career.card or {}) | values
    career.card = after if career.new else different(draft.cards[career.id], after)


def _narrow(draft: Draft, career: Career, wanted: dict[str, Audience | None]) -> dict[str, list[Any]]:
    """Write to whom the person keeps fields; what changes, as {"audience." + field: [before, after]}."""
    narrowed = dict(_known(draft, career).get("narrowed") or {})
    changes: dict[str, list[Any]] = {}
    for name, audience in wanted.items():
        _check_narrowable(name)
        before = narrowed.pop(name, None)
        after = None if audience == "colleagues" else audience
        if after is not None:
            narrowed[name] = after
        if after != before:
            changes[CHOICE + name] = [before, after]
    if changes:
        _put(draft, career, {"narrowed": narrowed or None})
    return changes


def _check_narrowable(name: str) -> None:
    place = f"audiences.{name}"
    if name not in FIELDS:
        near = difflib.get_close_matches(name, NARROWABLE_FIELDS, 1)
        remedy = (
            _("Did you mean %(field)s?", field=near[0])
            if near
            else _("The fields are %(fields)s.", fields=", ".join(NARROWABLE_FIELDS))
        )
        raise Refusal(place, _("There is no field “%(field)s”.", field=name), remedy)
    if name not in NARROWABLE_FIELDS:
        raise Refusal(
            place,
            _("Only the organisation decides who may see “%(field)s”.", field=_(FIELDS[name].label)),
            _("Leave it out. A person may choose for %(fields)s.", fields=", ".join(NARROWABLE_FIELDS)),
        )


def edit_card_of(draft: Draft, career: Career, card: Card, number: str | None) -> dict[str, list[Any]]:
    """Write the fields that are set in `card`; what changes, as {field: [before, after]}."""
    before = _known(draft, career)
    wanted = {name: getattr(card, name) for name in COLUMNS if name in card.model_fields_set}
    for name in _REQUIRED:
        if name in wanted:
            wanted[name] = wanted[name] or ""
    if number is not None and number != career.number:
        _give_number(draft, career, number)
        wanted["employee_number"] = number
    changed = {name: value for name, value in wanted.items() if value != before[name]}
    after = before | changed
    _check_names(after)
    if "external_id" in changed:
        _check_external_id(draft, career, changed["external_id"])
    changes = {name: [_plain(before[name]), _plain(value)] for name, value in changed.items()}
    if changed:
        renamed = names(after)
        _put(draft, career, changed | renamed)
        career.name = renamed["name"]
    if "skills" in card.model_fields_set:
        changes |= _edit_skills(draft, career, card.skills or [])
    return changes


def _edit_skills(draft: Draft, career: Career, skills: list[str]) -> dict[str, list[Any]]:
    before = draft.skills_of.get(career.id, []) if career.skills is None else career.skills
    after = _skill_ids(draft, skills)
    if set(before) == set(after):
        return {}
    as_stored = not career.new and set(after) == set(draft.skills_of.get(career.id, []))
    career.skills = None if as_stored else after
    return {"skills": [sorted(before), sorted(after)]}


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def _skill_ids(draft: Draft, skills: list[str]) -> list[int]:
    ids = []
    for skill in skills:
        key = fold(skill)
        id_ = draft.skills.get(key)
        if id_ is None:
            id_ = draft.skills[key] = draft.next_id("skills")
            draft.new_skills[id_] = skill
        ids.append(id_)
    return list(dict.fromkeys(ids))


def _check_names(values: dict[str, Any]) -> None:
    if not (values["given_name"] or values["family_name"]):
        raise Refusal("family_name", _("The person has no name."), _("Enter a given name, a family name or both."))


def _check_external_id(draft: Draft, career: Career, value: str | None) -> None:
    if value is None:
        return
    owner = draft.external_ids.get(value)
    if owner is None:
        draft.reserve(draft.external_ids, value, career.id)
    elif owner != career.id:
        other = draft.careers.get(owner)
        nameless = _("someone") if owner in draft.hidden_people else _("employee %(id)s", id=owner)
        whose = other.label if other is not None else nameless
        raise Refusal(
            "external_id",
            _("The external ID %(value)s already belongs to %(name)s.", value=value, name=whose),
            _("Give each person their own ID."),
        )


def number_taken(number: str, owner: Career, remedy: str) -> Refusal:
    """Refuses an employee number that somebody else has."""
    message = _("The number %(number)s already belongs to %(name)s.", number=number, name=owner.label)
    return Refusal("employee_number", message, remedy)


def _give_number(draft: Draft, career: Career, number: str) -> None:
    owner = draft.by_number.get(number)
    if owner is not None and owner != career.id:
        raise number_taken(number, draft.careers[owner], _(OWN_NUMBER))
    draft.reserve(draft.by_number, number, career.id)
    career.number = number
