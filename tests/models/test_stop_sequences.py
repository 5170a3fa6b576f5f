"""A text that is continued as it stands, and ends before the first stop sequence."""

from __future__ import annotations

from workbench.models.stop_sequences import stop_at
from workbench.records import Decoding, GenerationRequest, Message
from workbench.store.completions import request_hash

GREEDY = Decoding(12, 0.0, 1.0)


def answer(model, decoding, texts=("The number after six is", "Red, green and")):
    requests = [GenerationRequest((Message("text", text),), 0) for text in texts]
    return dict(row for batch in model.generate(requests, decoding) for row in batch)


def test_a_stopped_text_is_the_beginning_of_the_whole_one(model):
    whole = answer(model, GREEDY)
    stop = whole[0].text[4:6]
    for row, one in answer(model, Decoding(12, 0.0, 1.0, (stop,))).items():
        expected, found, _ = whole[row].text.partition(stop)
        assert one.text == expected
        assert (one.finish_reason == "stop") == (bool(found) or whole[row].finish_reason == "stop")


def test_a_stopped_text_draws_no_further_tokens(model):
    whole = answer(model, GREEDY)[0]
    stopped = answer(model, Decoding(12, 0.0, 1.0, (whole.text[:1],)))[0]
    assert (stopped.text, stopped.tokens < whole.tokens) == ("", True)


def test_the_earliest_of_several_sequences_counts():
    assert stop_at("one. two, three", (",", ".")) == 3
    assert stop_at("one two", (".", "")) is None


def test_answers_without_stop_sequences_keep_their_identity():
    class Weights:
        name, weights_hash = "m", "w"

    before = request_hash(Weights, "p", Decoding(), 0, "float32", 1)
    assert request_hash(Weights, "p", Decoding(stop=("x",)), 0, "float32", 1) != before
    # SHA-256 of ["m","w","float32","p",{"max_new_tokens":128,"temperature":0.8,"top_p":0.95},0]
    assert before == "c4f052df58f8927e189168319fcc29761e71ce0638a73dbedc60551f9a17b4e5"


def test_written_answers_are_those_of_lm_evals_backend(model):
    from lm_eval.api.instance import Instance
    from lm_eval_parity import lm_eval_backend

    texts = ["Question: What is bread made of?\nAnswer:", "One, two,", "Grüße aus Köln"]
    options = {"until": [" a", "\n"], "do_sample": False, "max_gen_toks": 12}
    asked = [Instance("generate_until", {}, (text, dict(options)), row) for row, text in enumerate(texts)]
    theirs = lm_eval_backend(model).generate_until(asked, disable_tqdm=True)
    ours = answer(model, Decoding(12, 0.0, 1.0, (" a", "\n")), texts)
    assert [ours[row].text for row in range(len(texts))] == theirs
