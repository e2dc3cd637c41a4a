"""People from LDIF, vCard, JSON and JSON lines; the headings of usual exports; managers by name; what may be given."""

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
from tests.company import TODAY as COMPANY_TODAY
from tests.importing import TODAY, Importer, cards, employments, facts, tree


@pytest.fixture
def load(engines, tmp_path) -> Importer:
    return Importer(engines, tmp_path)


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
    from myproject.directory.importing import json_records, ldif, records, vcards

    monkeypatch.setattr(json_records, "MAX_DOCUMENT", 1000)
    for module in (records, ldif, vcards):
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
    monkeypatch.setattr(records, "MAX_RECORDS", 1)
    with pytest.raises(ImportStopped, match="more than 1 records"):
        load(file("a.jsonl", '{"a": 1}\n{"a": 2}\n'))


# Headings of usual exports

EXPORTS = {
    "google": (
        "First Name [Required],Last Name [Required],Email Address [Required],Password [Required],"
        "Org Unit Path [Required],Work Phone,Mobile Phone,Employee ID,Employee Title,Manager Email,Department\n"
        "Ann,Lee,ann@example.com,****,/Sales,+44 20 7946 0000,+44 7700 900000,1,Head,,\n"
        "Bo,Dee,bo@example.com,****,/Sales/North,,,2,Seller,ann@example.com,\n"
    ),
    "entra": (
        "userPrincipalName,displayName,surname,mail,givenName,objectId,jobTitle,department,officeLocation,"
        "telephoneNumber,mobilePhone,employeeId,employeeHireDate,managerUserPrincipalName\n"
        "ann@example.com,Ann Lee,Lee,,Ann,1b1c,Head,Sales,Oslo,+44 20 7946 0000,+44 7700 900000,1,2020-01-01,\n"
        "bo@example.com,Bo Dee,Dee,bo@example.com,Bo,2b2c,Seller,North,Oslo,,,2,2020-01-01,ann@example.com\n"
    ),
    "okta": (
        "login,firstName,lastName,email,title,department,employeeNumber,managerId,primaryPhone,mobilePhone,displayName\n"
        "ann@example.com,Ann,Lee,ann@example.com,Head,Sales,1,,+44 20 7946 0000,+44 7700 900000,Ann Lee\n"
        "bo@example.com,Bo,Dee,bo@example.com,Seller,North,2,1,,,Bo Dee\n"
    ),
    "workday": (
        "Employee ID,Legal Name - First Name,Legal Name - Last Name,Business Title,Supervisory Organization,Location,"
        "Hire Date,Email - Primary Work,Phone - Primary Work,Mobile Phone,Worker's Manager,Manager - Employee ID\n"
        "1,Ann,Lee,Head,Sales,Oslo,2020-01-01,ann@example.com,+44 20 7946 0000,+44 7700 900000,,\n"
        "2,Bo,Dee,Seller,North,Oslo,2020-01-01,bo@example.com,,,Ann Lee,1\n"
    ),
    "bamboohr": (
        'Employee #,"Last name, First name",Job Title,Department,Location,Hire Date,Work Email,Work Phone,Mobile Phone,'
        "Supervisor EID\n"
        '1,"Lee, Ann",Head,Sales,Oslo,2020-01-01,ann@example.com,+44 20 7946 0000,+44 7700 900000,\n'
        '2,"Dee, Bo",Seller,North,Oslo,2020-01-01,bo@example.com,,,1\n'
    ),
    "personio": (
        "Personalnummer;Vorname;Nachname;E-Mail;Position;Abteilung;Standort;Eintrittsdatum;Telefon (geschäftlich);"
        "Mobiltelefon;Vorgesetzter\n"
        "1;Ann;Lee;ann@example.com;Head;Sales;Oslo;01.01.2020;+44 20 7946 0000;+44 7700 900000;\n"
        "2;Bo;Dee;bo@example.com;Seller;North;Oslo;01.01.2020;;;Ann Lee\n"
    ),
    "successfactors": (
        "STATUS,USERID,USERNAME,FIRSTNAME,LASTNAME,EMAIL,MANAGER,DEPARTMENT,TITLE,LOCATION,HIREDATE,BIZ_PHONE,CELL_PHONE,"
        "EMPID\n"
        "STATUS,USERID,Username,First Name,Last Name,Email,Manager,Department,Title,Location,Hire Date,Business Phone,"
        "Cell Phone,Employee ID\n"
        "active,u1,alee,Ann,Lee,ann@example.com,NO_MANAGER,Sales,Head,Oslo,2020-01-01,+44 20 7946 0000,"
        "+44 7700 900000,1\n"
        "active,u2,bdee,Bo,Dee,bo@example.com,u1,North,Seller,Oslo,2020-01-01,,,2\n"
    ),
    "active directory": (
        "DistinguishedName,GivenName,Surname,Name,SamAccountName,EmailAddress,Title,Department,City,OfficePhone,"
        "MobilePhone,EmployeeID,Manager\n"
        '"CN=Ann Lee,OU=Staff,DC=example,DC=com",Ann,Lee,Ann Lee,alee,ann@example.com,Head,Sales,Oslo,+44 20 7946 0000,'
        "+44 7700 900000,1,\n"
        '"CN=Bo Dee,OU=Staff,DC=example,DC=com",Bo,Dee,Bo Dee,bdee,bo@example.com,Seller,North,Oslo,,,2,'
        '"cn=Ann Lee, ou=staff, dc=example, dc=com"\n'
    ),
    "french": (
        "Matricule;Prénom;Nom;Adresse e-mail;Intitulé du poste;Service;Lieu de travail;Date d'entrée;Téléphone;"
        "Téléphone portable;Responsable hiérarchique\n"
        "1;Ann;Lee;ann@example.com;Head;Sales;Oslo;01/01/2020;+44 20 7946 0000;+44 7700 900000;\n"
        "2;Bo;Dee;bo@example.com;Seller;North;Oslo;01/01/2020;;;Ann Lee\n"
    ),
    "spanish": (
        "Número de empleado;Nombre;Apellidos;Correo electrónico;Puesto;Departamento;Centro de trabajo;Fecha de alta;"
        "Teléfono;Móvil;Jefe directo\n"
        "1;Ann;Lee;ann@example.com;Head;Sales;Oslo;01/01/2020;+44 20 7946 0000;+44 7700 900000;\n"
        "2;Bo;Dee;bo@example.com;Seller;North;Oslo;01/01/2020;;;Ann Lee\n"
    ),
    "german with a name for the family name": (
        "Personalnr.;Name;Vorname;E-Mail-Adresse;Funktion;Abteilung;Arbeitsort;Eintritt;Telefonnummer;Handy;"
        "Personalnummer Vorgesetzter\n"
        "1;Lee;Ann;ann@example.com;Head;Sales;Oslo;1.1.2020;+44 20 7946 0000;+44 7700 900000;\n"
        "2;Dee;Bo;bo@example.com;Seller;North;Oslo;1.1.2020;;;1\n"
    ),
}  # fmt: skip


@pytest.mark.parametrize("export", EXPORTS)
def test_headings_of_usual_exports_map_by_themselves(load, engines, export):
    outcome = load(EXPORTS[export])
    assert outcome.told == []
    found, stored = facts(engines), cards(engines)
    assert set(found) == {"1", "2"}
    ann, bo = stored["1"], stored["2"]
    assert [(row.given_name, row.family_name, row.email) for row in (ann, bo)] == [
        ("Ann", "Lee", "ann@example.com"), ("Bo", "Dee", "bo@example.com"),
    ]  # fmt: skip
    assert (ann.phone, ann.mobile) == ("+44 20 7946 0000", "+44 7700 900000")
    assert [found[number][1:3] for number in "12"] == [("sales", "Head"), ("north", "Seller")]
    assert (found["1"].manager, found["2"].manager) == (None, "1")
    if "Oslo" in EXPORTS[export]:
        assert found["1"].location == "oslo"
    if "2020" in EXPORTS[export]:
        assert employments(engines, "1")[0][0] == date(2020, 1, 1)
    assert load(EXPORTS[export]).result.revision is None
    assert "****" not in str(outcome.result.findings.kept)


# Managers

HEAD = "Employee number,Name,Department,Manager\n"


def test_a_manager_may_be_told_by_a_name_that_only_one_person_has(load, engines):
    outcome = load(HEAD + '1,Ann Lee,Board,\n2,Bo Dee,Board,"Lee, Ann"\n3,Cy Eff,Board,ann  LEE\n')
    assert (outcome.told, outcome.noted) == ([], [("manager by name", 3), ("manager by name", 4)])
    assert [facts(engines)[number].manager for number in "123"] == [None, "1", "1"]
    later = load(HEAD + "4,Di Gee,Board,Bo Dee\n")
    assert (later.told, later.noted[0]) == ([], ("manager by name", 2)), "of the directory"
    assert facts(engines)["4"].manager == "2"
    assert load(HEAD + "4,Di Gee,Board,Bo Dee\n").result.revision is None


def test_a_name_of_two_people_tells_nobody(load):
    assert load(HEAD + "1,Ann Lee,Board,\n2,Bo Dee,Board,\n9,Bo Dee,Board,1\n").written
    rows = "5,Ed Hay,Board,Bo Dee\n6,Flo Hay,Board,Nobody Here\n7,Bo Dee,Board,\n"
    assert load(HEAD + rows).told == [("ambiguous", 2, "Manager"), ("unknown manager", 3, "Manager")]
    alone = load(HEAD + "5,Ed Hay,Board,Ann Lee\n7,Ann Lee,Board,\n")
    assert alone.told == [("ambiguous", 2, "Manager")], "one in the file, another in the directory"
    left = "Employee number,Name,Department,Start date,End date\n8,Gus Ivy,Board,2020-01-01,2021-12-31\n"
    assert load(left).written
    assert load(HEAD + "10,Gus Ivy,Board,\n11,Hal Jay,Board,Gus Ivy\n").told == [], "who has left is not meant"


def test_managers_by_several_columns_agree_or_are_refused(load, engines):
    head = "Employee number,Name,Mail,Department,Manager ID,Manager email,Manager name\n"
    good = "1,Ann Lee,ann@example.com,Board,,,\n2,Bo Dee,bo@example.com,Board,1,ann@example.com,Ann Lee\n"
    assert load(head + good + "3,Cy Eff,,Board,,bo@example.com,\n4,Di Gee,,Board,99,,Bo Dee\n").told == []
    assert [facts(engines)[number].manager for number in "234"] == ["1", "2", "2"]
    crossed = load(head + good + "3,Cy Eff,,Board,1,bo@example.com,\n")
    assert crossed.told == [("ambiguous", 4, "Manager ID, Manager email, Manager name")]


def test_an_external_id_may_name_a_manager_and_a_crossed_one_is_refused(load, engines):
    head = "Employee number,External id,Name,Department,Manager\n"
    assert load(head + "1,x1,Ann Lee,Board,\n2,x2,Bo Dee,Board,x1\n").told == []
    assert facts(engines)["2"].manager == "1"
    crossed = load(head + "1,2,Ann Lee,Board,\n2,x2,Bo Dee,Board,\n3,x3,Cy Eff,Board,2\n")
    assert crossed.told == [("ambiguous", 4, "Manager")]


# Departments by code and name


def test_departments_and_locations_by_code_and_name(load, engines):
    head = "Employee number,Name,Department code,Department,Location code,Location\n"
    rows = "1,Ann Lee,D1,Support,L1,Oslo\n2,Bo Dee,D2,Sales,L2,Oslo\n3,Cy Eff,,Support B,L1,\n"
    outcome = load(head + rows)
    assert outcome.told == []
    assert tree(engines) == {"D1": ("Support", None), "D2": ("Sales", None), "support-b": ("Support B", None)}
    assert [facts(engines)[number][1:4:2] for number in "123"] == [("D1", "L1"), ("D2", "L2"), ("support-b", "L1")]
    assert load(head + rows).result.revision is None
    assert load(head + "3,Cy Eff,new,Support B,new,\n").verbs == {"create_location": 1, "move": 1}


# What may be given


def test_department_and_first_day_of_new_people_may_be_given(load, engines):
    head = "Employee number,Name,Department,Hire date\n"
    assert load(head + "1,Ann Lee,Board,2020-01-01\n").written
    rows = head + "1,Ann Lee,,\n2,Bo Dee,,\n3,Cy Eff,Sales,2022-02-02\n"
    outcome = load(rows, department="To be placed", joined=date(2024, 5, 1))
    assert outcome.told == []
    assert {number: fact.department for number, fact in facts(engines).items()} == {
        "1": "board", "2": "to-be-placed", "3": "sales",
    }  # fmt: skip
    assert [employments(engines, number)[0][0] for number in "123"] == [
        date(2020, 1, 1), date(2024, 5, 1), date(2022, 2, 2),
    ]  # fmt: skip
    assert load(rows, department="Elsewhere", joined=TODAY).result.revision is None, "nobody is new"
