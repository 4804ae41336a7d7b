"""Show what decisions would do, ask, and have a plan do exactly that."""

from collections.abc import Sequence

import typer
from django.db import transaction
from django.utils import timezone

from tieback.access.actors import Actor
from tieback.cli.effects import preview_shape, row_shape, show_effects, summary
from tieback.cli.refusal import Refusal
from tieback.cli.scope import Scope
from tieback.cli.screen import bar, can_ask, complain, document, note, say
from tieback.linking.eligibility import blockers
from tieback.plans.decisions import Action, Decision, Preview
from tieback.plans.models import Batch, Plan, PlanRow
from tieback.plans.previews import previews
from tieback.plans.services import draft
from tieback.sync.services import perform_plan

# More rows than these are counted, not shown one by one.
_SHOWN = 10


def decide(
    scope: Scope,
    decisions: Sequence[Decision],
    *,
    title: str,
    dry_run: bool,
    yes: bool,
    json: bool,
    undoes: Batch | None = None,
) -> None:
    """Preview, ask a person who can answer, apply, report; exits with 1 when a row was held back.

    A dry run ends after the preview and writes nothing.
    """
    seen = _previews(decisions, scope.actor)
    if dry_run:
        _report_preview(seen, scope.actor, json=json)
        return
    _refuse_single(seen, scope.actor, json=json)
    if can_ask() and not yes:
        _ask(seen, title)
    plan = _draft_as_seen(seen, decisions, title, scope.actor, undoes)
    apply_drafted(plan, scope.actor, json=json)


def apply_drafted(plan: Plan, actor: Actor, *, json: bool) -> None:
    """Apply a plan and report; exits with 1 when a row was held back.

    Raises `Refusal` with the plan's number while it waits for an approval.
    """
    if plan.needs_approval and not plan.approved_at:
        raise Refusal(
            f"Plan {plan.pk} has so many rows that a second Admin has to approve it first.",
            mend=f"They call “tieback plan approve {plan.pk} --as EMAIL”; after that, "
            f"“tieback plan apply {plan.pk}”.",
        )
    with bar(plan.title, total=plan.rows.count()) as shown:
        perform_plan(
            plan=plan,
            by=actor,
            clock=timezone.now,
            progress=lambda done: shown.show(plan.title, done),
        )
    _report(plan, json=json)


def _previews(decisions: Sequence[Decision], actor: Actor) -> list[Preview]:
    with bar("Looking", total=len(decisions)) as shown:
        return previews(
            decisions=decisions,
            actor=actor,
            progress=lambda done: shown.show("Looking", done),
        )


def _report_preview(seen: list[Preview], actor: Actor, *, json: bool) -> None:
    if json:
        rows = [preview_shape(one) for one in seen]
        document({"plan": None, "is_dry_run": True, "rows": rows})
    else:
        for one in seen[:_SHOWN]:
            _show(one)
        _say_rest(len(seen))
        note("This was a dry run: nothing was changed.")
    held = [one for one in seen if one.reasons]
    for one in held:
        complain(_reason(one), _mend(one, actor))
    if held:
        raise typer.Exit(1)


def _refuse_single(seen: list[Preview], actor: Actor, *, json: bool) -> None:
    """One decision that cannot be done is refused before anything is written."""
    if len(seen) != 1 or not seen[0].reasons:
        return
    if json:
        document({"plan": None, "is_dry_run": False, "rows": [preview_shape(seen[0])]})
    raise Refusal(_reason(seen[0]), mend=_mend(seen[0], actor))


def _ask(seen: list[Preview], title: str) -> None:
    for one in seen[:_SHOWN]:
        _show(one, on_stderr=True)
    _say_rest(len(seen))
    if not typer.confirm(f"{title}?", err=True):
        raise Refusal("Nothing was changed.")


@transaction.atomic
def _draft_as_seen(
    seen: list[Preview],
    decisions: Sequence[Decision],
    title: str,
    actor: Actor,
    undoes: Batch | None,
) -> Plan:
    """The plan of what was shown; none is kept when something changed while the person looked."""
    plan = draft(decisions=decisions, title=title, by=actor, now=timezone.now(), undoes=undoes)
    drafted = plan.rows.order_by("position").values_list("row_hash", flat=True)
    if list(drafted) != [one.row_hash for one in seen]:
        raise Refusal(
            "Something changed while you were looking; nothing was done.",
            mend="Call the command again to see how it stands now.",
        )
    return plan


def _report(plan: Plan, *, json: bool) -> None:
    rows = list(plan.rows.select_related("job", "project").order_by("position"))
    held = [row for row in rows if row.state == PlanRow.State.HELD]
    if json:
        document({"plan": plan.pk, "is_dry_run": False, "rows": [row_shape(row) for row in rows]})
    else:
        _say_done(rows, len(rows) - len(held))
    for row in held:
        complain(f"Held back: {row.job}. {row.held_reason}")
    if held:
        raise typer.Exit(1)


def _say_done(rows: list[PlanRow], done: int) -> None:
    if len(rows) > 1:
        say(f"{done:,} of {len(rows):,} done.")
        return
    for row in rows[:done]:
        counted = summary(row.effects)
        about = "" if row.action in {Action.ARCHIVE, Action.RESTORE} else f": {counted}"
        say(f"Done: {_what(row.action, row.job, row.project)}{about}.")


def _show(one: Preview, *, on_stderr: bool = False) -> None:
    speak = note if on_stderr else say
    if one.action in {Action.ARCHIVE, Action.RESTORE}:
        speak(f"{_what(one.action, one.job, one.project)}.")
        return
    counted = summary(one.effects)
    speak(f"{_what(one.action, one.job, one.project)}: {counted}.")
    if more := show_effects(one.effects, on_stderr=on_stderr):
        note(f"… and {more:,} more effects; --dry-run --json shows all.")


def _what(action: str, job: object, project: object) -> str:
    return f"{Action(action).label} {job}" + (f" ↔ {project}" if project else "")


def _say_rest(total: int) -> None:
    if total > _SHOWN:
        note(f"… and {total - _SHOWN:,} more.")


def _reason(one: Preview) -> str:
    return " ".join(one.reasons)


def _mend(one: Preview, actor: Actor) -> str:
    """What the portfolio can do about a link that is blocked."""
    if one.action != Action.LINK or one.project is None:
        return ""
    found = blockers(job=one.job, project=one.project, actor=actor)
    fixes = [blocker.fix.label for blocker in found if blocker.fix]
    return f"In Portfolio › Projects you can: {'; '.join(fixes)}." if fixes else ""
