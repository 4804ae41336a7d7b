"""The options that many commands share."""

from typing import Annotated

import typer

Company = Annotated[
    str,
    typer.Option(
        "--company",
        envvar="TIEBACK_COMPANY",
        metavar="SLUG",
        help="Which company. Needed only where there are several.",
    ),
]
As = Annotated[
    str,
    typer.Option(
        "--as",
        metavar="EMAIL",
        help="Act as this person, with their level. Otherwise as the operator of this machine.",
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Answer with one JSON document.")]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Show what would happen, and change nothing.")
]
Yes = Annotated[
    bool,
    typer.Option("--yes", "-y", help="Do not ask. Without a terminal nothing is asked anyway."),
]
Search = Annotated[
    str, typer.Option("--search", "-s", metavar="WORDS", help="Only what has words that begin so.")
]
Limit = Annotated[
    int, typer.Option("--limit", min=0, metavar="N", help="At most so many; 0 means all.")
]
