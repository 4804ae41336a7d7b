"""`tieback rules`: a company's own rules of matching, those that its links suggest, and trials."""

from dataclasses import asdict
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer
from django.utils import timezone

from tieback.access.models import Company, Level
from tieback.cli import options
from tieback.cli.refusal import Refusal
from tieback.cli.scope import open_scope
from tieback.cli.screen import bar, document, note, say, table
from tieback.portfolio.models import Project
from tieback.proposing import lessons
from tieback.proposing.models import MatchingRule
from tieback.proposing.rules import add_rule, checked, remove_rule, rules_of
from tieback.staging.models import Job

if TYPE_CHECKING:
    from tieback.matching.lesson import Lesson
    from tieback.matching.lessons import Tried

app = typer.Typer(
    add_completion=False, no_args_is_help=True, help="The company's own rules of matching."
)

_SHOWN = 20
_LOOK_UPS = 4


class Kind(StrEnum):
    """What a rule may be, as it is typed."""

    ABBREVIATION = "abbreviation"
    WORD = "word"


KindOf = Annotated[
    Kind,
    typer.Argument(
        metavar="KIND",
        help="“abbreviation”: words that mean the same. “word”: a part that words play, the part "
        "first: stop, marker, number_prefix, number_suffix, legal or suite.",
    ),
]
Words = Annotated[list[str], typer.Argument(metavar="WORD", help="The line, word by word.")]
RuleId = Annotated[int, typer.Argument(metavar="ID", help="Its id, as “rules list” shows it.")]


@app.command("list")
def list_(company: options.Company = "", as_: options.As = "", json: options.Json = False) -> None:
    """List the rules that the company's lists are read by, beside those that ship with Tieback."""
    scope = open_scope(company, as_, level=Level.READ_ONLY, act="see the rules of matching")
    held = list(rules_of(scope.company))
    if json:
        document({"rules": [_shape(rule) for rule in held]})
        return
    rows = [(rule.pk, rule.kind, rule.line, rule.added_by_name, rule.reason) for rule in held]
    table(["Id", "Kind", "Line", "Added by", "Why"], rows, numbers=["Id"])


@app.command("offers")
def offers(company: options.Company = "", as_: options.As = "", json: options.Json = False) -> None:
    """Say which rules the company's links suggest."""
    scope = open_scope(company, as_, level=Level.READ_ONLY, act="see the rules of matching")
    found = lessons.offers(scope.company)
    if json:
        document({"offers": [_offer(lesson) for lesson in found]})
        return
    rows = [(lessons.kind_of(one), one.line, len(one.seen_in), one.sentence) for one in found]
    table(["Kind", "Line", "Links", "Why"], rows, numbers=["Links"])
    note(f"{len(found):,} offered. “tieback rules test KIND LINE” says what one would change.")


@app.command()
def add(
    kind: KindOf,
    words: Words,
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why, for whoever reads it.")] = "",
    company: options.Company = "",
    as_: options.As = "",
    json: options.Json = False,
) -> None:
    """Add a rule; it holds from the next look-up on."""
    scope = open_scope(company, as_, level=Level.ADMIN, act="add a rule of matching")
    line = " ".join(words)
    offered = [one for one in lessons.offers(scope.company) if one.line == line.casefold()]
    rule = add_rule(
        company=scope.company,
        kind=kind,
        line=line,
        reason=reason or (offered[0].sentence if offered else ""),
        was_offered=bool(offered),
        by=scope.actor,
        now=timezone.now(),
    )
    if json:
        document({"rule": _shape(rule)})
    else:
        say(f"Added “{rule.line}”. “tieback propose” looks the list up by it.")


@app.command("test")
def try_(
    kind: KindOf,
    words: Words,
    company: options.Company = "",
    as_: options.As = "",
    json: options.Json = False,
) -> None:
    """Say what a rule would change, and how many links it would break; change nothing."""
    scope = open_scope(company, as_, level=Level.STANDARD, act="test a rule of matching")
    kind_of_rule, line = checked(kind, " ".join(words))
    with bar("Matching with and without", total=_LOOK_UPS) as shown:
        done = 0

        def progress(step: str, _: int) -> None:
            nonlocal done
            done += step == "explain"
            shown.show(f"Matching with and without: {step}", done)

        tried = lessons.try_rule(scope.company, kind_of_rule, line, progress=progress)
    if json:
        document({"kind": str(kind), "line": line, **asdict(tried)})
    else:
        _show(scope.company, tried)


@app.command()
def remove(
    rule: RuleId,
    company: options.Company = "",
    as_: options.As = "",
    json: options.Json = False,
) -> None:
    """Remove a rule; it holds no more from the next look-up on."""
    scope = open_scope(company, as_, level=Level.ADMIN, act="remove a rule of matching")
    held = MatchingRule.objects.filter(company=scope.company, pk=rule).first()
    if held is None:
        raise Refusal(f"There is no rule {rule}.", mend="“tieback rules list” shows them.")
    removed = remove_rule(rule=held, by=scope.actor, now=timezone.now())
    if json:
        document({"rule": _shape(removed)})
    else:
        say(f"Removed “{removed.line}”. “tieback propose” looks the list up without it.")


def _show(company: Company, tried: "Tried") -> None:
    jobs = Job.objects.filter(company=company).in_bulk([int(one.job_id) for one in tried.changes])
    ids = {one.project_before for one in tried.changes} | {
        one.project_after for one in tried.changes
    }
    projects = Project.objects.filter(company=company).in_bulk([int(pk) for pk in ids if pk])
    rows = [
        (
            jobs.get(int(one.job_id)),
            _match(projects, one.project_before, one.lane_before),
            _match(projects, one.project_after, one.lane_after),
        )
        for one in tried.changes[:_SHOWN]
    ]
    table(["Job", "Now", "With the rule"], rows)
    if tried.total > _SHOWN:
        note(f"… and {tried.total - _SHOWN:,} more.")
    say(
        f"It would change {tried.total:,} matches. Of the links made so far it would break "
        f"{len(tried.broken):,} and find {len(tried.mended):,} that are not found without it."
    )


def _match(projects: dict[int, Project], project_id: str, lane: str) -> str:
    if not project_id:
        return "no match"
    return f"{projects.get(int(project_id), 'a project that is gone')} ({lane})"


def _shape(rule: MatchingRule) -> dict[str, Any]:
    return {
        "id": rule.pk,
        "kind": rule.kind,
        "line": rule.line,
        "reason": rule.reason,
        "was_offered": rule.was_offered,
        "added_at": rule.added_at,
        "added_by": rule.added_by_name,
        "removed_at": rule.removed_at,
    }


def _offer(lesson: "Lesson") -> dict[str, Any]:
    return {
        "kind": str(lessons.kind_of(lesson)),
        "line": lesson.line,
        "sentence": lesson.sentence,
        "links": [list(pair) for pair in lesson.seen_in],
    }
