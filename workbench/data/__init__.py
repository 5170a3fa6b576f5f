"""Data: formats of rows, and the sources and files they come from."""
