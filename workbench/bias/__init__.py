"""Bias by counterfactual: a text, its twin for another group, and a placebo twin of the same group."""
