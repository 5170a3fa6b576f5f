"""What `lm-eval:BACKEND,key=value,...` means: a model that one of lm-eval's own backends answers for.

The arguments are those of lm-eval's --model_args. Keys come from the environment: a reference that holds one is
refused, because references are stored.
"""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass
from urllib.parse import urlsplit

from workbench.errors import ModelError
from workbench.models import address
from workbench.models.address import Address

PREFIX = "lm-eval:"
SECRETS = ("api_key", "auth_token", "header", "token")
NAMES = ("pretrained", "model", "path", "engine")  # under which a backend is told its model
EXAMPLE = "Write lm-eval:vllm,pretrained=PATH or lm-eval:local-completions,base_url=URL,model=NAME,tokenizer=PATH."

# Backend -> what it needs to be installed, and the extra of lm-eval that brings it.
_API = (("aiohttp", "requests", "tenacity", "tqdm"), "api")
_OPENAI = "https://api.openai.com/v1/completions"  # where openai-completions asks if it is told nothing else
_PATH = "/completions"
BACKENDS: dict[str, tuple[tuple[str, ...], str]] = {
    "vllm": (("vllm",), "vllm"),
    "local-completions": _API,
    "openai-completions": ((*_API[0], "tiktoken"), "api"),
}


@dataclass(frozen=True, slots=True)
class Backend:
    """`arguments` are lm-eval's --model_args, in the order in which they were written."""

    name: str
    arguments: tuple[tuple[str, str], ...]

    @property
    def text(self) -> str:
        """The reference in its one spelling."""
        return ",".join([PREFIX + self.name, *(f"{key}={value}" for key, value in self.arguments)])

    @property
    def label(self) -> str:
        """A short name for lists: `qwen@127.0.0.1:8000`, or `qwen@vllm`."""
        given = dict(self.arguments)
        model = self.model.rstrip("/").rpartition("/")[2]
        return f"{model}@{urlsplit(given.get('base_url', '')).netloc or self.name}"

    @property
    def model(self) -> str:
        given = dict(self.arguments)
        return next(given[key] for key in NAMES if key in given)

    @property
    def address(self) -> Address | None:
        """Where the backend asks; None for one that loads the model itself. ModelError for a base_url that is none."""
        if self.name == "vllm":
            return None
        url = dict(self.arguments).get("base_url", _OPENAI if self.name == "openai-completions" else "")
        if not url.endswith(_PATH):
            raise ModelError(f"base_url of {self.name} is {url or 'missing'}.", "It ends in /v1/completions.")
        return address.parse(f"{url.removesuffix(_PATH)}#{self.model}")


def is_backend(text: str) -> bool:
    return text.startswith(PREFIX)


def parse(text: str) -> Backend:
    """ModelError for an unknown backend, an argument without a value, no model, or a key that would be stored."""
    name, *given = text.removeprefix(PREFIX).split(",")
    if name not in BACKENDS:
        raise ModelError(f"lm-eval's backend {name!r} is not known here; {', '.join(BACKENDS)} are.", EXAMPLE)
    pairs = []
    for one in given:
        key, equals, value = one.partition("=")
        if not equals or not key.strip() or not value.strip():
            raise ModelError(f"{text}: {one!r} is not key=value.", EXAMPLE)
        if key.strip() in SECRETS:  # not repeated: it may be a key
            raise ModelError(
                f"The reference of {name} holds {key.strip()}; references are stored.", "Set OPENAI_API_KEY instead."
            )
        pairs.append((key.strip(), value.strip()))
    if not any(key in NAMES for key, _ in pairs):
        raise ModelError(f"{text} does not say which model.", EXAMPLE)
    return Backend(name, tuple(pairs))


def check_installed(backend: Backend) -> None:
    """ModelError, with the pip line, where a package that the backend needs is missing."""
    packages, extra = BACKENDS[backend.name]
    missing = [name for name in packages if importlib.util.find_spec(name) is None]
    if missing:
        raise ModelError(
            f"lm-eval's backend {backend.name} needs {', '.join(missing)}, which is not installed.",
            f'Install it: pip install "lm-eval[{extra}]"',
        )
