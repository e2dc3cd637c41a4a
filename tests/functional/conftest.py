"""What several of these modules share: somebody with a manager and with reports."""

from __future__ import annotations

import pytest
from webtest import TestApp

from tests.conftest import Company


@pytest.fixture
def adaeze(own_company: Company) -> TestApp:
    """E03: at the head of Platform, under Engineering; reports to E02 and manages E05."""
    return own_company.client("e03@larkfield.example")
