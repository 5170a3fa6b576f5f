"""Fine-tune a model and talk with it over the pipe, as the terminal does."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import running

from workbench import launch
from workbench.chat import Chat
from workbench.errors import ModelError
from workbench.models.weights import weights_hash
from workbench.records import Message
from workbench.store import Store, batches, completions, models, open_store
from workbench.text import clean
from workbench.worker import chat as worker_chat
from workbench.workspace import Workspace

ASKED = [Message("user", "What is 0 and 0? ")]
LONG = {"max_new_tokens": 900, "temperature": 5.0, "top_p": 1.0}


@pytest.fixture(scope="module")
def tuned(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A workspace with `tiny`, fine-tuned, and one prompt that each of the two has answered."""
    folder = tmp_path_factory.mktemp("chat")
    with open_store(Workspace(folder / "workspace")) as store:
        running.done(store, "pull", name="tiny")
        rows = str(running.instructions(folder, 12))
        running.done(store, "train-sft", model="tiny", data=rows, limit=8, num_train_epochs=3, learning_rate=1e-2)
        asked = str(running.prompts(folder, 1))
        for name in ("tiny", "tiny-sft-1"):
            running.done(store, "generate", model=name, data=asked, n=1, seed=7, max_new_tokens=20)
        running.end_workers(store)
        yield store


@pytest.fixture(scope="module")
def chat(tuned):
    with Chat(tuned.workspace, "tiny-sft-1") as started:
        started.wait_until_ready()
        yield started


def test_the_tuned_model_enters_the_catalog_with_its_lineage(tuned):
    base, new = models.by_name(tuned, "tiny"), models.by_name(tuned, "tiny-sft-1")
    assert (new.parent_id, new.details["parent_weights"], new.details["examples"]) == (base.id, base.weights_hash, 8)
    assert (new.details["data"]["rows"], new.details["params"]["limit"]) == (12, 8)
    assert new.weights_hash == weights_hash(Path(new.path)) != base.weights_hash


def test_the_same_seed_gives_the_text_that_generate_stored(tuned, chat):
    batch = batches.all_batches(tuned)
    ids = [one for found in batch for item in batches.items(tuned, found.id) for one in item.completions]
    model = models.by_name(tuned, "tiny-sft-1")
    (stored,) = [one for one in completions.by_ids(tuned, ids).values() if one.model_id == model.id]
    pieces = list(chat.ask(ASKED, {"seed": 7, "max_new_tokens": 20}))
    assert "".join(pieces) == stored.text
    assert (chat.ending["tokens"], chat.ending["finish_reason"]) == (stored.tokens, stored.finish_reason)
    assert len(pieces) > 1


@pytest.mark.parametrize(
    ("messages", "decoding", "words"),
    [
        ([], {}, "expected a list of messages"),
        (ASKED, {"temprature": 1}, "Unknown key of decoding 'temprature'"),
        (ASKED, {"temperature": 9}, "temperature: input should be less than or equal to 5"),
        ([Message("user", "word " * 2000)], {}, "reads at most"),
    ],
)
def test_a_bad_request_is_refused_and_the_next_one_answered(chat, messages, decoding, words):
    with pytest.raises(ModelError, match=words):
        list(chat.ask(messages, decoding))
    assert "".join(chat.ask(ASKED, {"max_new_tokens": 4}))


@pytest.mark.parametrize("line", ["nonsense", "[1]", "3", '{"messages": "hi"}', '{"decoding": 3}'])
def test_a_line_that_is_no_request_is_refused(line):
    with pytest.raises(worker_chat.WorkbenchError, match="request"):
        worker_chat.parse(line)


def test_an_answer_can_be_stopped(chat):
    answer = chat.ask(ASKED, LONG)
    next(answer)
    chat.stop()
    list(answer)
    assert chat.ending["finish_reason"] == "stopped"
    assert chat.ending["tokens"] < 900
    assert "".join(chat.ask(ASKED, {"max_new_tokens": 4}))


def test_it_ends_in_the_middle_of_an_answer_when_its_stdin_closes(tuned):
    process = launch.start_chat(tuned.workspace, "tiny")
    assert json.loads(process.stdout.readline()) == {"ready": True, "model": "tiny"}
    process.stdin.write(json.dumps({"messages": [{"role": "user", "content": "Hi"}], "decoding": LONG}) + "\n")
    process.stdin.close()
    last = json.loads(process.stdout.read().splitlines()[-1])
    assert (process.wait(running.PATIENCE), last["finish_reason"]) == (0, "stopped")


def test_a_model_that_is_not_here_is_named(tuned):
    with Chat(tuned.workspace, "nobody") as missing, pytest.raises(ModelError, match="Unknown model 'nobody'"):
        missing.wait_until_ready()


def talk(tuned, typed, *options):
    command = [sys.executable, "-P", "-m", "workbench.cli.main", "--workspace", str(tuned.workspace.root), "chat"]
    return subprocess.run(
        [*command, "tiny-sft-1", *options], input=typed, capture_output=True, text=True, check=True
    ).stdout


def test_the_command_line_answers_each_line_until_it_is_told_to_quit(tuned, chat):
    decoding = {"seed": 7, "max_new_tokens": 20}
    first = "".join(chat.ask([Message("user", "Hi")], decoding))
    history = [Message("user", "Hi"), Message("assistant", first), Message("user", "And?")]
    second = "".join(chat.ask(history, decoding))
    shown = talk(tuned, "Hi\n\nAnd?\n/quit\nNot asked\n", "--seed", "7", "--max-new-tokens", "20")
    assert shown == f"{clean(first)}\n{clean(second)}\n"


def test_json_answers_one_message_with_one_document(tuned, chat):
    text = "".join(chat.ask([Message("user", "Hi")], {"max_new_tokens": 5}))
    answer = json.loads(talk(tuned, "Hi\n", "--json", "--max-new-tokens", "5"))
    assert answer == {"model": "tiny-sft-1", "text": text, **{k: chat.ending[k] for k in ("finish_reason", "tokens")}}


def test_another_model_answers_after_a_switch_and_the_first_again(tuned, chat):
    decoding = {"temperature": 0, "max_new_tokens": 12}
    first = "".join(chat.ask(ASKED, decoding))
    chat.switch("tiny")
    assert "".join(chat.ask(ASKED, decoding)) != first
    chat.switch("tiny-sft-1")
    assert "".join(chat.ask(ASKED, decoding)) == first


def test_a_switch_to_nobody_leaves_the_one_that_answers(chat):
    with pytest.raises(ModelError, match="Unknown model 'nobody'"):
        chat.switch("nobody")
    assert "".join(chat.ask(ASKED, {"max_new_tokens": 4}))


def test_the_command_line_switches_and_lists(tuned, chat):
    decoding = {"temperature": 0, "max_new_tokens": 8}
    chat.switch("tiny")
    expected = "".join(chat.ask([Message("user", "Hi")], decoding))
    shown = talk(tuned, "/model\n/model nobody\n/model tiny\nHi\n", "--temperature", "0", "--max-new-tokens", "8")
    assert shown == f"{clean(expected)}\n"


def test_a_process_that_died_is_told(tuned):
    with Chat(tuned.workspace, "tiny-sft-1") as chat:
        chat.wait_until_ready()
        os.kill(chat._process.pid, signal.SIGKILL)
        with pytest.raises(ModelError, match="has ended"):
            list(chat.ask(ASKED, {}))
