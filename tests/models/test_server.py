"""A served model, asked over real HTTP: the same answers as the request fixes, and each failure as one sentence."""

from __future__ import annotations

import itertools
import json
import subprocess
import sys

import pytest
import served
import torch

from workbench.errors import ModelError
from workbench.models.address import Address
from workbench.models.endpoint import Patience
from workbench.models.server import ServerModel
from workbench.records import Decoding, GenerationRequest, Message

HASTY = Patience(attempts=3, first_wait=0.0, connect=5.0, answer=30.0)


def engine(server, name="qwen", patience=HASTY, in_flight=4):
    return ServerModel(Address(server.url, name), patience, in_flight)


def asking(*questions, seed=7):
    return [GenerationRequest((Message("user", question),), seed) for question in questions]


def answers(model, requests, decoding=Decoding(), **more):  # noqa: B008  frozen
    return {row: answer for batch in model.generate(requests, decoding, **more) for row, answer in batch}


def one(server, question="Why?", **more):
    return answers(engine(server, **more), asking(question))[0]


def test_every_row_gets_the_answer_to_its_own_question():
    with served.serving() as server:
        found = answers(engine(server), asking(*map(str, range(10))))
    said = [served.answer_of([{"role": "user", "content": str(n)}], 7) for n in range(10)]
    assert [found[row].text for row in range(10)] == said
    assert {(one.tokens, one.finish_reason) for one in found.values()} == {(5, "stop")}


def test_a_plain_text_is_gone_on_with_and_ends_before_its_stop_sequence():
    asked = [GenerationRequest((Message("text", "Why? Because"),), 7)]
    with served.serving() as server:
        (answer,) = answers(engine(server), asked, Decoding(9, 0.0, 1.0, (" B", "1", "2", "3", "4"))).values()
        (body,) = server.bodies("completions")
    assert (body["prompt"], body["stop"]) == ("Why? Because", [" B", "1", "2", "3"])  # four at most
    assert (answer.text, answer.finish_reason) == ("Why?", "stop")  # the server left it in the text
    assert server.bodies("chat/completions") == []


def test_tokens_are_those_that_the_server_counts():
    with served.serving() as server:
        model = engine(server)
        answers(model, asking("a", "b"))
    assert (model.work.tokens, model.work.truncated) == (2 * (1 + 5), 0)


def test_no_more_requests_are_in_flight_than_a_batch_has_rows():
    with served.serving() as server:
        answers(engine(server, in_flight=3), asking(*map(str, range(12))))
    assert 1 <= server.most_at_once <= 3


def test_results_of_a_batch_stand_in_the_order_of_completion():
    def tick(_rows, share, _running):
        if share == 0.5:  # the quick one is there
            server.release.set()

    with served.serving() as server:
        (batch,) = engine(server).generate(asking("slow", "quick"), Decoding(), tick=tick)
    assert [row for row, _ in batch] == [1, 0]


def test_finished_batches_are_left_out():
    with served.serving() as server:
        model = engine(server, in_flight=2)
        found = answers(model, asking(*"abcd"), skip=lambda batch: 0 in batch)
    assert sorted(found) == [2, 3]
    assert len(server.bodies("chat/completions")) == 2


def test_decoding_is_sent_and_a_seed_that_fits_32_bits():
    with served.serving() as server:
        answers(engine(server), asking("a", seed=2**62 + 5), Decoding(9, 0.5, 0.9))
        answers(engine(server), asking("a"), Decoding(9, 0.0, 0.9))
    sampled, greedy = server.bodies("chat/completions")
    assert sampled["messages"] == [{"role": "user", "content": "a"}]
    assert {name: sampled[name] for name in sampled if name != "messages"} == {
        "model": "qwen", "max_tokens": 9, "temperature": 0.5, "top_p": 0.9, "seed": 5,
    }  # fmt: skip
    assert {name: greedy[name] for name in greedy if name != "messages"} == {
        "model": "qwen", "max_tokens": 9, "temperature": 0.0,
    }  # fmt: skip


def test_a_base_model_is_asked_in_plain_text():
    turns = (Message("system", "Be kind."), Message("user", "Why?"))
    with served.serving(template=False) as server:
        found = answers(engine(server, in_flight=1), [GenerationRequest(turns, 7)] * 2)
    assert [body["prompt"] for body in server.bodies("completions")] == ["Be kind.\nWhy?\n"] * 2
    assert len(server.bodies("chat/completions")) == 1  # it is not asked to chat again
    assert found[0].finish_reason == "length"


@pytest.mark.parametrize("fault", ["429", "500", "503", "reset", "cut"])
def test_what_may_pass_is_tried_again(fault):
    with served.serving(faults=served.deque([fault, fault])) as server:
        assert one(server).text.startswith("Why?")
    assert len(server.asked) == 3


FAILURES = [
    (["500"] * 3, r"fails \(HTTP 500: planted\), 3 attempts in a row"),
    (["429"] * 3, r"is overloaded \(HTTP 429: planted\), 3 attempts in a row"),
    (["cut"] * 3, r"broke off before its answer was whole \(after 3 attempts\)"),
    (["reset"] * 3, r"broke off before its answer was whole \(after 3 attempts\)"),
    (["400"], r"refuses the request \(HTTP 400: planted\)"),
    (["malformed"], "answered with something that is not JSON: '<html>planted</html>'"),
    (["[1]"], "answered with a JSON list, not an object"),
    (['{"choices": []}'], "qwen@.* gave no answer: 'choices' is empty"),
    (['{"choices": [{"message": {}, "finish_reason": "content_filter"}]}'], "ended an answer with 'content_filter'"),
    (['{"choices": [{"finish_reason": "stop"}]}'], "gave an answer without text"),
]  # fmt: skip


@pytest.mark.parametrize(("faults", "message"), FAILURES, ids=[message[:40] for _, message in FAILURES])
def test_a_failure_is_one_sentence(faults, message):
    with served.serving(faults=served.deque(faults)) as server, pytest.raises(ModelError, match=message):
        one(server)
    assert len(server.asked) == len(faults)


def test_tokens_that_nobody_counted_are_0():
    answer = '{"choices": [{"message": {"content": null}, "finish_reason": "length"}]}'
    with served.serving(faults=served.deque([answer])) as server:
        found = one(server)
    assert (found.text, found.tokens) == ("", 0)


def test_silence_has_an_end():
    with served.serving() as server, pytest.raises(ModelError, match=r"was silent for 0 s \(at the first attempt\)"):
        one(server, "slow", patience=Patience(attempts=1, answer=0.2))


def test_a_server_that_is_not_there_is_named():
    with served.serving() as server:
        model = engine(server)
    server.server_close()
    with pytest.raises(ModelError, match=r"The server http://127\.0\.0\.1:\d+/v1 cannot be reached \(after 3"):
        answers(model, asking("a"))
    with pytest.raises(ModelError, match="cannot be reached"):
        model.check()


def test_a_model_that_is_not_served_is_refused_with_the_nearest():
    with served.serving() as server:
        for ask in (lambda: one(server, name="qwem"), engine(server, "qwem").check):
            with pytest.raises(ModelError, match=r"does not serve 'qwem'\. Did you mean qwen\?"):
                ask()
        with pytest.raises(ModelError, match=r"It lists qwen, llama\."):
            engine(server, "zzz").check()


def test_an_address_without_an_api_says_so():
    said = r"/v1/chat/completions is not there \(HTTP 404: planted\)\. Does the address end in /v1"
    with served.serving(faults=served.deque(["404"] * 3)) as server, pytest.raises(ModelError, match=said):
        engine(server).check()


@pytest.mark.parametrize("listed", ['{"data": []}', '{"data": [{"id": "other"}]}', "404", "500"])
def test_a_server_whose_list_lacks_its_model_is_asked_for_a_token(listed):
    with served.serving(faults=served.deque([listed])) as server:
        engine(server, patience=Patience(attempts=1)).check()
    (asked,) = server.bodies("chat/completions")
    assert (asked["max_tokens"], asked["temperature"]) == (1, 0)


def test_a_key_that_may_not_list_models_is_refused_at_once():
    with served.serving(key="secret-1") as server, pytest.raises(ModelError, match=r"wants a key \(HTTP 401\)"):
        engine(server).check()
    assert [path for path, _ in server.asked] == ["models"]


@pytest.mark.parametrize("variable", ["WORKBENCH_API_KEY", "OPENAI_API_KEY"])
def test_the_key_of_the_environment_opens_the_door(variable, monkeypatch):
    with served.serving(key="secret-1") as server:
        with pytest.raises(ModelError, match=r"wants a key \(HTTP 401\)"):
            one(server)
        monkeypatch.setenv(variable, "secret-1")
        assert one(server).text.startswith("Why?")


def test_a_wrong_key_is_refused_without_repeating_it(monkeypatch):
    with served.serving(key="secret-1") as server:
        monkeypatch.setenv("WORKBENCH_API_KEY", "secret-2")
        with pytest.raises(ModelError, match="refuses the key of the environment") as refusal:
            one(server)
    assert "secret" not in str(refusal.value)


@pytest.mark.parametrize("fault", ["400", "500", "malformed"])
def test_a_servers_words_are_shown_without_the_key(fault, monkeypatch):
    with served.serving(says="your secret-2 is bad", faults=served.deque([fault] * 3)) as server:
        monkeypatch.setenv("OPENAI_API_KEY", "secret-2")
        with pytest.raises(ModelError, match=r"your \*\*\* is bad"):
            one(server)


@pytest.mark.parametrize("key", ["two words", "line\nbreak", "schlüssel"])
def test_what_can_be_no_key_is_refused_unseen(key, monkeypatch):
    with served.serving() as server:
        monkeypatch.setenv("OPENAI_API_KEY", key)
        with pytest.raises(ModelError, match="OPENAI_API_KEY holds characters that no key has") as refusal:
            one(server)
    assert key not in str(refusal.value)
    assert server.asked == []


def test_a_cancelled_job_does_not_wait_for_a_slow_answer():
    class Stop(Exception):
        pass

    def tick(*_):
        raise Stop

    with served.serving() as server:
        with pytest.raises(Stop):
            answers(engine(server), asking("slow"), tick=tick)
        assert not server.release.is_set()  # nobody answered, and yet we are here


def test_a_server_without_echo_has_no_log_likelihoods():
    with served.serving() as server:
        model = engine(server)
        assert model.capabilities == {"generate"}
        for ask in (lambda: model.loglikelihood([("a", "b")]), lambda: model.loglikelihood_rolling(["a"])):
            with pytest.raises(ModelError, match=r"gives no log-probabilities of a prompt.* vLLM gives them"):
                next(ask())
    assert len(server.asked) == 1  # one probe found out


def test_what_a_server_can_do_follows_from_its_echo(model):
    with served.serving(model) as server:
        assert engine(server).capabilities == {"generate", "loglikelihood"}
    with served.serving(model, start=[model.tokenizer.bos_token_id]) as server:
        assert engine(server).capabilities == {"generate", "loglikelihood", "rolling"}


CONTEXTS = ["The river runs ", "The river runs", "A good answer is", "x"]
CONTINUATIONS = [" past the old mill.", "short, clear and true", " b", "\n\tüber 🎉"]
PAIRS = list(itertools.product(CONTEXTS, CONTINUATIONS))


def scored(found, rows):
    by_row = {row: result for batch in found for row, result in batch}
    return [by_row[row] for row in range(rows)]


def close(ours, theirs):
    return ours.logprob == pytest.approx(theirs.logprob, abs=1e-3) and ours.is_greedy == theirs.is_greedy


def test_log_likelihoods_equal_those_of_the_local_engine(model):
    with served.serving(model) as server:
        over_http = scored(engine(server).loglikelihood(PAIRS), len(PAIRS))
    local = scored(model.loglikelihood(PAIRS), len(PAIRS))
    assert all(map(close, over_http, local))
    # the probe, then each pair and each context without its trailing space once
    assert len(server.bodies("completions")) == 1 + len(PAIRS) + 3


def test_the_greedy_continuation_is_known_as_such(model):
    context = "The question was"
    tokens = torch.tensor([model.tokenizer.encode(context)])
    first, last = model.model(input_ids=tokens).logits[0, -1].topk(model.tokenizer.vocab_size).indices[[0, -1]].tolist()
    pairs = [(context, model.tokenizer.decode([token])) for token in (first, last)]
    with served.serving(model) as server:
        found = scored(engine(server).loglikelihood(pairs), 2)
    assert [one.is_greedy for one in found] == [True, False]


@pytest.mark.parametrize("context", ["", "  "])
def test_an_empty_context_is_what_the_server_puts_before_a_text(model, context):
    pair = (context, "The river runs past the old mill.")
    with served.serving(model, start=[model.tokenizer.bos_token_id]) as server:
        (found,) = scored(engine(server).loglikelihood([pair]), 1)
    assert close(found, scored(model.loglikelihood([pair]), 1)[0])


def test_a_text_that_begins_with_the_first_token_does_not_get_it_twice(model):
    pair = ("<|im_start|>user\nWhy?", " So.")
    with served.serving(model, start=[model.tokenizer.bos_token_id]) as server:
        (found,) = scored(engine(server).loglikelihood([pair]), 1)
    assert close(found, scored(model.loglikelihood([pair]), 1)[0])


def test_without_a_first_token_an_empty_context_is_refused_by_its_row(model):
    with served.serving(model) as server:
        with pytest.raises(ModelError, match=r"Request 1 \(counted from 0\) has no context, and qwen@"):
            engine(server).loglikelihood([("a", "b"), (" ", "b")])
        with pytest.raises(ModelError, match="A text's first token has no context"):
            engine(server).loglikelihood_rolling(["a"])


def test_a_request_without_a_continuation_is_refused_by_its_row(model):
    with served.serving(model) as server, pytest.raises(ModelError, match=r"Request 1 .* has no continuation"):
        scored(engine(server).loglikelihood([("a", "b"), ("a", "")]), 2)


def test_rolling_log_likelihoods_equal_those_of_the_local_engine(model):
    texts = ["The river runs past the old mill.", "", "x", "über 🎉\n"]
    with served.serving(model, start=[model.tokenizer.bos_token_id]) as server:
        over_http = scored(engine(server).loglikelihood_rolling(texts), len(texts))
    local = scored(model.loglikelihood_rolling(texts), len(texts))
    assert [one.logprob for one in over_http] == pytest.approx([one.logprob for one in local], abs=1e-3)


def test_the_client_loads_nothing_heavy():
    program = (
        "import json, sys, workbench.models.server\n"
        "heavy = {'torch', 'transformers', 'numpy', 'tokenizers', 'huggingface_hub'}\n"
        "print(json.dumps(sorted(heavy & set(sys.modules))))"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert json.loads(run.stdout) == []
