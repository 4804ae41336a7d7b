"""Write a plan: the decisions with what each would do, and nothing done yet."""

import hashlib
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from tieback.access.actors import Actor
from tieback.plans.decisions import Decision, Preview
from tieback.plans.models import Batch, Plan, PlanRow, PlanSettings
from tieback.plans.previews import Progress, previews
from tieback.plans.totals import counted

_BATCH = 250


def draft(
    *,
    decisions: Sequence[Decision],
    title: str,
    by: Actor,
    now: datetime,
    undoes: Batch | None = None,
    progress: Progress | None = None,
) -> Plan:
    """A plan with the effects of each decision as they are now; nothing is done yet.

    A row that cannot be done is held back at once, with its reasons. With more rows than the
    company's settings allow, the plan needs a second Admin's approval. Raises `NotAllowedError`
    and `NotOfCompanyError`.
    """
    # Looked at before anything is written, so that nobody else has to wait meanwhile.
    shown = previews(decisions=decisions, actor=by, progress=progress)
    hashes = [one.row_hash for one in shown]
    with transaction.atomic():
        plan = Plan.objects.create(
            company_id=by.company_id,
            created_at=now,
            created_by_id=by.user_id,
            created_by_name=by.name,
            content_hash=hashlib.sha256("".join(hashes).encode()).hexdigest(),
            totals=counted(one.effects for one in shown if not one.reasons),
            title=title[:300],
            undoes=undoes,
            needs_approval=needs_approval(by.company_id, len(shown)),
        )
        PlanRow.objects.bulk_create(
            (
                _row(plan, position, decision, one, row_hash, now)
                for position, (decision, one, row_hash) in enumerate(
                    zip(decisions, shown, hashes, strict=True)
                )
            ),
            batch_size=_BATCH,
        )
    return plan


def needs_approval(company_id: int, rows: int) -> bool:
    """Whether a plan of so many rows takes a second Admin in this company."""
    settings = PlanSettings.objects.filter(company=company_id).first()
    above = settings.approval_above if settings else None
    return above is not None and rows > above


def _row(
    plan: Plan, position: int, decision: Decision, shown: Preview, row_hash: str, now: datetime
) -> PlanRow:
    return PlanRow(
        plan=plan,
        position=position,
        action=shown.action,
        job=shown.job,
        project=shown.project,
        link=shown.link,
        effects=shown.effects,
        settings=[list(setting) for setting in decision.settings],
        note=decision.note[:500],
        row_hash=row_hash,
        state=PlanRow.State.HELD if shown.reasons else PlanRow.State.PENDING,
        held_reason=" ".join(shown.reasons),
        settled_at=now if shown.reasons else None,
    )
