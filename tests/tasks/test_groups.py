"""Groups, tags and suites: which tasks a name stands for, and the score of all of them."""

from __future__ import annotations

from math import isnan, sqrt

import pytest
import yaml

from workbench.errors import DataError, UnknownName
from workbench.jobs import bench
from workbench.tasks import configuration, groups, index, suites
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


def test_a_group_of_which_one_task_has_no_interval_has_none():
    # a run keeps None for NaN
    metrics = {
        "a": {"acc": {"value": 0.5, "low": None, "high": None, "n": 1}},
        "b": {"acc": {"value": 0.8, "low": 0.7, "high": 0.9, "n": 3}},
    }
    found = groups.scores(Group("g", ("a", "b"), (("acc", False),)), metrics)["acc"]
    assert (found["value"], isnan(found["low"]), found["n"]) == (pytest.approx(0.65), True, 4)


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
    assert {"mmlu_econometrics", "gsm8k", "hendrycks_math_algebra"} <= set(named)
    assert "hendrycks_math" not in named


def test_helm_takes_five_subjects_of_mmlu():
    # the subjects of the published runs of both leaderboards
    five = ["abstract_algebra", "college_chemistry", "computer_security", "econometrics", "us_foreign_policy"]
    for suite in ("helm-classic", "helm-lite"):
        assert [task for task in suites.get(suite).tasks if "mmlu" in task] == [f"mmlu_{one}" for one in five]


def test_names_are_searched_by_words():
    assert index.search(["NAMED", "entities"]) == ["named_entities"]
    assert index.search(["glue", "no such"]) == []


def test_a_group_may_change_its_tasks():
    # tinyArc stands in the group with 25 examples
    found = groups.group("tinyBenchmarks")
    assert found.tasks[0] == "tinyBenchmarks::tinyArc"
    assert configuration.of("tinyBenchmarks::tinyArc")["num_fewshot"] == 25
    assert configuration.of("tinyBenchmarks::tinyArc")["doc_to_text"] == configuration.of("tinyArc")["doc_to_text"]


def test_a_group_may_define_groups_in_place():
    assert groups.group("mmlu_continuation").averaged == (("acc", True),)
    assert len(groups.group("mmlu_continuation").tasks) == 57
    assert "mmlu_anatomy_continuation" in groups.group("mmlu_continuation").tasks


def test_what_a_group_says_reaches_the_tasks_of_groups_below_it():
    found = groups.group("openllm").tasks
    assert {"openllm::arc_challenge", "openllm::mmlu_anatomy", "openllm::gsm8k"} <= set(found)
    assert configuration.of("openllm::mmlu_anatomy")["num_fewshot"] == 5


@pytest.fixture
def own(tmp_path):
    """A group of the user's: a bundled task as it is, one changed, and one that is defined in place."""
    rows = tmp_path / "rows.jsonl"
    rows.write_text('{"text": "one two", "gold": 0}\n{"text": "three four", "gold": 1}\n')
    file = tmp_path / "mine.yaml"
    inner = {
        "task": "counted", "dataset_path": "json", "dataset_kwargs": {"data_files": {"test": str(rows)}},
        "output_type": "multiple_choice", "doc_to_text": "{{text}}", "doc_to_target": "gold",
        "doc_to_choice": ["a", "b"],
    }  # fmt: skip
    members = ["multiple_choice", {"task": "sentiment", "num_fewshot": 3}, {"group": "inner", "task": [inner]}]
    file.write_text(yaml.safe_dump({"group": "mine", "test_split": "test", "task": members}))
    return str(file)


def test_a_group_of_the_users_is_run_task_by_task(own):
    names = [f"{own}::multiple_choice", f"{own}::sentiment", f"{own}::inner::counted"]
    assert bench.tasks(bench.Params(task=own)) == tuple(names)
    assert [configuration.asks(name) for name in names] == ["loglikelihood"] * 3


def test_a_task_is_loaded_as_its_group_has_it(store, own):
    from workbench.tasks.load import load

    changed = load(store, f"{own}::sentiment", limit=1)
    assert (changed.name, changed.shots, changed.definition["num_fewshot"]) == ("sentiment", 3, 3)
    in_place = load(store, f"{own}::inner::counted")
    assert (in_place.name, len(in_place.docs)) == ("mine::inner::counted", 2)
    assert in_place.requests(in_place.docs)[0][0].args == ("one two", " a")


def test_a_group_of_the_users_runs_no_code(store, tmp_path):
    from workbench.tasks.load import load

    file = tmp_path / "mine.yaml"
    file.write_text("group: mine\ntask:\n  - task: sentiment\n    unsafe_code: true\n")
    with pytest.raises(DataError, match="unsafe_code can run code"):
        load(store, f"{file}::sentiment")
    file.write_text("group: mine\ntask:\n  - task: sentiment\n    process_docs: !function os.system\n")
    with pytest.raises(DataError, match="names code"):
        load(store, f"{file}::sentiment")


def test_a_member_that_a_group_has_not_is_answered_with_the_nearest():
    with pytest.raises(UnknownName, match="tinyBenchmarks::tinyArc"):
        configuration.of("tinyBenchmarks::tinyAcr")
    with pytest.raises(UnknownName, match="glue"):
        index.path("glu")


def test_tags_are_found_by_their_name():
    assert "glue" in index.search(["glue"])


@pytest.mark.parametrize("one", ["- 5", "- dataset_path: json", "- {task: no_such_task, num_fewshot: 1}"])
def test_what_a_group_cannot_hold_is_refused(tmp_path, one):
    file = tmp_path / "mine.yaml"
    file.write_text(f"group: mine\ntask:\n  {one}\n")
    with pytest.raises(DataError, match=rf"{file}: a group (has a member that is neither|defines no_such_task)"):
        groups.group(str(file))


def test_what_a_group_of_ones_own_names_wrongly_is_told_with_its_file(tmp_path):
    file = tmp_path / "mine.yaml"
    file.write_text("group: mine\ntask: [multiple_choice, sentimnt]\n")
    with pytest.raises(DataError, match=rf"{file}: there is no task 'sentimnt'") as told:
        groups.group(str(file))
    assert told.value.hint.startswith("Did you mean sentiment")


def test_a_group_without_tasks_is_refused(tmp_path):
    file = tmp_path / "mine.yaml"
    file.write_text("group: mine\ntask: []\n")
    with pytest.raises(DataError, match="has no tasks"):
        groups.group(str(file))
