"""The local engine: a causal model through transformers, from a folder of safetensors or a GGUF file.

Nothing here reaches the network or runs a model's own code: a hub model is fetched by `catalog.fetch` first
and then is a folder like any other, weights are safetensors or GGUF, and trust_remote_code stays off.
"""

from __future__ import annotations

import io
import os
import struct
from collections.abc import Callable, Iterator, Sequence
from contextlib import redirect_stderr
from functools import cached_property
from pathlib import Path
from typing import Any, cast

# Read by the libraries when they are imported: no telemetry leaves this machine.
os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")

import torch
from safetensors import SafetensorError
from transformers import (
    AutoConfig,
    AutoModelForCausalLM,
    AutoTokenizer,
    GgufConfig,
    PreTrainedConfig,
    PreTrainedModel,
    PreTrainedTokenizerBase,
)
from transformers.models.auto.modeling_auto import MODEL_FOR_CAUSAL_LM_MAPPING_NAMES
from transformers.utils import logging

from workbench.errors import ModelError
from workbench.models import adapter_folder, generation
from workbench.models.batching import Skip, plan_batches, unfinished
from workbench.models.chat_template import prompt_tokens
from workbench.models.language_model import Capability, Tick, Work
from workbench.models.machine import Settings
from workbench.models.prefix_tree import TREE, plan_packs
from workbench.models.scoring import (
    Span,
    check_spans,
    encode,
    encode_pairs,
    in_words,
    prefix_token,
    rolled,
    rolling_windows,
    score_batch,
)
from workbench.models.tree_scoring import TreeScorer, takes_tree
from workbench.records import Decoding, Generated, GenerationRequest, LogLikelihood

logging.disable_progress_bar()  # progress is ours to report

UNSAFE = ("*.bin", "*.pt", "*.pth", "*.ckpt")
DEFAULT_LENGTH = 2048  # of a model that states no limit; lm-eval's number
ROWS = "padded rows"  # how log-likelihoods are computed where the tree is not taken


class HFModel:
    """A causal model in this process. Where `settings` differ, results may differ in the last digits."""

    capabilities: frozenset[Capability] = frozenset({"generate", "loglikelihood", "rolling", "tokens"})

    def __init__(
        self, name: str, model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase, settings: Settings
    ) -> None:
        self.name = name
        self.model = model
        self.tokenizer = tokenizer
        self.settings = settings
        self.max_length = context_length(model.config, tokenizer)
        self.work = Work()
        self._ends = generation.end_tokens(model, tokenizer)

    @cached_property
    def scoring(self) -> str:
        """Over the prefix tree, unless the parity check, run at first use, finds that the architecture cannot."""
        return TREE if takes_tree(self.model, self.max_length) else ROWS

    @property
    def has_chat_template(self) -> bool:
        """False for a base model: its messages are then joined, each followed by a line break."""
        return self.tokenizer.chat_template is not None

    def generate(
        self,
        requests: Sequence[GenerationRequest],
        decoding: Decoding,
        skip: Skip | None = None,
        tick: Tick | None = None,
    ) -> Iterator[list[tuple[int, Generated]]]:
        """Answers in batches, longest prompts first.

        A plain text that leaves no room for the answer is cut on the left, as lm-eval does; ModelError if a
        conversation does, whose template would be torn.
        """
        whole = [prompt_tokens(self.tokenizer, request.messages) for request in requests]
        prompts = [
            cut_left(prompt, self.max_length - decoding.max_new_tokens) if _is_text(request) else prompt
            for prompt, request in zip(whole, requests, strict=True)
        ]
        self._check_room(prompts, decoding.max_new_tokens)
        lengths = [len(prompt) + decoding.max_new_tokens for prompt in prompts]
        plan = plan_batches(lengths, self.settings.generation_budget, self.settings.max_rows)
        cut = {row for row, prompt in enumerate(prompts) if len(prompt) < len(whole[row])}
        return self._generate(unfinished(plan, skip), prompts, cut, requests, decoding, tick)

    def stream(self, request: GenerationRequest, decoding: Decoding, say: Callable[[str], None]) -> Generated:
        """One answer, told piece by piece as it is drawn. ModelError if it exceeds the context length."""
        prompt = prompt_tokens(self.tokenizer, request.messages)
        self._check_room([prompt], decoding.max_new_tokens)
        return generation.stream(self.model, self.tokenizer, self._ends, prompt, request.seed, decoding, say)

    def _generate(
        self,
        plan: list[list[int]],
        prompts: list[list[int]],
        cut: set[int],
        requests: Sequence[GenerationRequest],
        decoding: Decoding,
        tick: Tick | None,
    ) -> Iterator[list[tuple[int, Generated]]]:
        """`cut` are the rows whose prompts were."""
        for batch in plan:
            texts = [prompts[row] for row in batch]
            seeds = [requests[row].seed for row in batch]
            answers = generation.generate_batch(self.model, self.tokenizer, self._ends, texts, seeds, decoding, tick)
            self.work.tokens += sum(map(len, texts)) + sum(answer.tokens for answer in answers)
            self.work.truncated += sum(row in cut for row in batch)
            yield list(zip(batch, answers, strict=True))

    def _check_room(self, prompts: list[list[int]], new_tokens: int) -> None:
        for row, prompt in enumerate(prompts):
            if len(prompt) + new_tokens > self.max_length:
                raise ModelError(
                    f"Prompt {row} (counted from 0) has {len(prompt)} tokens and {new_tokens} new ones are asked for; "
                    f"{self.name} reads at most {self.max_length} in all.",
                    "Shorten the prompt or ask for fewer new tokens.",
                )

    def loglikelihood(
        self, pairs: Sequence[tuple[str, str]], skip: Skip | None = None
    ) -> Iterator[list[tuple[int, LogLikelihood]]]:
        """As lm-eval's HF backend scores them, in the packs of their prefix tree; see scoring and prefix_tree."""
        spans = encode_pairs(self.tokenizer, pairs)
        check_spans(spans, self.max_length)
        return self._told(spans, self._score(spans, skip))

    def loglikelihood_rolling(
        self, texts: Sequence[str], skip: Skip | None = None
    ) -> Iterator[list[tuple[int, LogLikelihood]]]:
        """As lm-eval's HF backend scores them; a text is one batch, however many windows it needs."""
        prefix = prefix_token(self.tokenizer)
        tokens = [encode(self.tokenizer, text) for text in texts]
        plan = plan_batches([max(1, len(row)) for row in tokens], self.settings.scoring_budget, self.settings.max_rows)
        return self._roll(unfinished(plan, skip), tokens, prefix)

    def count_tokens(self, text: str) -> int:
        """Of the text as it stands within a sequence."""
        return len(self.tokenizer.encode(text, add_special_tokens=False))

    def _roll(
        self, plan: list[list[int]], tokens: list[list[int]], prefix: int
    ) -> Iterator[list[tuple[int, LogLikelihood]]]:
        for batch in plan:
            windows = [(row, span) for row in batch for span in rolling_windows(tokens[row], prefix, self.max_length)]
            found = dict(one for scored in self._score([span for _, span in windows], None) for one in scored)
            parts: dict[int, list[LogLikelihood]] = {row: [] for row in batch}
            for place, (row, _) in enumerate(windows):
                parts[row].append(found[place])
            yield [(row, rolled(self.tokenizer, tokens[row], of_row)) for row, of_row in parts.items()]

    def _told(
        self, spans: Sequence[Span], batches: Iterator[list[tuple[int, LogLikelihood]]]
    ) -> Iterator[list[tuple[int, LogLikelihood]]]:
        for batch in batches:
            yield [(row, in_words(self.tokenizer, spans[row], found)) for row, found in batch]

    def _score(self, spans: Sequence[Span], skip: Skip | None) -> Iterator[list[tuple[int, LogLikelihood]]]:
        inputs = [span.inputs(self.max_length) for span in spans]
        if self.scoring == TREE:
            return self._score_tree(spans, inputs, skip)
        return self._score_rows(spans, inputs, skip)

    def _score_tree(
        self, spans: Sequence[Span], inputs: list[list[int]], skip: Skip | None
    ) -> Iterator[list[tuple[int, LogLikelihood]]]:
        scorer = TreeScorer(self.model, spans, inputs)
        for pack in plan_packs(inputs, self.settings.scoring_budget):
            if skip is None or not skip(list(pack.rows)):
                scored = scorer.score(pack)
                self._count(pack.rows, spans, inputs)
                yield scored

    def _score_rows(
        self, spans: Sequence[Span], inputs: list[list[int]], skip: Skip | None
    ) -> Iterator[list[tuple[int, LogLikelihood]]]:
        plan = plan_batches([len(row) for row in inputs], self.settings.scoring_budget, self.settings.max_rows)
        for batch in unfinished(plan, skip):
            scored = score_batch(self.model, [spans[row] for row in batch], self.max_length)
            self._count(batch, spans, inputs)
            yield list(zip(batch, scored, strict=True))

    def _count(self, rows: Sequence[int], spans: Sequence[Span], inputs: Sequence[list[int]]) -> None:
        self.work.tokens += sum(len(inputs[row]) for row in rows)
        self.work.truncated += sum(spans[row].is_cut(self.max_length) for row in rows)


def cut_left(prompt: list[int], room: int) -> list[int]:
    """The last `room` tokens of a prompt; all of it where there is no room at all."""
    return prompt[-room:] if room > 0 else prompt


def _is_text(request: GenerationRequest) -> bool:
    """Whether a request is a text to go on with, not a conversation."""
    return [turn.role for turn in request.messages] == ["text"]


def load(path: Path, settings: Settings, name: str | None = None) -> HFModel:
    """The model in a folder (config.json, safetensors, tokenizer) or a GGUF file, ready to be asked.

    A folder with an adapter (adapter_config.json) is loaded onto the base that it names.
    Sets this process's number of torch threads. `name` defaults to the folder's or file's.
    ModelError if the path holds no causal model, unsafe or damaged weights, or the device is missing.
    """
    if settings.device == "cuda" and not torch.cuda.is_available():
        raise ModelError("This job was planned for a GPU, and there is none.", "Queue it again on this machine.")
    if adapter_folder.is_adapter(path):
        return _adapted(path, settings, name)
    torch.set_num_threads(settings.threads)
    source = _gguf(path) if path.is_file() else _folder(path)
    try:
        config = AutoConfig.from_pretrained(**source)
        _check_architecture(path, config)
        tokenizer = AutoTokenizer.from_pretrained(**source)
        model = _weights(path, source, config, settings)
    except (OSError, ValueError, SafetensorError, struct.error) as error:  # struct: a GGUF header cut short
        reason = str(error).strip().splitlines()[0].rstrip(".")
        message = f"The model in {path} cannot be loaded: {reason}."
        raise ModelError(message, "Fetch or export it again.") from error
    return HFModel(name or path.stem, model, tokenizer, settings)


def _adapted(path: Path, settings: Settings, name: str | None) -> HFModel:
    """The base with its adapter; virtual tokens in front of a text leave less room for it."""
    from workbench.models import adapted  # brings peft, which few models need

    engine = load(adapter_folder.base(path), settings, name or path.stem)
    try:
        engine.model, virtual = adapted.attach(engine.model, path)
    except (OSError, ValueError, KeyError, RuntimeError, SafetensorError) as error:
        reason = str(error).strip().splitlines()[0].rstrip(".")
        raise ModelError(f"The adapter in {path} cannot be loaded: {reason}.", "Train it again.") from error
    engine.max_length -= virtual
    return engine


def _weights(path: Path, source: dict[str, str], config: PreTrainedConfig, settings: Settings) -> PreTrainedModel:
    """The weights in the planned dtype; a tensor that the files lack would otherwise be drawn at random."""
    options: dict[str, Any] = {"config": config, "dtype": getattr(torch, settings.dtype)}
    if "gguf_file" in source:
        options["quantization_config"] = GgufConfig(dequantize=True)
    with redirect_stderr(io.StringIO()):  # the GGUF reader's progress bar cannot be switched off
        loaded: Any = AutoModelForCausalLM.from_pretrained(
            **source, **options, use_safetensors=True, output_loading_info=True
        )
    model, info = loaded
    if missing := sorted(info["missing_keys"]):
        raise ModelError(
            f"The weights in {path} lack {len(missing)} of the model's tensors, {missing[0]} first.",
            "Fetch or export it again.",
        )
    return cast("PreTrainedModel", model.to(settings.device).eval())


def _gguf(path: Path) -> dict[str, str]:
    if path.suffix.lower() != ".gguf":
        raise ModelError(f"{path} is a file, but not a GGUF one.", "Name a model folder or a .gguf file.")
    return {"pretrained_model_name_or_path": str(path.parent), "gguf_file": path.name}


def _folder(path: Path) -> dict[str, str]:
    """What from_pretrained needs for a folder; ModelError with the reason where it cannot hold a model."""
    if not path.is_dir():
        raise ModelError(f"There is no model at {path}.", "Name a folder, a .gguf file or a hub id (owner/name).")
    if not (path / "config.json").is_file():
        raise ModelError(f"{path} has no config.json, so it is no model folder.", "Name the folder that holds it.")
    if not any(path.glob("*.safetensors")):
        unsafe = any(file for pattern in UNSAFE for file in path.glob(pattern))
        found = "only pickled weights, which can run code when loaded" if unsafe else "no weights"
        raise ModelError(f"{path} holds {found}; safetensors are needed.", "Save it with save_pretrained().")
    return {"pretrained_model_name_or_path": str(path)}


def _check_architecture(path: Path, config: PreTrainedConfig) -> None:
    """Refuse what has no causal language-model head: encoders, encoder-decoders, classifiers."""
    causal = MODEL_FOR_CAUSAL_LM_MAPPING_NAMES.get(config.model_type)
    stated = config.architectures or [causal or config.model_type]
    if config.is_encoder_decoder or causal not in stated:
        what = "an encoder-decoder" if config.is_encoder_decoder else stated[0]
        raise ModelError(
            f"{path} holds {what}, which has no causal language-model head: it can neither answer nor be scored.",
            "Choose a causal model (an architecture named ...ForCausalLM).",
        )


def context_length(config: PreTrainedConfig, tokenizer: PreTrainedTokenizerBase) -> int:
    """The tokens a model reads at most: the config's limit, else the tokenizer's, else 2048 (as in lm-eval)."""
    # Models with relative positions (BLOOM, Mamba) have no such field: absent is their way of saying "no limit".
    stated = getattr(config.get_text_config(), "max_position_embeddings", None)
    if stated is not None:
        return int(stated)
    # transformers writes 1e30 for "not set".
    return int(tokenizer.model_max_length) if tokenizer.model_max_length < 10**9 else DEFAULT_LENGTH
