from __future__ import annotations

import math

import pytest
import torch

from workbench.errors import ModelError
from workbench.models.hf import HFModel
from workbench.models.scoring import Span, encode_pairs, prefix_token, rolling_windows, score_batch, token_texts
from workbench.records import LogLikelihood


def test_spaces_at_the_end_of_the_context_are_scored(model: HFModel) -> None:
    [span] = encode_pairs(model.tokenizer, [("The river ", "runs")])
    assert model.tokenizer.decode(span.context) == "The river"
    assert model.tokenizer.decode(span.continuation) == " runs"


def test_an_empty_context_is_the_prefix_token(model: HFModel) -> None:
    prefix = prefix_token(model.tokenizer)
    [span] = encode_pairs(model.tokenizer, [("", "bread")])
    assert span.context == [prefix]


def test_a_text_that_begins_with_the_prefix_token_is_not_given_a_second(model: HFModel) -> None:
    prefix = prefix_token(model.tokenizer)
    [span] = encode_pairs(model.tokenizer, [("", "<|im_start|>bread")])
    assert span.context == [prefix]
    assert prefix not in span.continuation


def test_a_context_of_spaces_is_scored_after_the_prefix_token(model: HFModel) -> None:
    [span] = encode_pairs(model.tokenizer, [("  ", "bread")])
    assert span.context == [prefix_token(model.tokenizer)]
    assert model.tokenizer.decode(span.continuation) == "  bread"


def test_too_long_an_input_loses_its_beginning() -> None:
    # Four tokens may be read; the last of the six is only predicted.
    assert Span([1, 2, 3], [4, 5, 6]).inputs(max_length=4) == [2, 3, 4, 5]


def test_rolling_windows_predict_each_token_once() -> None:
    # Windows of 4: tokens 1-4 after the prefix, 5-8 after 4; the last two are given 3 tokens of context (6 7 8).
    windows = rolling_windows([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], prefix=0, max_length=4)
    assert windows == [Span([0], [1, 2, 3, 4]), Span([4], [5, 6, 7, 8]), Span([6, 7, 8], [9, 10])]


def test_an_empty_text_has_no_windows_and_scores_zero(model: HFModel) -> None:
    assert rolling_windows([], prefix=0, max_length=4) == []
    assert list(model.loglikelihood_rolling([""])) == [[(0, LogLikelihood(0.0, False))]]


def test_equal_logits_give_the_logarithm_of_the_vocabulary(model: HFModel) -> None:
    # All logits 0: each of V tokens has probability 1/V, so two tokens score -2 ln V.
    torch.nn.init.zeros_(model.model.get_output_embeddings().weight)
    [[(_, scored)]] = model.loglikelihood([("The river", " the the")])
    assert scored.logprob == pytest.approx(-2 * math.log(len(model.tokenizer)), abs=1e-5)


def test_a_greedy_answer_is_greedy_and_a_changed_one_is_not(model: HFModel) -> None:
    ids = torch.tensor([model.tokenizer.encode("The river")])
    first = int(model.model(input_ids=ids).logits[0, -1].argmax())
    rows = [Span(ids[0].tolist(), [first]), Span(ids[0].tolist(), [first - 1])]
    assert [scored.is_greedy for scored in score_batch(model.model, rows, model.max_length)] == [True, False]


def test_a_score_does_not_depend_on_the_rows_beside_it(model: HFModel) -> None:
    pairs = [("The river", " runs"), ("A good answer is", " short, clear and true."), ("", "Bread")]
    together = dict(scored for batch in model.loglikelihood(pairs) for scored in batch)
    for row, pair in enumerate(pairs):
        [[(_, alone)]] = model.loglikelihood([pair])
        assert together[row].logprob == pytest.approx(alone.logprob, abs=1e-4)


def test_skipping_a_stored_batch_leaves_the_others_as_they_were(model: HFModel) -> None:
    pairs = [(f"{row} days", " of rain") for row in range(1, 10)]
    batches: list[list[tuple[int, LogLikelihood]]] = list(model.loglikelihood(pairs))
    assert len(batches) > 1
    first = {row for row, _ in batches[0]}
    assert list(model.loglikelihood(pairs, skip=first.issuperset)) == batches[1:]


@pytest.mark.parametrize(
    ("pair", "reason"), [(("The river", ""), "no continuation"), (("", "a b " * 2000), "at most 1024")]
)
def test_what_cannot_be_scored_is_refused_by_its_place(model: HFModel, pair: tuple[str, str], reason: str) -> None:
    with pytest.raises(ModelError, match=f"(?s)equest 1 .*{reason}"):
        model.loglikelihood([("The river", " runs"), pair])


def test_the_tokens_of_running_text_make_up_the_text_and_its_sum(
    model: HFModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(model, "max_length", 16)
    text = "The river 🎉 runs past the old mill, über Steine. " * 3  # longer than one window
    [[(_, found)]] = model.loglikelihood_rolling([text])
    assert "".join(words for words, _ in found.tokens) == text
    assert sum(value for _, value in found.tokens) == pytest.approx(found.logprob)


def test_tokens_that_share_a_character_give_it_to_the_last_of_them(model: HFModel) -> None:
    tokens = model.tokenizer.encode("a 🎉!")  # four bytes, none of which is a word of this vocabulary
    words = token_texts(model.tokenizer, tokens)
    assert "".join(words) == "a 🎉!"
    assert "\ufffd" not in "".join(words)
