"""Training through TRL: methods and settings, pre-flight, guards, checkpoints, and the model that a run leaves.

`methods`, `layers`, `fit`, `settings`, `presets`, `library_fields`, `trainer_table`, `watch`, `..._rows`,
`conversation_tokens`, `..preflight`, `checkpoints` and `health` are light; the other modules import torch and TRL, so a
job imports them inside its `execute`.
"""
