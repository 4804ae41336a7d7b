"""One link with 500 cost codes, half of them on the project already; then unlinking it."""

import json
import sys
from datetime import UTC, datetime

from benchmarks.setting import clock, p95, start, timed

CODES, ROUNDS = 500, 12


def main(_: int) -> list[dict[str, str]]:
    start()
    from tieback.access.actors import operator
    from tieback.access.models import Company
    from tieback.connections.models import Connection
    from tieback.plans.decisions import Action, Decision
    from tieback.plans.services import apply, draft
    from tieback.portfolio.models import Project, ProjectCostCode, StandardCostCodeList
    from tieback.staging.models import Job, JobCostCode

    at = datetime(2026, 1, 1, tzinfo=UTC)
    company = Company.objects.create(name="Bench", slug="bench", created_at=at)
    by = operator(company)
    erp = Connection.objects.create(company=company, name="E", connector="csvfile", created_at=at)
    erp_list = StandardCostCodeList.objects.create(company=company, name="ERP", is_erp=True)
    seen = {"company": company, "connection": erp, "first_seen_at": at, "changed_at": at}
    linking, unlinking = [], []
    for round_ in range(ROUNDS):
        job = Job.objects.create(
            **seen, external_id=f"{round_}", number=f"{round_}", name="Job", state_changed_at=at
        )
        JobCostCode.objects.bulk_create(
            JobCostCode(
                **seen,
                job=job,
                external_id=f"{round_}|{code}",
                full_code=f"{code // 20:02}-{code:03}",
                name=f"Code {code}",
                cost_type="LMESO"[code % 5],
            )
            for code in range(CODES)
        )
        project = Project.objects.create(company=company, name="Project", cost_code_list=erp_list)
        ProjectCostCode.objects.bulk_create(
            ProjectCostCode(
                project=project, code=f"{code}", full_code=f"{code // 20:02}-{code:03}", name="Own"
            )
            for code in range(0, CODES, 2)
        )
        for action, times in ((Action.LINK, linking), (Action.UNLINK, unlinking)):
            plan = draft(
                decisions=[Decision(action, job.pk, project.pk)], title="B", by=by, now=clock()
            )
            times.append(timed(lambda p=plan: apply(plan=p, by=by, clock=clock)))
            assert plan.rows.get().state == "applied"
    return [
        {
            "what": f"One link with {CODES} cost codes",
            "target": "< 500 ms",
            "measured": p95(linking),
            "how": f"apply of a previewed plan, {ROUNDS} rounds, half the codes adopted; SQLite",
        },
        {
            "what": "Unlinking it again",
            "target": "–",
            "measured": p95(unlinking),
            "how": "everything put back",
        },
    ]


if __name__ == "__main__":
    print(json.dumps(main(int(sys.argv[1]))))
