"""What traversal walks: the root and the department tree below it; and the contexts of what hangs in that tree.

A department's lineage is the path of its address, so that a right granted on a department is found for
everything below it. The whole walk reads the tree that is kept in memory: no query per segment. Rights go by the
organisation as it is today: a department as it was on another day gives none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pyramid.authorization import Allow
from pyramid.httpexceptions import HTTPNotFound

from myproject.accounts.permissions import BY_ROLE, DEPARTMENT_ROLES
from myproject.directory.departments import department_tree
from myproject.directory.departments.department_tree import DepartmentNode, DepartmentTree
from myproject.directory.visibility.audience import knows
from myproject.security.permissions import OF_SELF

if TYPE_CHECKING:
    from myproject.web.request import Request


class Root:
    """The context of every page that is not in a tree."""

    __name__ = ""
    __parent__ = None

    def __init__(self, request: Request) -> None:
        self.request = request


class Anywhere(Root):
    """The context of every address for who has not signed in: it doesn't tell what there is."""

    def __getitem__(self, _segment: str) -> Anywhere:
        return self


class Changeable(Root):
    """The context of addresses where programs change things: open to who has the right anywhere.

    What a change touches is in what is sent, so the view asks for the right on each of it (`web.rights`).
    """

    def __acl__(self) -> list[Any]:
        """What roles for departments allow somewhere, and people with themselves. Asked where no role allows it."""
        me = self.request.me
        found: list[Any] = [(Allow, f"{role}:{id_}", BY_ROLE[role]) for role, id_ in me.department_roles]
        return found if me.employee is None else [*found, (Allow, f"employee:{me.employee}", OF_SELF)]


class DepartmentsRoot:
    """``/departments/``: what lies above every department."""

    __name__ = "departments"
    id: int | None = None

    def __init__(self, parent: Root, tree: DepartmentTree, *, today: bool) -> None:
        self.__parent__ = parent
        self.tree = tree
        self.today = today

    def __getitem__(self, slug: str) -> DepartmentResource:
        return _child(self, slug)


class DepartmentResource:
    """A department on the day of the request's clock."""

    def __init__(self, parent: DepartmentsRoot | DepartmentResource, node: DepartmentNode) -> None:
        self.__parent__ = parent
        self.__name__ = node.slug
        self.tree: DepartmentTree = parent.tree
        self.today: bool = parent.today
        self.node = node
        self.id: int | None = node.id

    def __getitem__(self, slug: str) -> DepartmentResource:
        return _child(self, slug)

    def __acl__(self) -> list[Any]:
        """Rights granted on this very department; those granted above are found along the lineage."""
        return [(Allow, f"{role}:{self.id}", BY_ROLE[role]) for role in DEPARTMENT_ROLES] if self.today else []


class EmployeeResource:
    """An employee, below the department of their primary assignment today; below the root where they have none."""

    def __init__(self, parent: Any, employee: int) -> None:
        self.__parent__ = parent
        self.__name__ = str(employee)
        self.id = employee

    def __acl__(self) -> list[Any]:
        """What people may do with themselves."""
        return [(Allow, f"employee:{self.id}", OF_SELF)]


def _child(parent: DepartmentsRoot | DepartmentResource, slug: str) -> DepartmentResource:
    node = parent.tree.child(parent.id, slug)
    if node is None:
        raise KeyError(slug)
    return DepartmentResource(parent, node)


def departments_root(request: Request) -> DepartmentsRoot | Anywhere:
    """The root factory of the departments' route."""
    if request.identity is None:
        return Anywhere(request)
    clock = request.clock
    tree = department_tree.tree(request.conn, clock, counts=False)
    return DepartmentsRoot(Root(request), tree, today=clock.is_now)


def department_context(request: Request) -> DepartmentResource | Anywhere:
    """The root factory of routes about one department, with an ``id`` in the address: its place in today's tree.

    Raises `HTTPNotFound` where it doesn't exist today.
    """
    if request.identity is None:
        return Anywhere(request)
    tree = department_tree.tree(request.conn, request.today_clock, counts=False)
    department = int(request.matchdict["id"])
    if department not in tree:
        raise HTTPNotFound
    place = _place_in(request, tree, department)
    assert isinstance(place, DepartmentResource)
    return place


def employee_context(request: Request) -> EmployeeResource | Anywhere:
    """The root factory of routes about one employee, with an ``id`` in the address.

    It answers for anyone, employed or not, known or not: the view says what there is. Whoever may not be known of has
    no place in the tree, as nobody has: there a role for a department lets one do nothing.
    """
    if request.identity is None:
        return Anywhere(request)
    employee = int(request.matchdict["id"])
    if not knows(request.conn, request.today_clock, request.viewer, employee):
        return EmployeeResource(Root(request), employee)
    return EmployeeResource(_place_of(request, employee), employee)


def _place_of(request: Request, employee: int) -> Any:
    root = Root(request)
    clock = request.today_clock
    department = department_tree.department_of(request.conn, clock.today, employee)
    if department is None:
        return root
    return _place_in(request, department_tree.tree(request.conn, clock, counts=False), department)


def _place_in(request: Request, tree: DepartmentTree, department: int) -> Any:
    place: Any = DepartmentsRoot(Root(request), tree, today=True)
    for node in tree.path_of(department):
        place = DepartmentResource(place, node)
    return place
