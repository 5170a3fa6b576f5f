from __future__ import annotations

import math

import pytest
from dpo_runs import Recorder
from sft_runs import eight_examples, example

from workbench.errors import TrainingRefused, UsageError
from workbench.training import kto, kto_preflight, reference_gate
from workbench.training.health import kto_health
from workbench.training.settings import KTO_FIELDS, KTO_LOSSES, TRAINER_FIELDS, KTOSettings
from workbench.training.weights import load

ROWS = [{**row, "label": at % 2 == 0} for at, row in enumerate(eight_examples())]


def judged(question, answer, label):
    return {**example(question, answer), "label": label}


@pytest.fixture(scope="module")
def tokenizer(base):
    return load(base).tokenizer


@pytest.fixture(scope="module")
def whole(base, tmp_path_factory):
    folder = tmp_path_factory.mktemp("kto")
    recorder = Recorder()
    settings = KTOSettings(learning_rate=1e-2, num_train_epochs=4)
    return kto.run(settings, base, ROWS, folder, recorder, saved=folder / "new"), recorder


def test_the_first_loss_is_one_half(whole):
    # At the reference each reward and the KL term are 0, and 1 - sigmoid(0) = 1/2 for good and bad alike.
    assert whole[0].first_loss == pytest.approx(0.5, abs=1e-3)


def test_training_parts_good_answers_from_bad_ones(whole):
    outcome, recorder = whole
    assert outcome.last_loss < outcome.first_loss
    assert outcome.last_margin > 0
    assert {"kl", "rewards/chosen", "logps/rejected", "grad_norm"} <= set(recorder.steps[8])


def test_the_reference_is_gated_too(base, other, tmp_path):
    trainer = kto.build_trainer(KTOSettings(), load(base), ROWS, tmp_path)
    assert reference_gate.check(trainer, base, fresh=True).policy < 1e-3
    with pytest.raises(TrainingRefused, match="The reference of this run is not tiny"):
        reference_gate.check(trainer, other, fresh=True)


@pytest.mark.parametrize("loss", KTO_LOSSES)
def test_every_loss_starts_at_one_half(loss, base, tmp_path):
    # apo_zero_unpaired: 1 - sigmoid(0) for good answers, sigmoid(0) for bad ones.
    trainer = kto.build_trainer(KTOSettings(loss_type=loss), load(base), ROWS, tmp_path)
    first = trainer.compute_loss(trainer.model, next(iter(trainer.get_train_dataloader()))).item()
    assert first == pytest.approx(0.5, abs=1e-3)


def test_the_weights_come_from_the_counts():
    # 2 good, 6 bad: good ones weigh 3, so that 3 * 2 : 1 * 6 is 1 : 1.
    rows = [judged("Hi", str(n), n < 2) for n in range(8)]
    weighted = kto.weights(KTOSettings(), rows)
    assert (weighted.desirable_weight, weighted.undesirable_weight) == (3.0, 1.0)
    assert kto.weights(KTOSettings(desirable_weight=1.5), rows).desirable_weight == 1.5


def test_answers_that_teach_nothing_are_counted(tokenizer):
    rows = [judged("Hi", "Yes.", True), judged("Hi", "No.", False), judged("Hi", "Maybe.", True),
            judged("Hi", "Maybe.", False), judged("word " * 200, "Yes.", True)]  # fmt: skip
    left, report = kto_preflight.examine(rows, tokenizer, 64)
    assert left == rows[:2]
    counts = (report.rows, report.kept, report.contradicting, report.prompt_too_long)
    assert (counts, report.desirable, report.undesirable, report.end_of_turn) == ((5, 2, 2, 1), 1, 1, 2)


@pytest.mark.parametrize(("label", "words"), [(True, "are good: KTO needs bad"), (False, "are bad: KTO needs good")])
def test_one_side_alone_is_refused(label, words, tokenizer):
    with pytest.raises(TrainingRefused, match=words):
        kto_preflight.examine([judged("Hi", "Yes.", label)], tokenizer, 64)


def test_a_batch_of_one_is_refused():
    with pytest.raises(UsageError, match="KL term would be the reward of the row itself"):
        KTOSettings(per_device_train_batch_size=1)


def test_every_field_is_one_of_trl_s():
    from workbench.training import library_fields

    assert {*TRAINER_FIELDS, *KTO_FIELDS} <= library_fields.trainer("kto")


def test_health_reads_margins_where_there_are_any():
    step = {"loss": 0.5, "grad_norm": 1.0}
    assert kto_health([step, {**step, "rewards/margins": 0.2}]) == []
    assert "margin" in kto_health([{**step, "rewards/margins": -0.2}])[0]
    assert "NaN" in kto_health([{**step, "loss": math.nan}])[0]
