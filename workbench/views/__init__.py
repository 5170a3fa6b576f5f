"""Views: store -> frozen dataclasses for a screen, its CLI twin and the report.

No SQL, no printing; every number is computed once, here, so that a screen and its twin agree.
"""
