"""Draw docs/architecture.md's diagrams and tables of rooms from the code: ``make diagrams``.

Each stands between `<!-- made by make diagrams: NAME -->` and `<!-- end -->`; what is between them is replaced. Rooms
and arrows come from the imports, what is in a room from its docstring, entities from the models. Mermaid, which a
repository page shows as a picture.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import grimp
import sqlalchemy as sa

from myproject.models.all import metadata

ROOT = Path(__file__).parents[1]
DOCUMENT = ROOT / "docs/architecture.md"
_PLACE = re.compile(r"(<!-- made by make diagrams: ([a-z ]+) -->\n).*?(<!-- end -->)", re.DOTALL)

#: Kept apart, so that each fits a page: what is left is the directory.
ACCESS = ("user_account", "sign_in_session", "role_grant", "single_use_link", "access_token", "audit_event", "report")


@cache
def _graph() -> grimp.ImportGraph:
    return grimp.build_graph("myproject", exclude_type_checking_imports=True, cache_dir=None)


def rooms(root: str) -> dict[str, set[str]]:
    """The packages and modules directly in `root`, each with those of its siblings that it imports."""
    graph = _graph()
    siblings = sorted(graph.find_children(root))
    return {
        importer: {
            imported
            for imported in siblings
            if imported != importer
            and graph.direct_import_exists(importer=importer, imported=imported, as_packages=True)
        }
        for importer in siblings
    }


def reduced(arrows: dict[str, set[str]]) -> dict[str, set[str]]:
    """The same without the arrows that follow from others; there are no circles."""

    @cache
    def below(room: str) -> frozenset[str]:
        return frozenset(arrows[room]).union(*(below(each) for each in arrows[room]))

    return {
        room: {each for each in ends if not any(each in below(other) for other in ends)}
        for room, ends in arrows.items()
    }


def flowchart(root: str) -> str:
    """Rooms and the arrows between them."""
    lines = ["```mermaid", "flowchart TD"]
    for importer, ends in reduced(rooms(root)).items():
        lines += [f"    {_short(importer, root)} --> {_short(imported, root)}" for imported in sorted(ends)]
    return "\n".join([*lines, "```"])


def _short(module: str, root: str) -> str:
    return module.removeprefix(f"{root}.")


def table(root: str) -> str:
    """What is in each room, by the first sentence of its docstring."""
    lines = ["| room | what is in it |", "|---|---|"]
    for room in rooms(root):
        path = ROOT / room.replace(".", "/")
        source = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
        text = (ast.get_docstring(ast.parse(source.read_text("utf-8"))) or "").replace("``", "`")
        name = f"{path.relative_to(ROOT / 'myproject')}/" if path.is_dir() else f"{path.name}.py"
        lines.append(f"| `{name}` | {' '.join(text.split(chr(10) * 2)[0].split())} |")
    return "\n".join(lines)


def entities(*, access: bool) -> str:
    """Tables that refer to each other, with their keys; a line means a foreign key."""
    tables = [each for each in metadata.sorted_tables if (each.name in ACCESS) == access]
    related = {key.column.table.name for each in tables for key in each.foreign_keys}
    lines = ["```mermaid", "erDiagram"]
    for each in tables:
        if each.foreign_keys or each.name in related:
            lines += [f"    {each.name} {{", *_keys(each), "    }"]
    for each in tables:
        lines += _relations(each)
    return "\n".join([*lines, "```"])


def _keys(table: sa.Table) -> Iterator[str]:
    for column in table.columns:
        marks = [mark for mark, is_one in (("PK", column.primary_key), ("FK", column.foreign_keys)) if is_one]
        if marks or column.name in ("valid_from", "valid_to", "recorded_in", "superseded_in"):
            kind = type(column.type).__name__.lower()
            yield f"        {kind} {column.name} {', '.join(marks)}".rstrip()


def _relations(table: sa.Table) -> Iterator[str]:
    for column in table.columns:
        for key in sorted(column.foreign_keys, key=lambda each: each.target_fullname):
            one = "|o" if column.nullable else "||"
            yield f'    {key.column.table.name} {one}--o{{ {table.name} : "{column.name}"'


def unrelated() -> str:
    """Tables without foreign keys."""
    related = {key.column.table.name for each in metadata.sorted_tables for key in each.foreign_keys}
    names = (each.name for each in metadata.sorted_tables if not each.foreign_keys and each.name not in related)
    return ", ".join(f"`{name}`" for name in names)


MADE: dict[str, Callable[[], str]] = {
    "rooms": lambda: flowchart("myproject"),
    "rooms in words": lambda: table("myproject"),
    "rooms of the domain": lambda: flowchart("myproject.directory"),
    "rooms of the domain in words": lambda: table("myproject.directory"),
    "entities of the directory": lambda: entities(access=False),
    "entities of access": lambda: entities(access=True),
    "tables without relations": unrelated,
}


def drawn(text: str) -> str:
    """A document with everything between its marks made anew."""
    return _PLACE.sub(lambda found: f"{found[1]}{MADE[found[2]]()}\n{found[3]}", text)


if __name__ == "__main__":
    DOCUMENT.write_text(drawn(DOCUMENT.read_text("utf-8")), "utf-8")
