"""What is said of too few rows: how many updates they make, and what number is sensible."""

from __future__ import annotations

from workbench.training.few_rows import warning
from workbench.training.settings import DPOSettings, KTOSettings, SFTSettings


def test_three_pairs_are_less_than_chance_allows():
    words = warning(3, DPOSettings(num_train_epochs=2))
    assert words.startswith("Only 3 pairs: 1 update a pass, 2 in all.")
    assert "fewer than 6 pairs share may be chance" in words
    assert words.endswith("for DPO 500 pairs are advised (OpenPipe).")


def test_six_pairs_may_show_what_they_share():
    assert "chance" not in warning(6, DPOSettings())


def test_other_trainings_name_their_rows():
    assert warning(1, SFTSettings()).startswith("Only 1 row: ")
    assert warning(8, KTOSettings()).startswith("Only 8 labelled answers: 2 updates a pass")


def test_fifty_are_no_matter():
    assert warning(50, SFTSettings()) is None
