"""How many rows each part gets: counts derived by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.data.mixtures.shares import apportioned, counts, shares
from workbench.data.mixtures.spec import Mixture, Part
from workbench.errors import DataError, UsageError


def mixture(*parts, **numbers):
    """Parts given as {field: value}, named a, b, c ..."""
    return Mixture(tuple(Part(name, name, **one) for name, one in zip("abcdef", parts, strict=False)), **numbers)


def test_temperature_1_keeps_the_proportions():
    assert shares([100, 400], 1) == pytest.approx([1 / 5, 4 / 5])


def test_temperature_2_takes_the_square_roots():
    assert shares([100, 400], 2) == pytest.approx([1 / 3, 2 / 3])  # 10 : 20


def test_a_large_temperature_makes_the_shares_equal():
    assert shares([100, 400, 10_000], 1e9) == pytest.approx([1 / 3] * 3)


def test_a_small_temperature_leaves_only_the_largest():
    assert shares([1e6, 1e9], 0.001) == pytest.approx([0, 1])
    with pytest.raises(DataError, match="None of the 400 rows would come from a"):
        counts(mixture({}, {}, temperature=0.001), [100, 400])


def test_the_largest_remainders_get_what_is_left_and_of_equal_ones_the_earlier():
    assert apportioned(10, [1 / 3, 1 / 3, 1 / 3]) == [4, 3, 3]
    assert apportioned(7, [0.5, 0.3, 0.2]) == [4, 2, 1]  # 3.5, 2.1, 1.4


def test_without_weights_every_row_comes_once():
    assert counts(mixture({}, {}), [100, 400]) == [100, 400]


def test_a_cap_limits_what_the_size_of_a_set_counts():
    # rates 100 and 1,000: shares 1/11 and 10/11; at 1,100 rows the small set has come once
    assert counts(mixture({}, {}, cap=1000), [100, 50_000]) == [100, 1000]


def test_temperature_ends_where_the_first_set_is_used_up():
    # shares 1/3 and 2/3: 300 rows use up the first set, 600 the second
    assert counts(mixture({}, {}, temperature=2), [100, 400]) == [100, 200]


def test_weights_take_the_place_of_sizes():
    assert counts(mixture({"weight": 3}, {"weight": 1}), [30, 500]) == [30, 10]
    assert counts(mixture({"weight": 3}, {"weight": 1}, rows=8), [30, 500]) == [6, 2]


def test_weights_are_flattened_by_temperature_too():
    assert counts(mixture({"weight": 9}, {"weight": 1}, rows=40, temperature=2), [100, 100]) == [30, 10]  # 3 : 1


def test_more_rows_than_there_are_repeat_them():
    assert counts(mixture({}, {}, rows=50), [5, 20]) == [10, 40]


def test_a_quota_is_a_count_and_the_others_share_the_rest():
    assert counts(mixture({"quota": 20}, {}, {}, rows=50), [100, 100, 200]) == [20, 10, 20]
    assert counts(mixture({"quota": 20}, {}), [100, 30]) == [20, 30]


def test_replay_is_a_share_of_the_whole():
    assert counts(mixture({}, {"replay": 0.1}), [90, 500]) == [90, 10]
    assert counts(mixture({}, {"replay": 0.1}, rows=50), [90, 500]) == [45, 5]
    assert counts(mixture({"quota": 60}, {"replay": 0.1}, {"replay": 0.3}), [90, 500, 500]) == [60, 10, 30]


@pytest.mark.parametrize(
    ("parts", "rows", "message"),
    [
        (({"quota": 20}, {}), 10, "The quotas add up to 20, but 10 rows are wanted"),
        (({"quota": 20}, {"quota": 5}), 30, "The quotas add up to 25, but 30 rows are wanted"),
        (({"quota": 9}, {"replay": 0.2}), 10, "but 10 rows are wanted, of which 2 are replayed. Leave rows away"),
    ],
)
def test_quotas_that_do_not_fit_are_refused(parts, rows, message):
    with pytest.raises(UsageError, match=message):
        counts(mixture(*parts, rows=rows), [100] * len(parts))


def test_a_part_without_a_row_is_not_left_out_silently():
    with pytest.raises(DataError, match="None of the 10 rows would come from b: its share is too small"):
        counts(mixture({"weight": 1000}, {"weight": 1}, rows=10), [100, 100])


@given(
    sizes=st.lists(st.integers(1, 10_000), min_size=1, max_size=6),
    temperature=st.floats(1, 10),
    cap=st.none() | st.integers(1, 5000),
)
def test_by_default_no_row_comes_twice_and_no_larger_total_could_do_so(sizes, temperature, cap):
    made = mixture(*({} for _ in sizes), temperature=temperature, cap=cap)
    try:
        found = counts(made, sizes)
    except DataError:
        return  # a share too small for a row
    rates = shares([size if cap is None else min(size, cap) for size in sizes], temperature)
    assert all(count <= size for count, size in zip(found, sizes, strict=True))
    assert sum(found) == int(round(min(size / rate for size, rate in zip(sizes, rates, strict=True)), 9))
