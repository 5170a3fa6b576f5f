"""Training through TRL: settings, pre-flight, guards, checkpoints and merging.

`settings`, `presets`, `watch`, `pair_rows`, `completion_rows`, `conversation_tokens`, `preflight`, `sft_preflight`,
`checkpoints` and `health` are light; the other modules import torch and TRL, so a job imports them inside its
`execute`.
"""
