"""The base of every model, with one naming convention for constraints."""

from typing import TYPE_CHECKING, Any, ClassVar

from sqlalchemy import BigInteger, Connection, Index, Integer, MetaData, Table, event, text
from sqlalchemy.orm import DeclarativeBase

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Base of the models. Only the plan engine writes to the directory's tables."""

    if TYPE_CHECKING:
        __table__: ClassVar[Table]

    metadata = MetaData(naming_convention=NAMING)
    # INTEGER on SQLite holds 64 bits as well, and only so is a primary key the row's own address.
    type_annotation_map: ClassVar[dict[Any, Any]] = {int: BigInteger().with_variant(Integer, "sqlite")}


def partial_index(name: str | None, *columns: str, where: str, sqlite: str = "") -> Index:
    """An index of the rows that fit a condition, on any database; `sqlite`: the condition as SQLite has it.

    The condition is put in when the index is made. ``Index(postgresql_where=...)`` would import everything there is
    for PostgreSQL with the model, a tenth of a second, whatever the database is.
    """
    index = Index(name, *columns)

    @event.listens_for(index, "before_create")
    def put_in(target: Index, connection: Connection, **_kw: Any) -> None:
        dialect = connection.dialect.name
        target.dialect_kwargs[f"{dialect}_where"] = text(sqlite if sqlite and dialect == "sqlite" else where)

    return index


def partial_unique_index(name: str, column: str, *, where: str) -> Index:
    """The same, where the rows that fit have a value each."""
    index = partial_index(name, column, where=where)
    index.unique = True
    return index
