"""People from LDIF, vCard, JSON and JSON lines."""

from __future__ import annotations

import base64
import gzip
import json
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa

from myproject.directory.importing.findings import ImportStopped
from myproject.models.employee import Employee
from tests.support.company import TODAY as COMPANY_TODAY
from tests.support.importing import Importer, cards, facts, tree


@pytest.fixture
def file(tmp_path):
    """Writes a file and gives its path."""

    def write(name: str, content: str | bytes) -> Path:
        path: Path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


# LDIF


def test_example_ldif_everyone_is_in_with_the_manager_of_their_dn(load, engines, shared):
    path = shared / "data/ldif-example-com/Example.ldif"
    if not path.is_file():
        pytest.skip(f"no {path}")
    outcome = load(path, joined=date(2020, 1, 1), department="Without department")
    assert (outcome.told, outcome.result.new) == ([], 152)
    found = facts(engines)
    by_id = {row.external_id: row for row in cards(engines).values()}
    assert len(found) == 152
    assert sum(fact.manager is not None for fact in found.values()) == 143
    reports = Counter(fact.manager for fact in found.values())
    assert reports[by_id["scarter"].employee_number] == 29
    person = by_id["abarnes"]
    assert (person.given_name, person.family_name, person.email) == ("Anne-Louise", "Barnes", "abarnes@example.com")
    assert {fact.department for fact in found.values()} >= {"accounting", "human-resources", "product-development"}
    assert "people" not in tree(engines)
    assert ("no people", None) in outcome.noted
    assert load(path).result.revision is None
    with engines.read.connect() as conn:
        dump = "".join(map(str, conn.execute(sa.select(Employee.__table__))))
    assert "sprain" not in dump, "a password of the file"


LDIF = """\
version: 1

# a comment that is
 folded
dn: uid=ann,ou=People,dc=example,dc=com
objectClass: inetOrgPerson
cn: Ann Lee
cn;lang-ja: アン・リー
givenName;lang-fr: Anne
givenName: Ann
sn:: {family}
uid: ann
mail: ann@
 example.com
ou: People
ou: Sales
telephoneNumber: +44 20 7946 0000
jpegPhoto:< file:///etc/passwd
userPassword: secret

DN: UID=Bo\\, Jr, OU=people , DC=example,DC=com
objectclass: PERSON
CN: Bo Lee
sn: Lee
GivenName: Bo
uid: bo
ou: Sales
manager: uid=Ann, ou=People,dc=Example,dc=com

dn: cn=Everybody,dc=example,dc=com
objectClass: groupOfNames
cn: Everybody

dn: uid=cy,ou=People,dc=example,dc=com
objectClass: person
cn: Cy Dee
sn: Dee
uid: cy
ou: Sales
manager: uid=bo\\2c jr,ou=People,dc=example,dc=com
"""


def test_ldif_language_tags_folded_and_base64_lines_and_dns(load, engines, file):
    text = LDIF.format(family=base64.b64encode("Øster".encode()).decode())
    outcome = load(file("a.ldif", text))
    assert outcome.told == []
    assert load(file("b.txt", text.replace("\n", "\r\n"))).result.revision is None
    assert load(file("c.gz", gzip.compress(text.encode()))).result.revision is None
    by_id = {row.external_id: row for row in cards(engines).values()}
    ann = by_id["ann"]
    assert (ann.name, ann.email, ann.alternative_names) == ("Ann Øster", "ann@example.com", ["アン・リー"])
    managers = {row.external_id: facts(engines)[row.employee_number].manager for row in by_id.values()}
    assert managers == {"ann": None, "bo": ann.employee_number, "cy": by_id["bo"].employee_number}
    assert ("no people", None) in outcome.noted
    assert set(tree(engines)) == {"sales"}


@pytest.mark.parametrize(
    ("entry", "row", "told"),
    [
        ("dn: uid=a,dc=x\nsn: A\nnothing here\n", 3, "without an attribute"),
        ("dn: uid=a,dc=x\nsn:: %%%\n", 2, "no base64"),
        ("version: 1\n\nsn: A\nuid: a\n", 3, "does not begin with its name"),
        ("dn: uid=a,dc=x\nchangetype: modify\nreplace: sn\nsn: B\n-\n", 2, "is a change"),
    ],
)
def test_bad_ldif_is_told_with_its_line(load, file, entry, row, told):
    good = "dn: uid=b,dc=x\nobjectClass: person\nsn: Bee\nuid: b\nou: Sales\n"
    path = file("bad.ldif", f"{entry}\n{good}")
    outcome = load(path)
    assert not outcome.written
    assert [(finding.place.row, told in finding.reason) for finding in outcome.result.findings.kept] == [(row, True)]
    assert outcome.result.rows == 1
    assert load(path, good_rows=True).result.new == 1


# vCard

CARDS = """\
BEGIN:VCARD
VERSION:2.1
N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=C3=98ster;Ann;;Dr.;
FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Dr. Ann =
=C3=98ster
UID:urn:uuid:1
EMAIL;INTERNET:ann@example.com
TEL;WORK;VOICE:+44 20 7946 0000
TEL;HOME:+44 20 7946 0001
TEL;WORK;FAX:+44 20 7946 0002
TEL;CELL:+44 7700 900000
ORG:Example Ltd;Sales
TITLE:Head of sales
PHOTO;ENCODING=BASE64;TYPE=JPEG:/9j/4AAQSkZJRgABAQAAAQABAAD/
 2wBDAAgGBgcGBQgHBwcJ

END:VCARD
BEGIN:VCARD
VERSION:3.0
FN:Bo Lee
N:Lee;Bo;Q.\\, R.;;
item1.EMAIL;type=INTERNET;type=HOME:private@example.org
item2.EMAIL;type=INTERNET;type=WORK;type=pref:bo@exam
 ple.com
ORG:Example Ltd;Sales;North\\; far
BDAY:1990-04-15
NOTE:Owes me money\\, a lot
X-MANAGER:Ann Øster
END:VCARD

BEGIN:VCARD
VERSION:4.0
KIND:individual
FN:Cy Dee
N:Dee;Cy;;;
EMAIL;PREF=1:cy@example.com
TEL;VALUE=uri;TYPE="voice,work":tel:+44-20-7946-0003;ext=102
ORG;SORT-AS="Example":Example Ltd;Sales
BDAY:--0415
END:VCARD
BEGIN:VCARD
VERSION:4.0
KIND:group
FN:Everybody
END:VCARD
"""


def test_vcards_of_every_version(load, engines, file):
    outcome = load(file("people.vcf", CARDS))
    assert (outcome.told, outcome.result.new) == ([], 3)
    assert outcome.result.unread == {"people.vcf": ["vCard UID", "note"]}
    by_mail = {row.email: row for row in cards(engines).values()}
    ann, bo, cy = (by_mail[f"{name}@example.com"] for name in ("ann", "bo", "cy"))
    assert (ann.given_name, ann.family_name, ann.phone, ann.mobile) == (
        "Ann", "Øster", "+44 20 7946 0000", "+44 7700 900000",
    )  # fmt: skip
    assert (bo.given_name, bo.date_of_birth, bo.about) == ("Bo Q. R.", date(1990, 4, 15), None)
    assert (cy.phone, cy.date_of_birth) == ("+44-20-7946-0003", None)
    found = facts(engines)
    assert found[ann.employee_number].title == "Head of sales"
    assert found[bo.employee_number][1:5] == ("north-far", None, None, ann.employee_number)
    assert tree(engines)["north-far"] == ("North; far", "sales")
    assert ("manager by name", 18) in outcome.noted
    assert ("no people", None) in outcome.noted
    assert load(file("people.vcf", CARDS.replace("\n", "\r\n"))).result.revision is None


@pytest.mark.parametrize(
    ("card", "row", "told"),
    [
        ("BEGIN:VCARD\nVERSION:9\nFN:A\nEND:VCARD\n", 1, "is of version '9'"),
        ("BEGIN:VCARD\nVERSION:3.0\nnothing here\nEND:VCARD\n", 3, "without a property"),
        ("BEGIN:VCARD\nVERSION:2.1\nFN;ENCODING=BASE64:%%\nEND:VCARD\n", 3, "can't be decoded"),
        ("BEGIN:VCARD\nVERSION:2.1\nFN;CHARSET=KLINGON;QUOTED-PRINTABLE:a\nEND:VCARD\n", 3, "can't be decoded"),
        ("BEGIN:VCARD\nVERSION:3.0\nFN:A\n", 1, "does not end"),
        ("BEGIN:VCARD\nVERSION:3.0\nFN:N\nEMAIL:n@example.com\nORG:X;Sales\nEND:VCARD\nsomething\n", 7, "to no card"),
    ],
)
def test_bad_vcards_are_told_with_their_line(load, file, card, row, told):
    good = "BEGIN:VCARD\nVERSION:3.0\nFN:Bo Lee\nEMAIL:bo@example.com\nORG:X;Sales\nEND:VCARD\n"
    outcome = load(file("bad.vcf", card + good))
    assert not outcome.written
    assert [(item.place.row, item.reason) for item in outcome.result.findings.kept if told not in item.reason] == []
    assert outcome.told == [(outcome.told[0][0], row, None)]


# JSON

API = {
    "items": [
        {"id": 7, "employee_number": "0012", "name": "Ann Lee", "given_name": "Ann", "family_name": "Lee",
         "email": "ann@example.com", "phone": None, "job_title": "N/A", "age": 30, "hired_on": "2020-01-01",
         "location": {"id": 1, "name": "Oslo"}, "department": {"id": 3, "name": "Sales"}, "manager": None,
         "skills": [{"id": 1, "name": "C, C++"}, {"id": 2, "name": "Go"}], "languages": ["English", "Norsk"],
         "fte": 0.8, "is_head": True, "left_on": None, "portrait": "/employees/7/portrait"},
        {"id": 12, "employee_number": "7", "name": "Bo Lee", "given_name": "Bo", "family_name": "Lee",
         "email": None, "hired_on": "2021-01-01", "department": {"id": 3, "name": "Sales"},
         "manager": {"id": 7, "name": "Ann Lee"}},
    ],
    "next": None, "previous": None,
}  # fmt: skip


def test_json_of_the_apis_own_shape(load, engines, file):
    outcome = load(file("people.json", json.dumps(API, indent=2)))
    assert (outcome.told, outcome.result.unread) == ([], {})
    assert facts(engines) == {
        "0012": ("Ann Lee", "sales", "N/A", "oslo", None, True, 0.8),
        "7": ("Bo Lee", "sales", None, None, "0012", False, 1.0),
    }, "an id of the API is never an employee number"
    assert sorted(skills(engines, "0012")) == ["C, C++", "Go"]
    lines = "\n".join(json.dumps(item) for item in API["items"])  # type: ignore[union-attr]
    for name, content in (("a.jsonl", lines), ("all.ndjson", lines + "\n"), ("list.json", json.dumps(API["items"]))):
        assert load(file(name, content)).result.revision is None
    more = load(file("page.json", json.dumps(API | {"next": "/api/v1/employees?cursor=x"})), leavers="keep")
    assert ("one page", None) in more.noted


def test_what_the_api_answers_comes_back(own_company, tmp_path):
    client = own_company.testapp
    fields = "id,employee_number,given_name,family_name,preferred_name,email,phone,mobile,job_title,hired_on,location,"
    address = f"/api/v1/employees?limit=200&fields={fields}department,manager,about,languages,links"
    path = tmp_path / "people.json"
    path.write_bytes(client.get(address).body)
    outcome = Importer(own_company.engines, tmp_path)(path, today=COMPANY_TODAY)
    assert (outcome.told, outcome.verbs, outcome.result.new) == ([], {}, 0)
    assert outcome.result.unchanged > 10
    detail = client.get("/api/v1/employees/3").json
    path.write_text(json.dumps(detail | {"job_title": "Edited"}))
    again = Importer(own_company.engines, tmp_path)(path, today=COMPANY_TODAY)
    assert (again.told, again.verbs) == ([], {"move": 1})


def skills(engines, number: str) -> list[str]:
    query = (
        "SELECT skill.name FROM skill JOIN employee_skill ON skill_id = skill.id "
        "JOIN employee ON employee.id = employee_id WHERE employee_number = "
    )
    with engines.read.connect() as conn:
        return [row[0] for row in conn.exec_driver_sql(f"{query}'{number}'")]


def test_json_of_other_services(load, engines, file):
    people = [
        {"employeeId": 900719925474099312345, "name": {"givenName": "Ann", "familyName": "Lee"}, "department": "Sales",
         "emails": [{"value": "ann@example.com", "type": "work"}], "jobTitle": "n/a", "hireDate": "2020-01-01",
         "manager": {"email": "bo@example.com", "name": "Bo Lee"}, "active": True},
        {"employeeId": "0002", "name": {"givenName": "Bo", "familyName": "Lee"}, "department": "Sales",
         "emails": [{"value": "bo@example.com"}], "hireDate": "2020-01-01"},
    ]  # fmt: skip
    outcome = load(file("users.json", json.dumps({"users": people})))
    assert (outcome.told, outcome.result.unread) == ([], {"users.json": ["active"]})
    assert facts(engines)["900719925474099312345"] == ("Ann Lee", "sales", None, None, "0002", False, 1.0)


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.json", '[\n {"id": 1},\n {"id": 2,]\n]', "a.json, line 3, column 11: not JSON"),
        ("b.json", '{"items": []}', "holds nobody"),
        ("c.json", "[" + '{"a":' * 100_000, "nested too deeply"),
        ("d.json", "[]", "holds nobody"),
        ("e.json", "[" + ",".join(f'{{"k{n}": 1}}' for n in range(3000)) + "]", "different properties"),
        ("f.json", b'[{"name": "\xff"}]', "no column that tells people apart"),
    ],
)
def test_json_that_is_none_or_of_nobody_stops(load, file, name, content, told):
    with pytest.raises(ImportStopped, match=told):
        load(file(name, content))


def test_bad_json_lines_are_told_with_their_line(load, file):
    good = '{"employee number": "1", "name": "Ann Lee", "department": "Sales"}'
    outcome = load(file("a.jsonl", f'{good}\n\n{{"x": \n[1]\n"text"\n'))
    rows = [(item.place.row, item.kind) for item in outcome.result.findings.kept]
    assert rows == [(3, "not JSON"), (4, "not JSON"), (5, "not JSON")]
    assert load(file("a.jsonl", f'{good}\n{{"employee number": "\\ud800", "name": "\\u0000"}}\n')).told != []


def test_sizes_of_records_are_bounded(load, file, monkeypatch):
    from myproject.directory.importing import json_records, ldif, record_files, vcards

    monkeypatch.setattr(json_records, "MAX_DOCUMENT", 1000)
    for module in (record_files, ldif, vcards):
        monkeypatch.setattr(module, "MAX_RECORD", 1000)
    with pytest.raises(ImportStopped, match="too large for one JSON document"):
        load(file("a.json", json.dumps([{"name": "x" * 2000}])))
    entry = "dn: uid=a,dc=x\nobjectClass: person\nsn: A\nuid: a\nou: Sales\n"
    card = "BEGIN:VCARD\nVERSION:3.0\nFN:A\nEMAIL:a@b.c\nORG:X;S\nEND:VCARD\n"
    long = [
        ("a.ldif", entry + "description: " + "x" * 2000 + "\n\n" + entry.replace("uid: a", "uid: b")),
        ("a.vcf", card.replace("FN:A", f"FN:A\nNOTE:{'x' * 2000}") + card),
        ("a.jsonl", json.dumps({"employee number": "1", "x": "y" * 2000}) + "\n"
                    + json.dumps({"employee number": "2", "name": "A", "department": "S"})),
    ]  # fmt: skip
    for name, content in long:
        outcome = load(file(name, content))
        assert [(item.kind, item.place.row) for item in outcome.result.findings.kept if item.level == "refused"] == [
            ("too long", 1)
        ]
    monkeypatch.setattr(record_files, "MAX_RECORDS", 1)
    with pytest.raises(ImportStopped, match="more than 1 records"):
        load(file("a.jsonl", '{"a": 1}\n{"a": 2}\n'))
