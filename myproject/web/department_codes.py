"""The department that somebody chose or typed into a form about accounts."""

from __future__ import annotations

from myproject.accounts.errors import AccountError
from myproject.directory.departments import department_tree
from myproject.directory.departments.department_tree import DepartmentTree
from myproject.directory.people.listing.filter_values import find_department
from myproject.directory.people.listing.filters import ListQueryError
from myproject.language.texts import gettext as _
from myproject.web.request import Request


def tree_of_today(request: Request) -> DepartmentTree:
    """The departments of today, whatever the page shows."""
    return department_tree.tree(request.read, request.today_clock, counts=False)


def code_of(request: Request, text: str) -> str:
    """The code of the department meant by its code, name or place. Raises `AccountError`."""
    tree = tree_of_today(request)
    node = tree.find_by_code(text)
    if node is None:
        try:
            node = tree.get(find_department(request.read, tree, text).id)
        except ListQueryError as refused:
            raise AccountError(refused.message, refused.remedy, field="department") from None
    if node is None:
        raise AccountError(_("That department does not exist today."), _("Choose one that exists."), field="department")
    return node.code
