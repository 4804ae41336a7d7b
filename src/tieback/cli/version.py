"""`tieback version`."""

import typer

from tieback import __version__
from tieback.cli import options
from tieback.cli.screen import document, say

app = typer.Typer(add_completion=False)


@app.command()
def version(json: options.Json = False) -> None:
    """Say which version this is."""
    if json:
        document({"version": __version__})
    else:
        say(f"Tieback {__version__}")
