"""The department tree in memory: order, counts, addresses, and what it does with rows that should not be."""

from __future__ import annotations

from myproject.directory.departments.department_tree import DepartmentTree

ROWS = [
    (1, "LARK", "Larkfield", "larkfield", None),
    (2, "ENG", "Engineering", "engineering", 1),
    (3, "PLAT", "Platform", "platform", 2),
    (4, "ART", "Ärt", "art", 2),
    (5, "SALES", "Sales", "sales", 1),
    (6, "ALONE", "Alone", "alone", None),
]
COUNTS = {1: 1, 2: 2, 3: 30, 5: 400, 6: 7}


def test_each_department_is_followed_by_those_below_in_order_of_names() -> None:
    tree = DepartmentTree(ROWS, COUNTS)
    assert [node.name for node in tree] == ["Alone", "Larkfield", "Engineering", "Ärt", "Platform", "Sales"]
    assert [node.depth for node in tree] == [0, 0, 1, 2, 2, 1]
    assert tree.roots == (6, 1)
    assert tree[2].children == (4, 3)


def test_counts_are_summed_up_the_tree() -> None:
    tree = DepartmentTree(ROWS, COUNTS)
    assert {node.id: (node.own, node.total) for node in tree} == {
        1: (1, 433),
        2: (2, 32),
        3: (30, 30),
        4: (0, 0),
        5: (400, 400),
        6: (7, 7),
    }
    assert tree.people == 440
    assert tree.counted
    assert not DepartmentTree(ROWS, None).counted


def test_addresses_lead_to_departments_and_back() -> None:
    tree = DepartmentTree(ROWS, None)
    assert all(tree.by_path(node.path.split("/")) is node for node in tree)
    assert tree.by_path(["larkfield", "platform"]) is None
    assert tree.by_path([]) is None
    assert tree[3].path == "larkfield/engineering/platform"
    assert [node.id for node in tree.path_of(3)] == [1, 2, 3]
    assert tree.path_of(99) == []
    child = tree.child(1, "engineering")
    assert child is not None
    assert child.id == 2


def test_a_subtree_holds_the_department_and_all_below() -> None:
    tree = DepartmentTree(ROWS, None)
    assert tree.subtree(2) == (2, 4, 3)
    assert tree.subtree(5) == (5,)
    assert set(tree.subtree(1)) == {1, 2, 3, 4, 5}
    assert tree.subtree(99) == ()


def test_codes_are_found_in_any_case() -> None:
    tree = DepartmentTree(ROWS, None)
    found = tree.find_by_code("plat")
    assert found is not None
    assert found.id == 3
    assert tree.find_by_code("nope") is None


def test_what_hangs_under_nothing_or_under_itself_is_shown_at_the_top() -> None:
    """The engine refuses both; were they to happen, nobody must vanish."""
    rows = [
        *ROWS,
        (7, "LOST", "Lost", "lost", 99),
        (8, "A", "A", "a", 9),
        (9, "B", "B", "b", 8),
        (10, "S", "S", "s", 10),
    ]
    tree = DepartmentTree(rows, {7: 1, 8: 2, 9: 3, 10: 4})
    assert len(tree) == len(rows)
    assert sorted(tree.order) == list(range(1, 11))
    assert tree.people == 10
    assert set(tree.roots) >= {7, 10}
    assert len(tree.path_of(9)) <= 2


def test_a_deep_tree_needs_no_recursion() -> None:
    depth = 1_500
    rows = [(n, f"D{n}", f"D{n}", f"d{n}", n - 1 or None) for n in range(1, depth + 1)]
    tree = DepartmentTree(rows, dict.fromkeys(range(1, depth + 1), 1))
    assert tree[1].total == depth
    assert tree[depth].depth == depth - 1


def test_an_empty_organisation_has_an_empty_tree() -> None:
    tree = DepartmentTree([], {})
    assert (len(tree), tree.people, tree.roots, list(tree)) == (0, 0, (), [])
