"""Opening files that nobody vouches for: what kind they are, unpacked within bounds, in whichever encoding.

A file is read as it comes, never as a whole: 300,000 rows cost no more memory than one.
"""

from __future__ import annotations

import codecs
import gzip
import io
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Literal

from .findings import ImportStopped

MAX_BYTES = 2 * 1024**3
"""How large a file may be once unpacked."""
MAX_RATIO = 300
"""How many times its packed size a file may grow to; asked only beyond `RATIO_FROM` bytes."""
RATIO_FROM = 16 * 1024**2
MAX_LINE = 4 * 1024**2
"""How long a line may be, in characters."""

_CHUNK = 1024**2
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

Kind = Literal["text", "workbook"]


@dataclass(frozen=True, slots=True)
class Encoding:
    """The encoding of a text file. `guessed` is None if it is certain, else words of it as they were read."""

    name: str
    guessed: tuple[str, ...] | None = None


def kind_of(path: Path) -> Kind:
    """Whether the file is text or a workbook, told by its first bytes and not by its name."""
    with open_bytes(path) as stream:
        head = read_some(stream, path, 512)
    if head.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        return "workbook"
    bare = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if bare.startswith(b"%pdf"):
        raise ImportStopped(f"{path.name} is a PDF.", "Export the sheet as CSV or XLSX.")
    if bare.startswith((b"<!doctype html", b"<html", b"<?xml", b"<table")):
        raise ImportStopped(f"{path.name} is a web page or XML, not a sheet.", "Open it and save it as CSV or XLSX.")
    if not head:
        raise ImportStopped(f"{path.name} is empty.", "Give a file with a row of headings and rows below it.")
    return "text"


def open_bytes(path: Path) -> BinaryIO:
    """The bytes of a file, unpacked if it is gzipped."""
    try:
        file = path.open("rb")
    except OSError as error:
        raise ImportStopped(
            f"{path} can't be read: {error.strerror}.", "Check the name and the permissions."
        ) from error
    if file.peek(2)[:2] != b"\x1f\x8b":
        return file
    return _Unpacked(file, path)  # type: ignore[return-value]


class _Unpacked(io.RawIOBase):
    """A gzipped file that stops where it grows beyond reason or is damaged."""

    def __init__(self, file: BinaryIO, path: Path) -> None:
        self._file = file
        self._source = gzip.GzipFile(fileobj=file)
        self._path = path
        self._packed = max(1, path.stat().st_size)
        self._read = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer)  # type: ignore[arg-type]
        try:
            data = self._source.read(len(view))
        except (OSError, EOFError, zlib.error) as error:
            raise ImportStopped(
                f"{self._path.name} is damaged: it can't be unpacked ({error}).", "Make or download it again."
            ) from error
        self._read += len(data)
        if self._read > RATIO_FROM and self._read > MAX_RATIO * self._packed:
            raise ImportStopped(
                f"{self._path.name} unpacks to more than {MAX_RATIO} times its size.", "Give the file unpacked."
            )
        view[: len(data)] = data
        return len(data)

    def close(self) -> None:
        self._source.close()
        self._file.close()
        super().close()


def read_some(stream: BinaryIO, path: Path, size: int) -> bytes:
    """Up to `size` bytes; what the file system can't read is told as such."""
    try:
        return stream.read(size) or b""
    except OSError as error:
        raise ImportStopped(f"{path.name} can't be read: {error.strerror or error}.", "Check the file.") from error


def encoding_of(path: Path, asked: str | None = None) -> Encoding:
    """The encoding of a text file, after one pass over all of it.

    A byte order mark decides; else UTF-16 shows by its zero bytes; else the file is UTF-8 if all of it is; else
    it is guessed, and the guess is told.
    """
    surveyed = _survey(path)
    if asked:
        return _asked(asked)
    for mark, name in _BOMS:
        if surveyed.first.startswith(mark):
            return Encoding(name)
    if wide := _wide(surveyed.first[:4096]):
        return Encoding(wide)
    return Encoding("utf-8") if surveyed.utf8 else legacy_encoding(surveyed.sample)


def _asked(name: str) -> Encoding:
    try:
        "".encode(name)
    except LookupError as error:
        raise ImportStopped(
            f"{name!r} is not an encoding of text.", "Name one like utf-8, utf-16, cp1252, latin-1, cp1250."
        ) from error
    return Encoding("utf-8-sig" if codecs.lookup(name).name == "utf-8" else name)


@dataclass(frozen=True, slots=True)
class _Surveyed:
    """What one pass over a file has shown."""

    first: bytes
    utf8: bool
    sample: bytes
    """Lines that are not plain ASCII."""


def _survey(path: Path) -> _Surveyed:
    strict: codecs.IncrementalDecoder | None = codecs.getincrementaldecoder("utf-8")()
    total, first, sample = 0, b"", bytearray()
    with open_bytes(path) as stream:
        while True:
            chunk = read_some(stream, path, _CHUNK)
            first = first or chunk
            total += len(chunk)
            if total > MAX_BYTES:
                raise ImportStopped(f"{path.name} is larger than {MAX_BYTES // 1024**3} GB.", "Divide it into parts.")
            if strict is not None:
                try:
                    strict.decode(chunk, final=not chunk)
                except UnicodeDecodeError:
                    strict = None
            if not chunk:
                return _Surveyed(first, strict is not None, bytes(sample[:_CHUNK]))
            if len(sample) < _CHUNK and not chunk.isascii():
                sample += b"\n".join(line for line in chunk.split(b"\n") if not line.isascii()) + b"\n"


def _wide(head: bytes) -> str | None:
    """UTF-16 without a mark: most text has a zero in every other byte."""
    pairs = len(head) // 2
    if pairs < 4 or b"\0" not in head:
        return None
    even, odd = head[0 : 2 * pairs : 2].count(0), head[1 : 2 * pairs : 2].count(0)
    if odd > 0.6 * pairs and even < 0.1 * pairs:
        return "utf-16-le"
    if even > 0.6 * pairs and odd < 0.1 * pairs:
        return "utf-16-be"
    return None


_WORD = re.compile(rb"[A-Za-z\x80-\xff]+")
# Signs of Windows-1252 that are letters of Windows-1250; next to a letter they can only be the latter.
_CENTRAL = re.compile(rb"[A-Za-z][\xa3\xa5\xaf\xb3\xb9\xbe\xbf\xbc]|[\xa3\xa5\xaf\xb3\xb9\xbe\xbf\xbc][a-z]")
_NOT_WESTERN = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")


def legacy_encoding(sample: bytes) -> Encoding:
    """A guess at an encoding that is not Unicode.

    In Latin script accented letters stand among plain ones; where they are about half of all, it is another script, and
    charset-normalizer says which. Latin is Windows-1252 unless it holds letters that only
    Windows-1250 has in words.
    """
    words = [word for word in _WORD.findall(sample) if not word.isascii()]
    accented = sum(byte >= 0x80 for word in words for byte in word)
    name = "cp1252"
    if accented > 0.45 * sum(map(len, words)):
        name = _other_script(sample) or name
    elif _CENTRAL.search(sample) or _NOT_WESTERN.search(sample):
        name = "cp1250"
    try:
        sample.decode(name)
    except UnicodeDecodeError:
        name = "latin-1"
    text = sample.decode(name)
    seen = dict.fromkeys(word for word in re.findall(r"[^\W\d_]+", text) if not word.isascii())
    return Encoding(name, tuple(list(seen)[:3]))


def _other_script(sample: bytes) -> str | None:
    from charset_normalizer import from_bytes

    best = from_bytes(
        sample[:65536],
        cp_isolation=["cp1251", "koi8_r", "cp1253", "cp1255", "cp1256", "cp874", "cp932", "gb18030", "big5", "cp949"],
    ).best()
    return best.encoding if best else None


def lines(path: Path, encoding: str) -> Iterator[str]:
    """The lines of a text file, line ends kept, none longer than `MAX_LINE`."""
    with open_bytes(path) as stream:
        text = io.TextIOWrapper(io.BufferedReader(stream, _CHUNK), encoding=encoding, newline="")  # type: ignore[type-var]
        number = 0
        try:
            while line := text.readline(MAX_LINE):
                number += 1
                if len(line) == MAX_LINE:
                    raise ImportStopped(
                        f"{path.name}, line {number}: longer than {MAX_LINE:,} characters.",
                        "This is not a sheet, or a line end is missing.",
                    )
                yield line
        except UnicodeError as error:
            why = error.reason if isinstance(error, UnicodeDecodeError) else error
            raise ImportStopped(
                f"{path.name}, after line {number}: not {encoding} text ({why}).",
                "Name the encoding with --encoding, or save the file as UTF-8.",
            ) from error
