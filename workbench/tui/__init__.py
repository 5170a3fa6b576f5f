"""The terminal: shows, asks and rates. It reads views, starts jobs through `launch`, and never loads a model."""
