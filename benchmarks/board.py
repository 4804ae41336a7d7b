"""The go-live board of a long list: whole requests at the server, lane by lane."""

import json
import random
import sys
from datetime import UTC, date, datetime, timedelta
from typing import Any

from benchmarks.setting import names, p95, start, timed

BOARD = "/c/bench/go-live/"


def main(count: int) -> list[dict[str, str]]:
    start()
    from django.conf import settings
    from django.core.management import call_command
    from django.test import Client

    from tieback.access.models import Company, Level, Membership, User
    from tieback.audit.services import hold_chain
    from tieback.proposing.lanes import Lane

    settings.ALLOWED_HOSTS = ["testserver"]
    call_command("collectstatic", interactive=False, verbosity=0)
    at = datetime(2026, 1, 1, tzinfo=UTC)
    company = Company.objects.create(name="Bench", slug="bench", created_at=at)
    person = User.objects.create(email="a@bench.example", name="A", created_at=at)
    Membership.objects.create(company=company, user=person, level=Level.ADMIN)
    fill(company, count, at)
    client = Client()
    client.force_login(person)

    def get(url: str) -> None:
        response = client.get(url)
        assert response.status_code == 200, (url, response.status_code)

    def moved(url: str) -> None:
        # As after anybody's decision: what was counted before does not hold any more.
        head = hold_chain(company.pk)
        head.seq += 1
        head.save(update_fields=["seq"])
        get(url)

    get(BOARD)
    visits = list(asked(random.Random(5), [lane.value for lane in Lane], count))
    calm = [timed(lambda v=v: get(v)) for v in visits]
    busy = [timed(lambda v=v: moved(v)) for v in visits[::5]]
    how = f"{len(visits)} whole pages: every lane, sorts, deep pages, searches"
    after = f"{len(busy)} pages, each after a decision: the lanes are counted anew"
    target = "p95 < 200 ms"
    return [
        {"what": f"Board at {count:,} jobs", "target": target, "measured": p95(calm), "how": how},
        {"what": "Right after a decision", "target": "–", "measured": p95(busy), "how": after},
    ]


def asked(chance: random.Random, lanes: list[str], count: int) -> Any:
    """Visits of the board as people make them: mostly first pages, some deep, some searches."""
    for lane in lanes:
        for sort in ("number", "-value", "name", "start", "probability"):
            for page in (1, 1, 1, 2, 5, chance.choice([1, 20, count // 500])):
                yield f"{BOARD}?lane={lane}&sort={sort}&page={page}"
        for words in ("harbor", "cedar+br", "24-00", "school+12"):
            yield f"{BOARD}?lane={lane}&q={words}"


def fill(company: Any, count: int, at: datetime) -> None:
    """A third decided, most of the rest proposed, some blocked, some inactive."""
    from tieback.connections.models import Connection
    from tieback.linking.models import Link
    from tieback.portfolio.models import Project, StandardCostCodeList
    from tieback.proposing.models import Candidate, Proposal
    from tieback.search.text import search_text
    from tieback.staging.models import Job

    chance = random.Random(3)
    erp = Connection.objects.create(company=company, name="E", connector="csvfile", created_at=at)
    erp_list = StandardCostCodeList.objects.create(company=company, name="ERP", is_erp=True)
    states = ("linked", "archived", "ready")
    jobs = Job.objects.bulk_create(
        (
            Job(
                company=company,
                connection=erp,
                external_id=number,
                digest=f"{n:032x}",
                number=number,
                name=name.upper(),
                customer=customer,
                is_active=chance.random() > 0.07,
                contract_value=chance.randrange(10**7) if chance.random() > 0.1 else None,
                start_date=date(2020, 1, 1) + timedelta(days=chance.randrange(2000)),
                state=chance.choices(states, (20, 10, 70))[0],
                state_changed_at=at,
                first_seen_at=at,
                changed_at=at,
                search_text=search_text(number, name, customer),
            )
            for n, (number, name, customer) in enumerate(names(count, 7))
        ),
        batch_size=2_000,
    )
    projects = Project.objects.bulk_create(
        (
            Project(
                company=company,
                number=number,
                name=name,
                customer=customer,
                cost_code_list=erp_list,
                is_erp_integrated=chance.random() > 0.05,
                value=chance.randrange(10**7),
                start_date=date(2020, 1, 1) + timedelta(days=chance.randrange(2000)),
                origin_connection=erp if job.state == "linked" else None,
                origin_id=job.external_id if job.state == "linked" else "",
                search_text=search_text(number, name, customer),
            )
            for job, (number, name, customer) in zip(jobs, names(count, 11), strict=True)
        ),
        batch_size=2_000,
    )
    pairs = list(zip(jobs, projects, strict=True))
    Link.objects.bulk_create(
        (
            Link(company=company, job=job, project=project, linked_at=at, linked_by_name="A")
            for job, project in pairs
            if job.state == "linked"
        ),
        batch_size=2_000,
    )
    proposed = [pair for pair in pairs if pair[0].state == "ready" and chance.random() < 0.8]
    Candidate.objects.bulk_create(
        (candidate(job, project, n, chance, at) for n, (job, project) in enumerate(proposed)),
        batch_size=2_000,
    )
    now = datetime.now(UTC)
    Proposal.objects.create(
        company=company,
        status="done",
        started_by="A",
        started_at=now,
        heartbeat_at=now,
        finished_at=now,
        seen_until=now,
        counts={"Safe": 1, "Look": 1, "Twins": 1, "no_match": 1, "jobs": 1, "projects": 1},
    )


def candidate(job: Any, project: Any, n: int, chance: random.Random, at: datetime) -> Any:
    from tieback.proposing.models import Candidate

    lane = chance.choices(("Safe", "Look", "Twins"), (75, 18, 7))[0]
    return Candidate(
        company_id=job.company_id,
        job=job,
        project=project,
        rank=1,
        is_proposed=True,
        score=2.0,
        probability=round(chance.random(), 4),
        lane=lane,
        twins=n // 4 if lane == "Twins" else None,
        sentence="Same number. Name 97 % alike.",
        steps=[["name", 2.0, "97 % alike."]],
        model_version="1",
        proposed_at=at,
    )


if __name__ == "__main__":
    print(json.dumps(main(int(sys.argv[1]))))
