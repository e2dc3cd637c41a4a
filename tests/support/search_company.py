"""An organisation of people with all sorts of names, and a plain way to tell who fits a search."""

from __future__ import annotations

import random
import unicodedata
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from myproject.directory.schema.fields import Card
from myproject.directory.schema.verbs import CreateDepartment, CreateLocation, Join, Leave, RenameDepartment, Verb
from myproject.directory.search.codes import mail_form, number_form, phone_forms, significant_digits
from myproject.directory.search.search_text import SearchText, Term, ask
from myproject.directory.search.words import has_typos, name_spellings, spellings

TODAY = date(2026, 6, 15)
FOUNDED = date(2020, 1, 1)
BEFORE = date(2025, 6, 1)
"""A day on which the leavers were still there, the newcomers were not, and Web was called Internet."""

#: given, family, preferred name, other names
NAMES: list[tuple[str, str, str | None, list[str] | None]] = [
    ("Søren", "Ødegaard", None, None),
    ("Nguyễn", "Thị Minh Khai", None, None),
    ("Łukasz", "Wójcik", None, None),
    ("Jürgen", "Müller", None, None),
    ("Greta", "Mueller", None, None),
    ("Hans", "Großmann", None, None),
    ("Siobhán", "O’Brien", None, None),
    ("Jean-Luc", "d'Angelo", None, None),
    ("Zoë", "de la Cruz", None, None),
    ("Robert", "Smith", "Bob", None),
    ("Marta", "Kowalska", None, ["Marta Nowak"]),
    ("Åse", "Æbelø", None, None),
    ("İbrahim", "Yıldız", None, None),
    ("Đorđe", "Đurić", None, None),
    ("花子", "山田", "Hana", ["Hanako Yamada"]),
    ("小明", "王", None, ["Xiaoming Wang"]),
    ("हिन्दी", "शर्मा", None, ["Hindi Sharma"]),
    ("Ольга", "Йовович", None, ["Olga Jovović"]),
    ("Ελένη", "Παπαδοπούλου", None, ["Eleni Papadopoulou"]),
    ("محمد", "العلي", None, ["Mohammed Al-Ali"]),
    ("Madonna", "Ciccone", None, None),
    ("Cher", "Li", None, None),
    ("Li", "Na", None, None),
    ("J.", "R. Ewing", "JR", None),
    ("James", "Martin", None, None),
    ("Martin", "James", None, None),
    ("Jamie", "Martins", None, None),
    ("Anna Maria", "van den Berg", None, None),
    ("Annamaria", "Vandenberg", None, None),
    ("Percy", "Hundred%", None, None),
    ("Under", "Score_d", None, None),
    ("Null", "None", None, None),
    ("Ada", "Lovelace-Byron", None, None),
]
_GIVEN = "Maria Marie Mario John Joan Jonas Sarah Sara Peter Petra Elizabeth Lisbeth Christopher Kristof Oliver".split()
_FAMILY = "Anderson Andersen Johnson Jonson Johansson Petersen Pettersson Hansen Hanson Schmidt Smythe Taylor".split()

DEPARTMENTS = (
    ("CO", "Company", None),
    ("ENG", "Engineering", "CO"),
    ("PLAT", "Platform", "ENG"),
    ("WEB", "Internet", "ENG"),
    ("RND", "R & D", "CO"),
    ("IT", "IT", "CO"),
    ("PPL", "People and Culture", "CO"),
    ("FIN", "Finance", "CO"),
    ("PAY", "Payroll", "FIN"),
)
TITLES = ("Software Engineer", "Senior Software Engineer", "Accountant", "Data Analyst", "Designer", "Level-3 Support")
LOCATIONS = (
    ("ZRH", "Zürich Hub", "Zürich"),
    ("CGN", "Köln", "Köln"),
    ("NYC", "New York", "New York"),
    ("SP", "São Paulo", "São Paulo"),
)
SKILLS = ("Python", "Public speaking", "C++", "Excel", "Årsregnskap")


@dataclass
class Member:
    """One employee as the search should know them."""

    number: str
    card: Card
    department: str
    title: str
    location: str | None
    joined: date = FOUNDED
    left: date | None = None
    departments: set[str] = field(default_factory=set)

    def there(self, day: date) -> bool:
        return self.joined <= day and (self.left is None or day <= self.left)


def members() -> list[Member]:
    """Everyone, in the order of their ids."""
    chance = random.Random(5)
    names = NAMES + [(given, family, None, None) for given in _GIVEN for family in chance.sample(_FAMILY, 8)]
    parents = {code: parent for code, _, parent in DEPARTMENTS}
    found = []
    for place, (given, family, preferred, other) in enumerate(names):
        mail = unicodedata.normalize("NFKD", f"{given[:1]}.{family.split()[-1]}").encode("ascii", "ignore").decode()
        card = Card(
            given_name=given,
            family_name=family,
            preferred_name=preferred,
            alternative_names=other,
            email=None if place % 7 == 0 else f"{mail.strip('.') or 'x'}{place}@example.org",
            phone=None if place % 5 == 0 else f"+44 (0)20 7946 {place:04}",
            mobile=f"0171 {chance.randint(1000000, 9999999)}" if place % 3 == 0 else None,
            skills=chance.sample(SKILLS, place % 3) or None,
        )
        member = Member(
            f"{'E-' if place % 2 else ''}{place + 100:06}",
            card,
            chance.choice(DEPARTMENTS)[0],
            chance.choice(TITLES),
            chance.choice([*(code for code, _, _ in LOCATIONS), None]),
            joined=date(2026, 1, 1) if place % 11 == 10 and place > len(NAMES) else FOUNDED,
            left=date(2025, 12, 31) if place % 13 == 12 and place % 11 != 10 and place > len(NAMES) else None,
        )
        above: str | None = member.department
        while above is not None:
            member.departments.add(above)
            above = parents[above]
        found.append(member)
    return found


def verbs() -> list[Verb]:
    """The organisation as a change set."""
    made: list[Verb] = [CreateLocation(code=code, name=name, city=city) for code, name, city in LOCATIONS]
    made += [CreateDepartment(code=code, name=name, parent=parent, on=FOUNDED) for code, name, parent in DEPARTMENTS]
    made += [
        Join(
            employee_number=member.number,
            card=member.card,
            on=member.joined,
            department=member.department,
            job_title=member.title,
            location=member.location,
        )
        for member in members()
    ]
    made += [Leave(employee=member.number, last_day=member.left) for member in members() if member.left]
    made.append(RenameDepartment(department="WEB", name="Web", on=date(2026, 1, 1)))
    return made


# --- who fits ---------------------------------------------------------------------------------------------------


def slips(word: str, other: str) -> bool:
    """Whether two words are at most one insertion, deletion, substitution or swap of neighbours apart."""
    if word == other:
        return True
    if len(word) == len(other):
        differ = [place for place, (a, b) in enumerate(zip(word, other, strict=True)) if a != b]
        if len(differ) == 1:
            return True
        first = differ[0]
        return differ == [first, first + 1] and word[first : first + 2] == other[first : first + 2][::-1]
    long, short = sorted((word, other), key=len, reverse=True)
    return len(long) == len(short) + 1 and any(long[:place] + long[place + 1 :] == short for place in range(len(long)))


def nearly(typed: str, word: str) -> bool:
    """Whether a known word, or from four letters on the beginning of one, is one slip from what was typed."""
    return slips(typed, word) or (
        len(typed) >= 4 and len(word) >= len(typed) and any(slips(typed, word[:end]) for end in range(len(word) + 1))
    )


class Judge:
    """Tells who fits a text on a day, without any index."""

    def __init__(self, day: date) -> None:
        self.day = day
        names = {code: name for code, name, _ in DEPARTMENTS}
        if day >= date(2026, 1, 1):
            names["WEB"] = "Web"
        places = {code: (code, name, city) for code, name, city in LOCATIONS}
        self.people: dict[int, tuple[Member, set[str], set[str]]] = {}
        for employee_id, member in enumerate(members(), 1):
            if not member.there(day):
                continue
            card = member.card
            called: set[str] = set()
            for part in (card.given_name, card.family_name, card.preferred_name, *(card.alternative_names or ())):
                called |= name_spellings(part or "")
            if card.family_name == "山田":
                called.add("山田花子")
            if card.family_name == "王":
                called.add("王小明")
            texts: list[Any] = [member.title, *(card.skills or ()), *places.get(member.location or "", ())]
            texts += [text for code in member.departments for text in (code, names[code])]
            things = {word for text in texts for word in spellings(text)}
            self.people[employee_id] = (member, called | self._mail_words(card.email, called), things)

    @staticmethod
    def _mail_words(email: str | None, called: set[str]) -> set[str]:
        local = (email or "").partition("@")[0].lower()
        return {word for word in local.split(".") if len(word) > 1 and word.rstrip("0123456789") not in called}

    def fit(self, q: str) -> tuple[set[int], set[int]]:
        """(who fits as typed, who fits when a slip in each word is forgiven, where that is to be)."""
        question = ask(q)
        exact = {key for key in self.people if all(self._fits(key, term, question) for term in question.terms)}
        if len(exact) >= 8 or not question.terms:
            return exact, exact
        return exact, {
            key
            for key in self.people
            if all(self._fits(key, term, question) or self._almost(key, term) for term in question.terms)
        }

    def _fits(self, key: int, term: Term, question: SearchText) -> bool:
        member, called, things = self.people[key]
        begins = 3 if len(question.terms) == 1 else 2
        for spelling in term.spellings:
            if any(word.startswith(spelling) for word in called) or spelling in things:
                return True
            if len(spelling) >= begins and any(word.startswith(spelling) for word in things):
                return True
        return self._code(member, term)

    @staticmethod
    def _code(member: Member, term: Term) -> bool:
        number, digits = number_form(member.number), significant_digits(member.number)
        if term.number and number.startswith(term.number):
            return True
        if term.digits and (digits.startswith(term.digits) if term.digits == term.number else digits == term.digits):
            return True
        if term.mail and mail_form(member.card.email or "").startswith(term.mail):
            return True
        forms = [phone_forms(phone) for phone in (member.card.phone, member.card.mobile) if phone]
        phone = term.phone
        return phone is not None and any(
            form[0].startswith(phone.starts) or form[1].startswith(phone.ends) for form in forms if form
        )

    def _almost(self, key: int, term: Term) -> bool:
        _, called, things = self.people[key]
        if not (term.spellings and has_typos(term.text)):
            return False
        return any(has_typos(word) and nearly(term.text, word) for word in called | things)


def misspell(word: str, kind: str, chance: random.Random) -> str:
    """The word with one slip: insert, delete, substitute or swap."""
    letters = "abcdefghijklmnopqrstuvwxyz"
    if kind == "swap":
        places = [place for place in range(len(word) - 1) if word[place] != word[place + 1]]
        if not places:
            return word
        place = chance.choice(places)
        return word[:place] + word[place + 1] + word[place] + word[place + 2 :]
    place = chance.randrange(len(word))
    if kind == "insert":
        return word[:place] + chance.choice(letters) + word[place:]
    if kind == "delete":
        return word[:place] + word[place + 1 :]
    return word[:place] + chance.choice(letters) + word[place + 1 :]


KINDS_OF_SLIP = ("insert", "delete", "substitute", "swap")
