"""A served model's reference: one spelling for one model, and no key inside."""

from __future__ import annotations

import pytest

from workbench.errors import ModelError
from workbench.models import address


@pytest.mark.parametrize(
    "text",
    [
        "server:http://Localhost:8000/v1#Qwen/Qwen3-8B",
        "server:http://localhost:8000/v1/#Qwen/Qwen3-8B",
        "server:http://localhost:8000/v1//# Qwen/Qwen3-8B ",
        "http://localhost:8000/v1#Qwen/Qwen3-8B",
    ],
)
def test_spellings_of_one_model_are_one_reference(text):
    found = address.parse(text)
    assert (found.url, found.name) == ("http://localhost:8000/v1", "Qwen/Qwen3-8B")
    assert found.text == "server:http://localhost:8000/v1#Qwen/Qwen3-8B"
    assert address.parse(found.text) == found
    assert found.label == "Qwen/Qwen3-8B@localhost:8000"


def test_a_model_served_under_its_path_is_called_by_its_folder():
    assert address.parse("server:http://host/v1#/models/Qwen3-8B/").label == "Qwen3-8B@host"


def test_an_ipv6_host_is_an_address():
    assert address.parse("server:http://[::1]:8000/v1#a").url == "http://[::1]:8000/v1"


@pytest.mark.parametrize(
    "text",
    [
        "server:", "server:localhost:8000/v1#a", "server:ftp://host/v1#a", "server:http:///v1#a",
        "server:http://a b/v1#a", "server:http://host:port/v1#a", "server:http://[::1/v1#a",
    ],
)  # fmt: skip
def test_what_is_no_address_is_refused_with_an_example(text):
    with pytest.raises(ModelError, match=r"Write http://127\.0\.0\.1:8000/v1#NAME"):
        address.parse(text)


@pytest.mark.parametrize("text", ["server:http://host/v1", "server:http://host/v1#", "server:http://host/v1# "])
def test_an_address_says_which_model(text):
    with pytest.raises(ModelError, match="does not say which of the server's models"):
        address.parse(text)


@pytest.mark.parametrize("url", ["http://me:secret@host/v1", "http://secret@host/v1", "http://host/v1?key=secret"])
def test_a_key_in_an_address_is_refused_unseen(url):
    with pytest.raises(ModelError, match=r"holds a user, a password or a query.*WORKBENCH_API_KEY") as refusal:
        address.parse(f"server:{url}#a")
    assert "secret" not in str(refusal.value)


@pytest.mark.parametrize("text", ["smollm2", "./http", "owner/name", "/models/http://x"])
def test_other_references_are_no_addresses(text):
    assert not address.is_address(text)
