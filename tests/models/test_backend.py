"""A backend of lm-eval's as a reference: one spelling, no keys, and what is missing named with the pip line."""

from __future__ import annotations

import importlib.util

import pytest

from workbench.errors import ModelError
from workbench.models import backend, catalog, engine

LOCAL = "lm-eval:local-completions,base_url=http://host:8000/v1/completions,model=qwen"


def test_a_reference_has_one_spelling_and_a_short_name():
    parsed = backend.parse("lm-eval:vllm, pretrained = /models/Llama-3.2-1B ,dtype=bfloat16")
    assert parsed.text == "lm-eval:vllm,pretrained=/models/Llama-3.2-1B,dtype=bfloat16"
    assert backend.parse(parsed.text) == parsed
    assert (parsed.label, parsed.address) == ("Llama-3.2-1B@vllm", None)


def test_it_is_a_served_model_of_the_catalog():
    assert catalog.parse(LOCAL) == catalog.Reference("server", LOCAL)
    assert engine.label(LOCAL) == "qwen@host:8000"


def test_the_server_that_a_backend_asks_is_known_beforehand():
    asked = backend.parse(LOCAL).address
    assert asked is not None
    assert (asked.url, asked.name) == ("http://host:8000/v1", "qwen")
    hosted = backend.parse("lm-eval:openai-completions,model=davinci-002").address
    assert hosted is not None
    assert hosted.url == "https://api.openai.com/v1"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("lm-eval:vlm,pretrained=x", "backend 'vlm' is not known here; vllm, local-completions"),
        ("lm-eval:vllm", "does not say which model"),
        ("lm-eval:vllm,pretrained", "'pretrained' is not key=value"),
        ("lm-eval:local-completions,model=q,api_key=s3cret", "holds api_key; references are stored"),
    ],
)
def test_what_is_no_reference_is_refused_without_repeating_a_key(text, message):
    with pytest.raises(ModelError, match=message) as refused:
        backend.parse(text)
    assert "s3cret" not in refused.value.message


def test_a_base_url_that_is_no_completions_endpoint_is_refused():
    with pytest.raises(ModelError, match="base_url of local-completions is missing"):
        assert backend.parse("lm-eval:local-completions,model=q").address


@pytest.mark.skipif(importlib.util.find_spec("vllm") is not None, reason="vllm is installed")
def test_a_backend_that_is_not_installed_is_named_with_its_pip_line():
    with pytest.raises(ModelError, match="needs vllm, which is not installed") as refused:
        engine.served("lm-eval:vllm,pretrained=x")
    assert refused.value.hint == 'Install it: pip install "lm-eval[vllm]"'
