"""Mixtures: several data sets as one, each with its share of the rows; the same spec gives the same rows to the byte.

A source's rate is its weight, or its rows up to a cap (examples-proportional mixing: Raffel et al. 2020, section
3.5.2); the shares are the rates to the power 1/temperature, normalised. Quotas are counts of rows, replay a share of
the whole. Rows for evaluation only never enter, under whatever name they are asked for.
"""
