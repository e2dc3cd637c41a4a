"""Headings of usual exports: their columns are known without a mapping."""

from __future__ import annotations

from datetime import date

import pytest

from tests.support.importing import cards, employments, facts

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


@pytest.mark.slow
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
