"""The fields of an employee that are not on the card: the number, what is worked out, and all that is dated."""

from __future__ import annotations

from myproject.language.texts import marked

from .field_info import Info, headings_of

OTHER_FIELDS: dict[str, Info] = {
    "employee_number": Info(
        marked("Employee number"),
        section="Kept by the people team",
        example="E-1042",
        edited_by="nobody",
        headings=headings_of(
            "employee id, employee no, emp no, emp id, worker id, person number, staff number, staff id, personnel "
            "number, person id external, number, employee code, personalnummer, personal-nr, mitarbeiternummer, "
            "mitarbeiter-nr, mitarbeiter id, matricule, numéro de matricule, n° matricule, numéro d'employé, n° "
            "employé, identifiant salarié, número de empleado, nº de empleado, núm. de empleado, id de empleado, "
            "código de empleado"
        ),
    ),
    "name": Info(
        marked("Name"),
        marked("How the person is called."),
        edited_by="nobody",
        example="Ada Lovelace",
        headings=headings_of(
            "full name, display name, employee name, cn, worker, last name first name, anzeigename, vollständiger "
            "name, nom complet, nom et prénom, nombre completo, nombre y apellidos, apellidos y nombre"
        ),
    ),
    "age": Info(
        marked("Age"), marked("Worked out from the date of birth."), audience="people_team", edited_by="nobody"
    ),
    "department": Info(
        marked("Department"),
        table="assignment",
        headings=headings_of(
            "dept, department name, team, unit, division, organisational unit, organizational unit, org unit, ou, "
            "supervisory organization, business unit, abteilung, bereich, organisationseinheit, département, service, "
            "direction, équipe, departamento, área, equipo, unidad"
        ),
        by=(
            (
                "code",
                headings_of(
                    "department code, department id, dept id, dept code, department number, org unit code, "
                    "abteilungsnummer, code département, code service, código de departamento"
                ),
            ),
            ("path", headings_of("department path, org unit path")),
        ),
    ),
    "job_title": Info(
        marked("Job title"),
        example="Engineer",
        table="assignment",
        headings=headings_of(
            "title, position, role, job, function, post, business title, employee title, job title name, "
            "stellenbezeichnung, stelle, funktion, berufsbezeichnung, intitulé du poste, titre du poste, poste, "
            "fonction, emploi, puesto, puesto de trabajo, cargo"
        ),
    ),
    "location": Info(
        marked("Location"),
        table="assignment",
        headings=headings_of(
            "office location, work location, location name, primary location, site, city, place, locality name, "
            "standort, arbeitsort, dienstort, niederlassung, ort, lieu de travail, lieu, ville, établissement, "
            "ubicación, lugar de trabajo, centro de trabajo, ciudad, sede"
        ),
        by=(
            (
                "code",
                headings_of(
                    "location code, location id, site code, site id, standortcode, code site, código de ubicación"
                ),
            ),
        ),
    ),
    "fte": Info(
        marked("FTE"),
        marked("Share of full time; 1 is full time."),
        table="assignment",
        headings=headings_of(
            "full time equivalent, working time, scheduled fte, stellenanteil, beschäftigungsgrad, arbeitszeitanteil, "
            "etp, équivalent temps plein, taux d'activité, equivalente a tiempo completo"
        ),
    ),
    "is_head": Info(
        marked("Head of department"),
        marked("Whether they lead their department."),
        table="assignment",
        headings=headings_of("head, department head, abteilungsleitung"),
    ),
    "manager": Info(
        marked("Manager"),
        table="reporting_line",
        headings=headings_of(
            "reports to, line manager, supervisor, boss, direct manager, people manager, worker's manager, "
            "vorgesetzter, vorgesetzte, vorgesetzte/r, führungskraft, direkter vorgesetzter, responsable, responsable "
            "hiérarchique, supérieur, supérieur hiérarchique, manager direct, n+1, jefe, jefe directo, superior, "
            "superior directo, gerente"
        ),
        by=(
            (
                "id",
                headings_of(
                    "manager number, manager id, manager employee number, manager employee id, supervisor id, "
                    "supervisor eid, supervisor employee id, reports to id, line manager id, manager dn, "
                    "vorgesetzten-id, vorgesetzter id, personalnummer vorgesetzter, personalnummer des vorgesetzten, "
                    "matricule manager, matricule du manager, matricule responsable, id manager, id del jefe, id del "
                    "supervisor, número de empleado del jefe"
                ),
            ),
            ("key", headings_of("manager record id")),
            (
                "email",
                headings_of(
                    "manager email, manager's email, manager mail, manager user principal name, line manager email, "
                    "supervisor email, reports to email, e-mail vorgesetzter, vorgesetzter e-mail, e-mail des "
                    "vorgesetzten, email manager, email du manager, e-mail du responsable, correo del jefe, correo "
                    "del supervisor"
                ),
            ),
            (
                "name",
                headings_of(
                    "manager name, manager full name, manager display name, supervisor name, line manager name, "
                    "reports to name, name des vorgesetzten, vorgesetzter name, nom du manager, nom du responsable, "
                    "nombre del jefe, nombre del supervisor"
                ),
            ),
        ),
    ),
    "hired_on": Info(
        marked("Hired on"),
        marked("The first day of the current employment."),
        table="employment",
        headings=headings_of(
            "hire date, joined on, joined, start date, joining date, date of joining, date joined, date of hire, "
            "entry date, employment start, employment start date, employee hire date, original hire date, "
            "eintrittsdatum, eintritt, einstellungsdatum, anstelldatum, date d'embauche, date d'entrée, "
            "date d'arrivée, fecha de contratación, fecha de alta, fecha de ingreso, fecha de incorporación"
        ),
    ),
    "left_on": Info(
        marked("Last day"),
        marked("The last day of work here."),
        table="employment",
        headings=headings_of(
            "end date, leaving date, leave date, termination date, exit date, date left, employment end, employment "
            "end date, last day of work, last working day, employee leave date time, austrittsdatum, austritt, letzter "
            "arbeitstag, date de sortie, date de départ, dernier jour, fecha de baja, fecha de salida, fecha de cese, "
            "último día"
        ),
    ),
}
"""Field -> what is known of it."""
