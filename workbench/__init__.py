"""workbench: the evaluation-and-alignment workbench in a terminal.

Two kinds of process meet in one SQLite file: the terminal (shows, asks, rates; never loads torch)
and the workers (train, generate, evaluate). Neither imports the other.
"""

__version__ = "0.1.0"
