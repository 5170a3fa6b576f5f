"""`tiny`: a model with random weights and a tokenizer of its own, made on the spot for tests and first trials.

It answers nonsense, but it loads, generates, scores and trains like any other, in milliseconds and without
a download. It comes in two shapes: `llama` (grouped attention, RMS norms, no biases) and `gpt2` (biases, layer norms,
learned positions). A further shape is a further configuration beside them.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from transformers import GPT2Config, LlamaConfig, PreTrainedTokenizerFast

END_OF_TEXT, START, END_OF_TURN = "<|endoftext|>", "<|im_start|>", "<|im_end|>"
VOCABULARY = 512
Shape = Literal["llama", "gpt2"]

# The ChatML layout: a line with the role, the content, the end-of-turn token.
CHAT_TEMPLATE = (
    "{% for message in messages %}"
    "{{ '<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n' }}"
    "{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)

SENTENCES = (
    "The river runs past the old mill and under the stone bridge.",
    "She asked what the weather would be like in the morning.",
    "A good answer is short, clear and true.",
    "There are seven days in a week and twelve months in a year.",
    "He did not know the answer, so he looked it up and wrote it down.",
    "What is the name of the town where the two roads meet?",
    "Please write a list of three things that you would take with you.",
    "They walked home through the rain because the last bus had gone.",
    "The question was easy, but nobody in the room had thought of it before.",
    "Bread is made of flour, water, salt and a little time.",
)


def make(folder: Path, seed: int = 0, shape: Shape = "llama") -> Path:
    """Write the model (100,000 to 200,000 parameters, float32) into `folder`: the same bytes for the same seed."""
    import torch
    from transformers import AutoModelForCausalLM, GenerationConfig

    tokenizer = _tokenizer()
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = AutoModelForCausalLM.from_config(_SHAPES[shape](tokenizer))
    model.generation_config = GenerationConfig(
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=[tokenizer.eos_token_id, tokenizer.convert_tokens_to_ids(END_OF_TEXT)],
        pad_token_id=tokenizer.pad_token_id,
    )
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def _llama(tokenizer: PreTrainedTokenizerFast) -> LlamaConfig:
    from transformers import LlamaConfig

    return LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=64,
        intermediate_size=128,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=1024,
        tie_word_embeddings=True,
        initializer_range=0.1,  # five times the usual: likely and unlikely tokens, not a uniform haze
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )


def _gpt2(tokenizer: PreTrainedTokenizerFast) -> GPT2Config:
    from transformers import GPT2Config

    return GPT2Config(
        vocab_size=len(tokenizer),
        n_embd=64,
        n_layer=2,
        n_head=4,
        n_positions=1024,
        initializer_range=0.1,
        resid_pdrop=0.0,
        embd_pdrop=0.0,
        attn_pdrop=0.0,
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )


_SHAPES = {"llama": _llama, "gpt2": _gpt2}


def _tokenizer() -> PreTrainedTokenizerFast:
    """Byte-level BPE, so every text can be encoded; trained on SENTENCES."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast

    bpe = Tokenizer(models.BPE())
    bpe.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    bpe.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY,
        special_tokens=[END_OF_TEXT, START, END_OF_TURN],
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        show_progress=False,
    )
    bpe.train_from_iterator(SENTENCES, trainer)
    return PreTrainedTokenizerFast(
        tokenizer_object=bpe,
        bos_token=START,
        eos_token=END_OF_TURN,
        pad_token=END_OF_TEXT,
        model_max_length=1024,
        chat_template=CHAT_TEMPLATE,
    )
