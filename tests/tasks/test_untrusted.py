"""A task file of somebody's does nothing but ask: whatever would run code is refused, by file and key."""

from __future__ import annotations

import json

import pytest

from workbench.errors import DataError
from workbench.tasks import untrusted
from workbench.tasks.load import load

HONEST = """
task: honest
dataset_path: json
dataset_kwargs: {{data_files: {{test: {data}}}}}
output_type: multiple_choice
test_split: test
doc_to_text: "{text}"
doc_to_choice: ["no", "yes"]
doc_to_target: label
metric_list: [{{metric: acc}}]
"""
ESCAPE = "{{{{ cycler.__init__.__globals__.os.popen('touch {proof}').read() }}}}"


@pytest.fixture
def data(tmp_path):
    file = tmp_path / "rows.jsonl"
    file.write_text(json.dumps({"question": "Is it?", "label": 1}) + "\n")
    return file


def task(tmp_path, data, text="{{question}}", more=""):
    file = tmp_path / "honest.yaml"
    file.write_text(HONEST.format(data=data, text=text) + more)
    return str(file)


def test_an_honest_file_is_asked_like_any_task(store, tmp_path, data):
    loaded = load(store, task(tmp_path, data))
    assert loaded.name == "honest"
    assert loaded.requests(loaded.docs)[0][1].args == ("Is it?", " yes")


def test_the_hostile_template_does_nothing(store, tmp_path, data):
    proof = tmp_path / "ran"
    with pytest.raises(DataError, match=r"honest\.yaml cannot be rendered"):
        load(store, task(tmp_path, data, ESCAPE.format(proof=proof).replace("{{{{", "{{").replace("}}}}", "}}")))
    assert not proof.exists()


def test_the_same_template_runs_where_it_is_trusted(store, tmp_path, data):
    proof = tmp_path / "ran"
    hostile = ESCAPE.format(proof=proof).replace("{{{{", "{{").replace("}}}}", "}}")
    load(store, task(tmp_path, data, hostile), trusted=True)
    assert proof.exists()  # so the test above would see it


def test_a_template_that_is_rendered_later_is_in_the_sandbox_too(store, tmp_path, data):
    proof = tmp_path / "ran"
    rows = [{"question": "Is it?", "label": 1}, {"question": "run", "label": 1}]
    data.write_text("".join(json.dumps(row) + "\n" for row in rows))
    escape = "cycler.__init__.__globals__.os.popen('touch " + str(proof) + "').read()"
    loaded = load(store, task(tmp_path, data, "{{ " + escape + " if question == 'run' else question }}"))
    with pytest.raises(DataError, match="cannot be rendered"):
        loaded.requests(loaded.docs)
    assert not proof.exists()


def test_the_sandbox_ends_with_the_task(tmp_path):
    from lm_eval import utils

    usual = utils.env
    with untrusted.sandboxed(tmp_path / "a.yaml"):
        assert utils.env is not usual
    assert utils.env is usual


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ("process_results: !function os.system", "line 11 names code"),
        ("process_docs: !!python/name:os.system", "names code"),
        ("unsafe_code: true", "unsafe_code can run code"),
        ("class: os.system", "class can run code"),
        ("use_prompt: promptsource:x", "use_prompt can run code"),
        ("metric_list: [{metric: somebody/metric, hf_evaluate: true}]", "none of lm-eval's own"),
        ("metric_list: [{metric: accuracy_of_somebody}]", "none of lm-eval's own"),
        ("dataset_path: pandas", "neither json, csv, parquet, text nor a hub id"),
        ("dataset_path: ./loader.py", "neither json, csv, parquet, text nor a hub id"),
    ],
)
def test_what_could_run_code_is_refused(store, tmp_path, data, more, words):
    with pytest.raises(DataError, match=words) as refused:
        load(store, task(tmp_path, data, more=more))
    assert "honest.yaml" in refused.value.message
    assert refused.value.hint == "Read it through; if you trust it, add --trust-task-code."


def test_code_in_an_included_file_is_refused(store, tmp_path, data):
    (tmp_path / "base.yaml").write_text("process_results: !function os.system\n")
    with pytest.raises(DataError, match=r"base.yaml, line 1 names code"):
        load(store, task(tmp_path, data, more="include: base.yaml"))


def test_a_file_that_is_no_task_says_so(tmp_path):
    file = tmp_path / "list.yaml"
    file.write_text("- one\n")
    with pytest.raises(DataError, match="holds no task"):
        untrusted.read(file)
