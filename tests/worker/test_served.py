"""`generate` on a served model, through a real worker and real HTTP, without torch."""

from __future__ import annotations

import json
from collections import Counter

import given
import pytest
import running
import served

from workbench import launch
from workbench.store import batches, completions, integrity, jobs, judgments, models, prompts, runs, scores

pytestmark = pytest.mark.usefixtures("ended")


def test_answers_of_a_server_are_kept_and_form_a_batch(store, tmp_path):
    with served.serving() as server:
        job = running.done(
            store, "generate", model=f"server:{server.url}#qwen", data=str(running.prompts(tmp_path, 20)), n=2, gold=0,
            repeats=0, overlap=0,
        )  # fmt: skip
    assert (job.result["answers"], job.result["model"]) == (40, f"qwen@127.0.0.1:{server.server_address[1]}")
    items = batches.items(store, job.result["batch"])
    kept = completions.by_ids(store, [one for item in items for one in item.completions])
    asked = prompts.by_ids(store, {one.prompt_id for one in kept.values()})
    assert {one.text for one in kept.values()} == {
        served.answer_of([{"role": "user", "content": asked[one.prompt_id].text}], one.seed % 2**31)
        for one in kept.values()
    }
    assert {(one.dtype, one.tokens) for one in kept.values()} == {("unknown", 5)}


def test_another_job_asks_the_server_again(store, tmp_path):
    data = str(running.prompts(tmp_path, 3))
    with served.serving() as server:
        for _ in range(2):
            running.done(store, "generate", model=f"server:{server.url}#qwen", data=data, n=1)
        asked = len(server.bodies("chat/completions"))
    assert asked == 6
    assert len(models.all_models(store)) == 1


def test_a_server_that_fails_leaves_what_it_answered_and_the_job_goes_on(store, tmp_path):
    data = str(running.prompts(tmp_path, 20))  # two batches of requests at once: 16 and 4
    with served.serving() as server:
        server.fail_after = 16
        job = running.submit(store, "generate", model=f"server:{server.url}#qwen", data=data, n=1)
        failed = running.until(store, job.id, lambda one: one.ended)
        assert failed.state == "failed"
        assert "refuses the request (HTTP 400: planted)" in failed.error
        assert store.value("SELECT COUNT(*) FROM completions") == 16
        server.fail_after = None
        launch.resume(store, job.id)
        assert running.finished(store, job.id).result["answers"] == 20
        # 16, up to 4 that failed, which may reach the server after the job has ended, and these 4 again
        assert 20 < len(server.bodies("chat/completions")) <= 24


def test_a_killed_job_does_not_ask_again_for_what_it_kept(store, tmp_path):
    data = tmp_path / "slow.jsonl"  # the second batch of 16 requests gets no answer until the worker is dead
    data.write_text("".join(json.dumps({"prompt": f"{n} {'slow' if n >= 16 else ''}"}) + "\n" for n in range(20)))
    with served.serving() as server:
        job = running.submit(store, "generate", model=f"server:{server.url}#qwen", data=str(data), n=1)
        running.until(store, job.id, lambda _: store.value("SELECT COUNT(*) FROM completions") == 16)
        assert running.kill(store, running.until(store, job.id, lambda one: one.pid)).state == "lost"
        server.release.set()
        launch.resume(store, job.id)
        assert running.finished(store, job.id).result["answers"] == 20
        asked = Counter(int(body["messages"][0]["content"].split()[0]) for body in server.bodies("chat/completions"))
    assert {n for n, times in asked.items() if times > 1} <= set(range(16, 20))


def test_a_server_that_only_answers_runs_a_task_of_texts(store):
    with served.serving() as server:
        job = running.done(store, "bench", model=f"server:{server.url}#qwen", task="translation_en_de", limit=3)
        asked = [body["prompt"] for body in server.bodies("completions") if not body.get("echo")]
    answers = runs.answers(store, job.result["run"])
    assert sorted(asked) == sorted(one.context for one in answers)
    assert all(one.text == one.context.split("\n")[0] for one in answers)  # it repeats the prompt; a line ends it


def test_a_task_of_texts_is_asked_by_the_chat_of_a_server(store):
    """One message of the user's, after an example as two turns; the prompt is kept as it was sent."""
    with served.serving() as server:
        reference = f"server:{server.url}#qwen"
        job = running.done(
            store, "bench", model=reference, task="translation_en_de", limit=3, fewshot=1, chat_template=True
        )
        asked = [body["messages"] for body in server.bodies("chat/completions")[1:]]  # the first one looks if it chats
        assert [body for body in server.bodies("completions") if not body.get("echo")] == []  # one looks what it can
    answers = runs.answers(store, job.result["run"])
    assert sorted(asked, key=json.dumps) == sorted((json.loads(one.context) for one in answers), key=json.dumps)
    assert all([turn["role"] for turn in turns] == ["user", "assistant", "user"] for turns in asked)


def test_the_key_reaches_the_server_and_nothing_else(store, tmp_path, monkeypatch):
    with served.serving(key="secret-key-of-the-test") as server:
        monkeypatch.setenv("WORKBENCH_API_KEY", "secret-key-of-the-test")
        job = running.done(
            store, "generate", model=f"server:{server.url}#qwen", data=str(running.prompts(tmp_path, 2)), n=1
        )
    assert jobs.by_id(store, job.id).state == "done"
    store.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    files = [path for path in store.workspace.root.rglob("*") if path.is_file()]
    assert [path for path in files if b"secret-key-of-the-test" in path.read_bytes()] == []


def test_a_judge_that_was_killed_judges_nothing_twice_and_ends_as_another(store):
    texts = [[f"{'slow' if n == 6 else 'quick'} {'x' * (n % 5 + 1)}"] for n in range(7)]  # 21 questions: 16 and 5
    batch = given.batch(store, texts)
    with served.serving(reply=lambda text: str(_last(text).count("x"))) as server:
        job = running.submit(store, "judge", model=f"{server.url}#qwen", batch=batch.id)
        running.until(store, job.id, lambda _: judgments.count(store) == 16)
        running.kill(store, running.until(store, job.id, lambda one: one.pid))
        server.release.set()
        launch.resume(store, job.id)
        result = running.finished(store, job.id).result
    assert (result["judgments"], judgments.count(store)) == (21, 21)
    given_points = {(one.completion_id, one.value) for one in scores.all_of(store, "general")}
    assert given_points == {(n + 1, n % 5 + 1) for n in range(7)}
    assert integrity.gaps(store) == []


def _last(text):
    """The answer that is judged: after the examples."""
    return text.rpartition("<answer>\n")[2].partition("\n</answer>")[0]
