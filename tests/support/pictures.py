"""Pictures in tests: whole ones, ones that claim more than they hold, and files that are something else."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

from PIL import Image

PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n"


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
    """The picture in a file, decoded."""
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


def chunk(kind: bytes, data: bytes) -> bytes:
    """A part of a PNG."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def claims(width: int, height: int, body: bytes = b"\0" * 3000, *more: bytes) -> bytes:
    """A PNG that says it has so many pixels."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = (chunk(b"IHDR", head), *more, chunk(b"IDAT", zlib.compress(body)), chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)
