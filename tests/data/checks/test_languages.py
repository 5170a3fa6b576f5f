"""The language of a text by its little words and its letters."""

from __future__ import annotations

import pytest
from check_rows import asked

from workbench.data.checks._language import guess
from workbench.data.checks.languages import findings


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The boat is at the quay and will not leave before noon.", "English"),
        ("Das Boot liegt am Kai und fährt nicht vor Mittag ab.", "German"),
        ("Le bateau est à quai et ne part pas avant midi.", "French"),
        ("El barco está en el muelle y no sale hasta el mediodía.", "Spanish"),
        ("La barca è al molo e non parte prima di mezzogiorno.", "Italian"),
        ("O barco está no cais e não parte antes do meio-dia.", "Portuguese"),
        ("De boot ligt aan de kade en vertrekt niet voor de middag.", "Dutch"),
        ("Båten ligger vid kajen och går inte före lunch.", "Swedish"),
        ("Łódź jest przy nabrzeżu i nie odpływa przed południem.", "Polish"),
        ("Tekne bir saat için rıhtımda ve öğleden önce kalkmıyor ama çok güzel.", "Turkish"),
        ("Лодка стоит у причала.", "Cyrillic script"),
        ("船は岸壁にあります。", "Japanese"),
        ("船停在码头。", "Chinese characters"),
        ("배는 부두에 있다.", "Korean"),
        ("القارب في الرصيف", "Arabic script"),
        ("Yes", None),
        ("import numpy as np; print(np.zeros(3))", None),
        ("", None),
    ],
)
def test_a_sentence_tells_its_language(text, language):
    assert guess(text) == language


def test_the_number_is_the_rows_in_another_language():
    english = ["Where is the station and when does it open?"] * 19
    (few,) = findings(asked(*english, "Wo ist der Bahnhof und wann macht er auf?", "12"))
    assert (few.number, few.level, few.examples[0].rows) == (1, "warning", (20,))  # 1 of 20 that tell is 5 %
    (fewer,) = findings(asked(*english, *english, "Wo ist der Bahnhof und wann macht er auf?"))
    assert (fewer.number, fewer.level) == (1, "note")


def test_rows_that_do_not_tell_have_no_number():
    (finding,) = findings(asked("12", "Yes"))
    assert finding.number is None
