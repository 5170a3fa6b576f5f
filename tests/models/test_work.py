"""What an engine counts: tokens as if each request stood alone, and requests that did not fit."""

from __future__ import annotations

import pytest

from workbench.errors import ModelError
from workbench.records import Decoding, GenerationRequest, Message

NEW = 4


def text(words):
    return GenerationRequest((Message("text", words),), 0)


def drawn(model, *requests):
    found = dict(one for batch in model.generate(requests, Decoding(NEW, 0.0)) for one in batch)
    return [found[row] for row in range(len(requests))]


def test_shared_contexts_count_for_each_request(model):
    pairs = [("The river is", " long"), ("The river is", " deep")]
    list(model.loglikelihood(pairs))
    # the last token of each is predicted, never read
    assert model.work.tokens == sum(model.count_tokens(context + words) - 1 for context, words in pairs)
    assert model.work.truncated == 0


def test_drawn_tokens_count_with_those_that_were_read(model):
    (answer,) = drawn(model, text("The river is"))
    assert model.work.tokens == len(model.tokenizer.encode("The river is")) + answer.tokens


def test_a_text_that_leaves_no_room_is_cut_on_the_left_and_counted(model):
    model.max_length = 12
    words = "one two three four five six seven eight nine ten"
    kept = model.tokenizer.encode(words)[-(12 - NEW) :]
    long, alone = drawn(model, text(words), text(model.tokenizer.decode(kept)))
    assert model.tokenizer.encode(model.tokenizer.decode(kept)) == kept  # so both are asked the same tokens
    assert (long, model.work.truncated) == (alone, 1)


def test_a_conversation_is_never_cut(model):
    model.max_length = 12
    with pytest.raises(ModelError, match="reads at most 12 in all"):
        drawn(model, GenerationRequest((Message("user", "word " * 40),), 0))


def test_a_text_that_more_is_drawn_from_than_fits_is_refused(model):
    model.max_length = NEW
    with pytest.raises(ModelError, match="reads at most 4 in all"):
        drawn(model, text("one two"))


def test_a_context_that_is_cut_is_counted(model):
    model.max_length = 8
    list(model.loglikelihood([("one two three four five six seven eight nine ten", " eleven"), ("one", " two")]))
    assert model.work.truncated == 1
