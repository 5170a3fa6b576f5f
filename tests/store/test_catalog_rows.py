"""Prompts, answers, batches and exports: stored once by content, whatever a model wrote."""

from __future__ import annotations

import given
import pytest

from workbench.records import Decoding, Generated, Message
from workbench.spec import JobSpec
from workbench.store import batches, completions, exports, jobs, prompts, settings


def ask(store, *questions):
    return prompts.add(store, [(Message("user", question),) for question in questions])


def answer(store, digest, text):
    model = given.model(store)
    asked = ask(store, "Why?")[0]
    completions.add_batch(
        store, [(digest, asked.id, 0, 7, Generated(text, 1, "stop"))], model, Decoding(), "float32", None
    )
    return completions.by_ids(store, completions.existing(store, [digest]).values())


def test_a_prompt_is_stored_once_and_given_back_for_every_row(store):
    assert [prompt.id for prompt in ask(store, "a", "b", "a")] == [1, 2, 1]
    assert [prompt.id for prompt in ask(store, "b")] == [2]


def test_a_long_file_of_prompts_is_stored_whole(store):
    assert len({prompt.id for prompt in ask(store, *map(str, range(450)))}) == 450


def test_whether_a_prompt_is_held_out_follows_from_its_hash_alone(store):
    settings.put(store, settings.EVALUATION_SHARE, "0.5")
    held_out = [prompt for prompt in ask(store, *map(str, range(40))) if prompt.evaluation_only]
    hashes = {prompt.id: prompts.digest(prompt.messages) for prompt in ask(store, *map(str, range(40)))}
    # below a half: the first hexadecimal digit is 0 to 7
    assert {prompt.id for prompt in held_out} == {key for key, hashed in hashes.items() if hashed[0] in "01234567"}
    assert 0 < len(held_out) < 40


@pytest.mark.parametrize(("share", "held_out"), [("0", 0), ("1", 20)])
def test_no_prompt_and_every_prompt_can_be_held_out(store, share, held_out):
    settings.put(store, settings.EVALUATION_SHARE, share)
    assert sum(prompt.evaluation_only for prompt in ask(store, *map(str, range(20)))) == held_out


def test_an_answer_is_stored_once_under_its_request(store):
    answer(store, "one request", "first")
    (found,) = answer(store, "one request", "second").values()
    assert found.text == "first"


def test_half_a_character_from_a_model_cannot_break_the_store(store):
    (found,) = answer(store, "one request", "a\ud83db \udc00").values()
    assert found.text == "a\ufffdb \ufffd"


def test_two_halves_of_a_character_become_one(store):
    (found,) = answer(store, "one request", "\ud83d\ude00").values()
    assert found.text == "😀"


def test_null_characters_and_escapes_are_kept_raw(store):
    (found,) = answer(store, "one request", "a\x00b\x1b[31m").values()
    assert found.text == "a\x00b\x1b[31m"


def test_identical_texts_of_one_prompt_are_judged_once(store):
    batch = given.batch(store, [["same", "other", " same\n"], ["same", "same"]])
    assert [item.completions for item in batches.items(store, batch.id)] == [(1, 2), (4,)]


def test_a_resumed_job_completes_the_batch_it_began(store):
    job = jobs.enqueue(store, JobSpec("generate", {}), "heavy", "generate")
    begun = given.batch(store, [["a", "b"]], job_id=job.id)
    whole = given.batch(store, [["a", "b"], ["c", "d"]], job_id=job.id)
    assert whole.id == begun.id
    assert [item.completions for item in batches.items(store, whole.id)] == [(1, 2), (3, 4)]


def test_a_job_that_is_resumed_records_its_export_once(store):
    job = jobs.enqueue(store, JobSpec("export-preferences", {}), "light", "export")

    def record(rows, job_id):
        return exports.add(store, "preferences", "pairs.jsonl", rows, "ab", {}, {"kept": rows}, 9, None, job_id)

    assert [record(1, None), record(2, job.id), record(3, job.id), record(4, None)] == [1, 2, 2, 3]
    assert [(one.id, one.rows) for one in exports.all_exports(store)] == [(3, 4), (2, 3), (1, 1)]
