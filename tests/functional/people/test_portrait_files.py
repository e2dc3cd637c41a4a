"""Files of portraits: what is taken and what is refused, at which cost, and what is left of it."""

from __future__ import annotations

import io
import os
import struct
import subprocess
import sys
import threading
import zlib
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image

from myproject.directory.people.portraits import decoding, uploads
from myproject.directory.people.portraits.uploads import PictureRefused, portraits
from tests.support.pictures import PDF, chunk, claims, opened, picture


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


ZIP = b"PK\x03\x04" + bytes(26) + b"PK\x05\x06" + bytes(18)
NOT_TAKEN: dict[str, tuple[Callable[[], bytes], str]] = {
    "empty": (lambda: b"", "empty"),
    "text": (lambda: b"hello", "not a photo"),
    "svg": (lambda: b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', "SVG"),
    "svg with a head": (lambda: b'<?xml version="1.0"?><svg/>', "SVG"),
    "html": (lambda: b"<!doctype html><script>alert(1)</script>", "web page"),
    "pdf": (lambda: PDF, "PDF"),
    "heic": (lambda: b"\0\0\0\x18ftypheic" + bytes(100), "HEIC"),
    "bmp": (lambda: picture(100, 100, "BMP"), "not a photo"),
    "tiff": (lambda: picture(100, 100, "TIFF"), "not a photo"),
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
        lambda: claims(100, 100, bytes(30_100), chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(60_000_000)))),
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
    with pytest.raises(PictureRefused, match=reason) as refused:
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
