"""Search as one types over all projects, and the Projects tab: whole requests at the server."""

import json
import random
import sys
from datetime import UTC, datetime
from urllib.parse import urlencode

from benchmarks.setting import clock, names, p95, start, timed, write_jobs

TYPED = 400


def main(count: int) -> list[dict[str, str]]:
    start()
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection as database
    from django.test import Client
    from django.test.utils import CaptureQueriesContext
    from django.urls import reverse

    from tieback.access.actors import operator
    from tieback.access.models import Company, Level, Membership, User
    from tieback.connections.services import add_connection
    from tieback.home import home
    from tieback.portfolio.models import Project, StandardCostCodeList
    from tieback.search.text import search_text
    from tieback.staging.models import Job
    from tieback.staging.pull import pull

    settings.ALLOWED_HOSTS = ["testserver"]
    call_command("collectstatic", interactive=False, verbosity=0)
    at = datetime(2026, 1, 1, tzinfo=UTC)
    company = Company.objects.create(name="Bench", slug="bench", created_at=at)
    person = User.objects.create(email="a@bench.example", name="A", created_at=at)
    Membership.objects.create(company=company, user=person, level=Level.ADMIN)
    erp_list = StandardCostCodeList.objects.create(company=company, name="ERP", is_erp=True)
    chance = random.Random(3)
    Project.objects.bulk_create(
        (
            Project(
                company=company,
                number=number,
                name=name,
                customer=customer,
                cost_code_list=erp_list,
                is_erp_integrated=chance.random() > 0.1,
                is_active=chance.random() > 0.1,
                search_text=search_text(number, name, customer),
            )
            for number, name, customer in names(count, 11)
        ),
        batch_size=2_000,
    )
    folder = home() / "erp"
    folder.mkdir()
    write_jobs(folder, count)
    by = operator(company)
    erp = add_connection(
        by=by, now=clock(), name="ERP", connector="csvfile", settings={"folder": str(folder)}
    )
    pull(connection=erp, by=by, clock=clock)
    Job.objects.filter(pk__in=Job.objects.order_by("?").values("pk")[: count // 5]).update(
        state="archived"
    )
    client = Client()
    client.force_login(person)

    def get(url: str) -> None:
        response = client.get(url)
        assert response.status_code == 200, (url, response.status_code)

    job = Job.objects.filter(state="ready").first()
    assert job is not None
    options = reverse("erp:project-options", args=["bench", job.pk])
    typed = keystrokes(chance, count)
    get(f"{options}?q=warm")
    searching = [timed(lambda q=q: get(f"{options}?{urlencode({'q': q})}")) for q in typed]
    tab = reverse("erp:projects", args=["bench"])
    visits = list(views(chance, count))
    get(tab)
    listing = [timed(lambda v=v: get(f"{tab}?{urlencode(v)}")) for v in visits]
    with CaptureQueriesContext(database) as many:
        get(f"{tab}?size=200")
    with CaptureQueriesContext(database) as few:
        get(f"{tab}?size=50")
    return [
        {
            "what": f"Search as one types over {count:,} projects",
            "target": "p95 < 50 ms",
            "measured": p95(searching),
            "how": f"{len(typed)} requests of the picker, every prefix as typed, blockers included",
        },
        {
            "what": f"Projects tab at {count:,} jobs",
            "target": "p95 < 150 ms",
            "measured": p95(listing),
            "how": f"{len(visits)} whole pages: filters, sorts, deep pages, searches",
        },
        {
            "what": "Its queries for 50 rows and for 200",
            "target": "equal",
            "measured": f"{len(few)} and {len(many)}",
            "how": "counted on the same page",
        },
    ]


def keystrokes(chance: random.Random, count: int) -> list[str]:
    """What the server is asked while people type names and numbers, letter by letter."""
    asked: list[str] = []
    sample = chance.sample(list(names(count, 11)), 60)
    for at, (number, name, _) in enumerate(sample):
        text = number if at % 3 == 0 else name.lower()
        asked += [text[:end] for end in range(1, min(len(text), 16) + 1)]
    return chance.sample(asked, min(TYPED, len(asked)))


def views(chance: random.Random, count: int) -> list[dict[str, str]]:
    """Visits of the tab as people make them."""
    made: list[dict[str, str]] = []
    for _ in range(150):
        visit = {"filter": chance.choice(["ready", "ready", "synced", "archived", "attention"])}
        visit["sort"] = chance.choice(["number", "-number", "name", "-value", "value", "start"])
        visit["page"] = str(chance.choice([1, 1, 1, 2, 5, count // 100]))
        made.append(visit)
    made += [{"q": word} for word in ("harbor", "cedar br", "24-00", "school 12", "renov")] * 10
    return made


if __name__ == "__main__":
    print(json.dumps(main(int(sys.argv[1]))))
