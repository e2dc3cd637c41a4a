"""Makes portraits out of a file from outside: decoded, turned upright, cut square, encoded anew, all else dropped.

A picture may say that it has a billion pixels, hold a hundred thousand scans of itself, or hide what breaks a decoder.
So this runs as a program of its own, with bounded memory and time, that needs Pillow and nothing of the application:

    python decoding.py middle < FILE

It prints one line of JSON: ``{"sizes": {"64": 1834, ...}}``, followed by the bytes of each size in that order, or
``{"refused": [message, remedy], "numbers": {...}}``. `make` is the same for pictures of our own.
"""

from __future__ import annotations

import contextlib
import io
import json
import re
import sys
from typing import Any

SIZES = (64, 128, 320, 640)
"""Sides in pixels. A picture that is smaller is not blown up."""
PLACES = ("start", "middle", "end")
"""Which part of a picture that is not square is kept: the top (or left), the middle, the bottom (or right)."""
MAX_PIXELS = 50_000_000
"""Of a JPEG, which is decoded at a part of its size."""
MAX_WHOLE = 24_000_000
"""Of what has to be decoded whole, at 4 bytes a pixel; a progressive JPEG at 6."""
MAX_WEBP = 10_000_000
"""Of WebP, whose decoder holds four copies."""
MIN_SIDE = 64
QUALITY = 82

MAX_MEMORY = 512 * 1024**2
"""Of address space, of which Python and its libraries take a quarter; what is really used stays under 200 MB."""
MAX_SECONDS = 1.6
"""Of processor time. A photograph of 50 megapixels takes 0.5."""


def marked(text: str) -> str:
    """The text: found by `make messages`, translated where it is shown. Imports nothing of the application."""
    return text


_CHOOSE = marked("Choose a photo saved as JPEG, PNG, WebP or GIF.")
SMALLER = marked("Save it at a smaller size, such as 1,000 × 1,000 pixels, and send that.")
_AS_JPEG = marked("Open it, save it again as JPEG, and send that.")
_DAMAGED = (marked("The photo is damaged or incomplete."), _AS_JPEG)
TAKES_TOO_MUCH = (marked("The photo takes too much time or memory to open."), _AS_JPEG)

# What is a picture to one program and a page, an archive or a document to another. Long enough that the bytes of
# a photograph hold none of them by chance (once in ten thousand files of 10 MB); the last part of a ZIP archive is
# looked for at the end only.
_ALSO = re.compile(rb"<script|<html|<!doctype|<svg[\s>]|<iframe|<\?php|%PDF-", re.IGNORECASE)
_ARCHIVE_END = b"PK\x05\x06"


class PictureRefused(Exception):
    """The file is not taken: a message and a remedy, for the person who sent it, and the numbers in them."""

    def __init__(self, message: str, remedy: str, **numbers: int) -> None:
        super().__init__(message % numbers)
        self.message = message
        self.remedy = remedy
        self.numbers = numbers


def kind_of(data: bytes) -> str:
    """The format by its first bytes, as Pillow calls it. Raises `PictureRefused` for everything else."""
    if data.startswith(b"\xff\xd8\xff"):
        kind = "JPEG"
    elif data.startswith(b"\x89PNG\r\n\x1a\n"):
        kind = "PNG"
    elif data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        kind = "WEBP"
    elif data[:6] in (b"GIF87a", b"GIF89a"):
        kind = "GIF"
    else:
        raise PictureRefused(_what(data), _CHOOSE)
    if _ALSO.search(data) or _ARCHIVE_END in data[-65_557:]:
        raise PictureRefused(marked("The file is a photo and something else as well."), _AS_JPEG)
    return kind


def _what(data: bytes) -> str:
    head = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if data[4:8] == b"ftyp" and data[8:12] in (b"heic", b"heix", b"mif1", b"msf1", b"hevc", b"avif"):
        return marked("HEIC and AVIF photos are not supported.")
    if head.startswith(b"%pdf-"):
        return marked("This is a PDF document, not a photo.")
    if b"<svg" in head or head.startswith((b"<?xml", b"<svg")):
        return marked("SVG drawings are not supported.")
    if head.startswith((b"<", b"<!")):
        return marked("This is a web page, not a photo.")
    if not data:
        return marked("The file is empty.")
    return marked("This is not a photo that can be read.")


def make(data: bytes, place: str = "middle") -> dict[int, bytes]:
    """The portraits in each of `SIZES`, as JPEG. Raises `PictureRefused`."""
    import warnings

    from PIL import Image, UnidentifiedImageError

    kind = kind_of(data)
    Image.MAX_IMAGE_PIXELS = None  # our own limits come first, and depend on the format
    if kind == "WEBP":
        # Its decoder takes the memory as soon as the file is opened.
        _check_size(_webp_size(data), MAX_WEBP)
    try:
        with warnings.catch_warnings(action="ignore"), Image.open(io.BytesIO(data), formats=[kind]) as image:
            return _made(image, kind, place)
    except PictureRefused:
        raise
    except MemoryError:
        raise PictureRefused(*TAKES_TOO_MUCH) from None
    except (
        UnidentifiedImageError,
        OSError,
        ValueError,
        SyntaxError,
        EOFError,
        TypeError,
        KeyError,
        IndexError,
        OverflowError,
        ZeroDivisionError,
        AttributeError,
        RuntimeError,
        Image.DecompressionBombError,
    ):
        # Decoders complain of damage in many ways.
        raise PictureRefused(*_DAMAGED) from None


def _check_size(size: tuple[int, int], limit: int) -> None:
    width, height = size
    if width * height > limit:
        raise PictureRefused(
            marked("The photo is too large: %(width)s × %(height)s pixels. The limit is %(limit)s million pixels."),
            SMALLER,
            width=width,
            height=height,
            limit=limit // 1_000_000,
        )
    if min(width, height) < MIN_SIDE:
        raise PictureRefused(
            marked("The photo is too small: %(width)s × %(height)s pixels."),
            marked("Choose one of at least %(least)s × %(least)s pixels; 640 × 640 is best."),
            width=width,
            height=height,
            least=MIN_SIDE,
        )


def _webp_size(data: bytes) -> tuple[int, int]:
    chunk, body = data[12:16], data[20:30]
    if len(body) == 10:
        if chunk == b"VP8X":
            return int.from_bytes(body[4:7], "little") + 1, int.from_bytes(body[7:10], "little") + 1
        if chunk == b"VP8L" and body[0] == 0x2F:
            bits = int.from_bytes(body[1:5], "little")
            return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
        if chunk == b"VP8 " and body[3:6] == b"\x9d\x01\x2a":
            return int.from_bytes(body[6:8], "little") & 0x3FFF, int.from_bytes(body[8:10], "little") & 0x3FFF
    raise PictureRefused(*_DAMAGED)


def _made(image: Any, kind: str, place: str) -> dict[int, bytes]:
    from PIL import Image

    largest = SIZES[-1]
    # A progressive JPEG is held as a whole, whatever the size it is wanted in.
    _check_size(image.size, MAX_PIXELS if kind == "JPEG" and not image.info.get("progressive") else MAX_WHOLE)
    if kind == "JPEG":
        image.draft(None, (largest, largest))
    _check_size(image.size, MAX_WHOLE)  # a long one may not have become smaller
    turned = image.getexif().get(0x0112, 1)
    profile = image.info.get("icc_profile")
    image.load()  # of an animation, the first picture
    square = _square(image, _kept(image.size, turned, place), largest * 2)
    square = _on_white(_srgb(_upright(square, turned), profile))
    side = square.width
    made = {}
    for size in SIZES:
        fitting = square.resize((size, size), Image.Resampling.LANCZOS, reducing_gap=3.0) if size < side else square
        out = io.BytesIO()
        fitting.save(out, "JPEG", quality=QUALITY, optimize=True, progressive=size >= 320)
        made[size] = out.getvalue()
    return made


# Orientations of a camera in which the left of the file is shown at the right or bottom; the same of its top.
_REVERSED = {True: (2, 3, 7, 8), False: (3, 4, 6, 7)}


def _kept(size: tuple[int, int], turned: Any, place: str) -> tuple[int, int, int]:
    """The square that is kept, in the file as it is: left, top, side."""
    width, height = size
    side = min(width, height)
    part = PLACES.index(place)
    if turned in _REVERSED[width > height]:
        part = 2 - part
    return (width - side) * part // 2, (height - side) * part // 2, side


def _square(image: Any, kept: tuple[int, int, int], enough: int) -> Any:
    """That square, with a side of `enough` or little more, in a mode that can be worked with. It is taken strip by
    strip: a second copy of a large picture would double the memory.
    """
    from PIL import Image

    left, top, side = kept
    factor = max(1, side // enough)
    strip = 256 * factor
    square = None
    for start in range(0, side, strip):
        box = (left, top + start, left + side, top + min(start + strip, side))
        part = _plain(image.crop(box)).reduce(factor)
        if square is None:
            square = Image.new(part.mode, (part.width, -(-side // factor)))
        square.paste(part, (0, start // factor))
    return square


def _plain(image: Any) -> Any:
    """In a mode that can be made smaller well."""
    if image.mode in ("RGB", "RGBA", "L", "CMYK", "LA"):
        return image
    if image.mode in ("I", "F") or image.mode.startswith("I;16"):
        return image.convert("I").point(lambda value: value / 256).convert("L")
    return image.convert("RGBA" if "transparency" in image.info or image.mode in ("PA", "RGBa", "La") else "RGB")


def _upright(image: Any, turned: Any) -> Any:
    """Turned as the camera was held."""
    from PIL import Image

    transpose = Image.Transpose
    how = {
        2: transpose.FLIP_LEFT_RIGHT,
        3: transpose.ROTATE_180,
        4: transpose.FLIP_TOP_BOTTOM,
        5: transpose.TRANSPOSE,
        6: transpose.ROTATE_270,
        7: transpose.TRANSVERSE,
        8: transpose.ROTATE_90,
    }.get(turned)
    return image if how is None else image.transpose(how)


def _srgb(image: Any, profile: bytes | None) -> Any:
    """In the colours of the web: without its profile, a photo of a phone would look dull."""
    if profile and image.mode in ("RGB", "CMYK"):
        with contextlib.suppress(Exception):  # without a usable profile the colours stay as they are
            from PIL import ImageCms

            given = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            web = ImageCms.createProfile("sRGB")
            return ImageCms.profileToProfile(image, given, web, outputMode="RGB") or image
    return image


def _on_white(image: Any) -> Any:
    from PIL import Image

    if image.mode in ("RGBA", "LA"):
        image = image.convert("RGBA")
        ground = Image.new("RGBA", image.size, "white")
        ground.alpha_composite(image)
        image = ground
    return image if image.mode == "RGB" else image.convert("RGB")


def bound() -> None:
    """Limit memory, time, and what may be written, where the system knows how."""
    with contextlib.suppress(ImportError, ValueError, OSError, AttributeError):
        import resource
        import signal

        resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
        # Of processor time; unlike RLIMIT_CPU it knows parts of a second. Its signal ends the process.
        signal.setitimer(signal.ITIMER_PROF, MAX_SECONDS)


def main(arguments: list[str]) -> None:
    bound()
    data = sys.stdin.buffer.read()
    try:
        made = make(data, arguments[0])
    except PictureRefused as refused:
        sys.stdout.write(json.dumps({"refused": [refused.message, refused.remedy], "numbers": refused.numbers}) + "\n")
        return
    sys.stdout.write(json.dumps({"sizes": {str(size): len(each) for size, each in made.items()}}) + "\n")
    sys.stdout.flush()
    sys.stdout.buffer.write(b"".join(made.values()))


if __name__ == "__main__":
    main(sys.argv[1:])
