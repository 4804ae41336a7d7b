"""What a walked go-live came to, by the demo's own answer: links right, wrong and missed, as JSON.

Runs as `python -m tools.go_live_count` on the data folder that TIEBACK_HOME names. A link is wrong
when the demo data says that its job is another project, or none.
"""

import csv
import gzip
import json
import os
from pathlib import Path

import django

DATA = Path(__file__).parent.parent / "src/tieback/demo/data"


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tieback.settings")
    django.setup()
    from tieback.linking.models import Link  # noqa: PLC0415 - Django comes first
    from tieback.staging.models import Job  # noqa: PLC0415

    with gzip.open(DATA / "truth.csv.gz", "rt") as file:
        truth = {
            row["job"]: (row["project_number"], row["project_name"]) for row in csv.DictReader(file)
        }
    links = Link.objects.filter(company__slug="demo", unlinked_at=None)
    made = {link.job.external_id: link for link in links.select_related("job", "project")}
    wrong = [
        {
            "job": str(link.job),
            "linked to": str(link.project),
            "is": " ".join(truth.get(job, ("in no project",))),
        }
        for job, link in made.items()
        if truth.get(job) != (link.project.number, link.project.name)
    ]
    jobs = Job.objects.filter(company__slug="demo")
    partners = jobs.filter(external_id__in=truth)
    archived = partners.filter(state="archived")
    print(
        json.dumps(
            {
                "jobs": jobs.count(),
                "linked": len(made),
                "wrong": wrong,
                "archived": jobs.filter(state="archived").count(),
                "left": jobs.filter(state="ready").count(),
                "with_partner": partners.count(),
                "partner_inactive": archived.filter(is_active=False).count(),
                "partner_archived": archived.filter(is_active=True).count(),
                "partner_left": partners.filter(state="ready").count(),
            }
        )
    )


if __name__ == "__main__":
    main()
