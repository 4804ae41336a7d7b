"""Perform one row of a plan: check that it would still do what was shown, then do that."""

from datetime import datetime

from tieback.access.actors import Actor
from tieback.following import services as following
from tieback.following.effects import Effect, Kind, On
from tieback.linking import services as linking
from tieback.linking.eligibility import BlockedError
from tieback.linking.rejecting import RejectionError, allow, reject
from tieback.linking.services import NotLinkedError
from tieback.plans.decisions import OF_LINK, Action, Decision, Preview, Setting
from tieback.plans.fixes import change_settings
from tieback.plans.models import PlanRow
from tieback.plans.previews import preview
from tieback.portfolio.refusals import RefusedError
from tieback.proposing.evidence import evidence_of
from tieback.staging import services as staging
from tieback.staging.services import StateError


class HeldError(Exception):
    """The row cannot be done now; the message says why and what to do."""


_CHANGED = (
    "Something about {job} or its project has changed since you saw the preview. "
    "Look at it again, then decide."
)


def perform(row: PlanRow, by: Actor, now: datetime) -> None:
    """Do a waiting row inside the caller's transaction; raises `HeldError` and leaves no trace."""
    try:
        shown = _preview_held(row, by)
        if shown.reasons:
            raise HeldError(" ".join(shown.reasons))
        if shown.row_hash != row.row_hash:
            raise HeldError(_CHANGED.format(job=row.job))
        _do(row, shown, by, now)
    except BlockedError as blocked:
        raise HeldError(str(blocked)) from blocked
    except (NotLinkedError, RejectionError, StateError, RefusedError) as refused:
        raise HeldError(str(refused)) from refused
    row.state, row.settled_at = PlanRow.State.APPLIED, now
    row.save(update_fields=["state", "settled_at", "link"])


def decision_of(row: PlanRow) -> Decision:
    """The decision that a row was drafted from."""
    return Decision(
        Action(row.action),
        row.job_id,
        row.project_id,
        link_id=row.link_id if row.action in OF_LINK else None,
        settings=tuple(Setting(*setting) for setting in row.settings),
        note=row.note,
    )


def _preview_held(row: PlanRow, by: Actor) -> Preview:
    """Lock what the row is about, so that what is seen now is still so when it is done."""
    decision = decision_of(row)
    if row.action in OF_LINK and row.link:
        link = linking.lock_link(link=row.link, by=by)
        job, project = link.job, link.project
    elif row.project_id:
        job, project = linking.lock_ids(row.job_id, row.project_id)
    else:
        return preview(decision=decision, actor=by, jobs={row.job_id: staging.lock(row.job)})
    return preview(decision=decision, actor=by, jobs={job.pk: job}, projects={project.pk: project})


def _do(row: PlanRow, shown: Preview, by: Actor, now: datetime) -> None:
    if row.action == Action.LINK:
        _link(row, shown, by, now)
    elif row.action == Action.UNLINK and shown.link:
        following.put_back(link=shown.link, by=by, now=now)
        linking.unlink(link=shown.link, by=by, now=now)
    elif row.action == Action.REFRESH and shown.link:
        following.perform(link=shown.link, effects=_effects(shown), by=by, now=now)
    elif row.action in {Action.REJECT, Action.ALLOW} and shown.project:
        door = reject if row.action == Action.REJECT else allow
        door(job=shown.job, project=shown.project, by=by, now=now)
    elif row.action == Action.FIX and shown.project:
        settings = decision_of(row).settings
        change_settings(project=shown.project, settings=settings, by=by, now=now)
    elif row.action == Action.ARCHIVE:
        staging.archive(job=shown.job, by=by, now=now)
    else:
        staging.restore(job=shown.job, by=by, now=now)


def _link(row: PlanRow, shown: Preview, by: Actor, now: datetime) -> None:
    assert shown.project is not None
    evidence = {
        **evidence_of(shown.job, shown.project),
        "plan": row.plan_id,
        "preview": row.row_hash,
        "decided": "by a person, one by one",
    }
    row.link = linking.link(job=shown.job, project=shown.project, by=by, now=now, evidence=evidence)
    following.perform(link=row.link, effects=_effects(shown), by=by, now=now)


def _effects(shown: Preview) -> list[Effect]:
    """The effects as previewed: the row's hash has just shown that these are the same."""
    return [
        Effect(Kind(e["kind"]), On(e["on"]), e["key"], e["before"], e["after"], e["note"])
        for e in shown.effects
    ]
