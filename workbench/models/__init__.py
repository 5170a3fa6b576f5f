"""Models: one interface to all of them, the fake at the seam, the catalog, and the local engine.

`hf`, `scoring`, `generation`, `adapted` and `bottleneck` import torch; everything else here is light and may be
imported by the terminal.
"""
