"""An importer into a database of its own."""

from __future__ import annotations

import pytest

from tests.support.importing import Importer


@pytest.fixture
def load(engines, tmp_path) -> Importer:
    return Importer(engines, tmp_path)
