"""A built wheel in an environment of its own, with nothing but an ini file beside it: migrates, imports, serves."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import venv
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[3]
SHEET = """Employee number,First name,Last name,Department,Job title,Hire date,Manager
1,Ada,Byron,Engineering,Engineer,2020-01-01,
2,Charles,Babbage,Engineering,Mechanic,2021-02-03,1
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from a copy of the checkout: no leftovers of an earlier build get into it."""
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    source.mkdir()
    for name in ("myproject", "alembic"):
        shutil.copytree(ROOT / name, source / name, symlinks=True, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("setup.py", "pyproject.toml", "MANIFEST.in", "CHANGELOG.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder / "dist")]
    run([*build, str(source)], folder)
    (built,) = (folder / "dist").glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of an environment that holds the wheel, and sees this one's libraries but not its checkout."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=False)
    (site,) = folder.glob("lib/python*/site-packages")
    # .pth files are not followed from here, so the checkout that is installed in place stays unknown.
    (site / "libraries.pth").write_text("\n".join(path for path in sys.path if path.endswith("site-packages")))
    run(
        [sys.executable, "-m", "pip", "--python", str(folder / "bin/python"), "install", "--quiet", "--no-deps",
         "--no-index", "--disable-pip-version-check", "--ignore-installed", str(wheel)],
        folder,
    )  # fmt: skip
    return folder / "bin"


def run(command: list[str], cwd: Path) -> str:
    environ = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("MYPROJECT_", "PYTHON", "PYTEST", "COVERAGE"))
    }
    done = subprocess.run(command, cwd=cwd, env=environ, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_wheel_holds_all_that_is_no_python(wheel: Path):
    held = set(zipfile.ZipFile(wheel).namelist())
    package = ROOT / "myproject"
    for folder in ("templates", "static", "migrations", "locale"):
        for file in (package / folder).rglob("*"):
            if file.is_file() and "__pycache__" not in file.parts:
                assert f"myproject/{file.relative_to(package)}" in held
    assert "myproject/migrations/env.py" in held
    assert "myproject/migrations/versions/0001_the_dated_directory.py" in held
    assert not [name for name in held if not name.startswith(("myproject/", "myproject-"))]
    assert not [name for name in held if name.endswith((".pyc", ".sqlite"))]


def test_with_nothing_but_an_ini_beside_it(installed: Path, tmp_path: Path):
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        port = door.getsockname()[1]
    (tmp_path / "own.ini").write_text(
        "[app:main]\nuse = egg:myproject\nsqlalchemy.url = sqlite:///%(here)s/own.sqlite\n"
        "security.checks = relaxed\n"
        f"[server:main]\nuse = egg:myproject#waitress\nlisten = 127.0.0.1:{port}\n"
    )
    (tmp_path / "people.csv").write_text(SHEET)
    myproject = [str(installed / "python"), "-m", "myproject", "--ini", "own.ini"]
    where = run([str(installed / "python"), "-c", "import myproject; print(myproject.__file__)"], tmp_path)
    assert Path(where).is_relative_to(installed.parent)

    assert "from empty to" in run([*myproject, "db", "upgrade"], tmp_path)
    assert "agrees" in run([*myproject, "db", "check"], tmp_path)
    run([*myproject, "import", "people.csv"], tmp_path)
    assert "2 join" in run([*myproject, "changes", "list"], tmp_path)
    run([*myproject, "user", "add", "ada@example.org", "--employee", "1"], tmp_path)
    cookie = run([*myproject, "user", "session", "ada@example.org"], tmp_path).strip()

    server = subprocess.Popen(
        [str(installed / "python"), "-m", "pyramid.scripts.pserve", "own.ini"],
        cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    try:
        page = _page(f"http://127.0.0.1:{port}/employees", cookie, server)
    finally:
        server.terminate()
        server.communicate(timeout=10)
    assert "Ada Byron" in page
    assert "/static/" in page
    assert sorted(path.name for path in tmp_path.iterdir() if not path.name.startswith("own.sqlite")) == [
        "own.ini",
        "people.csv",
    ]


def _page(url: str, cookie: str, server: subprocess.Popen[str]) -> str:
    deadline = time.monotonic() + 30
    while True:
        try:
            request = urllib.request.Request(url, headers={"Cookie": cookie})
            with urllib.request.urlopen(request, timeout=10) as response:
                return response.read().decode()
        except urllib.error.HTTPError as error:
            server.terminate()
            raise AssertionError(f"{error}\n{server.communicate()[0]}") from None
        except OSError:
            if server.poll() is not None or time.monotonic() > deadline:
                server.terminate()
                raise AssertionError(server.communicate()[0]) from None
            time.sleep(0.2)
