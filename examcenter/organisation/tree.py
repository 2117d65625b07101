"""The arithmetic of a tree given as each node's parent."""

from collections.abc import Iterable, Mapping


def unreachable(parents: Mapping[str, str]) -> frozenset[str]:
    """Return the nodes from which no way leads up to a root: those in or below a ring.

    *parents* has for each node its parent, or an empty text for a root; every parent
    named is itself a node.
    """
    good: set[str] = {""}
    lost: set[str] = set()
    for start in parents:
        way: set[str] = set()
        node = start
        while node not in good and node not in lost and node not in way:
            way.add(node)
            node = parents[node]
        (good if node in good else lost).update(way)
    return frozenset(lost)


def way_up(parents: Mapping[str, str], node: str, *, steps: int) -> tuple[str, ...]:
    """Return *node* and what stands above it, at most *steps* of them."""
    way: list[str] = []
    while node and len(way) < steps:
        way.append(node)
        node = parents[node]
    return tuple(way)


def paths(parents: Mapping[int, int | None]) -> dict[int, str]:
    """Return for each node of a tree the ids from the root to it: ``/1/5/9/``."""
    found: dict[int, str] = {}
    for start in parents:
        way: list[int] = []
        node: int | None = start
        while node is not None and node not in found:
            way.append(node)
            node = parents[node]
        above = "/" if node is None else found[node]
        for below in reversed(way):
            above = found[below] = f"{above}{below}/"
    return found


def rolled_up(
    counts: Mapping[int, int], paths_of: Iterable[tuple[int, str]]
) -> dict[int, int]:
    """Return for each node the sum of *counts* over its subtree."""
    sums: dict[int, int] = {}
    for node, path in paths_of:
        own = counts.get(node, 0)
        for part in path.strip("/").split("/"):
            sums[int(part)] = sums.get(int(part), 0) + own
    return sums
