"""Who is to decide what: rows handed out by filter, taken back, and counted by person."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Count, Q, QuerySet

from tieback.access.actors import Actor, NotOfCompanyError
from tieback.access.models import Company, Level, Membership, User
from tieback.audit.services import Entry, record_all
from tieback.linking.models import Link
from tieback.review.models import Assignment
from tieback.review.refusals import ReviewError
from tieback.staging.models import Job

# Each row is an audit event of its own; so many take some seconds.
AT_ONCE = 10_000
_CHUNK = 500
_WAITING = Q(job__state=Job.State.READY)


@dataclass(frozen=True, slots=True)
class Holding:
    """What a person holds: how many rows, how many of them still wait for a decision.

    `links` is how many links of the company that hold now are theirs, whoever held the row.
    """

    user: User
    level: Level
    held: int
    waiting: int
    links: int

    @property
    def settled(self) -> int:
        return self.held - self.waiting


@dataclass(frozen=True, slots=True)
class Assigned:
    """How many rows became a person's, and how many stay with the person who had them."""

    changed: int
    kept_by_others: int


@transaction.atomic
def assign(*, jobs: Iterable[int], user: User, by: Actor, now: datetime) -> Assigned:
    """Hand jobs (ids) to a person.

    To oneself takes Standard, and leaves what others hold with them; an Admin may hand anything to
    anybody who may decide it. Raises `NotAllowedError`, `NotOfCompanyError`, and `ReviewError` for
    a person below Standard or more than `AT_ONCE` rows.
    """
    is_admin = by.level >= Level.ADMIN
    by.require(Level.STANDARD if user.pk == by.user_id else Level.ADMIN, _act(user, by))
    _check_person(user, by)
    rows = _rows(jobs, by)
    holders = dict(_of(rows).values_list("job", "user"))
    free = [job for job in rows if holders.get(job.pk) != user.pk]
    wanted = [job for job in free if is_admin or job.pk not in holders]
    made = [
        Assignment(
            company_id=by.company_id, job=job, user=user, assigned_at=now, assigned_by_name=by.name
        )
        for job in wanted
    ]
    fields = ["company", "user", "assigned_at", "assigned_by_name"]
    if is_admin:
        Assignment.objects.bulk_create(
            made, _CHUNK, update_conflicts=True, unique_fields=["job"], update_fields=fields
        )
    else:
        # Whoever was quicker keeps it.
        Assignment.objects.bulk_create(made, _CHUNK, ignore_conflicts=True)
        wanted = _now_of(user, wanted)
    _record("assignment.set", wanted, holders, user, by, now)
    return Assigned(len(wanted), kept_by_others=len(free) - len(wanted))


@transaction.atomic
def unassign(*, jobs: Iterable[int], by: Actor, now: datetime) -> int:
    """Take jobs (ids) off whoever holds them; one's own takes Standard, anybody's Admin.

    Returns how many were held. Raises `NotAllowedError` and `NotOfCompanyError`.
    """
    by.require(Level.STANDARD, "let go of a row")
    rows = _rows(jobs, by)
    held = _of(rows)
    if held.exclude(user=by.user_id or 0).exists():
        by.require(Level.ADMIN, "take rows off somebody else")
    holders = dict(held.values_list("job", "user"))
    held.delete()
    freed = [job for job in rows if job.pk in holders]
    _record("assignment.end", freed, holders, None, by, now)
    return len(freed)


def holder_of(job: Job) -> User | None:
    """The person who is to decide a job."""
    held = Assignment.objects.filter(job=job).select_related("user").first()
    return held.user if held else None


def holders_of(jobs: Iterable[Job]) -> dict[int, User]:
    """Job id → who holds it, for the jobs that somebody holds; one query for any number."""
    held = Assignment.objects.filter(job__in=[job.pk for job in jobs]).select_related("user")
    return {one.job_id: one.user for one in held}


def held_by(company: Company) -> list[Holding]:
    """What each person who may decide holds, by name, in four queries however many there are."""
    of_company = Assignment.objects.filter(company=company).order_by()
    held = dict(of_company.values_list("user").annotate(Count("pk")))
    waiting = dict(of_company.filter(_WAITING).values_list("user").annotate(Count("pk")))
    links = Link.objects.filter(company=company, unlinked_at=None).order_by()
    linked = dict(links.values_list("linked_by").annotate(Count("pk")))
    return [
        Holding(
            user=one.user,
            level=Level(one.level),
            held=held.get(one.user_id, 0),
            waiting=waiting.get(one.user_id, 0),
            links=linked.get(one.user_id, 0),
        )
        for one in _members(company)
        if one.level >= Level.STANDARD or one.user_id in held
    ]


def may_hold(company: Company) -> list[User]:
    """The people to whom rows can be handed, by name."""
    return [one.user for one in _members(company).filter(level__gte=Level.STANDARD)]


def held_jobs(user: User, company: Company) -> QuerySet[Job]:
    """What a person holds and still has to decide, by number."""
    held = Job.objects.filter(company=company, assignment__user=user, state=Job.State.READY)
    return held.order_by("number", "pk")


def free_among(jobs: QuerySet[Job]) -> QuerySet[Job]:
    """Those of the jobs that nobody holds."""
    return jobs.filter(assignment=None)


def _members(company: Company) -> QuerySet[Membership]:
    members = Membership.objects.filter(company=company, user__is_active=True)
    return members.select_related("user").order_by("user__name", "pk")


def _act(user: User, by: Actor) -> str:
    return "hold rows" if user.pk == by.user_id else "hand rows to somebody else"


def _check_person(user: User, by: Actor) -> None:
    member = Membership.objects.filter(company=by.company_id, user=user).first()
    if member is None or not user.is_active:
        raise NotOfCompanyError("No such person in this company.")
    if member.level < Level.STANDARD:
        raise ReviewError(
            f"{user} has {member.get_level_display()} here and could decide nothing.",
            mend="Choose somebody with Standard or Admin.",
        )


def _rows(jobs: Iterable[int], by: Actor) -> list[Job]:
    """The jobs behind the ids, locked in one order; one of another company refuses all."""
    ids = sorted(set(jobs))
    if len(ids) > AT_ONCE:
        raise ReviewError(
            f"{len(ids):,} rows are more than can be handed out at once.",
            mend=f"Narrow the filter to {AT_ONCE:,} at most.",
        )
    found: list[Job] = []
    for start in range(0, len(ids), _CHUNK):
        chunk = Job.objects.select_for_update().filter(
            company=by.company_id, pk__in=ids[start : start + _CHUNK]
        )
        found += chunk.only("pk", "number", "name").order_by("pk")
    if len(found) < len(ids):
        raise NotOfCompanyError("No such ERP project in this company.")
    return found


def _of(rows: list[Job]) -> QuerySet[Assignment]:
    return Assignment.objects.filter(job__in=[job.pk for job in rows])


def _now_of(user: User, wanted: list[Job]) -> list[Job]:
    mine = set(_of(wanted).filter(user=user).values_list("job", flat=True))
    return [job for job in wanted if job.pk in mine]


def _record(
    action: str,
    rows: list[Job],
    holders: dict[int, int],
    user: User | None,
    by: Actor,
    now: datetime,
) -> None:
    entries = (
        Entry(
            action,
            ("job", job.pk, str(job)),
            before={"user": holders.get(job.pk)},
            after={"user": user and user.pk},
        )
        for job in rows
    )
    record_all(by=by, now=now, entries=entries)
