"""Preferences: ratings -> training data, as pure policy functions."""
