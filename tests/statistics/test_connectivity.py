from __future__ import annotations

import numpy as np

from workbench.statistics.connectivity import groups, reaches


def edges(count, *pairs):
    made = np.zeros((count, count), dtype=bool)
    for one, other in pairs:
        made[one, other] = True
    return made


def test_an_edge_goes_one_way():
    assert reaches(edges(2, (0, 1))).tolist() == [[True, True], [False, True]]


def test_the_end_of_a_long_chain_is_reached():
    assert reaches(edges(9, *((n, n + 1) for n in range(8))))[0].all()


def test_nodes_joined_either_way_are_one_group():
    assert groups(edges(5, (0, 2), (3, 2))) == [[0, 2, 3], [1], [4]]


def test_no_nodes_are_no_groups():
    assert groups(edges(0)) == []
