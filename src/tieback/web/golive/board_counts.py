"""The lanes' counts, kept while nothing moves: a long list takes a tenth of a second to count."""

from datetime import datetime

from django.core.cache import cache

from tieback.access.models import Company
from tieback.audit.models import AuditHead
from tieback.connections.models import SyncRun
from tieback.proposing.lanes import Lane, LaneCount, lane_counts
from tieback.proposing.models import Proposal
from tieback.staging.models import Job

# Shorter lists are counted every time.
LONG = 20_000
# In seconds; whatever moves without a trace is seen after these.
KEPT = 15


def counts_of(company: Company, *, now: datetime) -> dict[Lane, LaneCount]:
    """How much stands in each lane, counted anew when something was decided, pulled or proposed."""
    if not Job.objects.filter(company=company).order_by()[LONG : LONG + 1].exists():
        return lane_counts(company, now=now)
    key = f"lanes-{company.pk}-{_moved(company)}"
    counts: dict[Lane, LaneCount] | None = cache.get(key)
    if counts is None:
        counts = lane_counts(company, now=now)
        cache.set(key, counts, KEPT)
    return counts


def _moved(company: Company) -> str:
    """Changes with every decision, as each is in the audit trail, with every pull and look-up."""
    trail = AuditHead.objects.filter(company=company).values_list("seq", flat=True).first()
    runs = SyncRun.objects.filter(company=company).order_by("-pk")
    run, beat = runs.values_list("pk", "heartbeat_at").first() or (0, None)
    found = Proposal.objects.filter(company=company).order_by("-pk")
    look_up, status = found.values_list("pk", "status").first() or (0, "")
    return f"{trail}-{run}-{beat.timestamp() if beat else 0}-{look_up}-{status}"
