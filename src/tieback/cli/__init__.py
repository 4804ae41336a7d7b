"""The same services from a shell. `tieback --help` names the commands, `docs/cli.md` all of it."""

from tieback.cli.root import app, main

__all__ = ["app", "main"]
