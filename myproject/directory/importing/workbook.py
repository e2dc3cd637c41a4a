"""Sheets in workbooks: XLSX, XLS, ODS. The parsing happens in a bounded process of its own (`workbook_child`)."""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import workbook_child
from .delimited import MAX_CELL, Row
from .files import MAX_RATIO, RATIO_FROM, open_bytes, read_some
from .findings import ImportStopped

MAX_UNPACKED = 1024**3
"""How large the parts of a workbook may be together, unpacked."""
MAX_PARTS = 1_000
"""How many parts a workbook may have: one with a hundred sheets has some 300."""
_SAVE_AS_CSV = "Open it and save the sheet as CSV."


@dataclass(frozen=True, slots=True)
class WorkbookSheet:
    """One sheet of a workbook, already turned into text in a temporary file."""

    path: Path
    name: str
    text: Path

    def rows(self) -> Iterator[Row]:
        """Every row that the workbook stores, numbered as the spreadsheet shows it."""
        csv.field_size_limit(MAX_CELL)
        with self.text.open(newline="", encoding="utf-8") as file:
            try:
                for number, *cells in csv.reader(file):
                    yield int(number), cells
            except csv.Error as error:
                raise ImportStopped(
                    f"{self.path.name}: a cell of the sheet {self.name!r} is longer than {MAX_CELL:,} characters.",
                    "Shorten it.",
                ) from error


class Workbooks:
    """The workbooks of one import. Holds a temporary folder; close it at the end."""

    def __init__(self) -> None:
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._names: dict[Path, list[tuple[str, bool]]] = {}
        self._plain: dict[Path, Path] = {}
        self._sheets: dict[tuple[Path, str], WorkbookSheet] = {}

    def names(self, path: Path) -> list[str]:
        """The names of the sheets, visible ones first."""
        if path not in self._names:
            told = self._run(path, "names")["sheets"]
            self._names[path] = [(str(name), bool(visible)) for name, visible in told]
        return [name for name, visible in self._names[path] if visible] + [
            name for name, visible in self._names[path] if not visible
        ]

    def sheet(self, path: Path, name: str) -> WorkbookSheet:
        """One sheet by its name."""
        if (path, name) not in self._sheets:
            text = self._temporary(f"sheet{len(self._sheets)}.csv")
            self._run(path, "sheet", name, str(text))
            self._sheets[path, name] = WorkbookSheet(path, name, text)
        return self._sheets[path, name]

    def close(self) -> None:
        """Remove the temporary files."""
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None

    def _temporary(self, name: str) -> Path:
        if self._folder is None:
            self._folder = tempfile.TemporaryDirectory(prefix="myproject-import-")
        return Path(self._folder.name) / name

    def _unpacked(self, path: Path) -> Path:
        """The workbook itself; a gzipped one is unpacked first."""
        if path not in self._plain:
            with path.open("rb") as file:
                packed = file.read(2) == b"\x1f\x8b"
            self._plain[path] = path
            if packed:
                self._plain[path] = self._temporary(f"book{len(self._plain)}{Path(path.stem).suffix}")
                self._unpack(path, self._plain[path])
            check_zip(self._plain[path], path.name)
        return self._plain[path]

    @staticmethod
    def _unpack(path: Path, target: Path) -> None:
        total = 0
        with open_bytes(path) as source, target.open("wb") as file:
            while chunk := read_some(source, path, 1024**2):
                total += len(chunk)
                if total > MAX_UNPACKED:
                    raise ImportStopped(f"{path.name} unpacks to more than 1 GB.", _SAVE_AS_CSV)
                file.write(chunk)

    def _run(self, path: Path, *arguments: str) -> dict[str, Any]:
        # As a file rather than a module (-P: without its folder on the path): it need not import the application.
        program = [sys.executable, "-P", str(workbook_child.__file__)]
        command = [*program, str(self._unpacked(path).resolve()), *arguments]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(entry for entry in sys.path if entry)}
        try:
            done = subprocess.run(  # noqa: S603  our own program; no shell
                command,
                capture_output=True,
                text=True,
                timeout=workbook_child.MAX_SECONDS * 2,
                env=environment,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise ImportStopped(f"{path.name} took too long to read.", _SAVE_AS_CSV) from error
        if done.returncode != 0:
            raise ImportStopped(f"{path.name} can't be read as a workbook: {_why(done)}.", _SAVE_AS_CSV)
        told: dict[str, Any] = json.loads(done.stdout)
        if "error" in told:
            raise ImportStopped(f"{path.name} is too large to read: {told['error']}.", _SAVE_AS_CSV)
        return told


def _why(done: subprocess.CompletedProcess[str]) -> str:
    if done.returncode < 0 or "MemoryError" in done.stderr or "memory allocation" in done.stderr:
        return "it needs more memory or time than is allowed, or is damaged"
    last = (done.stderr.strip().splitlines() or ["damaged"])[-1]
    if "Password" in last:
        return "it is protected by a password"
    return last.partition(": ")[2][:200] or last[:200]


def check_zip(path: Path, name: str) -> None:
    """Refuse a workbook whose parts unpack beyond reason. Every part is unpacked: claims of sizes are not believed."""
    if not zipfile.is_zipfile(path):
        return
    limit = MAX_UNPACKED
    if path.stat().st_size * MAX_RATIO < limit:
        limit = max(RATIO_FROM, path.stat().st_size * MAX_RATIO)
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            _check_parts(name, [part.filename for part in parts])
            if sum(part.file_size for part in parts) > limit:
                raise ImportStopped(f"{name} unpacks to more than is allowed.", _SAVE_AS_CSV)
            for part in parts:
                with archive.open(part) as stream:
                    shutil.copyfileobj(stream, _Nowhere(), 1024**2)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, OSError, EOFError, ValueError) as error:
        raise ImportStopped(f"{name} is damaged or protected: {error}.", _SAVE_AS_CSV) from error


def _check_parts(name: str, parts: list[str]) -> None:
    """Refuse what no program that saves workbooks makes: thousands of parts, or parts that lie outside of it."""
    if len(parts) > MAX_PARTS:
        raise ImportStopped(f"{name} has {len(parts):,} parts; {MAX_PARTS:,} are allowed.", _SAVE_AS_CSV)
    for part in parts:
        steps = re.split(r"[/\\]", part)
        if ".." in steps or not steps[0] or ":" in steps[0]:
            raise ImportStopped(f"{name} has a part that lies outside of it: {part[:80]!r}.", _SAVE_AS_CSV)


class _Nowhere:
    def write(self, data: bytes) -> int:
        return len(data)
