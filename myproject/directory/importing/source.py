"""What is imported: one file or a folder of them, and the mapping that says how to read it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from myproject.directory.schema.headings import heading_key, known_heading

from .current import IDENTITIES
from .findings import ImportStopped
from .guessing import is_known, mapping_of
from .mapping import (
    Lookup,
    Mapping,
    OnSheet,
    SheetSource,
    Value,
    nearest,
)
from .sheets import Sheet, open_sheet
from .workbook import Workbooks

SHEETS = (
    ".csv", ".tsv", ".tab", ".txt", ".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".json", ".jsonl", ".ndjson", ".ldif",
    ".ldf", ".vcf", ".vcard",
)  # fmt: skip
"""Names of files that may be sheets; each may have .gz after it."""


class ImportSource:
    """A file or folder to import, with its mapping. `close` removes temporary files."""

    def __init__(
        self,
        path: Path,
        mapping: Mapping | None = None,
        *,
        encoding: str | None = None,
        delimiter: str | None = None,
        sheet: str | None = None,
    ) -> None:
        """sheet: the name of the sheet of a workbook, where the mapping doesn't say it."""
        if not path.exists():
            raise ImportStopped(f"There is no file or folder {path}.", f"Check the name{_near(path)}.")
        self.path = path
        self.encoding = encoding
        self.delimiter = delimiter
        self.sheet_name = sheet
        self.workbooks = Workbooks()
        self.guessed = mapping is None
        self._sheets: dict[str, Sheet] = {}
        if mapping is not None:
            self.mapping = mapping
        else:
            only = _only_file(path)
            opened = self._open("", SheetSource(file=None if path.is_file() else only.name), is_known)
            self._sheets[""] = opened
            try:
                self.mapping = mapping_of(opened)
            except ImportStopped:
                self.close()
                raise

    def close(self) -> None:
        """Remove the temporary files."""
        self.workbooks.close()
        for sheet in self._sheets.values():
            sheet.close()

    def sheet(self, name: str | None) -> Sheet:
        """A sheet by its name in the mapping; None is the only one."""
        sheets = self.mapping.sheets
        if name is None and len(sheets) == 1:
            name = next(iter(sheets))
        if name is None and sheets:
            raise ImportStopped(
                "The mapping describes several sheets, and a table doesn't say which one it is about.",
                f"Add sheet = one of {', '.join(sheets)} to it.",
            )
        if name is not None and name not in sheets:
            hint = nearest(name, list(sheets))
            raise ImportStopped(
                f"The mapping names a sheet {name!r} that it doesn't describe{hint}.",
                f"Add [sheets.{name}] with its file.",
            )
        key = name or ""
        if key not in self._sheets:
            wanted = {heading_key(column) for column in columns_read(self.mapping, name, len(sheets) <= 1)}
            source = sheets[name] if name is not None else SheetSource()
            self._sheets[key] = self._open(key, source, lambda cell: heading_key(cell) in wanted)
        return self._sheets[key]

    def opened(self) -> list[Sheet]:
        """The sheets opened so far."""
        return list(self._sheets.values())

    def unread(self) -> dict[str, list[str]]:
        """The columns of each sheet that are neither read nor dropped on purpose."""
        found = {}
        for name, sheet in self._sheets.items():
            source = self.mapping.sheets.get(name, SheetSource())
            used = {
                place
                for column in [*columns_read(self.mapping, name or None, len(self._sheets) <= 1), *source.drop]
                if (place := sheet.column(column)) is not None
            }
            left = [heading for place, heading in enumerate(sheet.headings) if place not in used]
            if left:
                found[sheet.name] = left
        return found

    def unread_sheets(self) -> dict[str, dict[str, bool]]:
        """Sheets of workbooks that are passed over: one that is read -> another's name, whether it names people."""
        tells_apart = {
            heading_key(column)
            for name in IDENTITIES
            if (value := getattr(self.mapping.employees, name)) is not None
            for column in value.columns
        }

        def names_people(cell: str) -> bool:
            known = known_heading(cell) if self.guessed else None
            return heading_key(cell) in tells_apart or (known is not None and known.field in IDENTITIES)

        return {
            sheet.name: {name: any(map(names_people, cells)) for name, cells in sheet.beside.items()}
            for sheet in self._sheets.values()
            if sheet.beside
        }

    def _open(self, name: str, source: SheetSource, known: Callable[[str], bool]) -> Sheet:
        path = self.path if source.file is None and self.path.is_file() else self._file(name, source)
        sheet = open_sheet(
            path,
            self.workbooks,
            sheet=source.sheet or self.sheet_name,
            heading_row=source.heading_row,
            encoding=source.encoding or self.encoding,
            delimiter=source.delimiter or self.delimiter,
            known=known,
        )
        for column, allowed in source.only.items():
            place = sheet.column(column)
            if place is None:
                hint = nearest(column, sheet.headings)
                raise ImportStopped(f"{sheet.name} has no column {column!r}{hint}.", "See `only` in the mapping.")
            sheet.only.append((place, frozenset(allowed)))
        return sheet

    def _file(self, name: str, source: SheetSource) -> Path:
        folder = self.path if self.path.is_dir() else self.path.parent
        if source.file is None:
            raise ImportStopped(f"[sheets.{name}] names no file.", "Add file = … to it.")
        wanted = Path(source.file)
        if wanted.is_absolute() or ".." in wanted.parts:
            raise ImportStopped(
                f"[sheets.{name}]: the file {source.file} lies outside the folder.", "Name one inside it."
            )
        for candidate in (folder / wanted, folder / f"{wanted}.gz", (folder / wanted).with_suffix("")):
            if candidate.is_file() and (candidate.suffix != "" or candidate == folder / wanted):
                return candidate
        hint = nearest(source.file, [item.name for item in folder.iterdir()])
        raise ImportStopped(f"There is no file {source.file} in {folder.name or folder}{hint}.", "Check the mapping.")


def columns_read(mapping: Mapping, name: str | None, only_sheet: bool) -> list[str]:
    """The columns of a sheet that a mapping reads. `only_sheet`: whether tables without `sheet` mean this one."""
    found: list[str] = []
    tables: list[OnSheet | None] = [
        mapping.locations, mapping.departments, mapping.employees, *mapping.assignments, *mapping.employments,
        *mapping.heads, *mapping.reporting_lines, *mapping.groups,
    ]  # fmt: skip
    for table in filter(None, tables):
        values = [value for key in type(table).model_fields if isinstance(value := getattr(table, key), Value)]
        values += [value.otherwise for value in values if value.otherwise]
        if table.sheet == name or (table.sheet is None and only_sheet):
            found += [column for value in values for column in value.columns]
        for lookup in _lookups(values):
            if lookup.sheet == name:
                found += [lookup.key, lookup.value]
    return found


def _lookups(values: list[Value]) -> list[Lookup]:
    return [lookup for value in values for lookup in value.lookup]


def _only_file(path: Path) -> Path:
    if path.is_file():
        return path
    found = sorted(
        item
        for item in path.iterdir()
        if item.is_file()
        and not item.name.startswith((".", "~$"))
        and item.name.lower().removesuffix(".gz").endswith(SHEETS)
    )
    if len(found) == 1:
        return found[0]
    told = "no sheet" if not found else f"{len(found)} sheets"
    raise ImportStopped(
        f"The folder {path.name} holds {told}.",
        "Say how they belong together with --mapping, or name one file." if found else "Name the file to import.",
    )


def _near(path: Path) -> str:
    try:
        return nearest(path.name, [item.name for item in path.parent.iterdir()])
    except OSError:
        return ""
