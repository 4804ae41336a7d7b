"""One factory per model, without surprises: plain defaults, every field can be said otherwise."""

from datetime import UTC, datetime
from itertools import count
from typing import Any

from tieback.access.models import Company, Level, Membership, User
from tieback.connections.models import Connection, SyncIssue, SyncRun
from tieback.linking.models import Link
from tieback.portfolio.models import (
    CostType,
    CostTypeAssignment,
    Project,
    ProjectCostCode,
    StandardCostCode,
    StandardCostCodeList,
    SubJob,
    Vendor,
)
from tieback.proposing.models import Candidate, Proposal
from tieback.search.text import search_text
from tieback.staging.models import ErpVendor, Job, JobCostCode, JobSubJob

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
_next = count(1)


def make_company(**fields: Any) -> Company:
    at = next(_next)
    return Company.objects.create(
        **{"name": f"Company {at}", "slug": f"company-{at}", "created_at": LONG_AGO, **fields}
    )


def make_user(*, password: str | None = None, **fields: Any) -> User:
    at = next(_next)
    user = User(
        **{
            "email": f"person-{at}@people.example",
            "name": f"Person {at}",
            "created_at": LONG_AGO,
            **fields,
        }
    )
    user.set_password(password)
    user.save()
    return user


def make_membership(company: Company, user: User, **fields: Any) -> Membership:
    return Membership.objects.create(
        company=company, user=user, **{"level": Level.READ_ONLY, **fields}
    )


def make_connection(company: Company, **fields: Any) -> Connection:
    return Connection.objects.create(
        company=company,
        **{
            "name": f"ERP {next(_next)}",
            "connector": "csvfile",
            "created_at": LONG_AGO,
            **fields,
        },
    )


def make_run(connection: Connection, **fields: Any) -> SyncRun:
    return SyncRun.objects.create(
        company=connection.company,
        connection=connection,
        **{
            "status": SyncRun.Status.DONE,
            "started_by": "someone",
            "started_at": LONG_AGO,
            "heartbeat_at": LONG_AGO,
            "finished_at": LONG_AGO,
            **fields,
        },
    )


def make_issue(run: SyncRun, **fields: Any) -> SyncIssue:
    return SyncIssue.objects.create(
        company=run.company,
        connection=run.connection,
        run=run,
        **{
            "resource": "job",
            "message": "Row 3 has no job number.",
            "mend": "Fill it in and pull again.",
            "fingerprint": f"{next(_next):064x}",
            "first_seen_at": LONG_AGO,
            "last_seen_at": LONG_AGO,
            **fields,
        },
    )


def _staged(connection: Connection) -> dict[str, Any]:
    at = next(_next)
    return {
        "company": connection.company,
        "connection": connection,
        "external_id": f"x-{at}",
        "digest": f"{at:032x}",
        "first_seen_at": LONG_AGO,
        "changed_at": LONG_AGO,
    }


def make_job(connection: Connection, **fields: Any) -> Job:
    at = next(_next)
    job = Job(
        **{
            **_staged(connection),
            "number": f"J-{at}",
            "name": f"Job {at}",
            "state_changed_at": LONG_AGO,
            **fields,
        }
    )
    if "search_text" not in fields:
        job.search_text = search_text(job.number, job.name, job.customer, job.address, job.city)
    job.save()
    return job


def make_job_cost_code(job: Job, full_code: str, cost_type: str = "", **fields: Any) -> JobCostCode:
    return JobCostCode.objects.create(
        **{
            **_staged(job.connection),
            "job": job,
            "external_id": f"{job.external_id}|{full_code}|{cost_type}",
            "full_code": full_code,
            "cost_type": cost_type,
            "name": f"Code {full_code}",
            **fields,
        }
    )


def make_job_sub_job(job: Job, code: str, **fields: Any) -> JobSubJob:
    return JobSubJob.objects.create(
        **{
            **_staged(job.connection),
            "job": job,
            "external_id": f"{job.external_id}|{code}",
            "code": code,
            "name": f"Sub job {code}",
            **fields,
        }
    )


def make_erp_vendor(connection: Connection, **fields: Any) -> ErpVendor:
    at = next(_next)
    return ErpVendor.objects.create(
        **{**_staged(connection), "number": f"V{at}", "name": f"Vendor {at}", **fields}
    )


def make_list(company: Company, **fields: Any) -> StandardCostCodeList:
    return StandardCostCodeList.objects.create(
        company=company, **{"name": f"List {next(_next)}", **fields}
    )


def make_erp_list(company: Company, **fields: Any) -> StandardCostCodeList:
    return make_list(company, **{"name": "ERP standard cost codes", "is_erp": True, **fields})


def make_standard_code(
    cost_code_list: StandardCostCodeList, full_code: str, **fields: Any
) -> StandardCostCode:
    return StandardCostCode.objects.create(
        list=cost_code_list,
        full_code=full_code,
        **{"code": full_code[:40], "name": f"Code {full_code}", **fields},
    )


def make_cost_type(company: Company, code: str, **fields: Any) -> CostType:
    return CostType.objects.create(company=company, code=code, **{"name": f"Type {code}", **fields})


def make_project(company: Company, **fields: Any) -> Project:
    """A project that may be linked once `cost_code_list` is the company's ERP list."""
    at = next(_next)
    project = Project(company=company, **{"number": f"P-{at}", "name": f"Project {at}", **fields})
    if "search_text" not in fields:
        project.search_text = search_text(
            project.number, project.name, project.customer, project.address, project.city
        )
    project.save()
    return project


def make_cost_code(
    project: Project, full_code: str, *cost_types: CostType, **fields: Any
) -> ProjectCostCode:
    code = ProjectCostCode.objects.create(
        project=project,
        full_code=full_code,
        **{"code": full_code[:40], "name": f"Code {full_code}", **fields},
    )
    for cost_type in cost_types:
        CostTypeAssignment.objects.create(cost_code=code, cost_type=cost_type)
    return code


def make_sub_job(project: Project, code: str, **fields: Any) -> SubJob:
    return SubJob.objects.create(project=project, code=code, **{"name": f"Sub {code}", **fields})


def make_vendor(company: Company, **fields: Any) -> Vendor:
    return Vendor.objects.create(company=company, **{"name": f"Vendor {next(_next)}", **fields})


def make_link(job: Job, project: Project, **fields: Any) -> Link:
    """The row alone, for constraints; a link with all its effects is made by the plans' door."""
    return Link.objects.create(
        company=job.company,
        job=job,
        project=project,
        **{"linked_at": LONG_AGO, "linked_by_name": "someone", **fields},
    )


def make_candidate(job: Job, project: Project, **fields: Any) -> Candidate:
    """A suggestion as a look-up leaves it; the look-up itself is `make_proposal`."""
    return Candidate.objects.create(
        company=job.company,
        job=job,
        project=project,
        **{
            "rank": 1,
            "is_proposed": True,
            "score": 2.6,
            "probability": 0.93,
            "margin": 0.5,
            "lane": "Look",
            "sentence": "Same number.",
            "model_version": "1",
            "proposed_at": LONG_AGO,
            **fields,
        },
    )


def make_proposal(company: Company, **fields: Any) -> Proposal:
    counts = {"Safe": 1, "Look": 2, "Twins": 3, "no_match": 4, "jobs": 10, "projects": 12}
    return Proposal.objects.create(
        company=company,
        **{
            "status": Proposal.Status.DONE,
            "started_by": "someone",
            "started_at": LONG_AGO,
            "heartbeat_at": LONG_AGO,
            "finished_at": LONG_AGO,
            "seen_until": fields.get("started_at", LONG_AGO),
            "counts": counts,
            **fields,
        },
    )
