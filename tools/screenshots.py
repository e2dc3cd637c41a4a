"""Take the pictures of the README from the made-up company: ``make screenshots``.

Needs a Chromium on the PATH, or one that MYPROJECT_CHROMIUM names. The same company, day and window each time, so that
a picture changes only when the page does.
"""

from __future__ import annotations

import io
import sys
import tempfile
from pathlib import Path

import plaster
from PIL import Image
from playwright.sync_api import Page, sync_playwright
from sqlalchemy import select

from myproject.db.engines import Engines
from myproject.demo import accounts
from myproject.demo.company import load, make_company
from myproject.demo.portraits import add_portraits
from myproject.models.present import Present
from tests.browser.conftest import FLAGS, Who, chromium, served_from
from tests.conftest import NOW, ROOT

PICTURES = ROOT / "docs/pictures"
LARGEST = 150_000
"""Bytes of a picture, at most."""
_P = Present.__table__


def fill(engines: Engines) -> None:
    """The made-up company, with faces for some of its people."""
    with engines.begin() as conn:
        load(conn, make_company(240, NOW.date()), NOW.date())
        add_portraits(conn, NOW.date())


def manager_of_a_team(engines: Engines) -> int:
    """Somebody with a portrait, a manager and a team of a size that fits a picture."""
    query = (
        select(_P.c.employee_id)
        .where(_P.c.manager_id.is_not(None), _P.c.portrait.is_not(None), _P.c.reports > 0)
        .order_by((_P.c.reports - 5) * (_P.c.reports - 5), _P.c.employee_id)
    )
    with engines.read.connect() as conn:
        found: int = conn.execute(query.limit(1)).scalar_one()
    return found


def take(page: Page, name: str) -> Path:
    """One picture, in few colours."""
    page.wait_for_load_state("networkidle")
    taken = Image.open(io.BytesIO(page.screenshot()))
    path = PICTURES / f"{name}.png"
    for colours in (256, 128, 64, 32):
        taken.quantize(colours, dither=Image.Dither.NONE).save(path, optimize=True)
        if path.stat().st_size <= LARGEST:
            return path
    raise SystemExit(f"{path} has {path.stat().st_size:,} bytes; {LARGEST:,} are allowed: show less of the page")


def main() -> None:
    """Every picture."""
    program = chromium()
    if program is None:
        sys.exit("No Chromium was found: install one, or name it with MYPROJECT_CHROMIUM")
    PICTURES.mkdir(exist_ok=True)
    settings = plaster.get_settings(str(ROOT / "testing.ini"), "app:main")
    with tempfile.TemporaryDirectory() as folder, served_from(Path(folder), settings, fill) as served:
        person = manager_of_a_team(served.app.registry.engines)
        with served.app.registry.engines.read.connect() as conn:
            visitor = next(each.email for each in accounts.trials(conn) if each.what == "colleague")
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=program, args=FLAGS, chromium_sandbox=False)
            context = browser.new_context(
                base_url=served.url, viewport={"width": 1200, "height": 750}, locale="en-GB", reduced_motion="reduce"
            )
            context.add_cookies([served.cookie(Who(visitor))])
            page = context.new_page()
            # The time of day at a place is the browser's.
            page.clock.set_fixed_time(NOW)
            for name, address in (
                ("list", "/employees"),
                ("profile", f"/employees/{person}"),
                ("chart", f"/chart/{person}"),
            ):
                page.goto(address)
                path = take(page, name)
                print(f"{path.relative_to(ROOT)}: {path.stat().st_size:,} bytes")
            browser.close()


if __name__ == "__main__":
    main()
