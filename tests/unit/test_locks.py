"""The lock files: everything with hashes, from nowhere in particular, and nothing forgotten."""

from __future__ import annotations

import re
from importlib.metadata import requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
#: A pinned package, with its marker if it has one, and its hashes.
PIN = re.compile(r"^([a-z0-9-]+)==(\S+?)( ; [^\\]+)? \\\n((?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)", re.MULTILINE)


def pins(name: str) -> dict[str, str]:
    return {package: version for package, version, *_ in PIN.findall((ROOT / name).read_text())}


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-celery.lock", "requirements-dev.lock"])
def test_a_lock_holds_pins_with_hashes_and_nothing_else(name: str):
    rest = PIN.sub("", (ROOT / name).read_text())
    assert [line for line in rest.splitlines() if line and not line.lstrip().startswith("#")] == []
    assert "://" not in rest
    assert pins(name)["setuptools"] < "80.9"


def test_everything_that_is_required_is_locked():
    runtime, development = pins("requirements.lock"), pins("requirements-dev.lock")
    assert runtime.items() <= development.items()
    assert runtime.items() <= pins("requirements-celery.lock").items() <= development.items()
    for text in requires("myproject") or ():
        requirement = Requirement(text)
        lock = development if requirement.marker and "extra" in str(requirement.marker) else runtime
        assert requirement.specifier.contains(lock[canonicalize_name(requirement.name)])
