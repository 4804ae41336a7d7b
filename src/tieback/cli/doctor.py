"""`tieback doctor`: look for trouble, and say how to mend it."""

from importlib import import_module

import typer

from tieback.cli import options
from tieback.cli.finding import Finding, trouble
from tieback.cli.refusal import Refusal
from tieback.cli.screen import document, table
from tieback.cli.start import start_django

app = typer.Typer(add_completion=False)


@app.command()
def doctor(json: options.Json = False) -> None:
    """Look for trouble and say how to mend it. Changes nothing; exits with 1 when it finds some."""
    findings = _findings()
    if json:
        document({"is_well": all(one.is_ok for one in findings), "findings": _shapes(findings)})
    else:
        table(
            ["Looked at", "State", "Found", "Mend"],
            [
                (one.about, "ok" if one.is_ok else "problem", one.found, one.mend)
                for one in findings
            ],
        )
    if problems := [one for one in findings if not one.is_ok]:
        raise Refusal(f"{len(problems)} of {len(findings)} need mending: see above.")


def _findings() -> list[Finding]:
    """The folder and the settings first: without them there is nothing else to look at."""
    try:
        start_django()
    except Refusal as refusal:
        return [trouble("set-up", refusal.message, refusal.mend)]
    checks = import_module("tieback.cli.checks")
    findings: list[Finding] = checks.findings()
    return findings


def _shapes(findings: list[Finding]) -> list[dict[str, object]]:
    return [
        {"about": one.about, "is_ok": one.is_ok, "found": one.found, "mend": one.mend}
        for one in findings
    ]
