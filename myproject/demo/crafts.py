"""What Larkfield does: it makes weather stations for farms, and the forecasts that go with them.

The divisions, the fields of work below them, and the crafts that people in each follow.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Topic:
    """A field of work: a department's name, the crafts of its people, and what they know."""

    name: str
    crafts: tuple[str, ...]
    skills: tuple[str, ...]
    former: str
    """What such a department was called in former times."""


@dataclass(frozen=True, slots=True)
class Division:
    """A part of the company right below the top. `by` says what its departments divide into first."""

    code: str
    name: str
    chief: str
    share: int
    by: str
    topics: tuple[Topic, ...]


def _topic(line: str) -> Topic:
    name, crafts, skills, former = (part.strip() for part in line.split("|"))
    return Topic(name, tuple(crafts.split(", ")), tuple(skills.split(", ")), former)


def _division(code: str, name: str, chief: str, share: int, by: str, lines: str) -> Division:
    return Division(code, name, chief, share, by, tuple(map(_topic, lines.strip().splitlines())))


DIVISIONS: tuple[Division, ...] = (
    _division("SW", "Software", "Chief Technology Officer", 20, "product", """
        Data Platform | Data Engineer, Software Engineer, Database Engineer | Python, PostgreSQL, Streaming, Data modelling | Data Warehouse
        Farm App | Mobile Developer, Software Engineer, Interaction Designer | Kotlin, Swift, Usability, Accessibility | Mobile Products
        Web Services | Software Engineer, Web Developer, Test Engineer | Python, JavaScript, CSS, Accessibility | Online Products
        Infrastructure | Site Reliability Engineer, Network Engineer, Systems Administrator | Linux, Networks, Monitoring, Incident response | Hosting
        Device Software | Firmware Engineer, Embedded Developer, Test Engineer | C, Rust, Radio links, Low power | Embedded Systems
        Information Security | Security Engineer, Security Analyst | Threat modelling, Cryptography, Audits, Incident response | Computer Security
        Product Management | Product Manager, Business Analyst, User Researcher | Roadmaps, Interviews, Prototyping, Pricing | Product Planning
        Workplace Technology | Support Technician, Systems Administrator, Solution Architect | Service desk, Linux, Spreadsheets, Training | Office Computing
    """),
    _division("IN", "Instruments", "Chief Engineer", 15, "product", """
        Sensor Design | Hardware Engineer, Optics Engineer, Physicist | Optics, Analogue design, Calibration, Simulation | Sensors
        Stations and Masts | Mechanical Engineer, Industrial Designer, Technician | CAD, Materials, Structures, Prototyping | Masts
        Radio and Power | Radio Engineer, Electronics Engineer, Hardware Engineer | Radio links, Antennas, Solar power, Low power | Telemetry
        Calibration Laboratory | Metrologist, Laboratory Technician, Quality Engineer | Calibration, Metrology, Statistics, Documentation | Test Laboratory
        Certification | Compliance Engineer, Technical Writer, Quality Engineer | Standards, Documentation, Audits, Safety | Approvals
        Field Trials | Field Engineer, Technician, Agronomist | Calibration, Driving, Agronomy, Training | Test Fields
    """),
    _division("FC", "Forecasting", "Chief Scientist", 11, "product", """
        Weather Models | Meteorologist, Numerical Modeller, Research Scientist | Fluid dynamics, Fortran, Statistics, Python | Numerical Forecasting
        Nowcasting | Meteorologist, Data Scientist, Radar Specialist | Radar, Machine learning, Python, Statistics | Short Range
        Climate Services | Climatologist, Data Scientist, Research Scientist | Climate data, Statistics, R, Writing | Climatology
        Crop Science | Agronomist, Soil Scientist, Plant Pathologist | Agronomy, Soil science, Statistics, Field trials | Agronomy
        Forecast Desk | Duty Forecaster, Meteorologist, Briefing Editor | Forecasting, Writing, Radio presenting, Shift planning | Forecast Room
    """),
    _division("OP", "Operations", "Chief Operating Officer", 18, "region", """
        Assembly | Assembly Technician, Production Planner, Machine Operator | Soldering, Lean production, Safety, Planning | Production
        Supply Chain | Buyer, Supply Planner, Logistics Coordinator | Negotiation, Customs, Planning, Spreadsheets | Purchasing
        Installation | Installation Engineer, Rigger, Crew Coordinator | Working at height, Driving, Safety, First aid | Field Services
        Maintenance | Service Technician, Service Planner, Repair Technician | Fault finding, Soldering, Driving, Calibration | Repairs
        Warehouse | Warehouse Operator, Stock Controller, Packer | Forklift driving, Stock control, Safety, First aid | Stores
        Quality | Quality Engineer, Inspector, Process Engineer | Statistics, Audits, Standards, Root causes | Inspection
    """),
    _division("SA", "Sales", "Chief Commercial Officer", 12, "region", """
        Farm Sales | Account Manager, Sales Representative, Sales Engineer | Negotiation, Agronomy, Presenting, Driving | Field Sales
        Partner Sales | Partner Manager, Account Manager, Channel Specialist | Negotiation, Contracts, Presenting, Training | Resellers
        Public Sector | Account Manager, Bid Writer, Sales Engineer | Tenders, Writing, Contracts, Presenting | Government Sales
        Sales Operations | Sales Analyst, Sales Coordinator, Pricing Analyst | Spreadsheets, Pricing, Forecasting, SQL | Sales Office
    """),
    _division("CC", "Customer Care", "Chief Customer Officer", 11, "region", """
        Care Line | Care Advisor, Care Specialist, Shift Coordinator | Listening, Fault finding, Writing, Shift planning | Call Centre
        Training | Trainer, Course Designer, Technical Writer | Presenting, Writing, Video, Agronomy | Courses
        Onboarding | Onboarding Specialist, Solution Consultant, Care Advisor | Presenting, Planning, Agronomy, Interviews | Implementation
        Technical Support | Support Engineer, Support Technician, Technical Writer | Fault finding, Linux, Radio links, Writing | Second Line
    """),
    _division("MK", "Marketing", "Chief Marketing Officer", 5, "region", """
        Brand and Events | Brand Designer, Event Manager, Copywriter | Writing, Typography, Event planning, Photography | Communications
        Growth | Marketing Analyst, Campaign Manager, Copywriter | Statistics, Writing, SQL, Translation | Advertising
        Press and Community | Press Officer, Community Manager, Editor | Writing, Radio presenting, Translation, Interviews | Public Relations
    """),
    _division("FI", "Finance", "Chief Financial Officer", 5, "region", """
        Accounting | Accountant, Accounts Clerk, Payroll Specialist | Bookkeeping, Spreadsheets, Payroll, Tax | Bookkeeping
        Planning and Control | Controller, Financial Analyst, Cost Analyst | Budgeting, Spreadsheets, SQL, Forecasting | Budget Office
        Treasury | Treasury Analyst, Credit Controller | Cash planning, Currencies, Contracts, Spreadsheets | Cash Management
        Legal | Lawyer, Contract Manager, Privacy Officer | Contracts, Privacy, Negotiation, Writing | Secretariat
    """),
    _division("PE", "People", "Chief People Officer", 3, "region", """
        People Partners | People Partner, People Advisor, People Analyst | Coaching, Labour law, Mediation, Spreadsheets | Personnel
        Recruiting | Recruiter, Sourcing Specialist, Recruiting Coordinator | Interviews, Writing, Planning, Employer branding | Hiring
        Workplaces | Office Manager, Receptionist, Facilities Technician | First aid, Event planning, Safety, Negotiation | Buildings
    """),
)  # fmt: skip

PRODUCTS = (
    "Rain", "Wind", "Frost", "Soil", "Sunlight", "Hail", "Storm", "Fog", "River", "Orchard", "Vineyard", "Greenhouse",
    "Pasture", "Grain", "Snow", "Drought", "Pollen", "Dew", "Irrigation", "Harvest",
)  # fmt: skip
REGIONS = (
    "Nordics", "British Isles", "Iberia", "Central Europe", "Mediterranean", "Gulf of Guinea", "East Africa", "Maghreb",
    "Deccan", "Ganges Plain", "Mekong", "Japan and Korea", "Oceania", "Prairies", "Great Lakes", "Rockies", "Andes",
    "Southern Cone", "Caribbean", "Anatolia",
)  # fmt: skip
BIRDS = (
    "Wren", "Plover", "Swift", "Heron", "Kestrel", "Dipper", "Fieldfare", "Lapwing", "Curlew", "Nightjar", "Redstart",
    "Whimbrel", "Goldcrest", "Linnet", "Siskin", "Avocet", "Bittern", "Chough", "Dotterel", "Egret", "Fulmar", "Godwit",
    "Hobby", "Ibis", "Jackdaw", "Knot", "Merlin", "Osprey", "Pipit", "Quail",
)  # fmt: skip

RANKS = ("Junior {}", "{}", "Senior {}", "Principal {}")
"""Titles of a craft by rank."""
LEAD = "Lead {}"


def divisions_for(employees: int) -> tuple[Division, ...]:
    """The divisions of a company of a size: the small ones come later."""
    count = 5 if employees < 100 else 7 if employees < 150 else len(DIVISIONS)
    return (*DIVISIONS[: count - 1], DIVISIONS[-1]) if count < len(DIVISIONS) else DIVISIONS


def facets(division: Division, level: int) -> tuple[str, ...]:
    """What departments of a division divide into, at a level below its fields of work."""
    first, second = (PRODUCTS, REGIONS) if division.by == "product" else (REGIONS, PRODUCTS)
    return (first, second, BIRDS)[min(level, 2)]


def about(division: Division, topic: Topic | None, name: str) -> str:
    """What a department says of itself."""
    if topic is None:
        return f"{name} at Larkfield: {', '.join(topic.name.lower() for topic in division.topics)}."
    return f"{name} works on {topic.skills[0].lower()} and {topic.skills[1].lower()}, within {division.name}."
