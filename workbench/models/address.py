"""What `URL#NAME` means: a model that an OpenAI-compatible server answers for, under the name it serves.

The server's keys come from the environment: an address that holds one is refused, because references are stored.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from workbench.errors import ModelError

PREFIX = "server:"  # stands before every reference that is kept, and may be left out where one is given
_SCHEMES = ("http://", "https://")
PLACE = re.compile(r"[\w.\-:\[\]]+")  # host and port, an IPv6 address in brackets
EXAMPLE = "Write http://127.0.0.1:8000/v1#NAME, with the name that the server lists under /v1/models."


@dataclass(frozen=True, slots=True)
class Address:
    """`url` is the API's base, mostly ending in /v1, without a slash at its end; `name` is the served model's."""

    url: str
    name: str

    @property
    def text(self) -> str:
        """The reference in its one spelling: the identity of a model whose weights nobody here can hash."""
        return f"{PREFIX}{self.url}#{self.name}"

    @property
    def label(self) -> str:
        """A short name for lists: `qwen@127.0.0.1:8000`; of a model served under its folder's path, the last part."""
        name = self.name.rstrip("/").rpartition("/")[2] if self.name.startswith("/") else self.name
        return f"{name}@{urlsplit(self.url).netloc}"


def is_address(text: str) -> bool:
    return text.startswith((PREFIX, *_SCHEMES))


def parse(text: str) -> Address:
    """ModelError for a text that is no http(s) URL with a served name, or one that holds a password or key."""
    url, _, name = text.removeprefix(PREFIX).partition("#")
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname, parts.port
    except ValueError as error:
        raise ModelError(f"{url} is not an address ({error}).", EXAMPLE) from error
    if parts.username is not None or parts.password is not None or parts.query:  # not repeated: it may be a key
        raise ModelError(
            f"The address of {host or 'the server'} holds a user, a password or a query; addresses are stored.",
            "Put the key into WORKBENCH_API_KEY or OPENAI_API_KEY, and leave it out of the address.",
        )
    if parts.scheme not in ("http", "https") or not host or not PLACE.fullmatch(parts.netloc):
        raise ModelError(f"{text} is not the address of a server.", EXAMPLE)
    if not name.strip():
        raise ModelError(f"{text} does not say which of the server's models.", EXAMPLE)
    return Address(f"{parts.scheme}://{parts.netloc.lower()}{parts.path.rstrip('/')}", name.strip())
