"""What a certificate says: who decided what since the go-live began, and what is left."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, Min, QuerySet

from tieback import __version__
from tieback.access.actors import Actor
from tieback.access.models import Company
from tieback.audit.models import AuditEvent, AuditHead
from tieback.certificates import reckoning
from tieback.certificates.canonical import (
    FORMAT,
    CertificateError,
    Document,
    moment,
    together_hash,
)
from tieback.connections.models import SyncIssue
from tieback.connections.selectors import issues as issues_of
from tieback.plans.models import Batch, PlanRow
from tieback.proposing.lanes import Lane, lane_counts
from tieback.review.models import Question, Sample
from tieback.review.samples import conclusions
from tieback.staging.models import Job
from tieback.staging.selectors import inactive_ready_jobs

# So many of a kind are named; of more, the number says.
NAMED = 200
_UNDECIDED = (Lane.SAFE, Lane.LOOK, Lane.TWINS, Lane.BLOCKED, Lane.ONLY_ERP, Lane.NOT_LOOKED_UP)


def began_at(company: Company) -> datetime:
    """When the first plan was applied; raises `CertificateError` before that."""
    first: datetime | None = Batch.objects.filter(company=company).aggregate(
        first=Min("applied_at")
    )["first"]
    if first is None:
        raise CertificateError(
            "Nothing has been applied in this company yet, so there is nothing to certify.",
            mend="Apply a plan first.",
        )
    return first


def document(
    company: Company, head: AuditHead, *, since: datetime, by: Actor, now: datetime
) -> Document:
    """The whole document; the caller holds the chain, so that nothing is decided meanwhile."""
    batches = Batch.objects.filter(company=company, applied_at__gte=since)
    counts = _counts(batches)
    applied = [
        one for one in batches.select_related("plan").order_by("pk") if one.plan_id in counts
    ]
    many = [batch for batch in applied if counts[batch.plan_id].rows > 1]
    single = [batch for batch in applied if counts[batch.plan_id].rows == 1]
    return {
        "format": FORMAT,
        "written_by": f"Tieback {__version__}",
        "company": {
            "id": company.pk,
            "name": company.name,
            "slug": company.slug,
            "currency": company.currency,
        },
        "issued_at": moment(now),
        "issued_by": by.name,
        "since": moment(since),
        "plans": [_plan(batch, counts[batch.plan_id]) for batch in many],
        "single_decisions": _singles(single, counts),
        "samples": _samples(company, since),
        "before": reckoning.at(company, since),
        "after": reckoning.now(company),
        "left": _left(company, batches, now),
        "trail": _trail(company, head),
    }


@dataclass(slots=True)
class _Counts:
    """A plan's rows by "action state", and when the last of them was settled."""

    by_action_and_state: dict[str, int] = field(default_factory=dict)
    ended_at: datetime | None = None

    @property
    def rows(self) -> int:
        return sum(self.by_action_and_state.values())

    def of(self, state: PlanRow.State) -> int:
        return sum(n for name, n in self.by_action_and_state.items() if name.endswith(f" {state}"))


def _counts(batches: QuerySet[Batch]) -> dict[int, _Counts]:
    """Plan id → its rows counted; one query for any number of plans."""
    rows = PlanRow.objects.filter(plan__batch__in=batches).order_by()
    found: dict[int, _Counts] = {}
    for plan, action, state, number, ended_at in rows.values_list(
        "plan", "action", "state"
    ).annotate(Count("pk"), Max("settled_at")):
        one = found.setdefault(plan, _Counts())
        one.by_action_and_state[f"{action} {state}"] = number
        one.ended_at = max(filter(None, [one.ended_at, ended_at]), default=None)
    return found


def _plan(batch: Batch, counts: _Counts) -> dict[str, Any]:
    """An applied plan of many rows: who did what to it, and what it came to."""
    plan = batch.plan
    return {
        "plan": plan.pk,
        "batch": batch.pk,
        "title": plan.title,
        "content_hash": plan.content_hash,
        "rows": counts.rows,
        "by_action_and_state": counts.by_action_and_state,
        "undoes_batch": plan.undoes_id,
        "drafted_by": plan.created_by_name,
        "drafted_at": moment(plan.created_at),
        "needed_approval": plan.needs_approval,
        "approved_by": plan.approved_by_name or None,
        "approved_at": plan.approved_at and moment(plan.approved_at),
        "applied_by": batch.applied_by_name,
        "applied_at": moment(batch.applied_at),
        "last_row_at": counts.ended_at and moment(counts.ended_at),
    }


def _singles(batches: list[Batch], counts: dict[int, _Counts]) -> dict[str, Any]:
    """The decisions taken one by one: how many by whom, and one hash over all of theirs."""
    people = Counter(batch.applied_by_name for batch in batches)
    return {
        "count": len(batches),
        "done": sum(counts[batch.plan_id].of(PlanRow.State.APPLIED) for batch in batches),
        "held": sum(counts[batch.plan_id].of(PlanRow.State.HELD) for batch in batches),
        "by_person": dict(sorted(people.items())),
        "content_hashes": together_hash(batch.plan.content_hash for batch in batches),
    }


def _samples(company: Company, since: datetime) -> list[dict[str, Any]]:
    """The samples of plans applied since, every one of them, so that none was picked."""
    samples = list(
        Sample.objects.filter(company=company, plan__batch__applied_at__gte=since)
        .select_related("plan")
        .order_by("pk")
    )
    shown = conclusions(samples)
    return [
        {
            "sample": sample.pk,
            "plan": sample.plan_id,
            "title": sample.plan.title,
            "drawn_by": sample.drawn_by_name,
            "drawn_at": moment(sample.drawn_at),
            "seed": sample.seed,
            "population": sample.population,
            "drawn": shown[sample.pk].drawn,
            "right": shown[sample.pk].right,
            "wrong": shown[sample.pk].wrong,
            "cannot_say": shown[sample.pk].unsure,
            "at_most_wrong": shown[sample.pk].at_most,
            "conclusion": shown[sample.pk].sentence,
        }
        for sample in samples
    ]


def _left(company: Company, batches: QuerySet[Batch], now: datetime) -> dict[str, Any]:
    """What is not settled: rows held back, lanes, what pulls refused, questions."""
    counts = lane_counts(company, now=now)
    held = (
        PlanRow.objects.filter(
            plan__batch__in=batches, state=PlanRow.State.HELD, job__state=Job.State.READY
        )
        .select_related("job", "plan")
        .order_by("plan", "position")
    )
    issues = issues_of(company).order_by("pk")
    open_questions = Question.objects.filter(
        company=company, answered_at=None, withdrawn_at=None, expires_at__gt=now
    )
    return {
        "lanes": {
            lane.value: {
                "name": lane.label,
                "rows": counts[lane].rows,
                "value": _amount(counts[lane].value),
            }
            for lane in _UNDECIDED
        },
        "inactive": inactive_ready_jobs(company).count(),
        "held_rows": {"count": held.count(), "named": [_held(row) for row in held[:NAMED]]},
        "sync_issues": {
            "count": issues.count(),
            "named": [_issue(issue) for issue in issues[:NAMED]],
        },
        "open_questions": open_questions.filter(job__state=Job.State.READY).count(),
    }


def _held(row: PlanRow) -> dict[str, Any]:
    return {
        "plan": row.plan_id,
        "row": row.position + 1,
        "action": row.action,
        "job": str(row.job),
        "reason": row.held_reason,
    }


def _issue(issue: SyncIssue) -> dict[str, Any]:
    return {
        "connection": issue.connection.name,
        "resource": issue.resource,
        "message": issue.message,
        "since": moment(issue.first_seen_at),
    }


def _trail(company: Company, head: AuditHead) -> dict[str, Any]:
    """Where the chain stands, and how many events of each kind it has up to there."""
    events = AuditEvent.objects.filter(company=company, seq__lte=head.seq).order_by()
    counted = events.values_list("action").annotate(Count("pk"))
    return {"seq": head.seq, "hash": head.hash, "actions": dict(sorted(counted))}


def _amount(value: object) -> str | None:
    return None if value is None else f"{value:.2f}"
