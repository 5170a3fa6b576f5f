"""Names in a job's parameters -> the rows of the catalog they mean, fetched or imported where need be."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from workbench import __version__
from workbench.data import imports, recognise, sources, splits
from workbench.data.imports import Imported
from workbench.data.layouts import Layout
from workbench.data.splits import Split
from workbench.errors import DataError, ModelError, UnknownName
from workbench.jobs._context import JobContext
from workbench.models import address, backend, engine
from workbench.models.address import Address
from workbench.models.language_model import Capability
from workbench.models.machine import SERVED, Settings, busy_cores, choose, current, read
from workbench.records import DataSet, Model
from workbench.spec import content_hash
from workbench.store import Store, data, models
from workbench.workspace import Workspace, bundled, model_cache

if TYPE_CHECKING:
    from workbench.models.catalog import Reference

_MEASURING = "measuring this machine once: which threads and number format are fastest"
LIBRARIES = ("torch", "transformers", "peft", "trl", "lm_eval")
Need = Capability | Literal["weights"]  # what a job asks of its model; weights: that it lies on this machine


def model(context: JobContext, reference: str) -> Model:
    """A model of the catalog by name, or any reference, which is fetched and entered in the catalog."""
    found = _model(context, reference)
    if found.weights_hash is not None:
        remember(context, found.name, found.weights_hash)
    return found


def remember(context: JobContext, name: str, content: str) -> None:
    """Keep in the job's plan what a name meant, by hash, when it first started: what `repro` compares with."""
    inputs = context.plan.get("inputs", {})
    if name not in inputs:
        context.keep_plan({**context.plan, "inputs": {**inputs, name: content}})


def _model(context: JobContext, reference: str) -> Model:
    found = models.find(context.store, reference)
    if found and (found.kind == "server" or (found.path and Path(found.path).exists())):
        return found
    from workbench.models import catalog

    parsed = catalog.parse(reference)
    return _served(context, parsed) if parsed.kind == "server" else _fetched(context, parsed, reference)


def _served(context: JobContext, parsed: Reference) -> Model:
    """A model that a server answers for: known by its address, since nobody here sees its weights."""
    name = engine.label(parsed.text)
    taken = models.find(context.store, name)
    if taken and taken.reference == parsed.text:
        return taken
    if taken:  # another path on the same host
        name = f"{name}-{content_hash(parsed.text)[:8]}"
    return models.add(context.store, name, parsed.text, "server", None, None, job_id=context.job_id)


def _fetched(context: JobContext, parsed: Reference, reference: str) -> Model:
    """A model whose weights are brought here and hashed."""
    from workbench.models import catalog
    from workbench.models.weights import weights_hash

    path = catalog.fetch(parsed, model_cache(), context.progress)
    context.progress(0, 0, f"taking the fingerprint of {path.name}, by which its answers are known")
    digest = weights_hash(path)
    name = _short_name(parsed)
    taken = models.find(context.store, name)
    if taken and taken.weights_hash != digest:  # the answers of one model must not become another's
        name = f"{name}-{digest[:8]}"
    elif taken and taken.path and Path(taken.path).exists():
        return taken  # with its lineage, which a path does not tell
    return models.add(context.store, name, reference, parsed.kind, str(path), digest, job_id=context.job_id)


def model_name(store: Store, reference: str) -> str:
    """What a model is called in the catalog, or would be; UnknownName or ModelError for what is none."""
    found = models.find(store, reference)
    return found.name if found else _short_name(_parse(store, reference))


def _short_name(reference: Reference) -> str:
    """What a person calls it: the embedded name, the hub id, the folder's or the file's name."""
    match reference.kind:
        case "folder":
            return Path(reference.text).resolve().name  # with its dots: Llama-3.2-1B
        case "gguf":
            return Path(reference.text).stem
        case _:
            return reference.text


def check_model(store: Store, reference: str, needs: Need) -> None:
    """UnknownName or ModelError unless the reference means a model, here or where it can be fetched or asked.

    A served model is asked at once whether it is there and can do what is needed.
    """
    found = models.find(store, reference)
    kind, text = (found.kind, found.reference) if found else _parsed(store, reference)
    if kind == "imported":
        raise ModelError(f"Only answers of {reference} were imported.", "They can be rated; name a model to ask one.")
    if kind == "server":
        _check_served(text, needs)


def is_served(store: Store, reference: str) -> bool:
    """Whether another program answers for the model; UnknownName or ModelError for what is none."""
    found = models.find(store, reference)
    return (found.kind if found else _parsed(store, reference)[0]) == "server"


def _parsed(store: Store, reference: str) -> tuple[str, str]:
    """(kind, text) of what is not in the catalog yet."""
    parsed = _parse(store, reference)
    return parsed.kind, parsed.text


def _parse(store: Store, reference: str) -> Reference:
    from workbench.models import catalog

    try:
        return catalog.parse(reference)
    except UnknownName as error:  # the nearest name may be one of the workspace
        raise UnknownName("model", reference, {*models.names(store), *catalog.EMBEDDED}) from error


def _check_served(text: str, needs: Need) -> None:
    if needs in ("weights", "tokens"):
        raise ModelError(
            f"{text} is asked over a server; this needs a model on this machine.",
            "Name a hub id (owner/name), a folder or a .gguf file.",
        )
    from workbench.models.server import QUICK, ServerModel

    asked = _asked_address(text)
    if asked is None:
        return
    server = ServerModel(asked, QUICK)
    server.check()
    if needs != "generate":
        from_the_start = needs == "rolling" and not backend.is_backend(text)  # backends put a token there themselves
        server.check_scores(from_the_start)


def check_chats(store: Store, reference: str) -> None:
    """ModelError unless the server of a served model has a chat template for it; lm-eval's backends ask no chat."""
    found = models.find(store, reference)
    text = found.reference if found else _parsed(store, reference)[1]
    if backend.is_backend(text):
        raise ModelError(
            f"lm-eval's backend {backend.parse(text).name} asks with plain texts, not by a server's chat.",
            "Name the server itself (server:URL#MODEL), or leave --chat-template out.",
        )
    from workbench.models.server import QUICK, ServerModel

    ServerModel(address.parse(text), QUICK).check_chats()


def _asked_address(text: str) -> Address | None:
    """Where the model is asked, also by a backend of lm-eval's; None for one that loads it itself."""
    if not backend.is_backend(text):
        return address.parse(text)
    parsed = backend.parse(text)
    backend.check_installed(parsed)
    return parsed.address


def check_data(store: Store, reference: str, layouts: Collection[str]) -> None:
    """UnknownName if nothing is called that; DataError for a broken file, or for another layout than `layouts`."""
    layout = layout_of(store, reference)
    if layout not in layouts:
        raise other_layout(reference, layout, layouts)


def other_layout(what: str, layout: str, layouts: Collection[str]) -> DataError:
    return DataError(f"{what} is laid out as {layout}; needed is {' or '.join(layouts)}.")


def layout_of(store: Store, reference: str) -> Layout:
    """The layout of a data set by name, of a bundled one, or of a file that is not broken as far as a look tells."""
    path = data_file(store, reference)
    if reference not in data.names(store):
        imports.look(str(path), None, {})
    return recognise.meaning(recognise.sample(path), str(path), None, {}).layout


def data_file(store: Store, reference: str) -> Path:
    """The file of a data set by name, a bundled one, or a file, where it lies: nothing is copied or entered."""
    return Path(data.by_name(store, reference).path) if reference in data.names(store) else _file(store, reference)


def _file(store: Store, reference: str) -> Path:
    """The bundled file, or the file at that path; UnknownName with the nearest names otherwise."""
    if sources.is_bundled(reference):
        return sources.bundled_path(reference)
    path = Path(reference).expanduser()
    if not path.is_file():
        bundled_names = (file.stem for file in bundled("datasets").glob("*.jsonl"))
        raise UnknownName("data set or file", reference, {*data.names(store), *bundled_names})
    return path


def data_set(store: Store, workspace: Workspace, reference: str) -> DataSet:
    """A data set by name, a bundled one, or a file, which is copied into the workspace and entered."""
    if reference in data.names(store):
        return data.by_name(store, reference)
    path = _file(store, reference)
    if sources.is_bundled(reference):
        return import_file(store, workspace, path, path.stem, "bundled", sources.bundled_card(reference))
    return import_file(store, workspace, path, path.stem, str(path))


def import_file(
    store: Store, workspace: Workspace, path: Path, name: str, source: str, said: Mapping[str, str] | None = None
) -> DataSet:
    """Check every row, keep them all by their content, and enter them under `name`.

    For evaluation only is what an earlier import of the same rows held out; else none.
    """
    sources.clear_stale_parts(workspace)
    found = imports.bring_in(imports.source(str(path)), workspace, None, {}, Split(), lambda *_: None)
    split = split_of(store, found.kept.fingerprint)
    if split.eval_share:  # once more: it counts what is held out
        found = imports.bring_in(imports.source(str(path)), workspace, None, {}, split, lambda *_: None)
    return enter(store, found, name, source, split, said)


def split_of(store: Store, fingerprint: str) -> Split:
    """What an import of these very rows held out, of several the newest that did; else nothing."""
    of_sets = (splits.of(one.card) for one in data.all_sets(store) if one.fingerprint == fingerprint)
    return next((split for split in of_sets if split.eval_share), Split())


def enter(
    store: Store, found: Imported, name: str, source: str, split: Split, said: Mapping[str, str] | None = None
) -> DataSet:
    """The row of an imported data set.

    Its card says what was recognised, how many rows are for evaluation only, and what else is `said` of it.
    """
    card: dict[str, Any] = {"recognised": found.meant.evidence, **(said or {})}
    if found.meant.columns:
        card["columns"] = ", ".join(f"{ours}={theirs}" for ours, theirs in found.meant.columns.items())
    if split.eval_share:
        card |= {
            "eval_share": split.eval_share, "family": split.family,
            "training": found.kept.rows - found.evaluation, "evaluation": found.evaluation,
        }  # fmt: skip
    kept = found.kept
    return data.add(store, name, found.meant.layout, kept.rows, kept.fingerprint, str(kept.path), source, card)


def settings(context: JobContext, model: Model, exact: bool) -> Settings:
    """How to compute here: measured once a machine, fixed for the job in its plan; `exact` keeps float32."""
    if model.kind == "server":
        return SERVED
    if "settings" not in context.plan:
        context.progress(0, 0, "looking how busy this machine is" if read(model_cache()) else _MEASURING)
        machine = current(model_cache())
        chosen = choose(machine, busy_cores())
        chosen = chosen.in_float32() if exact else chosen
        context.keep_plan({**context.plan, "settings": asdict(chosen), "versions": versions()})
    return Settings(**context.plan["settings"])


def versions() -> dict[str, str]:
    """Of this program and the libraries that decide what a job comes to."""
    return {"workbench": __version__, **{name: version(name) for name in LIBRARIES}}
