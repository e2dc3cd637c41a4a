"""Entries of a directory server: LDIF, RFC 2849.

Only entries of people are taken; what else a tree holds is counted. Nothing is fetched from the addresses that values
may name, and no password is ever kept.
"""

from __future__ import annotations

import base64
import binascii
import re
import uuid
from collections.abc import Iterator

from myproject.directory.importing.literals import list_cell

from .records import MAX_RECORD, BadRecord, Record, Remarks
from .references import dn_parts

_PEOPLE = frozenset(("person", "organizationalperson", "inetorgperson", "user", "newpilotperson", "pilotperson"))
_NO_PEOPLE = frozenset(("computer", "group", "device", "msds-groupmanagedserviceaccount"))
"""Classes of things that some servers call users as well."""
_KEYS = frozenset(("uid", "mail", "employeenumber", "employeeid", "samaccountname", "userprincipalname", "objectguid",
                   "entryuuid"))  # fmt: skip
"""Attributes that tell people apart."""
_EVERYBODY = frozenset(("people", "users", "staff", "employees", "accounts", "persons", "members"))
"""Units that are branches of a tree for everybody, and no departments."""
_LEFT_OUT = re.compile(r".*pwd|.*password.*|userpkcs12|.*privatekey.*|jpegphoto|photo|thumbnailphoto")
"""Attributes that are never kept, not even in a temporary file."""
_LISTS = ("labeleduri", "wwwhomepage", "url")
_LONG_NAMES = {"l": "localityName", "o": "organizationName", "c": "countryName", "st": "stateName"}
"""Attributes of one letter, which would look like the letters over columns without a heading."""


def entries(lines: Iterator[str], remarks: Remarks) -> Iterator[Record]:
    """The people of an LDIF file, each by the line on which it begins; entries that can't be read are refused."""
    others = 0
    for number, block in _blocks(lines, remarks):
        try:
            dn, attributes = _entry(block)
        except BadRecord as bad:
            remarks.refuse("LDIF", bad.row or number, f"The entry {bad}.", bad.remedy)
            continue
        if dn is None:
            continue
        if not _is_person(attributes):
            others += 1
            continue
        yield number, _values(dn, attributes)
    if others:
        remarks.note("no people", None, f"{others:,} entries that are no people were left out.")


Block = list[tuple[int, str]]
"""The lines of an entry, unfolded and without comments, each with its number."""


def _blocks(lines: Iterator[str], remarks: Remarks) -> Iterator[tuple[int, Block]]:
    """The entries as lines. One that is longer than allowed is refused and passed over."""
    block: list[tuple[int, list[str]]] = []
    size, comment = 0, False
    for number, raw in enumerate(lines, 1):
        line = raw.rstrip("\r\n").removeprefix("\ufeff")
        if not line:
            if block:
                yield from _finished(block, size, remarks)
            block, size, comment = [], 0, False
            continue
        size += len(line)
        if line.startswith(" "):
            if block and not comment and size <= MAX_RECORD:
                block[-1][1].append(line[1:])
        elif line.startswith("#"):
            comment = True
        else:
            comment = False
            if size <= MAX_RECORD:
                block.append((number, [line]))
    if block:
        yield from _finished(block, size, remarks)


def _finished(block: list[tuple[int, list[str]]], size: int, remarks: Remarks) -> Iterator[tuple[int, Block]]:
    first = block[0][0]
    if size > MAX_RECORD:
        remarks.refuse_long("entry", first, size)
        return
    yield first, [(number, "".join(parts)) for number, parts in block]


Attributes = dict[str, list[tuple[str, str]]]
"""Attribute in lower case -> its values in order, each with its options ("lang-fr")."""


def _entry(block: Block) -> tuple[str | None, Attributes]:
    """The name and the attributes of an entry; None for what is only a version. Raises BadRecord."""
    dn: str | None = None
    attributes: Attributes = {}
    for number, line in block:
        name, value = _attribute(number, line)
        base, _, options = name.lower().partition(";")
        if dn is None:
            if base == "version":
                continue
            if base != "dn":
                remedy = "Begin it with a line like dn: uid=ada,dc=example."
                raise BadRecord("does not begin with its name", remedy, number)
            dn = value or ""
        elif base == "changetype" and value is not None and value.strip().lower() != "add":
            told = f"is a change ({value.strip()}), not an entry"
            raise BadRecord(told, "Export the entries themselves, as ldapsearch does.", number)
        elif value is not None and not _LEFT_OUT.fullmatch(base):
            attributes.setdefault(base, []).append((options, value))
    return dn, attributes


def _attribute(number: int, line: str) -> tuple[str, str | None]:
    """The name of an attribute with its options, and its value; None for one that is kept elsewhere or no text."""
    name, colon, value = line.partition(":")
    if not colon or not re.fullmatch(r"[A-Za-z0-9][\w.;-]*", name.strip()):
        remedy = "Write it as attribute: value; what goes on in the next line begins there with a blank."
        raise BadRecord("has a line without an attribute", remedy, number)
    name = name.strip()
    if value.startswith("<"):
        return name, None
    if not value.startswith(":"):
        return name, value.strip(" ")
    try:
        data = base64.b64decode("".join(value[1:].split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadRecord(f"has a value of {name} that is no base64", "Export it again.", number) from error
    base = name.lower().partition(";")[0]
    if base == "objectguid" and len(data) == 16:
        return name, str(uuid.UUID(bytes_le=data))
    try:
        return name, data.decode("utf-8")
    except UnicodeDecodeError:
        return name, None


def _is_person(attributes: Attributes) -> bool:
    classes = {value.strip().lower() for _, value in attributes.get("objectclass", ())}
    if not attributes.keys() & _KEYS:
        return False  # an account of a program
    if not classes:
        return "sn" in attributes or "givenname" in attributes
    return bool(classes & _PEOPLE) and not classes & _NO_PEOPLE


def _values(dn: str, attributes: Attributes) -> dict[str, str]:
    """The columns of a person: one value of each attribute, the plain one before those in some language."""
    found = {"dn": dn}
    for name, tagged in attributes.items():
        if name == "objectclass" or (name == "departmentnumber" and attributes.keys() & {"ou", "department"}):
            continue  # the number of a department is often that of a person's own cost centre: the name counts
        values = sorted((item for item in tagged if item[1].strip()), key=lambda item: item[0] != "")
        if name == "ou":
            values = _units(dn, values)
        if not values:
            continue
        texts = list(dict.fromkeys(text for _, text in values))
        found[_LONG_NAMES.get(name, name)] = list_cell(texts) if name in _LISTS else texts[0]
    others = _other_names(attributes, found)
    if others:
        found["alternative names"] = list_cell(others)
    return found


def _units(dn: str, values: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The units without those that only say where in the tree the entry stands, if there are others."""
    containers = {value.lower() for name, value in dn_parts(dn) or () if name == "ou"}
    others = [item for item in values if item[1].strip().lower() not in containers]
    return others or [item for item in values if item[1].strip().lower() not in _EVERYBODY]


def _other_names(attributes: Attributes, found: dict[str, str]) -> list[str]:
    """Whole names besides the one that is taken: further ones, and those in other languages."""
    taken = {found.get("cn"), found.get("displayname"), f"{found.get('givenname', '')} {found.get('sn', '')}".strip()}
    names = [text.strip() for _, text in attributes.get("cn", ())]
    names += [text.strip() for options, text in attributes.get("displayname", ()) if options]
    return [name for name in dict.fromkeys(names) if name and name not in taken]
