"""Benchmark tasks: lm-eval's definitions and Task objects; running, storing and pairing are ours."""
