"""The write session of a request, joined to the request's transaction manager.

zope.sqlalchemy's own ``register`` costs 80 µs when it is called for every request and, by default, rolls back
what was written by Core statements. Here the listeners are set once on the factory, find the transaction
manager in ``session.info`` and treat every session as changed.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session, sessionmaker
from transaction.interfaces import ITransactionManager
from zope.sqlalchemy.datamanager import STATUS_CHANGED, join_transaction


def make_session_factory(write: Engine) -> sessionmaker[Session]:
    """A factory of write sessions; use it through `session_for`."""
    factory = sessionmaker(write, expire_on_commit=False)
    event.listen(factory, "after_begin", _join)
    event.listen(factory, "after_attach", _join)
    return factory


def session_for(factory: sessionmaker[Session], tm: ITransactionManager) -> Session:
    """A session whose work is committed or rolled back by ``tm``."""
    return factory(info={"tm": tm})


def _join(session: Session, *_details: Any) -> None:
    join_transaction(session, STATUS_CHANGED, session.info["tm"])
