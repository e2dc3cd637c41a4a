"""Phone numbers as links take them."""

from __future__ import annotations

import pytest

from myproject.pages.people.values import telephone


@pytest.mark.parametrize(
    ("written", "abroad", "at_home"),
    [
        ("+44 (0)20 7946 0018", "+442079460018", "+442079460018"),
        ("020 7946 0018", "02079460018", "+442079460018"),
        ("(020) 7946-0018 ext. 12", "02079460018", "+442079460018"),
        ("4711", "4711", "4711"),
        ("0049 30 123456", "004930123456", "+4930123456"),
    ],
)
def test_a_number_is_dialled_from_abroad_where_its_country_is_known(written: str, abroad: str, at_home: str):
    assert telephone(written) == abroad
    assert telephone(written, "GB") == at_home
