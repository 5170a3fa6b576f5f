"""The tables of a mixture: what they mean, and what is refused with its key."""

from __future__ import annotations

import pytest

from workbench.data.mixtures.spec import Mixture, Part, check, parts
from workbench.errors import UsageError


def test_a_number_is_a_weight_or_a_share_to_replay():
    assert parts({"a": 3, "b": {"weight": 1, "data": "set-b", "shots": 2}}, {"old": 0.1}) == (
        Part("a", "a", weight=3), Part("b", "set-b", weight=1, shots=2), Part("old", "old", replay=0.1),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("sources", "replay", "message"),
    [
        ({}, None, "at least one source"),
        ({"a": 0, "b": 1}, None, r"\[sources\] a: weight is 0, which is not a number above 0. Leave a source out"),
        ({"a": -1}, None, "weight is -1"),
        ({"a": True}, None, "weight is True"),
        ({"a": {"quota": 0}}, None, "quota is 0, which is not a whole number from 1"),
        ({"a": {"shots": 1.5}}, None, "shots is 1.5"),
        ({"a": {"templates": 3}}, None, "templates is 3, which is not the name of templates or a file"),
        ({"a": {"wieght": 3}}, None, r"\[sources\] a: unknown key 'wieght'. Did you mean weight"),
        ({"a": {"weight": 1, "quota": 3}}, None, "both weight and quota"),
        ({"a": 3, "b": {}}, None, r"\[sources\] a has a weight, b has none. Give every source a weight, or none"),
        ({"a": 1}, {"old": 1}, r"\[replay\] old: share is 1, which is not a number between 0 and 1"),
        ({"a": 1}, {"old": {}}, r"\[replay\] old: no share is given"),
        ({"a": 1}, {"old": {"share": 0.1, "quota": 3}}, r"\[replay\] old: unknown key 'quota'"),
        ({"a": 1}, {"a": 0.1}, "'a' is both a source and replayed. Give one of them another name"),
        ({"a": 1}, {"b": 0.5, "c": 0.5}, r"shares of \[replay\] add up to 1"),
    ],
)
def test_what_cannot_be_mixed_is_refused_with_its_key(sources, replay, message):
    with pytest.raises(UsageError, match=message):
        parts(sources, replay)


@pytest.mark.parametrize(
    ("numbers", "message"),
    [
        ({"order": "column"}, "no column is named"),
        ({"column": "level"}, "column is 'level', but order is shuffled"),
        ({"reverse": True}, "the rows are shuffled"),
        ({"cap": 5}, "cap is 5, but no source counts by its rows"),
    ],
)
def test_numbers_that_contradict_each_other_are_refused(numbers, message):
    with pytest.raises(UsageError, match=message):
        check(Mixture(parts({"a": 1}, None), **numbers))
