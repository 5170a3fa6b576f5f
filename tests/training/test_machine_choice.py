from __future__ import annotations

import pytest

from workbench.errors import TrainingRefused
from workbench.models.machine import Settings
from workbench.training import requirements
from workbench.training.machine_choice import BATCH, choose, padding
from workbench.training.settings import DPOSettings, KTOSettings, SFTSettings

CPU = Settings("cpu", "float32", 2)
GPU = Settings("cuda", "bfloat16", 1)
GB = 10**9
# two layers of one 1000 x 1000 matrix each, and an embedding of 10,000 words: 12 million numbers
SHAPES = {
    "model.embed_tokens.weight": (10_000, 1000),
    "model.layers.0.self_attn.o_proj.weight": (1000, 1000),
    "model.layers.1.self_attn.o_proj.weight": (1000, 1000),
}


def need(settings):
    return requirements.of(settings, SHAPES, longest=1000)


def chosen(settings, machine=CPU, free=64 * GB, given=(), lengths=(10, 100)):
    made, choices = choose(settings, machine, free, need, given, lengths)
    return made, {one.name: one for one in choices}


def test_all_weights_need_four_times_their_size_before_the_first_row():
    # 12 million numbers of 4 bytes: weights 48 MB, gradients as much, Adam's two moments twice that
    found = need(SFTSettings(method="full"))
    assert (found.weights, found.gradients, found.optimizer, found.reference) == (48e6, 48e6, 96e6, 0)


def test_lora_trains_its_two_narrow_matrices():
    # rank 8: 8 * (1000 + 1000) numbers beside each of two matrices
    assert need(SFTSettings()).gradients == 2 * 8 * 2000 * 4


def test_a_method_that_changes_the_base_needs_a_second_one_for_dpo():
    assert need(DPOSettings(method="full")).reference == 48e6
    assert need(DPOSettings()).reference == 0


def test_a_pair_is_two_sequences():
    assert need(DPOSettings()).activations == 2 * need(SFTSettings()).activations


def test_on_a_cpu_a_row_at_a_time_in_float32():
    made, why = chosen(SFTSettings())
    assert (made.device, made.dtype, made.threads, made.per_device_train_batch_size) == ("cpu", "float32", 2, 1)
    assert why["per_device_train_batch_size"].reason.startswith("a CPU gains nothing")


def test_on_a_gpu_as_many_rows_as_fit_with_the_effective_size_kept():
    made, _ = chosen(SFTSettings(), GPU)
    assert (made.per_device_train_batch_size, made.gradient_accumulation_steps) == (4, 1)
    room = need(SFTSettings(per_device_train_batch_size=2)).total / 0.9
    made, _ = chosen(SFTSettings(), GPU, free=round(room) + 1)
    assert (made.per_device_train_batch_size, made.gradient_accumulation_steps) == (2, 2)


def test_a_batch_that_was_given_stays():
    made, why = chosen(SFTSettings(per_device_train_batch_size=3, gradient_accumulation_steps=1), GPU, given=[BATCH])
    assert (made.per_device_train_batch_size, made.gradient_accumulation_steps) == (3, 1)
    assert why["per_device_train_batch_size"].reason == "as you set it"


def test_gradient_checkpointing_only_when_memory_needs_it():
    made, why = chosen(SFTSettings())
    assert (made.gradient_checkpointing, why["gradient_checkpointing"].value) == (False, False)
    made, why = chosen(SFTSettings(), free=round(need(SFTSettings()).total / 0.9) - 1)
    assert (made.gradient_checkpointing, "a third slower" in why["gradient_checkpointing"].reason) == (True, True)


def test_what_cannot_be_checkpointed_is_not():
    made, why = chosen(SFTSettings(method="prefix"), free=round(need(SFTSettings(method="prefix")).fixed) + 1)
    assert (made.gradient_checkpointing, why["gradient_checkpointing"].value) == (False, False)


def test_moving_activations_out_of_a_gpu_needs_one():
    settings = SFTSettings(trainer={"activation_offloading": True})
    assert chosen(settings, GPU)
    with pytest.raises(TrainingRefused, match="no GPU computes this run"):
        chosen(settings)


def test_a_run_whose_weights_alone_are_too_large_is_refused_before_it_starts():
    with pytest.raises(TrainingRefused, match=r"full needs 0\.9 GB .* before the first row, and 0\.5 GB are free"):
        chosen(SFTSettings(method="full"), free=GB // 2)


@pytest.mark.parametrize(
    ("settings", "machine", "value"),
    [
        (SFTSettings(), CPU, "random"),
        (SFTSettings(), GPU, "group_by_length"),
        (SFTSettings(trainer={"train_sampling_strategy": "group_by_length"}), GPU, "group_by_length"),
        (DPOSettings(), GPU, "random"),
        (KTOSettings(), GPU, "sequential"),
        (SFTSettings(trainer={"train_sampling_strategy": "sequential"}), GPU, "sequential"),
    ],
)
def test_rows_of_like_length_stand_together_where_there_is_padding_to_save(settings, machine, value):
    assert chosen(settings, machine)[1]["train_sampling_strategy"].value == value


@pytest.mark.parametrize("lengths", [(), (100, 99, 100, 101)])
def test_rows_that_are_alike_are_drawn_at_random(lengths):
    assert chosen(SFTSettings(), GPU, lengths=lengths)[1]["train_sampling_strategy"].value == "random"


def test_the_padding_of_a_random_batch():
    # of two draws from 10 and 30 the longest is 10 in one case of four: 25 at the mean, where 20 are read
    assert padding([30, 10], 2) == pytest.approx(1 - 20 / 25)
    assert padding([30, 10], 1) == pytest.approx(0)
    assert padding([], 4) == 0


def test_what_a_person_set_is_told_as_such():
    _, why = chosen(SFTSettings(), given=["threads", "dtype"])
    assert {name: why[name].reason == "as you set it" for name in ("device", "dtype", "threads")} == {
        "device": False, "dtype": True, "threads": True,
    }  # fmt: skip


def test_the_reference_reads_the_rows_once_where_they_are_met_more_than_once():
    assert chosen(DPOSettings(num_train_epochs=3))[0].precompute_ref_log_probs
    assert not chosen(DPOSettings(num_train_epochs=1))[0].precompute_ref_log_probs
    given, why = chosen(DPOSettings(trainer={"precompute_ref_log_probs": False}))
    assert (given.precompute_ref_log_probs, why["precompute_ref_log_probs"].reason) == (False, "as you set it")


def test_every_choice_has_one_line_of_reason():
    for settings in (SFTSettings(), DPOSettings(), KTOSettings()):
        for machine in (CPU, GPU):
            assert all(one.reason and len(one.reason) < 90 for one in chosen(settings, machine)[1].values())
