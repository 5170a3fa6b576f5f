"""Files as lm-eval, HELM, Argilla and Label Studio write them."""

from __future__ import annotations

import json

import pytest

from workbench.data import completions
from workbench.errors import DataError


def read(folder, body, name="rows.json", criteria=()):
    path = folder / name
    path.write_text("".join(map(line, body)) if name.endswith(".jsonl") else json.dumps(body))
    return completions.read(path, criteria)


def line(row):
    return json.dumps(row) + "\n"


def texts(found):
    return [(one.prompt[-1].content, one.text, one.model) for one in found.answers]


def scores(found):
    return [(one.rater, one.criterion, one.value) for one in found.scores]


def outcomes(found):
    return [(found.answers[one.left].text, one.outcome, found.answers[one.right].text) for one in found.comparisons]


def sample(prompt="Q: 1+1?\nA:", responses=(("2",),), **more):
    """A line of samples_TASK_TIME.jsonl, its keys as lm-eval 0.4 writes them."""
    arguments = {"gen_args_0": {"arg_0": prompt, "arg_1": {"until": ["\n"], "max_gen_toks": 8}}}
    return {"doc_id": 0, "doc": {}, "target": "2", "arguments": arguments, "resps": responses, "filter": "none", **more}


SAMPLES = "samples_arithmetic_2026-01-31T09-05-00.123456.jsonl"


def test_lm_eval_the_answers_are_the_responses_and_the_model_is_in_the_results(tmp_path):
    (tmp_path / "results_2026-01-31T09-05-00.123456.json").write_text('{"model_name": "org/model"}')
    found = read(tmp_path, [sample(), sample(filter="strict"), sample("Q: 2+2?\nA:", [["4", "5"]])], SAMPLES)
    assert texts(found) == [
        ("Q: 1+1?\nA:", "2", "org/model"), ("Q: 2+2?\nA:", "4", "org/model"), ("Q: 2+2?\nA:", "5", "org/model"),
    ]  # fmt: skip


def test_what_a_benchmark_asked_is_for_evaluation_only(tmp_path):
    of_lm_eval = read(tmp_path, [sample()], SAMPLES)
    of_helm = read(tmp_path, {"adapter_spec": {"model": "m"}, "request_states": [state()]}, "scenario_state.json")
    (tmp_path / "display_requests.json").write_text(
        json.dumps([{"instance_id": "id1", "train_trial_index": 0, "request": {"prompt": "a", "model": "m"}}])
    )
    predicted = [{"instance_id": "id1", "train_trial_index": 0, "predicted_text": "A"}]
    shown = read(tmp_path, predicted, "display_predictions.json")
    assert [one.answers[0].evaluation_only for one in (of_lm_eval, of_helm, shown)] == [True] * 3


def test_lm_eval_without_its_results_file_names_no_model(tmp_path):
    assert texts(read(tmp_path, [sample()], SAMPLES)) == [("Q: 1+1?\nA:", "2", None)]


def test_lm_eval_a_logged_chat_is_a_conversation(tmp_path):
    turns = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Why?"}]
    found = read(tmp_path, [sample([json.dumps(turns)]), sample("[{odd}")], SAMPLES)
    assert [turn.content for turn in found.answers[0].prompt] == ["Be brief.", "Why?"]
    assert found.answers[1].prompt[0].content == "[{odd}"


def test_lm_eval_older_samples_hold_their_arguments_as_a_list(tmp_path):
    row = sample() | {"arguments": [["Why?", {"until": []}]]}
    assert texts(read(tmp_path, [row], SAMPLES)) == [("Why?", "2", None)]


@pytest.mark.parametrize(
    "results",
    [{"model_name": "org/model"}, {"config": {"model": "hf", "model_args": "pretrained=org/model,dtype=float32"}}],
)
def test_lm_eval_before_0_4_3_writes_one_array_in_a_jsonl_file(tmp_path, results):
    row = {"doc_id": 0, "doc": {}, "target": "2", "resps": [["2"]], "filtered_resps": ["2"], "exact_match": 1.0}
    path = tmp_path / "pretrained__org__model_arithmetic.jsonl"
    path.write_text(json.dumps([row | {"arguments": [["Q: 1+1?", {"until": []}]]}], indent=2))
    (tmp_path / "results.json").write_text(json.dumps(results))
    assert texts(completions.read(path, ())) == [("Q: 1+1?", "2", "org/model")]


def test_lm_eval_log_likelihoods_cannot_be_rated(tmp_path):
    scored = sample(responses=[[["-1.2", "False"]]])
    two = sample() | {"arguments": {"gen_args_0": {"arg_0": "a"}, "gen_args_1": {"arg_0": "a"}}}
    for row in (scored, two):
        with pytest.raises(DataError, match=r"row 1: .*Only tasks of the output type generate_until"):
            read(tmp_path, [row], SAMPLES)


def state(**more):
    request = {"model": "org/model", "prompt": "Q: 1+1?\nA:", "max_tokens": 5}
    completion = {"text": " 2", "logprob": -1.0, "tokens": [], "finish_reason": {"reason": "length"}}
    result = {"success": True, "completions": [completion], "cached": False}
    return {"instance": {"id": "id1"}, "train_trial_index": 0, "request": request, "result": result, **more}


def test_helm_the_requests_of_a_run_are_its_prompts(tmp_path):
    body = {"adapter_spec": {"model": "org/other"}, "request_states": [state(), state(reference_index=1),
            state(result={"success": False, "completions": [], "error": "late"}), state(result=None)]}  # fmt: skip
    found = read(tmp_path, body, "scenario_state.json")
    assert texts(found) == [("Q: 1+1?\nA:", " 2", "org/model")]
    assert found.answers[0].finish_reason == "length"
    assert found.left_out == {"requests that score a given choice": 1, "requests without an answer": 2}


def test_helm_a_chat_and_the_model_of_the_run(tmp_path):
    request = {"messages": [{"role": "user", "content": "Why?"}], "prompt": ""}
    body = {"adapter_spec": {"model": "org/other"}, "request_states": [state(request=request)]}
    assert texts(read(tmp_path, body, "scenario_state.json")) == [("Why?", " 2", "org/other")]


def test_helm_predictions_find_their_requests_beside_them(tmp_path):
    asked = [
        {"instance_id": "id1", "train_trial_index": 0, "request": {"prompt": "a", "model": "m"}},
        {"instance_id": "id1", "train_trial_index": 0, "perturbation": {"name": "typos"},
         "request": {"prompt": "b", "model": "m"}},
    ]  # fmt: skip
    predicted = [
        {"instance_id": "id1", "train_trial_index": 0, "perturbation": {"name": "typos"}, "predicted_text": "B"},
        {"instance_id": "id1", "train_trial_index": 0, "predicted_text": "A", "stats": {}},
    ]
    with pytest.raises(DataError, match=r"display_requests\.json is missing: it holds the prompts"):
        read(tmp_path, predicted, "display_predictions.json")
    (tmp_path / "display_requests.json").write_text(json.dumps(asked))
    assert texts(read(tmp_path, predicted, "display_predictions.json")) == [("b", "B", "m"), ("a", "A", "m")]
    other = [{"instance_id": "id2", "train_trial_index": 0, "predicted_text": "A"}]
    with pytest.raises(DataError, match=r"row 1: display_requests\.json does not hold its request"):
        read(tmp_path, other, "display_predictions.json")


@pytest.mark.parametrize(("more", "what"), [({"stats": []}, "measured"), ({"request": {"prompt": "a"}}, "asked")])
def test_helm_files_without_answers_say_which_has_them(tmp_path, more, what):
    with pytest.raises(DataError, match=f"holds no answers, only what was {what}. Import scenario_state.json"):
        read(tmp_path, [{"instance_id": "id1", "train_trial_index": 0, **more}])


def test_helm_a_run_of_scored_choices_has_nothing_to_rate(tmp_path):
    body = {"request_states": [state(reference_index=0)]}
    with pytest.raises(DataError, match=r"no answer that could be rated: requests that score a given choice \(1\)"):
        read(tmp_path, body, "scenario_state.json")


FIELDS = {"prompt": "Why?", "response": "So."}


def test_argilla_2_questions_are_criteria_and_users_raters(tmp_path):
    said = {
        "fluency": [{"value": 4, "user_id": "u1"}, {"value": "5", "user_id": "u2"}],
        "comment": [{"value": "fine", "user_id": "u1"}],
    }
    record = {
        "id": "1",
        "fields": FIELDS,
        "metadata": {"model": "m"},
        "suggestions": {},
        "responses": said,
        "vectors": {},
    }
    found = read(tmp_path, [record])
    assert texts(found) == [("Why?", "So.", "m")]
    assert scores(found) == [("u1", "fluency", 4), ("u2", "fluency", 5)]
    assert found.left_out == {"answers in words": 1}


def test_argilla_flattened_records_count_what_was_submitted(tmp_path):
    row = {
        **FIELDS, "fluency.responses": [4, 1], "fluency.responses.users": ["u1", "u2"],
        "fluency.responses.status": ["submitted", "draft"], "coherence.responses": None,
    }  # fmt: skip
    found = read(tmp_path, [row], "rows.jsonl")
    assert scores(found) == [("u1", "fluency", 4)]
    assert found.left_out == {"responses that were not submitted": 1}


def test_argilla_1_responses_are_a_list_of_users(tmp_path):
    said = [
        {"user_id": "u1", "status": "submitted", "values": {"fluency": {"value": 4}}},
        {"user_id": "u2", "status": "discarded", "values": {"fluency": {"value": 1}}},
        {"user_id": "u3", "status": "discarded", "values": None},
    ]
    found = read(tmp_path, [{"fields": FIELDS, "responses": said, "metadata": None}])
    assert scores(found) == [("u1", "fluency", 4)]
    assert found.left_out == {"responses that were not submitted": 1}


@pytest.mark.parametrize(
    ("value", "outcome"),
    [
        ("response2", "right"), ("tie", "tie"),
        ([{"value": "response1", "rank": 1}, {"value": "response2", "rank": 2}], "left"),
        ([{"value": "response1", "rank": 1}, {"value": "response2", "rank": 1}], "tie"),
        ({"value": ["response1", "response2"], "rank": [2, 1]}, "right"),
        (["response2", "response1"], "right"),
    ],
)  # fmt: skip
def test_argilla_of_two_answers_a_choice_or_a_ranking_is_a_comparison(tmp_path, value, outcome):
    fields = {"prompt": "Why?", "response1": "a", "response2": "b"}
    said = {"better": [{"value": value, "user_id": "u1"}], "margin": [{"value": 3, "user_id": "u1"}]}
    found = read(tmp_path, [{"fields": fields, "responses": said}])
    assert outcomes(found) == [("a", outcome, "b")]
    assert found.left_out == {"answers about a pair that are no comparison": 1}


def test_argilla_of_two_answers_a_question_left_blank_is_left_out(tmp_path):
    said = {"better": [{"value": "response1", "user_id": "u1"}], "labels": [{"value": [], "user_id": "u1"}]}
    found = read(tmp_path, [{"fields": {"prompt": "Why?", "response1": "a", "response2": "b"}, "responses": said}])
    assert len(found.comparisons) == 1
    assert found.left_out == {"answers about a pair that are no comparison": 1}


def test_argilla_of_two_answers_names_of_other_things_are_no_ranking(tmp_path):
    said = {"tags": [{"value": ["polite", "short"], "user_id": "u1"}]}
    found = read(tmp_path, [{"fields": {"prompt": "Why?", "response1": "a", "response2": "b"}, "responses": said}])
    assert found.left_out == {"answers about a pair that are no comparison": 1}


SAID = {"user_id": ["u1", "u2"], "value": [4, 2], "status": ["submitted", "draft"]}


ANSWERS = [dict(zip(SAID, one, strict=True)) for one in zip(*SAID.values(), strict=True)]


@pytest.mark.parametrize("said", [SAID, ANSWERS])
def test_argilla_1_as_a_dataset_has_a_column_a_question(tmp_path, said):
    row = {
        **FIELDS, "fluency": said, "fluency-suggestion": 3, "fluency-suggestion-metadata": {"agent": "m"},
        "external_id": None, "metadata": '{"model": "m"}',
    }  # fmt: skip
    unanswered = {**row, "prompt": "How?", "fluency": [], "metadata": "{}"}
    found = read(tmp_path, [row, row | unanswered], "rows.jsonl")
    assert texts(found) == [("Why?", "So.", "m"), ("How?", "So.", None)]
    assert scores(found) == [("u1", "fluency", 4)]
    assert found.left_out == {"responses that were not submitted": 1}


@pytest.mark.parametrize(
    ("record", "message"),
    [
        ({"fields": {"article": "a"}, "responses": {}}, "row 1: there is no prompt"),
        ({"fields": FIELDS, "responses": {"fluency": 4}}, "row 1: 'fluency' is not a list of responses"),
        ({**FIELDS, "q.responses": [1, 2], "q.responses.users": ["u"]}, "'q.responses' has 2 values of 1 users"),
    ],
)
def test_argilla_a_broken_record_is_refused_with_its_place(tmp_path, record, message):
    with pytest.raises(DataError, match=message):
        read(tmp_path, [record])


def task(*marks, data=None, **annotation):
    of = {"id": 11, "completed_by": 3, "was_cancelled": False, "created_at": "2026-01-31T09:00:00.5Z", **annotation}
    data = data or {"prompt": "Why?", "response": "So.", "model": "m"}
    return {"id": 1, "data": data, "annotations": [{**of, "result": list(marks)}], "predictions": []}


def mark(kind, name="fluency", **value):
    return {"id": "x", "type": kind, "from_name": name, "to_name": "answer", "origin": "manual", "value": value}


def test_label_studio_ratings_and_numbered_choices_are_scores(tmp_path):
    marks = (mark("rating", rating=4), mark("choices", "coherence", choices=["5"]), mark("textarea", text=["fine"]))
    found = read(tmp_path, [task(*marks)])
    assert texts(found) == [("Why?", "So.", "m")]
    assert scores(found) == [("annotator 3", "fluency", 4), ("annotator 3", "coherence", 5)]
    assert [one.at for one in found.scores] == ["2026-01-31T09:00:00.5Z"] * 2
    assert found.left_out == {"marks of the type textarea": 1}


def test_label_studio_cancelled_annotations_are_left_out(tmp_path):
    found = read(tmp_path, [task(mark("rating", rating=4), was_cancelled=True)])
    assert (found.scores, found.left_out) == ([], {"cancelled annotations": 1})


@pytest.mark.parametrize(
    ("marked", "outcome"),
    [
        (mark("pairwise", "pw", selected="left"), "left"),
        (mark("pairwise", "pw", selected="right"), "right"),
        (mark("choices", "better", choices=["tie"]), "tie"),
    ],
)
def test_label_studio_a_pairwise_mark_is_a_comparison(tmp_path, marked, outcome):
    data = {"prompt": "Why?", "answer1": "a", "answer2": "b"}
    found = read(
        tmp_path, [task(marked, mark("rating", rating=4), data=data, completed_by={"id": 3, "email": "a@b.c"})]
    )
    assert outcomes(found) == [("a", outcome, "b")]
    assert found.comparisons[0].rater == "a@b.c"
    assert found.left_out == {"marks of the type rating about a pair": 1}


MINIMAL = {"id": 1, "annotator": 3, "annotation_id": 11, "created_at": "2026-01-31T09:00:00.5Z", "lead_time": 8.5}


def test_label_studio_json_min_holds_one_annotation_a_row(tmp_path):
    row = {"prompt": "Why?", "response": "So.", "fluency": [{"rating": 4}], "coherence": "5", "why": "fine", **MINIMAL}
    found = read(tmp_path, [row, row | {"annotator": "a@b.c", "coherence": 2}], criteria=("fluency", "coherence"))
    assert texts(found) == [("Why?", "So.", None)]
    assert scores(found)[:2] == [("annotator 3", "fluency", 4), ("annotator 3", "coherence", 5)]
    assert scores(found)[2:] == [("a@b.c", "fluency", 4), ("a@b.c", "coherence", 2)]
    assert found.scores[0].at == "2026-01-31T09:00:00.5Z"


@pytest.mark.parametrize("marked", [{"pw": [{"selected": "right"}]}, {"preference": "answer2"}])
def test_label_studio_json_min_of_two_answers_is_a_comparison(tmp_path, marked):
    found = read(tmp_path, [{"prompt": "Why?", "answer1": "a", "answer2": "b", **marked, **MINIMAL}])
    assert outcomes(found) == [("a", "right", "b")]


def test_label_studio_json_min_a_choice_that_is_no_point_is_left_out(tmp_path):
    row = {"prompt": "Why?", "response": "So.", "fluency": "good", **MINIMAL}
    found = read(tmp_path, [row], criteria=("fluency",))
    assert (found.scores, found.left_out) == ([], {"marks of the type mark": 1})


@pytest.mark.parametrize(
    ("broken", "message"),
    [
        (task(data={"image": "a.png"}), "row 1: there is no prompt"),
        (task({"type": "rating"}), "row 1: a result has no 'value'"),
        (task(mark("pairwise", selected="up"), data={"text": "Why?", "text1": "a", "text2": "b"}), "'up' does not say"),
        ({"data": {"prompt": "a", "response": "b"}, "annotations": [3]}, "row 1: an annotation is int, not an object"),
    ],
)
def test_label_studio_a_broken_task_is_refused_with_its_place(tmp_path, broken, message):
    with pytest.raises(DataError, match=message):
        read(tmp_path, [broken])
