"""Arithmetic of the tree."""

from hypothesis import given
from hypothesis import strategies as st

from examcenter.organisation import tree

PARENTS = st.integers(1, 40).flatmap(
    lambda n: st.lists(st.integers(0, n), min_size=n, max_size=n)
)


def test_those_in_a_ring_and_below_it_cannot_be_reached() -> None:
    parents = {"a": "", "b": "a", "c": "d", "d": "c", "e": "c"}

    assert tree.unreachable(parents) == {"c", "d", "e"}


@given(PARENTS)
def test_a_node_is_reachable_exactly_when_its_way_up_ends(above: list[int]) -> None:
    # Node i hangs below node above[i]-1; zero makes it a root.
    parents = {str(i): str(p - 1) if p else "" for i, p in enumerate(above)}

    lost = tree.unreachable(parents)

    for node in parents:
        way = tree.way_up(parents, node, steps=len(parents) + 1)
        assert (node in lost) == (len(way) > len(parents))


@given(PARENTS)
def test_sums_over_subtrees_count_everybody_once_at_the_roots(
    above: list[int],
) -> None:
    # A parent always stands before its children, so that there is no ring.
    parents = {i: (p - 1 if 0 < p <= i else None) for i, p in enumerate(above)}
    paths = tree.paths(parents)
    counts = {node: node + 1 for node in parents}

    sums = tree.rolled_up(counts, paths.items())

    roots = [node for node, parent in parents.items() if parent is None]
    assert sum(sums[root] for root in roots) == sum(counts.values())
    for node, parent in parents.items():
        start = paths[parent] if parent is not None else "/"
        assert paths[node] == f"{start}{node}/"


def test_a_chain_of_a_hundred_thousand_is_walked_in_time() -> None:
    size = 100_000
    ring = {str(i): str((i + 1) % size) for i in range(size)}

    assert len(tree.unreachable(ring)) == size
