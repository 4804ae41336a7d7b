"""What a go-live walk came to, written between the marks of docs/go-live.md."""

import os
import platform
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tools.go_live_camera import Step

DOC = Path(__file__).parent.parent / "docs" / "go-live.md"
BEGIN, END = "<!-- walked: begin -->", "<!-- walked: end -->"


def write(
    steps: Sequence[Step],
    total: Step,
    lanes: Sequence[Mapping[str, str]],
    counted: Mapping[str, Any],
) -> str:
    """Put the figures of a walk into the page, and return them; the rest of it stays."""
    parts = [_when(), _table(steps, total), _said(steps), _lanes(*lanes), _counted(counted)]
    figures = "\n\n".join(part for part in parts if part)
    before, _, rest = DOC.read_text().partition(BEGIN)
    after = rest.partition(END)[2]
    DOC.write_text(f"{before}{BEGIN}\n{figures}\n{END}{after}")
    return figures


def _when() -> str:
    load = f"{os.getloadavg()[1]:.1f}"
    return (
        f"Walked on {datetime.now(UTC):%d %B %Y} with Python {platform.python_version()}, SQLite "
        f"and Chromium on {os.cpu_count()} virtual cores, of which others used some (load {load})."
    )


def _table(steps: Sequence[Step], total: Step) -> str:
    lines = ["| step | decisions | machine | a person (estimate) |", "|---|---|---|---|"]
    for step in steps:
        took, human = f"{step.seconds:.1f} s", f"{step.human / 60:.1f} min"
        lines.append(f"| {step.name} | {step.decisions or '–'} | {took} | {human} |")
    machine, human = f"{total.seconds / 60:.1f} min", f"{total.human / 60:.0f} min"
    lines.append(f"| **all** | **{total.decisions}** | **{machine}** | **{human}** |")
    return "\n".join(lines)


def _said(steps: Sequence[Step]) -> str:
    return "\n".join(f"- {step.name}: {step.said}" for step in steps if step.said)


def _lanes(first: Mapping[str, str], last: Mapping[str, str]) -> str:
    lines = [
        "| lane | " + " | ".join(first) + " |",
        "|---|" + "---|" * len(first),
        "| after the first look-up | " + " | ".join(first.values()) + " |",
        "| at the end | " + " | ".join(last.get(name, "0") for name in first) + " |",
    ]
    return "\n".join(lines)


def _counted(counted: Mapping[str, Any]) -> str:
    linked, wrong = counted["linked"], counted["wrong"]
    share = len(wrong) / linked
    right = linked - len(wrong)
    are = "is" if len(wrong) == 1 else "are"
    lines = [
        f"**{linked:,} of {counted['jobs']:,} ERP projects are linked, {counted['archived']:,} "
        f"archived, {counted['left']:,} left.** By the demo's own answer **{len(wrong)} of the "
        f"links {are} wrong ({share:.2%})**" + (":" if wrong else "."),
        "",
        *(f"- {one['job']} → {one['linked to']}; it is {one['is']}" for one in wrong),
        "",
        f"{counted['with_partner']:,} ERP projects have a project in the demo's answer: {right:,} "
        f"are linked to it, {counted['partner_inactive']:,} were archived as inactive, "
        f"{counted['partner_archived']:,} active ones were archived because nothing was proposed "
        f"for them or their project stays blocked, {counted['partner_left']:,} wait.",
    ]
    return "\n".join(lines)
