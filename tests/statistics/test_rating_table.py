from __future__ import annotations

import numpy as np
import pytest

from workbench.statistics.rating_table import tabulate


def test_ratings_stand_where_item_and_rater_meet():
    table = tabulate([20, 10, 20], [1, 2, 2], [5, 3, 4])
    assert (table.items, table.raters) == ((10, 20), (1, 2))
    assert np.array_equal(table.values, [[np.nan, 3], [5, 4]], equal_nan=True)


def test_an_item_is_rated_once_by_a_rater():
    with pytest.raises(ValueError, match="two ratings by the same rater"):
        tabulate([1, 1], [7, 7], [5, 4])


def test_no_ratings_are_an_empty_table():
    assert tabulate([], [], []).values.shape == (0, 0)
