"""Jobs, Train and one job: what is at work, and the two keys that act on it."""

from __future__ import annotations

import workspaces
from pilots import LARGE, SMALL, screen_text, until

from workbench.spec import JobSpec
from workbench.store import jobs
from workbench.tui.app import WorkbenchApp
from workbench.tui.screens.confirm import ConfirmScreen
from workbench.tui.screens.job import JobScreen
from workbench.tui.screens.jobs import JobsScreen
from workbench.tui.widgets.curves import down_sampled
from workbench.tui.widgets.table import Table

LN2 = 0.6931  # the first loss of a DPO run that begins as it should


def training(store, state="running"):
    """A training in the middle, claimed by a worker on another machine (so that nobody here sweeps it away)."""
    params = {"model": "smollm2", "data": "preferences-1"}
    job = jobs.enqueue(store, JobSpec("train-dpo", params), "heavy", "train-dpo smollm2 · preferences-1")
    jobs.begin(store, jobs.claim(store, "heavy", 1, 1.0, "elsewhere").id)
    jobs.progress(store, job.id, 30, 80, "step 30 of 80", 0.2)
    for step in range(1, 31):
        jobs.add_metrics(
            store, job.id, step, {"loss": LN2 - (step - 1) / 99, "rewards/margins": step / 100, "grad_norm": 1.0}
        )
    if state != "running":
        jobs.finish(store, job.id, state, error="it stopped")
    return job


async def test_what_is_at_work_stands_above_what_waits(filled):
    training(filled)
    jobs.enqueue(filled, JobSpec("generate", {}), "heavy", "generate smollm2 · prompts")
    async with WorkbenchApp(filled, "ada").run_test(size=SMALL, notifications=True) as pilot:
        await pilot.press("w")
        await until(pilot, lambda: isinstance(pilot.app.screen, JobsScreen))
        await until(pilot, lambda: "30/80" in screen_text(pilot))
        lines = [line for line in screen_text(pilot).splitlines() if "smollm2" in line]
        assert [("train" in lines[0], "running" in lines[0]), ("generate" in lines[1], "queued" in lines[1])] == [
            (True, True)
        ] * 2


async def test_what_a_waiting_job_waits_for_is_told_in_full_on_80_columns(filled):
    training(filled)
    for name in ("generate one", "generate two"):
        jobs.enqueue(filled, JobSpec("generate", {}), "heavy", name)
    async with WorkbenchApp(filled, "ada").run_test(size=SMALL) as pilot:
        await pilot.press("w")
        await until(pilot, lambda: "30/80" in screen_text(pilot))
        await pilot.press("g", "j", "j")
        await until(pilot, lambda: "after job 1 (about 4 min 10 s left), job 2" in screen_text(pilot))


async def test_a_waiting_job_is_put_first_with_one_key_which_says_what_runs_before(filled):
    training(filled)
    for name in ("generate one", "generate two"):
        jobs.enqueue(filled, JobSpec("generate", {}), "heavy", name)
    async with WorkbenchApp(filled, "ada").run_test(size=LARGE, notifications=True) as pilot:
        await pilot.press("w")
        await until(pilot, lambda: "30/80" in screen_text(pilot))
        await pilot.press("G", "f")
        await until(pilot, lambda: "Job 3 runs next, after job 1 (about 4 min 10 s left)." in screen_text(pilot))
        lines = [line for line in screen_text(pilot).splitlines() if " queued " in line]
        assert [("two" in lines[0], "one" in lines[1])] == [(True, True)]
        assert pilot.app.screen.focused_job().id == 3
        await pilot.press("g", "f")
        await until(pilot, lambda: "Job 1 is running, and only one" in screen_text(pilot))


async def test_the_cursor_stays_on_its_job_when_a_new_one_comes(filled):
    training(filled)
    async with WorkbenchApp(filled, "ada").run_test(size=SMALL, notifications=True) as pilot:
        await pilot.press("w")
        await until(pilot, lambda: isinstance(pilot.app.screen, JobsScreen) and pilot.app.screen.query_one(Table).count)
        with workspaces.open_store(filled.workspace) as other:
            jobs.enqueue(other, JobSpec("generate", {}), "heavy", "generate smollm2 · prompts")
        await until(pilot, lambda: pilot.app.screen.query_one(Table).count == 2)
        assert pilot.app.screen.focused_job().id == 1


async def test_watching_shows_progress_and_curves(filled):
    job = training(filled)
    jobs.add_metrics(filled, job.id, 30, {"learning_rate": 1e-4})
    async with WorkbenchApp(filled, "ada").run_test(size=SMALL, notifications=True) as pilot:
        await pilot.press("w", "enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, JobScreen))
        await until(pilot, lambda: "loss 0.4" in screen_text(pilot))
        shown = screen_text(pilot)
        for words in ("30/80", "about 4 min 10 s left", "step 30 of 80", "rewards/margins 0.3"):
            assert words in shown
        await pilot.press("m")  # the next curves: one is left
        await until(pilot, lambda: "learning_rate 0.0001" in screen_text(pilot))
        await pilot.press("m")  # and the first ones again
        await until(pilot, lambda: "loss 0.4" in screen_text(pilot))


async def test_nine_curves_are_three_keys_away_from_the_first(filled):
    job, names = training(filled), ("loss", "rewards/margins", "rewards/accuracies", "logps/chosen", "logps/rejected",
                                    "grad_norm", "learning_rate", "tokens_per_second", "memory")  # fmt: skip
    for step in range(1, 31):
        jobs.add_metrics(filled, job.id, step, {name: 1.0 + at for at, name in enumerate(names)})
    async with WorkbenchApp(filled, "ada").run_test(size=LARGE, notifications=True) as pilot:
        await pilot.press("t")
        for first in (0, 3, 6):
            titles = [f"{name} {1 + first + at}" for at, name in enumerate(names[first : first + 3])]
            await until(pilot, lambda: all(title in screen_text(pilot) for title in titles))  # noqa: B023
            await pilot.press("m")


async def test_lights_say_what_is_well_and_what_is_not_with_one_thing_to_do(filled):
    job = training(filled)
    for step in range(1, 31):
        jobs.add_metrics(filled, job.id, step, {"rewards/accuracies": 0.5, "rewards/chosen": 0.1})
    async with WorkbenchApp(filled, "ada").run_test(size=LARGE, notifications=True) as pilot:
        await pilot.press("t")
        await until(pilot, lambda: "● loss  ● gradient  ● margin  ● chosen" in screen_text(pilot))
        assert "▲ accuracy: At the end the chosen answer is preferred in 50% of the pairs" in screen_text(pilot)


async def test_what_was_predicted_stands_beside_what_came(filled):
    job = training(filled)
    jobs.add_metrics(filled, job.id, 0, {"estimate/seconds": 250.0, "estimate/memory": 2.8})
    async with WorkbenchApp(filled, "ada").run_test(size=LARGE, notifications=True) as pilot:
        await pilot.press("t")
        await until(pilot, lambda: "predicted: 4 min 10 s and 2.8 GB, from one measured step" in screen_text(pilot))
        with workspaces.open_store(filled.workspace) as other:
            jobs.finish(other, job.id, "done", result={"train_seconds": 271.0, "peak_memory": 2_900_000_000})
        await until(pilot, lambda: "2.8 GB; took 4 min 31 s and 2.9 GB" in screen_text(pilot))


async def test_a_training_is_ended_and_kept_after_a_question(filled):
    job = training(filled)
    async with WorkbenchApp(filled, "ada").run_test(size=SMALL, notifications=True) as pilot:
        await pilot.press("t")
        await until(pilot, lambda: "30/80" in screen_text(pilot))
        await pilot.press("e", "y")
        await until(pilot, lambda: jobs.end_requested(filled, job.id))
        await until(pilot, lambda: "ending" in screen_text(pilot))
        assert not jobs.cancel_requested(filled, job.id)


async def test_train_follows_the_newest_training(filled):
    training(filled)
    async with WorkbenchApp(filled, "ada").run_test(size=SMALL, notifications=True) as pilot:
        await pilot.press("t")
        await until(pilot, lambda: "loss 0.4" in screen_text(pilot))
        with workspaces.open_store(filled.workspace) as other:
            jobs.progress(other, 1, 40, 80, "step 40 of 80", 0.2)
        await until(pilot, lambda: "40/80" in screen_text(pilot))


async def test_train_says_what_to_do_before_the_first_training(filled):
    async with WorkbenchApp(filled, "ada").run_test(size=SMALL, notifications=True) as pilot:
        await pilot.press("t")
        await until(pilot, lambda: "No model has been trained here yet." in screen_text(pilot))


async def test_a_new_training_begins_with_the_method(filled):
    async with WorkbenchApp(filled, "ada").run_test(size=SMALL, notifications=True) as pilot:
        await pilot.press("t", "n")
        await until(pilot, lambda: "sft: learn given answers" in screen_text(pilot))
        await pilot.press("down", "enter")
        await until(pilot, lambda: "New job: train-sft" in screen_text(pilot))
        assert "instructions" in screen_text(pilot)  # the bundled set is offered


async def test_cancel_asks_names_the_job_and_defaults_to_no(filled):
    training(filled)
    async with WorkbenchApp(filled, "ada").run_test(size=SMALL, notifications=True) as pilot:
        await pilot.press("w")
        await until(pilot, lambda: "30/80" in screen_text(pilot))
        await pilot.press("c")
        await until(pilot, lambda: isinstance(pilot.app.screen, ConfirmScreen))
        assert "Cancel job 1, train-dpo smollm2 · preferences-1?" in screen_text(pilot)
        await pilot.press("c", "enter")  # the trigger does not confirm, enter means no
        await until(pilot, lambda: isinstance(pilot.app.screen, JobsScreen))
        assert jobs.by_id(filled, 1).cancel_requested == 0


async def test_cancel_confirmed_asks_the_worker_to_stop(filled):
    training(filled)
    async with WorkbenchApp(filled, "ada").run_test(size=SMALL, notifications=True) as pilot:
        await pilot.press("w")
        await until(pilot, lambda: "30/80" in screen_text(pilot))
        await pilot.press("c", "y")
        await until(pilot, lambda: jobs.by_id(filled, 1).cancel_requested == 1)
        await until(pilot, lambda: "cancelling" in screen_text(pilot))


async def test_cancelling_an_ended_job_says_so(filled):
    training(filled, "failed")
    async with WorkbenchApp(filled, "ada").run_test(size=SMALL, notifications=True) as pilot:
        await pilot.press("w")
        await until(pilot, lambda: "failed" in screen_text(pilot))
        await pilot.press("c")
        await until(pilot, lambda: "Job 1 is failed already." in screen_text(pilot))


async def test_a_failed_job_shows_why(filled):
    training(filled, "failed")
    async with WorkbenchApp(filled, "ada").run_test(size=SMALL, notifications=True) as pilot:
        await pilot.press("w")
        await until(pilot, lambda: "failed" in screen_text(pilot))
        await pilot.press("enter")
        await until(pilot, lambda: "✗ it stopped" in screen_text(pilot))


async def test_resuming_a_done_job_says_that_it_cannot(filled):
    training(filled, "done")
    async with WorkbenchApp(filled, "ada").run_test(size=SMALL, notifications=True) as pilot:
        await pilot.press("w")
        await until(pilot, lambda: "done" in screen_text(pilot))
        await pilot.press("o")
        await until(pilot, lambda: "cannot be resumed" in screen_text(pilot))


def test_down_sampling_takes_means_of_equal_stretches():
    # (0, 0) (1, 10) | (2, 20) (3, 30): mean step 0.5 and 2.5, mean value 5 and 25
    assert down_sampled([(0, 0.0), (1, 10.0), (2, 20.0), (3, 30.0)], 2) == [(0.5, 5.0), (2.5, 25.0)]


def test_few_points_are_drawn_as_they_are():
    assert down_sampled([(1, 2.0), (5, 3.0)], 10) == [(1.0, 2.0), (5.0, 3.0)]


async def test_a_job_that_waits_says_for_what(filled):
    job = training(filled)
    jobs.progress(filled, job.id, 0, 0, "waiting: another heavy job", None)
    async with WorkbenchApp(filled, "ada").run_test(size=LARGE) as pilot:
        await pilot.press("w")
        await until(pilot, lambda: "waiting: another heavy job" in screen_text(pilot))
        await pilot.press("h")
        await until(pilot, lambda: "waiting: another heavy job" in screen_text(pilot))
