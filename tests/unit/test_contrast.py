"""The contrast of colours, as `myproject check` judges the accent."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from myproject.commands.contrast import ENOUGH, PAPER_DAY, PAPER_NIGHT, contrast
from myproject.settings.table import NAMES

CSS = Path(__file__).parents[2] / "myproject/static/css/site.css"


def test_known_contrasts():
    assert contrast("#fff", "black") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)
    assert contrast("oklch(62.8% 0.2577 29.23)", "rgb(255, 0, 0)") == pytest.approx(1, abs=0.01)
    assert contrast("oklch(1 0 0)", "hsl(0, 0%, 100%)") == pytest.approx(1, abs=0.01)
    assert contrast("hwb(10 20% 30%)", "black") is None


def test_the_default_accents_can_be_read():
    for name, paper in (("organisation.accent", PAPER_DAY), ("organisation.accent_dark", PAPER_NIGHT)):
        found = contrast(NAMES[name].default, paper)
        assert found is not None
        assert found > ENOUGH


def test_the_paper_is_that_of_the_style_sheet():
    paper = re.search(r"--paper: light-dark\((oklch\([^)]*\)), (oklch\([^)]*\))\)", CSS.read_text())
    assert paper is not None
    assert contrast(paper[1], PAPER_DAY) == 1
    assert contrast(paper[2], PAPER_NIGHT) == 1
