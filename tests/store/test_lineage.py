"""What made a model: back to the judgments, through exports and through mixtures of them."""

from __future__ import annotations

import json

import pytest

from workbench.store import data, exports, models
from workbench.store.lineage import lineage

POLICY = {"rubric": "general", "raters": ["human"]}


def a_set(store, name, fingerprint, **card):
    return data.add(store, name, "preferences", 3, fingerprint, f"{name}.jsonl", "here", card)


def trained_on(store, made):
    details = {
        "data": {"name": made.name, "fingerprint": made.fingerprint, "rows": made.rows}, "parent_weights": "w0",
        "spec_hash": "s", "params": {"method": "lora"}, "seed": 7, "versions": {"trl": "1"},
    }  # fmt: skip
    base = models.add(store, "base", "base", "folder", None, "w0")
    return models.add(store, "new", "new", "trained", None, "w1", base.id, None, details)


@pytest.fixture
def rated(store):
    """Two sets, each from an export of ratings; a third from elsewhere."""
    for name, last in (("a", 5), ("b", 9)):
        made = a_set(store, name, f"print-{name}")
        exports.add(store, "preferences", f"{name}.jsonl", 3, f"print-{name}", POLICY, {}, last, made.id, None)
    a_set(store, "c", "print-c")
    return store


def test_a_set_points_to_the_judgments_of_its_export(rated):
    step, origin = lineage(rated, trained_on(rated, data.by_name(rated, "b")))
    assert [(one.rubric, one.raters, one.last_judgment) for one in step.ratings] == [("general", ("human",), 9)]
    assert (step.parent, step.seed, origin.data) == ("base", 7, None)


def test_a_mixture_points_to_those_of_all_its_sets(rated):
    inner = a_set(rated, "inner", "print-inner", **{"from": json.dumps({"a": "print-a", "c": "print-c"})})
    outer = a_set(rated, "outer", "print-outer", **{"from": json.dumps({"inner": inner.fingerprint, "b": "print-b"})})
    step = lineage(rated, trained_on(rated, outer))[0]
    assert set(step.sources) == {"inner", "a", "b", "c"}
    assert [one.last_judgment for one in step.ratings] == [5, 9]


def test_rows_from_elsewhere_have_no_judgments(rated):
    assert lineage(rated, trained_on(rated, data.by_name(rated, "c")))[0].ratings == ()
