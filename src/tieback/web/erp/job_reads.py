"""What only the pages of a job and a link ask of the database."""

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from tieback.audit.models import AuditEvent
from tieback.following.models import FollowedEffect
from tieback.linking.models import Link
from tieback.staging.models import Job, JobCostCode

RECENT = 50
# What the trail's actions are called on the pages of a job and a link.
EVENTS = {
    "link.create": "Linked",
    "pair.reject": "Said to be no match",
    "pair.allow": "Offered again",
    "link.end": "Unlinked",
    "link.hold": "Link held back",
    "unlink.hold": "Unlink held back",
    "refresh.hold": "Refresh held back",
    "archive.hold": "Archiving held back",
    "restore.hold": "Restoring held back",
    "reject.hold": "Not a match held back",
    "allow.hold": "Offering again held back",
    "fix.hold": "Change of settings held back",
    "job.archive": "Archived",
    "job.restore": "Restored",
    "project.follow": "Cost codes carried over",
    "project.put_back": "Cost codes put back",
    "project.copy_codes": "Cost codes copied in",
    "project.set_active": "Project's status changed",
    "project.set_erp_integrated": "ERP-integrated changed",
    "project.set_cost_code_list": "Cost code list changed",
}


@dataclass(frozen=True, slots=True)
class StagedCode:
    """A cost code of a job, its rows gathered; gone when every row of it is missing or inactive."""

    full_code: str
    name: str
    cost_types: list[str]
    is_live: bool


def staged_codes(job: Job) -> list[StagedCode]:
    """The job's cost codes as the ERP last said them, one line for each code."""
    gathered: dict[str, list[JobCostCode]] = {}
    for row in job.cost_codes.order_by("full_code", "cost_type", "pk").defer("raw"):
        gathered.setdefault(row.full_code, []).append(row)
    return [_staged_code(full_code, rows) for full_code, rows in gathered.items()]


def _staged_code(full_code: str, rows: list[JobCostCode]) -> StagedCode:
    live = [row for row in rows if row.is_active and row.missing_since is None]
    types = sorted({row.cost_type for row in live or rows if row.cost_type})
    return StagedCode(full_code, (live or rows)[0].name, types, bool(live))


def told(events: QuerySet[AuditEvent]) -> list[tuple[str, AuditEvent]]:
    """The latest events with the words for each."""
    return [(EVENTS.get(event.action, event.action), event) for event in events[:RECENT]]


def events_about_job(job: Job, links: list[Link]) -> QuerySet[AuditEvent]:
    """What was done to the job, to its links, and to the projects while linked; latest first."""
    about = Q(target_type="job", target_id=str(job.pk))
    about |= Q(target_type="link", target_id__in=[str(link.pk) for link in links])
    for link in links:
        about |= _on_project_while_linked(link)
    return AuditEvent.objects.filter(about, company_id=job.company_id)


def events_about_link(link: Link) -> QuerySet[AuditEvent]:
    """What was done to the link, and to its project while it held; latest first."""
    about = Q(target_type="link", target_id=str(link.pk)) | _on_project_while_linked(link)
    return AuditEvent.objects.filter(about, company_id=link.company_id)


def _on_project_while_linked(link: Link) -> Q:
    when = Q(at__gte=link.linked_at)
    if link.unlinked_at:
        when &= Q(at__lte=link.unlinked_at)
    return Q(target_type="project", target_id=str(link.project_id)) & when


def outcomes(link: Link) -> dict[str, int]:
    """How many effects hold, were put back, and were kept on unlinking."""
    counted = FollowedEffect.objects.filter(link=link).order_by().values_list("outcome")
    return {outcome or "holds": number for outcome, number in counted.annotate(n=Count("pk"))}
