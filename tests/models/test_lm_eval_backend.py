"""lm-eval's local-completions as an engine of ours, over real HTTP: the numbers of the model behind the server."""

from __future__ import annotations

import pytest
import served

from workbench.errors import ModelError
from workbench.models import engine
from workbench.records import Decoding, GenerationRequest, Message

PAIRS = [("The river", " is long"), ("The river", " and the mill"), ("Seven stones", " lie here")]


def backend(server, folder):
    return engine.served(
        f"lm-eval:local-completions,base_url={server.url}/completions,model=qwen,tokenizer={folder},"
        "tokenized_requests=False,max_retries=1"
    )


def collected(batches):
    found = dict(one for batch in batches for one in batch)
    return [found[row] for row in range(len(found))]


def test_its_log_likelihoods_are_those_of_the_model_behind_it(model, tiny_folder):
    with served.serving(model) as server:
        found = collected(backend(server, tiny_folder).loglikelihood(PAIRS))
    for ours, theirs in zip(collected(model.loglikelihood(PAIRS)), found, strict=True):
        assert theirs.logprob == pytest.approx(ours.logprob, abs=1e-3)
        assert theirs.is_greedy == ours.is_greedy


def test_texts_are_asked_as_they_stand_with_their_stop_sequences(model, tiny_folder):
    asked = [GenerationRequest((Message("text", "Once upon"),), 0)]
    with served.serving(model) as server:
        (answer,) = collected(backend(server, tiny_folder).generate(asked, Decoding(8, 0.0, 1.0, ("\n",))))
        (body,) = server.bodies("completions")
    assert answer.text == served.answer_of([{"role": "user", "content": "Once upon"}], body["seed"])
    assert (body["prompt"], body["max_tokens"], "\n" in body["stop"]) == ("Once upon", 8, True)


def test_answers_that_are_drawn_have_seeds_of_their_own(model, tiny_folder):
    asked = [GenerationRequest((Message("text", "Once upon"),), seed) for seed in (5, 2**31 + 6)]
    with served.serving(model) as server:
        first, second = collected(backend(server, tiny_folder).generate(asked, Decoding(8, 0.8)))
        seeds = [body["seed"] for body in server.bodies("completions")]
    assert sorted(seeds) == [5, 6]  # of 31 bits, as some servers keep no more
    assert first.text != second.text


def test_finished_batches_are_not_asked_again(model, tiny_folder):
    with served.serving(model) as server:
        assert collected(backend(server, tiny_folder).loglikelihood(PAIRS, skip=lambda batch: True)) == []
        assert server.asked == []


def test_what_the_backend_raises_is_one_sentence(model, tiny_folder):
    with served.serving(model) as server:
        server.fail_after = 0
        with pytest.raises(ModelError, match=r"local-completions of lm-eval cannot answer for qwen@.*400"):
            collected(backend(server, tiny_folder).loglikelihood(PAIRS))
