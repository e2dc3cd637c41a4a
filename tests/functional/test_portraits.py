"""Portraits: what is taken and what is refused, what is left of it, and who gets to see it."""

from __future__ import annotations

import io
import os
import re
import struct
import subprocess
import sys
import threading
import zlib
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from PIL import Image
from webtest import TestApp, Upload

from myproject.directory import change_sets
from myproject.directory.pictures import decoding, uploads
from myproject.directory.pictures.uploads import Refused, portraits
from myproject.directory.verbs import ChangeAudience, EditCard
from myproject.models.employee import Employee
from tests import company as facts
from tests.accounts import token_of
from tests.conftest import Company

E: Any = Employee.__table__
WHO: dict[str, Any] = {"today": facts.TODAY, "author": "test", "source": "test"}


def picture(width: int = 400, height: int = 300, kind: str = "JPEG", mode: str = "RGB", **more: Any) -> bytes:
    """A picture of three bands: red at the top (left), green, blue at the bottom (right)."""
    image = Image.new("RGB", (width, height))
    across = width >= height
    for part, colour in enumerate(((220, 30, 30), (30, 220, 30), (30, 30, 220))):
        start, end = (width if across else height) * part // 3, (width if across else height) * (part + 1) // 3
        image.paste(colour, (start, 0, end, height) if across else (0, start, width, end))
    out = io.BytesIO()
    image.convert(mode).save(out, kind, **more)
    return out.getvalue()


def opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


def colour(image: Image.Image, x: float, y: float) -> str:
    """Which of the three colours is at a place, told in parts of the side."""
    pixel: Any = image.convert("RGB").getpixel((int(x * (image.width - 1)), int(y * (image.height - 1))))
    return ("red", "green", "blue")[max(range(3), key=lambda band: pixel[band])]


# --- what comes out -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "mode"),
    [
        ("JPEG", "RGB"),
        ("JPEG", "L"),
        ("JPEG", "CMYK"),
        ("PNG", "RGBA"),
        ("PNG", "P"),
        ("PNG", "I;16"),
        ("PNG", "1"),
        ("PNG", "LA"),
        ("WEBP", "RGB"),
        ("WEBP", "RGBA"),
        ("GIF", "P"),
    ],
)
def test_every_kind_becomes_jpegs_in_sizes(kind: str, mode: str) -> None:
    if mode == "I;16":
        out = io.BytesIO()
        Image.new("I;16", (800, 700), 30_000).save(out, kind)
        made = portraits(out.getvalue())
        pixel: Any = opened(made[64]).getpixel((5, 5))
        assert abs(pixel[0] - 30_000 // 256) < 3
    else:
        made = portraits(picture(800, 700, kind, mode))
    assert list(made) == [64, 128, 320, 640]
    for size, data in made.items():
        image = opened(data)
        assert (image.format, image.mode, image.size) == ("JPEG", "RGB", (size, size))


def test_a_small_picture_is_not_blown_up() -> None:
    assert [opened(data).width for data in portraits(picture(200, 150)).values()] == [64, 128, 150, 150]


def test_where_and_with_what_it_was_taken_is_gone() -> None:
    exif = Image.Exif()
    exif[0x010F] = "canary-camera"
    exif[0x9286] = "canary-comment"
    exif.get_ifd(0x8825).update({1: "N", 2: (59.0, 54.0, 1.0), 29: "canary-gps"})
    data = picture(800, 700, exif=exif, comment=b"canary-jpeg")
    assert data.count(b"canary") >= 3
    for made in portraits(data).values():
        assert b"canary" not in made
        image = opened(made)
        assert not image.getexif()
        assert not {"exif", "comment", "icc_profile", "xmp"} & image.info.keys()
    text = picture(300, 300, "PNG", pnginfo=_text())
    assert b"canary" in text
    assert all(b"canary" not in made for made in portraits(text).values())


def _text() -> Any:
    from PIL.PngImagePlugin import PngInfo

    info = PngInfo()
    info.add_text("Author", "canary-author")
    return info


@pytest.mark.parametrize("turned", range(1, 9))
@pytest.mark.parametrize(("place", "seen"), [("start", "red"), ("middle", "green"), ("end", "blue")])
def test_it_is_turned_as_the_camera_was_held_and_cut_where_asked(turned: int, place: str, seen: str) -> None:
    """The picture is made so that, turned as it says, it shows red on top, green, blue: three squares of it."""
    shown = Image.new("RGB", (100, 300))
    for part, each in enumerate(((220, 30, 30), (30, 220, 30), (30, 30, 220))):
        shown.paste(each, (0, part * 100, 100, part * 100 + 100))
    back = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    stored = shown.transpose(back[turned]) if turned in back else shown
    exif = Image.Exif()
    exif[0x0112] = turned
    out = io.BytesIO()
    stored.save(out, "JPEG", exif=exif, quality=95)
    image = opened(decoding.make(out.getvalue(), place)[64])
    assert {colour(image, x, y) for x in (0.2, 0.8) for y in (0.2, 0.8)} == {seen}


def test_what_is_see_through_is_white() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (200, 200), (0, 0, 0, 0)).save(out, "PNG")
    assert opened(portraits(out.getvalue())[64]).getpixel((9, 9)) == (255, 255, 255)


def test_the_same_file_makes_the_same_picture() -> None:
    data = picture(800, 700)
    assert portraits(data) == portraits(data) == decoding.make(data)


# --- what is refused ----------------------------------------------------------------------------------------


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def claims(width: int, height: int, body: bytes = b"\0" * 3000, *more: bytes) -> bytes:
    """A PNG that says it has so many pixels."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = (_chunk(b"IHDR", head), *more, _chunk(b"IDAT", zlib.compress(body)), _chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def webp_claims(width: int, height: int) -> bytes:
    body = b"VP8X" + struct.pack("<I", 10) + bytes(4)
    body += (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    body += picture(100, 100, "WEBP")[12:]
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body


def scans(times: int) -> bytes:
    """A progressive JPEG that draws one part of itself over and over."""
    data = picture(3000, 3000, progressive=True)
    last = data.rindex(b"\xff\xda")
    return data[:-2] + data[last:-2] * times + data[-2:]


def gif(frames: int) -> bytes:
    out = io.BytesIO()
    first, *others = (Image.new("L", (300, 300), number % 250) for number in range(frames))
    first.save(out, "GIF", save_all=True, append_images=others)
    return out.getvalue()


PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n"
ZIP = b"PK\x03\x04" + bytes(26) + b"PK\x05\x06" + bytes(18)
NOT_TAKEN: dict[str, tuple[Callable[[], bytes], str]] = {
    "empty": (lambda: b"", "empty"),
    "text": (lambda: b"hello", "not a picture"),
    "svg": (lambda: b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', "SVG"),
    "svg with a head": (lambda: b'<?xml version="1.0"?><svg/>', "SVG"),
    "html": (lambda: b"<!doctype html><script>alert(1)</script>", "web page"),
    "pdf": (lambda: PDF, "PDF"),
    "heic": (lambda: b"\0\0\0\x18ftypheic" + bytes(100), "HEIC"),
    "bmp": (lambda: picture(100, 100, "BMP"), "not a picture"),
    "tiff": (lambda: picture(100, 100, "TIFF"), "not a picture"),
    "picture and page": (lambda: picture() + b"<script>alert(1)</script>", "something else as well"),
    "picture and drawing": (lambda: picture(100, 100, "GIF", "P") + b'<svg onload="x">', "something else as well"),
    "picture and document": (lambda: picture() + PDF, "something else as well"),
    "page in a comment": (lambda: picture(comment=b"<html><body>"), "something else as well"),
    "picture and archive": (lambda: picture(100, 100, "GIF", "P") + ZIP, "something else as well"),
    "program": (lambda: picture(comment=b"<?php system($_GET[0])"), "something else as well"),
    "cut off": (lambda: picture(800, 600)[:2000], "damaged"),
    "cut off in its head": (lambda: picture(800, 600)[:30], "damaged"),
    "cut off png": (lambda: picture(800, 600, "PNG")[:200], "damaged"),
    "cut off webp": (lambda: picture(800, 600, "WEBP")[:40], "damaged"),
    "cut off gif": (lambda: picture(800, 600, "GIF", "P")[:14], "damaged"),
    "noise after the magic": (lambda: b"\xff\xd8\xff" + os.urandom(5000), "damaged"),
    "tiny": (lambda: picture(63, 500), "too small"),
    "900 megapixels": (lambda: claims(30_000, 30_000), "too large"),
    "more than there are numbers": (lambda: claims(2**31 - 1, 2**31 - 1), "too large"),
    "claims more than it holds": (lambda: claims(4_000, 4_000), "damaged"),
    "one line without end": (lambda: claims(2_000_000, 1), "too small"),
    "a gigabyte of webp": (lambda: webp_claims(16_383, 16_383), "too large"),
    "a text that unpacks": (
        lambda: claims(100, 100, bytes(30_100), _chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(60_000_000)))),
        "damaged",
    ),
    "a jpeg of a thousand scans": (lambda: scans(1_500), "too much time"),
}


def _processor_time() -> float:
    """Seconds, with those of processes that have ended; on the clock, other work on the machine would count as well."""
    return sum(os.times()[:4])


@pytest.mark.parametrize("case", NOT_TAKEN)
def test_refused_clearly_in_little_time(case: str) -> None:
    make, reason = NOT_TAKEN[case]
    data = make()
    started = _processor_time()
    with pytest.raises(Refused, match=reason) as refused:
        portraits(data)
    assert _processor_time() - started < 2
    assert refused.value.remedy or case == "tiny"


def test_of_an_animation_the_first_picture_is_taken() -> None:
    image = opened(portraits(gif(300))[64])
    assert image.getpixel((9, 9)) == (0, 0, 0)


@pytest.mark.parametrize(
    "make",
    [
        lambda: picture(8_000, 6_000, quality=30),
        lambda: picture(4_800, 4_900, "PNG", "RGBA", compress_level=1),
        lambda: picture(3_100, 3_100, "WEBP", "RGBA", method=0),
        lambda: picture(5_000, 4_700, progressive=True, subsampling=0, quality=30),
        lambda: picture(4_800, 4_900, "GIF", "P"),
    ],
    ids=["jpeg of 48 megapixels", "png", "webp", "progressive jpeg", "gif"],
)
def test_the_largest_that_are_taken_stay_within_bounds(make: Callable[[], bytes]) -> None:
    resource = pytest.importorskip("resource")
    data = make()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert list(portraits(data)) == [64, 128, 320, 640]
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 40 * 1024, "the server does not decode"
    assert peak(data) < 200 * 1024


def peak(data: bytes) -> int:
    """The memory that the decoder took at most, in KB; asked by a small process, whose own would count otherwise."""
    program = (
        "import resource, subprocess, sys\n"
        "command = [sys.executable, '-P', *sys.argv[1:]]\n"
        "subprocess.run(command, stdin=sys.stdin, stdout=subprocess.DEVNULL, check=True)\n"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    command = [sys.executable, "-c", program, str(decoding.__file__), "middle"]
    return int(subprocess.run(command, input=data, capture_output=True, check=True).stdout)


def test_no_secret_is_handed_to_the_decoder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MYPROJECT_SECURITY_SECRET", "canary")
    assert "canary" not in repr(uploads._environment())


# --- through the application --------------------------------------------------------------------------------


@pytest.fixture
def adaeze(own_company: Company) -> TestApp:
    """E03, who reports to E02 and manages E05."""
    return own_company.client("e03@larkfield.example")


def address(company: Company, number: str = "E03") -> str:
    return f"/employees/{company.ids[number]}/portrait"


def send(client: TestApp, where: str, data: bytes, status: int = 303, **fields: str) -> Any:
    upload = Upload("me.jpg", data, "image/jpeg")
    return client.post(where, {"csrf_token": token_of(client), "file": upload, **fields}, status=status)


def stored(company: Company, number: str = "E03") -> str | None:
    with company.engines.read.connect() as conn:
        found: str | None = conn.execute(sa.select(E.c.portrait).where(E.c.employee_number == number)).scalar()
    return found


def forms(response: Any, action: str) -> list[Any]:
    """The forms of a page that go to an address."""
    return [form for key, form in response.forms.items() if isinstance(key, int) and form.action == action]


def pictures(response: Any) -> list[str]:
    return [image["src"] for image in response.html.select("main .avatar img")]


def test_sent_seen_and_taken_away(own_company: Company, adaeze: TestApp) -> None:
    where = address(own_company)
    form = forms(adaeze.get(where), where)[0]
    assert form.enctype == "multipart/form-data"
    form["file"] = Upload("me.png", picture(700, 700, "PNG"), "text/html")
    done = form.submit(status=303)
    profile = adaeze.get(done.location)
    assert "Saved as" in profile.text
    name = stored(own_company)
    assert name is not None
    assert re.fullmatch("[0-9a-f]{32}", name)
    assert pictures(profile)[0] == f"{where}/{name}/128"
    shown = adaeze.get(pictures(profile)[0])
    assert opened(shown.body).size == (128, 128)

    colleague = own_company.testapp
    for page in (
        "/employees",
        "/employees?view=cards",
        "/employees?q=adaeze",
        f"/employees/{own_company.ids['E05']}",
        f"/chart/{own_company.ids['E03']}",
        f"/chart/{own_company.ids['E02']}",
        "/departments/larkfield/engineering/platform/",
    ):
        assert any(name in each for each in pictures(colleague.get(page))), page
    found = colleague.get("/suggest?q=adaeze").json["items"][0]
    assert found["portrait"].endswith(f"/{name}/64")
    for image in colleague.get("/employees").html.select(".avatar img"):
        assert image["alt"] == ""
        assert image["loading"] == "lazy"
        assert image["width"] == image["height"] == "36"

    page = adaeze.get(where)
    gone = forms(page, where)[1].submit("do", status=303)
    assert stored(own_company) is None
    assert pictures(adaeze.get(gone.location)) == []
    adaeze.get(f"{where}/{name}/128", status=404)
    # An undo brings it back: the rows of pictures stay.
    revision = int(gone.location.rpartition("saved=")[2])
    with own_company.engines.begin() as conn:
        change_sets.undo(conn, revision, **{**WHO, "source": "undo"})
    assert stored(own_company) == name
    assert adaeze.get(f"{where}/{name}/640").content_type == "image/jpeg"


def test_how_it_is_served(own_company: Company, adaeze: TestApp) -> None:
    where = address(own_company)
    send(adaeze, where, picture(700, 700))
    response = own_company.testapp.get(f"{where}/{stored(own_company)}/64")
    assert response.headers["Content-Type"] == "image/jpeg"
    assert response.headers.getall("X-Content-Type-Options") == ["nosniff"]
    (closed,) = response.headers.getall("Content-Security-Policy")
    assert {part.split()[-1] for part in closed.split("; ")} == {"'none'", "sandbox"}
    assert response.headers["Content-Disposition"] == 'inline; filename="portrait.jpg"'
    assert response.headers["Cache-Control"].startswith("private")
    assert response.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    again = own_company.testapp.get(response.request.path, headers={"If-None-Match": response.headers["ETag"]})
    assert again.status_int == 304
    assert again.body == b""
    for wrong in ("65", "640000", "32"):
        own_company.testapp.get(f"{where}/{stored(own_company)}/{wrong}", status=404)
    own_company.testapp.get(f"{where}/{'0' * 32}/64", status=404)
    own_company.testapp.get(f"{address(own_company, 'E05')}/{stored(own_company)}/64", status=404)
    TestApp(own_company.app).get(response.request.path, status=303)


def test_who_sees_it(own_company: Company, adaeze: TestApp) -> None:
    """As the field: what the person keeps to a few, and who is hidden, is a 404 to everyone else."""
    where = address(own_company)
    send(adaeze, where, picture(700, 700))
    source = f"{where}/{stored(own_company)}/64"
    clients = {
        "colleague": own_company.testapp,
        "report": own_company.client("e05@larkfield.example"),
        "manager": own_company.client("e02@larkfield.example"),
        "top": own_company.client("e01@larkfield.example"),
        "people team": own_company.client("e08@larkfield.example", role="people_team"),
        "administrator": own_company.client("root@larkfield.example", role="administrator"),
        "self": adaeze,
    }

    def seen() -> set[str]:
        return {who for who, client in clients.items() if client.get(source, status="*").status_int == 200}

    def keep(audience: Any) -> None:
        with own_company.engines.begin() as conn:
            change_sets.apply(conn, [EditCard(employee="E03", audiences={"portrait": audience})], **WHO)

    assert seen() == clients.keys()
    keep("manager_line")
    assert seen() == clients.keys() - {"colleague", "report"}
    assert pictures(own_company.testapp.get("/employees")) == []
    assert any(source.rsplit("/", 1)[0] in each for each in pictures(clients["people team"].get("/employees")))
    own_company.testapp.get(source, headers={"If-None-Match": "*"}, status=404)
    keep("people_team")
    assert seen() == {"people team", "administrator", "self"}
    keep("administrators")
    assert seen() == {"administrator", "self"}
    keep(None)
    with own_company.engines.begin() as conn:
        change_sets.apply(conn, [ChangeAudience(employee="E03", audience="people_team")], **WHO)
    assert seen() == {"people team", "administrator", "self"}


def test_who_may_change_it(own_company: Company) -> None:
    where = address(own_company)
    own_company.testapp.get(where, status=403)
    send(own_company.testapp, where, picture(), status=403)
    send(own_company.client("e02@larkfield.example"), where, picture(), status=403)
    other = own_company.client("e09@larkfield.example", role="editor", department="SALES")
    send(other, where, picture(), status=403)
    editor = own_company.client("e04@larkfield.example", role="editor", department="ENG")
    send(editor, where, picture())
    send(own_company.client("e08@larkfield.example", role="people_team"), where, picture(300, 300))
    with own_company.engines.begin() as conn:
        change_sets.apply(conn, [EditCard(employee="E03", audiences={"portrait": "people_team"})], **WHO)
    assert "can’t see this portrait" in editor.get(where, status=403).text
    send(editor, where, picture(), status=403)


@pytest.mark.parametrize(
    ("data", "reason"),
    [(PDF, "PDF"), (b"<svg/>", "SVG"), (picture()[:900], "damaged"), (claims(30_000, 30_000), "too large")],
)
def test_the_form_tells_what_is_wrong(own_company: Company, adaeze: TestApp, data: bytes, reason: str) -> None:
    response = send(adaeze, address(own_company), data, status=400, place="end")
    assert reason in response.html.select_one("#file-problem").text
    assert "file-problem" in response.html.select_one("#file")["aria-describedby"]
    assert response.html.select_one("input[name=place][checked]")["value"] == "end"
    assert stored(own_company) is None
    without = adaeze.post(address(own_company), {"csrf_token": token_of(adaeze)}, status=400)
    assert "No file was chosen" in without.text
    adaeze.post(address(own_company), {"csrf_token": token_of(adaeze), "colour": "red"}, status=400)
    send(adaeze, address(own_company), picture(), status=400, place="nowhere")


class Counted(io.BytesIO):
    """A body that counts how much of it is read."""

    taken = 0

    def read(self, size: int | None = -1) -> bytes:
        data = super().read(size)
        self.taken += len(data)
        return data

    def readline(self, size: int | None = -1) -> bytes:
        data = super().readline(size)
        self.taken += len(data)
        return data


@pytest.mark.parametrize("where", ["portrait", "edit"])
def test_more_than_is_taken_is_not_read(own_company: Company, adaeze: TestApp, where: str) -> None:
    body = Counted(b"x" * (12 * 1024**2))
    kind = "multipart/form-data; boundary=x" if where == "portrait" else "application/x-www-form-urlencoded"
    environ = {"wsgi.input": body, "CONTENT_LENGTH": str(len(body.getvalue())), "CONTENT_TYPE": kind}
    response = adaeze.request(
        f"/employees/{own_company.ids['E03']}/{where}", method="POST", environ=environ, status=413
    )
    assert "larger than" in response.text
    assert body.taken == 0


def test_a_file_just_over_the_limit(own_company: Company, adaeze: TestApp) -> None:
    data = picture() + bytes(uploads.MAX_BYTES)
    assert "10 MB" in send(adaeze, address(own_company), data, status=413).text


def test_many_at_once_take_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    """The memory of all who send at once is bounded as well."""
    running: list[int] = []
    most: list[int] = []
    run = subprocess.run

    def watched(*args: Any, **kw: Any) -> Any:
        running.append(1)
        most.append(len(running))
        try:
            return run(*args, **kw)
        finally:
            running.pop()

    monkeypatch.setattr(subprocess, "run", watched)
    data = picture()
    threads = [threading.Thread(target=portraits, args=(data,)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert max(most) <= 2
    assert len(most) == 6


def test_some_of_the_made_up_people_have_drawn_portraits(own_company: Company) -> None:
    from myproject.directory.demo.portraits import MOST, add_portraits, drawn

    assert drawn(7) == drawn(7) != drawn(8)
    with own_company.engines.begin() as conn:
        added = add_portraits(conn, facts.TODAY)
    assert 0 < added <= MOST
    shown = pictures(own_company.testapp.get("/employees"))
    assert len(shown) == added
    assert opened(own_company.testapp.get(shown[0]).body).size == (64, 64)
