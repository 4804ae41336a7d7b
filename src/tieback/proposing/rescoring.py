"""Score anew what changed since the list was looked up: after a pull, and after decisions."""

from collections import defaultdict
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.db.models import Max, Q

from tieback.access.actors import Actor
from tieback.access.models import Company
from tieback.connections.services import BusyError
from tieback.linking.models import Link, Rejection
from tieback.proposing.keeping import insert, prepared, rows_of
from tieback.proposing.lists import open_jobs, read_lists
from tieback.proposing.models import Candidate, Proposal, Status
from tieback.proposing.rules import active_rules, stated_precision
from tieback.proposing.services import propose
from tieback.proposing.suggestions import is_alive
from tieback.staging.models import Job

if TYPE_CHECKING:
    from tieback.matching.engine import Matching

Clock = Callable[[], datetime]
# Where more has changed than this, the whole list is looked up: so many records, or so much of it.
_FEW = 20
_SHARE_OF_LIST = 0.05
# Solving a longer list than this takes seconds, which nobody waits for at each decision.
LONG_LIST = 10_000
# Another process wrote its scores meanwhile; after so many times the next change brings ours along.
_TRIES = 3
_locks: defaultdict[int, Lock] = defaultdict(Lock)


@dataclass(frozen=True, slots=True)
class Rescored:
    """Which jobs were scored anew, and whether it was the whole list."""

    job_ids: frozenset[int] = frozenset()
    is_whole: bool = False


@dataclass(frozen=True, slots=True)
class _Touched:
    jobs: set[int]
    projects: set[int]

    def __len__(self) -> int:
        return len(self.jobs) + len(self.projects)


def rescore(
    company: Company,
    *,
    job_ids: Collection[int] = (),
    project_ids: Collection[int] = (),
    by: Actor,
    clock: Clock,
    is_patient: bool = True,
) -> Rescored:
    """Score these records anew, and whatever else was pulled or decided since the last time.

    Candidates of other jobs stay as they are, unless the assignment over the whole list changed for
    them. Does nothing before a look-up was asked for, nor while one runs: call it after that.
    Looks the whole list up where much has changed, or where no look-up has come to its end. Leaves
    a long list to the next that `is_patient`; what was decided since is scored then.
    """
    by.require_company(company.pk)
    if not is_patient and open_jobs(company.pk).count() > LONG_LIST:
        return Rescored()
    with _locks[company.pk]:
        for _ in range(_TRIES):
            begun = clock()
            latest = Proposal.objects.filter(company=company).defer("report").first()
            if latest is None or is_alive(latest, begun):
                return Rescored()
            last = Proposal.objects.filter(company=company, status=Status.DONE).first()
            if last is None:
                return _look_up(company, by, clock)
            touched = _touched(company, last, job_ids, project_ids)
            if not len(touched):
                return Rescored()
            if len(touched) > max(_FEW, _SHARE_OF_LIST * open_jobs(company.pk).count()):
                return _look_up(company, by, clock)
            done = _score(company, last, touched, begun)
            if done is not None:
                return done
    return Rescored()


def _look_up(company: Company, by: Actor, clock: Clock) -> Rescored:
    try:
        propose(company=company, by=by, clock=clock)
    except BusyError:
        return Rescored()
    return Rescored(frozenset(open_jobs(company.pk).values_list("pk", flat=True)), is_whole=True)


def _touched(
    company: Company, last: Proposal, job_ids: Collection[int], project_ids: Collection[int]
) -> _Touched:
    """What the caller names, and what rows say was changed since: a process may have died."""
    since = last.seen_until
    jobs = Job.objects.filter(
        Q(changed_at__gt=since) | Q(state_changed_at__gt=since), company=company
    )
    links = Link.objects.filter(Q(linked_at__gt=since) | Q(unlinked_at__gt=since), company=company)
    rejections = Rejection.objects.filter(
        Q(rejected_at__gt=since) | Q(undone_at__gt=since), company=company
    )
    pairs = [
        *links.order_by().values_list("job_id", "project_id"),
        *rejections.order_by().values_list("job_id", "project_id"),
    ]
    return _Touched(
        {*job_ids, *jobs.values_list("pk", flat=True), *(job for job, _ in pairs)},
        {*project_ids, *(project for _, project in pairs)},
    )


def _score(company: Company, last: Proposal, touched: _Touched, begun: datetime) -> Rescored | None:
    """Solve and write; None where another process wrote meanwhile, or took a record away."""
    from tieback.matching.engine import match  # noqa: PLC0415

    lists = read_lists(company.pk)
    found = match(
        lists.jobs,
        lists.projects,
        rules=active_rules(company),
        known=lists.known,
        precision=stated_precision(company),
    )
    held = Candidate.objects.filter(company=company)
    job_ids = _to_write(found, held.values_list("job_id", "project_id", "is_proposed"), touched)
    first_group = (held.aggregate(most=Max("twins"))["most"] or 0) + 1
    compared = {*(int(one.job_id) for one in found.matches), *map(int, found.only_jobs)}
    written = [str(job_id) for job_id in sorted(job_ids & compared)]
    rows = prepared(rows_of(found, written, company.pk, begun, first_group=first_group))
    try:
        with transaction.atomic():
            ours = Proposal.objects.select_for_update().filter(
                pk=last.pk, seen_until=last.seen_until
            )
            if not ours.exists():
                return None
            held.filter(job__in=job_ids).delete()
            insert(rows)
            ours.update(seen_until=max(begun, last.seen_until or begun))
    except IntegrityError:
        return None
    return Rescored(frozenset(job_ids))


def _to_write(
    found: "Matching", held: Collection[tuple[int, int, bool]], touched: _Touched
) -> set[int]:
    """The jobs to write anew: touched, given another project, or looking like one of those."""
    before = {job: project for job, project, is_proposed in held if is_proposed}
    after = {int(one.job_id): int(one.project_id) for one in found.matches}
    moved = {job for job in before.keys() | after.keys() if before.get(job) != after.get(job)}
    near = {job for job, project, _ in held if project in touched.projects}
    wanted = touched.jobs | moved | near
    for group in found.twins:
        alike = {int(job_id) for job_id in group.job_ids}
        if alike & wanted:
            wanted |= alike
    return wanted
