"""Take back what was applied: a row, a batch, or everything since a time; as a plan of its own.

What somebody decided since is not stepped over: such a row is held back and says who did what.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from tieback.access.actors import Actor
from tieback.access.models import Company
from tieback.plans.decisions import OF_PAIR, Action, Decision, Setting
from tieback.plans.drafting import draft
from tieback.plans.models import Batch, Plan, PlanRow
from tieback.plans.netting import net

INVERSE: dict[str, Action] = {
    Action.LINK: Action.UNLINK,
    Action.UNLINK: Action.LINK,
    Action.ARCHIVE: Action.RESTORE,
    Action.RESTORE: Action.ARCHIVE,
    Action.REJECT: Action.ALLOW,
    Action.ALLOW: Action.REJECT,
    Action.FIX: Action.FIX,
}
_REFRESHED = (
    "Refreshed cost codes are not taken back on their own: that happens when the link is undone."
)
# A link says itself whether it is still the same one, and so does a setting.
_KNOWS_ITSELF = {Action.LINK, Action.FIX, Action.REFRESH}


def draft_undo(*, batch: Batch, by: Actor, now: datetime) -> Plan:
    """A plan that takes back a batch, its rows in reverse.

    Raises `NotAllowedError`, and `NotOfCompanyError` for another company's batch.
    """
    by.require_company(batch.company_id)
    title = f"Undo: {batch.plan.title}"
    return draft(decisions=inverse_of(batch), title=title, by=by, now=now, undoes=batch)


def draft_undo_row(*, row: PlanRow, by: Actor, now: datetime) -> Plan:
    """A plan that takes back one row of a batch; raises as `draft_undo` does."""
    by.require_company(row.plan.company_id)
    batch = Batch.objects.filter(plan=row.plan_id).first()
    return draft(decisions=inverse_of_row(row), title=f"Undo: {row}", by=by, now=now, undoes=batch)


def draft_undo_since(*, company: Company, since: datetime, by: Actor, now: datetime) -> Plan:
    """A plan that takes back whatever batches of anybody did since, the newest first.

    Decisions that cancel each other out are left alone. What takes two steps to come back, such as
    a job that was linked elsewhere before, takes the first one now and says so.
    """
    by.require_company(company.pk)
    decisions = inverse_since(company, since)
    return draft(decisions=decisions, title=title_since(since), by=by, now=now)


def inverse_of(batch: Batch) -> list[Decision]:
    """The decisions that take a batch back."""
    done = batch.plan.rows.filter(state=PlanRow.State.APPLIED).order_by("-position")
    return _inverted(list(done))


def inverse_of_row(row: PlanRow) -> list[Decision]:
    """The decision that takes one row back; none where it was not done."""
    return _inverted([row] if row.state == PlanRow.State.APPLIED else [])


def inverse_since(company: Company, since: datetime) -> list[Decision]:
    """The decisions that take back what was done since, cancelled out against each other."""
    done = PlanRow.objects.filter(
        plan__company=company, state=PlanRow.State.APPLIED, settled_at__gte=since
    )
    rows = done.defer("effects").select_related("project").order_by("settled_at", "pk")
    return net(list(rows))


def title_since(since: datetime) -> str:
    """What a plan that undoes everything since is called."""
    return f"Undo everything since {since.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def _inverted(rows: Sequence[PlanRow]) -> list[Decision]:
    later = _later(rows)
    return [_inverse(row, later.get(row.pk, "")) for row in rows]


def _inverse(row: PlanRow, held: str) -> Decision:
    if row.action == Action.REFRESH:
        return Decision(Action.REFRESH, row.job_id, row.project_id, held=_REFRESHED)
    return Decision(
        INVERSE[row.action],
        row.job_id,
        row.project_id,
        link_id=row.link_id if row.action == Action.LINK else None,
        settings=tuple(Setting(*setting).back() for setting in reversed(row.settings)),
        held=held,
    )


def _later(rows: Iterable[PlanRow]) -> dict[int, str]:
    """Row id → what somebody decided on the same thing since, for rows of which that is so."""
    asked = {row.pk: row for row in rows if row.action not in _KNOWS_ITSELF}
    if not asked:
        return {}
    first = min(row.settled_at for row in asked.values() if row.settled_at)
    done = PlanRow.objects.filter(
        job__in={row.job_id for row in asked.values()},
        state=PlanRow.State.APPLIED,
        settled_at__gte=first,
    ).exclude(action__in=[Action.REFRESH, Action.FIX])
    last: dict[tuple[int, int | None], PlanRow] = {}
    for row in done.select_related("plan__batch").order_by("settled_at", "pk"):
        last[_subject(row)] = row
    latest = ((row, last[_subject(row)]) for row in asked.values())
    return {row.pk: _since(newer) for row, newer in latest if newer.pk != row.pk}


def _subject(row: PlanRow) -> tuple[int, int | None]:
    """What a decision is about: a pair, or the job and where it stands."""
    return row.job_id, row.project_id if row.action in OF_PAIR else None


def _since(newer: PlanRow) -> str:
    done = Action(newer.action).label
    assert newer.settled_at is not None
    return (
        f"{newer.plan.batch.applied_by_name} decided on it since: {done}, on "
        f"{newer.settled_at:%Y-%m-%d at %H:%M} UTC; that stays."
    )
