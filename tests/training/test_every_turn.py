"""Assistant-only loss: every turn of the assistant in a conversation is learned, and nothing that is asked."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sft_runs
from dpo_runs import Recorder
from sft_runs import example
from trl import SFTConfig, SFTTrainer

from datasets import Dataset
from workbench.data.formats import Table
from workbench.models.chat_template import end_of_turn
from workbench.training import sft, sft_preflight, task_losses, token_view
from workbench.training.completion_rows import completion_rows, every_turn
from workbench.training.weights import load

TALK = [
    {"role": "system", "content": "Be short."},
    {"role": "user", "content": "Hi"},
    {"role": "assistant", "content": "Hello there."},
    {"role": "user", "content": "How many are 2 and 2?"},
    {"role": "assistant", "content": "Four."},
    {"role": "user", "content": "And 3 and 3?"},
    {"role": "assistant", "content": "Six."},
]
SETTINGS = replace(sft_runs.SETTINGS, assistant_only_loss=True, num_train_epochs=1)
# tiny's own template, with the marks that TRL asks for round what the assistant says
MARKED = (
    "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\n' }}"
    "{% if message['role'] == 'assistant' %}"
    "{% generation %}{{ message['content'] + '<|im_end|>\n' }}{% endgeneration %}"
    "{% else %}{{ message['content'] + '<|im_end|>\n' }}{% endif %}{% endfor %}"
)
# one that leaves out of a turn what was thought, once another turn follows, as those of reasoning models do
THINKING = (
    "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\n' }}"
    "{% if message['role'] == 'assistant' and loop.last %}{{ '<think></think>' }}{% endif %}"
    "{{ message['content'] + '<|im_end|>\n' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)


@pytest.fixture
def tokenizer(base):
    return load(base).tokenizer


def talk(turns=TALK):
    (row,) = completion_rows(Table("messages", [{"messages": turns}], "talks"))
    return row


def tokenised(row, tokenizer):
    return sft_preflight.tokenise(every_turn(row), tokenizer)


def test_it_learns_what_trl_learns_of_a_template_with_marks(base, tokenizer, tmp_path):
    loaded = load(base)
    loaded.tokenizer.chat_template = MARKED
    config = SFTConfig(str(tmp_path), assistant_only_loss=True, use_cpu=True, bf16=False, report_to="none")
    rows = Dataset.from_list([{"messages": TALK}])
    theirs = SFTTrainer(loaded.model, config, train_dataset=rows, processing_class=loaded.tokenizer).train_dataset[0]
    ours = tokenised(talk(), tokenizer)
    assert ours.prompt + ours.answer == theirs["input_ids"]
    assert ours.mask == [int(label != -100) for label in theirs["labels"]]


def test_without_it_the_last_turn_alone_is_learned(tokenizer):
    last = sft_preflight.tokenise(talk(), tokenizer)
    assert tokenizer.decode(last.learned) == "Six.<|im_end|>\n"
    assert tokenizer.decode(tokenised(talk(), tokenizer).learned) == (
        "Hello there.<|im_end|>\nFour.<|im_end|>\nSix.<|im_end|>\n"
    )


def test_a_template_that_renders_earlier_turns_otherwise(tokenizer):
    tokenizer.chat_template = THINKING
    assert tokenizer.decode(tokenised(talk(), tokenizer).learned) == (
        "Hello there.<|im_end|>Four.<|im_end|><think></think>Six.<|im_end|>\n"
    )


def test_of_a_single_answer_it_is_the_same(tokenizer):
    row = example("Hi", "Yes.")
    assert tokenised(row, tokenizer) == sft_preflight.tokenise(row, tokenizer)


def test_the_trainer_is_given_these_tokens_cut_at_max_length(base, tokenizer, tmp_path):
    ours = tokenised(talk(), tokenizer)
    room = len(ours.prompt) + 40
    rows = [every_turn(talk()), example("Hi", "Yes.")]
    trainer = sft.build_trainer(replace(SETTINGS, max_length=room), load(base), rows, tmp_path)
    theirs = trainer.train_dataset[0]
    assert theirs["input_ids"] == (ours.prompt + ours.answer)[:room]
    assert [int(label != -100) for label in theirs["labels"]] == ours.mask[:room]


def test_the_counts_and_the_view_tell_what_is_learned(tokenizer):
    found = sft_preflight.look([every_turn(talk())], tokenizer, 1024)
    ours = tokenised(talk(), tokenizer)
    assert found.report.loss_tokens == sum(ours.mask)
    (answer,) = token_view.view(1, "kept", ours, tokenizer, 1024, end_of_turn(tokenizer)).sequences
    turn = ["prompt", "trained", "end of turn", "trained"]  # the line break behind its end is trained too
    assert [one.part for one in answer.stretches] == turn * 3
    assert (answer.loss_tokens, answer.ends) == (sum(ours.mask), True)


def test_a_turn_that_is_cut_before_its_end_does_not_end(tokenizer):
    ours = tokenised(talk(), tokenizer)
    stops = [at for at, token in enumerate(ours.answer) if token == end_of_turn(tokenizer)]
    # the first end of turn is cut off; a longer one keeps it, and the end of what is asked next does not count
    short = ours.within(len(ours.prompt) + stops[0])
    assert end_of_turn(tokenizer) not in short.learned
    assert ours.within(len(ours.prompt) + stops[1] + 1).learned.count(end_of_turn(tokenizer)) == 1


def test_a_run_learns_every_turn_and_tells_its_tasks_apart_by_them(base, tokenizer, tmp_path):
    rows = [{**talk(), "task": "talk"}] * 4
    outcome = sft.run(SETTINGS, base, rows, tmp_path, Recorder(), saved=tmp_path / "new")
    assert outcome.preflight.loss_tokens == 4 * sum(tokenised(talk(), tokenizer).mask)
    tasks = {"talk": [tokenised(talk(), tokenizer)] * 4}
    start = task_losses.losses(load(base).model, tasks, Recorder())["talk"]
    assert outcome.tasks["talk"].before == pytest.approx(start, abs=1e-4)
    assert outcome.gate.base_loss == pytest.approx(start, abs=1e-4)
