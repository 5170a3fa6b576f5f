"""Groups, tags and suites: which tasks a name stands for, and the score of all of them."""

from __future__ import annotations

from math import sqrt

import pytest

from workbench.errors import UnknownName
from workbench.jobs import bench
from workbench.tasks import groups, index, suites
from workbench.tasks.groups import Group


def test_a_group_stands_for_all_tasks_below_it():
    found = groups.group("mmlu")
    assert len(found.tasks) == 57  # the subjects of MMLU (Hendrycks et al. 2021)
    assert found.averaged == (("acc", True),)


def test_a_tag_stands_for_its_tasks():
    assert {"cola", "mrpc", "sst2"} <= set(groups.group("glue").tasks)


def test_a_task_is_no_group():
    assert groups.group("sst2") is None
    assert groups.group("multiple_choice") is None


def test_a_group_score_is_weighted_by_items():
    # .5 on 100 items, .8 on 300: .725; errors .1 / 4 and .02 * 3 / 4 add up in squares
    metrics = {
        "a": {"acc": {"value": 0.5, "low": 0.5 - 0.1, "high": 0.5 + 0.1, "n": 100}},
        "b": {"acc": {"value": 0.8, "low": 0.8 - 0.02, "high": 0.8 + 0.02, "n": 300}},
    }
    found = groups.scores(Group("g", ("a", "b"), (("acc", True),)), metrics)["acc"]
    half = sqrt((0.1 / 4) ** 2 + (0.02 * 3 / 4) ** 2)
    assert (found["value"], found["n"]) == (pytest.approx(0.725), 400)
    assert (found["low"], found["high"]) == (pytest.approx(0.725 - half), pytest.approx(0.725 + half))


def test_a_group_may_weigh_its_tasks_alike():
    metrics = {
        name: {"acc": {"value": v, "low": v, "high": v, "n": n}} for name, v, n in (("a", 0.5, 1), ("b", 0.8, 3))
    }
    assert groups.scores(Group("g", ("a", "b"), (("acc", False),)), metrics)["acc"]["value"] == pytest.approx(0.65)


def test_every_suite_holds_tasks_that_exist():
    for suite in suites.suites():
        assert suite.tasks
        for name in suite.tasks:
            assert index.path(name).is_file()


def test_the_core_suite_is_every_bundled_task():
    assert suites.get("core").tasks == tuple(index.bundled())
    assert {"similarity", "named_entities", "perplexity", "summaries"} <= set(index.bundled())


def test_what_a_suite_lacks_is_named():
    assert "STS-B" in suites.get("glue").missing
    assert "NarrativeQA" in suites.get("helm-lite").missing


def test_a_misspelt_suite_is_answered_with_the_nearest():
    with pytest.raises(UnknownName, match=r"Did you mean helm-lite"):
        suites.get("helm-light")


def test_a_suite_is_run_task_by_task_with_its_groups_opened():
    named = bench.tasks(bench.Params(suite="helm-lite"))
    assert {"mmlu_anatomy", "gsm8k", "hendrycks_math_algebra"} <= set(named)
    assert "mmlu" not in named


def test_names_are_searched_by_words():
    assert index.search(["NAMED", "entities"]) == ["named_entities"]
    assert index.search(["glue", "no such"]) == []
