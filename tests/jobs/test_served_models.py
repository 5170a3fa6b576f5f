"""A served model in a job: known by its address, asked before anything is queued, never taken for another."""

from __future__ import annotations

import pytest
import served

from workbench import jobs as kinds
from workbench.errors import ModelError, UsageError
from workbench.jobs import _inputs
from workbench.models import backend
from workbench.models.machine import SERVED
from workbench.models.server import ServerModel
from workbench.records import Decoding
from workbench.spec import JobSpec
from workbench.store import completions, jobs, models
from workbench.worker.context import WarmModel, WorkerContext


@pytest.fixture
def context(store):
    jobs.enqueue(store, JobSpec("pull", {"name": "tiny"}), "light", "pull tiny")
    return WorkerContext(store, jobs.claim(store, "light", 1, 0.0, "here"), WarmModel())


@pytest.fixture
def server():
    with served.serving() as running:
        yield running


def address(server, name="qwen"):
    return f"server:{server.url}#{name}"


def test_its_row_holds_the_address_and_no_weights(context):
    made = _inputs.model(context, "server:http://Host:8000/v1/#qwen")
    assert (made.name, made.reference) == ("qwen@host:8000", "server:http://host:8000/v1#qwen")
    assert (made.kind, made.path, made.weights_hash) == ("server", None, None)


def test_it_is_found_again_by_address_and_by_name(context):
    first = _inputs.model(context, "server:http://host:8000/v1#qwen")
    assert _inputs.model(context, "server:http://host:8000/v1/#qwen") == first
    assert _inputs.model(context, "qwen@host:8000") == first


def test_another_path_on_the_host_is_another_model(context):
    first = _inputs.model(context, "server:http://host/a/v1#qwen")
    second = _inputs.model(context, "server:http://host/b/v1#qwen")
    assert (first.name, second.name[:10]) == ("qwen@host", "qwen@host-")
    assert _inputs.model(context, "server:http://host/b/v1#qwen") == second


def test_nothing_is_measured_for_what_is_computed_elsewhere(context):
    made = _inputs.model(context, "server:http://host/v1#qwen")
    assert _inputs.settings(context, made, exact=True) == SERVED
    assert (SERVED.device, SERVED.dtype) == ("server", "unknown")
    assert context.plan == {}


def test_the_warm_model_of_one_address_is_not_anothers(context):
    one, other = (_inputs.model(context, f"server:http://host/v1#{name}") for name in ("a", "b"))
    warm = context.load(one, SERVED)
    assert isinstance(warm, ServerModel)
    assert context.load(one, SERVED) is warm
    assert context.load(other, SERVED).name == "b@host"


def test_its_answers_are_reused_within_one_job_only(store):
    made = models.add(store, "q@host", "server:http://host/v1#q", "server", None, None)
    local = models.add(store, "small", "small", "embedded", None, "abc")
    of = [completions.request_hash(made, "p", Decoding(), 1, "unknown", job) for job in (1, 1, 2)]
    assert of[0] == of[1] != of[2]
    assert len({completions.request_hash(local, "p", Decoding(), 1, "float32", job) for job in (1, 2)}) == 1


def test_a_served_model_that_is_there_may_be_asked(store, server):
    _inputs.check_model(store, address(server), "generate")
    assert [path for path, _ in server.asked] == ["models"]


@pytest.mark.parametrize(
    ("name", "needs", "message"),
    [
        ("qwem", "generate", r"does not serve 'qwem'\. Did you mean qwen"),
        ("qwen", "loglikelihood", "gives no log-probabilities of a prompt.* vLLM gives them"),
        ("qwen", "weights", "is asked over a server; this needs a model on this machine"),
        ("qwen", "tokens", "is asked over a server; this needs a model on this machine"),
    ],
)
def test_what_a_server_cannot_do_is_refused_beforehand(store, server, name, needs, message):
    with pytest.raises(ModelError, match=message):
        _inputs.check_model(store, address(server, name), needs)


def test_a_known_served_model_is_asked_again(store, server):
    models.add(store, "q", address(server), "server", None, None)
    server.names = ["llama"]
    with pytest.raises(ModelError, match="does not serve 'qwen'"):
        _inputs.check_model(store, "q", "generate")


@pytest.mark.parametrize("kind", ["bench", "stress", "bias", "train-dpo", "train-sft"])
def test_a_job_that_needs_more_than_answers_is_not_queued(store, server, kind):
    values = {"model": address(server), **({"data": "none"} if kind.startswith("train") else {})}
    with pytest.raises(ModelError, match=r"gives no log-probabilities|needs a model on this machine"):
        kinds.check(store, kinds.parse(kind, values))


def bench(store, server, **values):
    kinds.check(store, kinds.parse("bench", {"model": address(server), **values}))


@pytest.mark.parametrize("task", ["question_answering", "nq_open", "gsm8k"])
def test_a_server_that_only_answers_may_be_asked_for_texts(store, server, task):
    bench(store, server, task=task)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"task": "sst2"}, "gives no log-probabilities of a prompt"),
        ({"task": "wikitext"}, "gives no log-probabilities of a prompt"),
        ({"suite": "core"}, "gives no log-probabilities of a prompt"),
        ({"task": "sst2", "chat_template": True}, "The chat of a server gives no log-likelihoods, for which sst2 asks"),
        ({"suite": "core", "chat_template": True}, "for which acceptability and [0-9]+ others ask"),
    ],
)
def test_a_task_that_a_server_cannot_answer_is_not_queued(store, server, values, message):
    with pytest.raises((ModelError, UsageError), match=message):
        bench(store, server, **values)


def test_a_server_with_a_chat_template_may_be_asked_by_it(store, server):
    bench(store, server, task="question_answering", chat_template=True)
    assert server.bodies("chat/completions")
    server.template = False
    with pytest.raises(ModelError, match="has no chat template on its server"):
        bench(store, server, task="question_answering", chat_template=True)


def test_a_backend_of_lm_evals_is_not_asked_by_chat(store, server, monkeypatch):
    monkeypatch.setitem(backend.BACKENDS, "local-completions", ((), "api"))
    reference = f"lm-eval:local-completions,base_url={server.url}/completions,model=qwen"
    with pytest.raises(ModelError, match="local-completions asks with plain texts"):
        kinds.check(store, kinds.parse("bench", {"model": reference, "task": "gsm8k", "chat_template": True}))


def test_a_backend_is_refused_by_the_server_that_it_asks(store, server, monkeypatch):
    monkeypatch.setitem(backend.BACKENDS, "local-completions", ((), "api"))  # as if all were installed
    reference = f"lm-eval:local-completions,base_url={server.url}/completions,model=qwen"
    _inputs.check_model(store, reference, "generate")
    with pytest.raises(ModelError, match="gives no log-probabilities"):
        _inputs.check_model(store, reference, "loglikelihood")


def test_a_model_of_imported_answers_cannot_be_asked(store):
    models.add(store, "m (imported)", "m", "imported", None, None)
    with pytest.raises(ModelError, match=r"Only answers of m \(imported\) were imported"):
        _inputs.check_model(store, "m (imported)", "generate")


def test_a_served_model_is_entered_by_its_address(context, server):
    spec = kinds.parse("pull", {"name": f"{server.url}#qwen"})
    kinds.check(context.store, spec)
    result = kinds.execute(context, spec)
    assert result == {"model": f"qwen@127.0.0.1:{server.server_address[1]}", "path": None}
    assert models.by_name(context.store, result["model"]).reference == address(server)


def test_a_served_model_that_is_not_there_is_not_entered(store, server):
    with pytest.raises(ModelError, match="does not serve 'qwem'"):
        kinds.check(store, kinds.parse("pull", {"name": f"{server.url}#qwem"}))
