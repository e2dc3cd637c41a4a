"""The organisation that is searched, for a module and for one test."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from myproject.db.engines import Engines
from tests.support.searching import Place, copy_of


@pytest.fixture(scope="module")
def place(database: Any) -> Iterator[Place]:
    with copy_of(database) as engines, engines.read.connect() as conn:
        yield Place(engines, conn)


@pytest.fixture
def own_place(database: Any) -> Iterator[Engines]:
    with copy_of(database) as engines:
        yield engines
