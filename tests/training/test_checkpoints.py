from __future__ import annotations

import pytest

from workbench.training import checkpoints


@pytest.fixture
def folder(tmp_path):
    """Checkpoints of the steps 2 and 10, both complete."""
    for step in (2, 10):
        checkpoint = checkpoints.at(tmp_path, step)
        checkpoint.mkdir()
        (checkpoint / "adapter_model.safetensors").write_bytes(b"weights")
        (checkpoint / "optimizer.pt").write_bytes(b"moments")
        checkpoints.mark_complete(checkpoint, seconds=step * 1.5)
    return tmp_path


def test_the_newest_is_that_of_the_highest_step(folder):
    assert checkpoints.newest(folder) == folder / "checkpoint-10"


def test_none_before_the_first(tmp_path):
    assert checkpoints.newest(tmp_path / "not there yet") is None


def test_one_without_its_marker_is_not_chosen_and_removed(folder):
    (folder / "checkpoint-10" / checkpoints.MARKER).unlink()
    assert checkpoints.newest(folder) == folder / "checkpoint-2"
    assert not (folder / "checkpoint-10").exists()


def test_one_with_a_missing_file_is_not_chosen(folder):
    (folder / "checkpoint-10" / "optimizer.pt").unlink()
    assert checkpoints.newest(folder) == folder / "checkpoint-2"


def test_one_with_a_cut_file_is_not_chosen(folder):
    (folder / "checkpoint-10" / "optimizer.pt").write_bytes(b"mom")
    assert checkpoints.newest(folder) == folder / "checkpoint-2"


def test_training_time_goes_on_from_the_checkpoint(folder):
    assert checkpoints.seconds(checkpoints.newest(folder)) == 15.0
    assert checkpoints.seconds(None) == 0.0
