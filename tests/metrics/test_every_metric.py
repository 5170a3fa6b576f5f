"""What every metric promises; a new file in the package is tested from here without a line more."""

from __future__ import annotations

from math import isfinite, isnan

import cases
import pytest

from workbench import metrics

NAMES = metrics.names()
_BOUNDS = {"share": (0, 1), "correlation": (-1, 1), "percent": (0, 100)}
_MAXIMA = ("peak_memory",)  # which have no interval


def kind(name):
    return metrics.get(name).KIND


def first(items, n):
    return items[0][:n], items[1][:n]


@pytest.mark.parametrize("name", NAMES)
def test_ordinary_items_have_a_value_within_its_interval(name):
    for metric, one in cases.measured(name, cases.ORDINARY[kind(name)]).items():
        assert one.reason == ("a maximum has no interval" if metric in _MAXIMA else None)
        assert metric in _MAXIMA or one.interval.low <= one.interval.estimate <= one.interval.high


@pytest.mark.parametrize("name", NAMES)
def test_the_declared_metrics_come_first_and_keep_to_their_unit(name):
    samples = metrics.get(name).samples(*cases.ORDINARY[kind(name)])
    declared = metrics.get(name).METRICS
    assert tuple(one.metric for one in samples)[: len(declared)] == declared
    found = cases.measured(name, cases.ORDINARY[kind(name)])
    for sample in samples:
        low, high = _BOUNDS.get(sample.metric.unit, (0, float("inf")))
        at = found[sample.metric.name].interval
        assert sample.metric.name in _MAXIMA or low <= at.low <= at.high <= high


@pytest.mark.parametrize("name", NAMES)
def test_no_items_are_no_data_and_never_zero(name):
    for one in cases.measured(name, ([], [])).values():
        assert (isnan(one.interval.estimate), one.interval.n, one.reason) == (True, 0, "no data")


@pytest.mark.parametrize("table", [cases.ORDINARY, cases.UNICODE])
@pytest.mark.parametrize("name", NAMES)
def test_a_single_item_has_a_value_or_a_reason(name, table):
    assert_explained(cases.measured(name, first(table[kind(name)], 1)))


@pytest.mark.parametrize("name", NAMES)
def test_items_that_are_all_the_same_have_no_interval_without_width(name):
    gold, given = first(cases.ORDINARY[kind(name)], 1)
    found = cases.measured(name, (gold * 15, given * 15))
    assert_explained(found)
    assert not any(one.interval.low == one.interval.high for one in found.values())


@pytest.mark.parametrize("name", NAMES)
def test_any_script_and_any_size_has_a_value_or_a_reason(name):
    assert_explained(cases.measured(name, cases.UNICODE[kind(name)]))


@pytest.mark.parametrize("name", NAMES)
def test_lists_of_different_lengths_are_refused(name):
    gold, given = cases.ORDINARY[kind(name)]
    with pytest.raises(ValueError, match=r"\d|length|longer|shorter"):
        metrics.get(name).samples(gold[:5], given[:4])


@pytest.mark.parametrize("name", NAMES)
def test_items_of_one_document_are_drawn_together(name):
    items = cases.ORDINARY[kind(name)]
    found = cases.measured(name, items, clusters=[0] * len(items[0]))
    assert all(isnan(one.interval.low) and one.reason for one in found.values())


def assert_explained(found):
    for name, one in found.items():
        known = [isfinite(part) for part in (one.interval.estimate, one.interval.low, one.interval.high)]
        assert all(known) or one.reason, (name, one)
