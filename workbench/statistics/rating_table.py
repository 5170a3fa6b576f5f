"""Ratings as a table: one row an item, one column a rater, NaN where there is no rating.

The form that agreement, severity and scale use are computed from. A row may also be one rater's visit to a prompt
and a column the position at which an answer was shown: then the columns' effects are those of position.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True, eq=False)
class RatingTable:
    """`values` (items, raters) in points; `items` and `raters` name its rows and columns, ascending."""

    items: tuple[int, ...]
    raters: tuple[int, ...]
    values: np.ndarray


def tabulate(items: Sequence[int], raters: Sequence[int], values: Sequence[float]) -> RatingTable:
    """The table of ratings given as three equally long lists. ValueError: an item rated twice by the same rater."""
    rows, row = np.unique(np.asarray(items, dtype=np.int64), return_inverse=True)
    columns, column = np.unique(np.asarray(raters, dtype=np.int64), return_inverse=True)
    table = np.full((len(rows), len(columns)), np.nan)
    table[row, column] = values
    if np.count_nonzero(~np.isnan(table)) != len(row):
        raise ValueError("An item has two ratings by the same rater.")
    return RatingTable(tuple(rows.tolist()), tuple(columns.tolist()), table)
