"""The shapes that `--json` answers with. docs/cli.md lists them; scripts rely on them."""

from typing import Any

from tieback.connections.models import Connection, SyncIssue, SyncRun
from tieback.linking.eligibility import Blocker
from tieback.portfolio.models import Project
from tieback.proposing.models import Proposal
from tieback.staging.models import Job
from tieback.sync.models import Task
from tieback.sync.selectors import outcome

Shape = dict[str, Any]


def job_ref(job: Job) -> Shape:
    return {"id": job.pk, "number": job.number, "name": job.name}


def project_ref(project: Project | None) -> Shape | None:
    if project is None:
        return None
    return {"id": project.pk, "number": project.number, "name": project.name}


def job_shape(job: Job, project: Project | None) -> Shape:
    """A job, and the project that it is linked to now."""
    return {
        **job_ref(job),
        "external_id": job.external_id,
        "connection": job.connection.name,
        "state": job.state,
        "status": job.status,
        "is_active": job.is_active,
        "customer": job.customer,
        "address": job.address,
        "city": job.city,
        "state_code": job.state_code,
        "zip": job.zip,
        "country": job.country,
        "start_date": job.start_date,
        "end_date": job.end_date,
        "contract_value": job.contract_value,
        "first_seen_at": job.first_seen_at,
        "changed_at": job.changed_at,
        "missing_since": job.missing_since,
        "project": project_ref(project),
    }


def project_shape(project: Project, job: Job | None, blockers: list[Blocker] | None) -> Shape:
    """A project, the job that it is linked to now, and what forbids a link where that was asked."""
    shape: Shape = {
        "id": project.pk,
        "number": project.number,
        "name": project.name,
        "customer": project.customer,
        "address": project.address,
        "city": project.city,
        "state_code": project.state_code,
        "zip": project.zip,
        "country": project.country,
        "start_date": project.start_date,
        "end_date": project.end_date,
        "value": project.value,
        "stage": project.stage,
        "is_active": project.is_active,
        "is_template": project.is_template,
        "is_erp_integrated": project.is_erp_integrated,
        "cost_code_list": project.cost_code_list.name if project.cost_code_list else None,
        "origin_id": project.origin_id,
        "job": job_ref(job) if job else None,
    }
    if blockers is not None:
        shape["is_eligible"] = not blockers
        shape["blockers"] = [_blocker(blocker) for blocker in blockers]
    return shape


def _blocker(blocker: Blocker) -> Shape:
    return {"code": blocker.code, "sentence": blocker.sentence, "fix": blocker.fix}


def run_shape(run: SyncRun) -> Shape:
    return {
        "id": run.pk,
        "connection": run.connection.name,
        "status": run.status,
        "started_by": run.started_by,
        "started_at": run.started_at,
        "finished_at": run.finished_at,
        "counts": run.counts,
        "problem": run.problem,
    }


def proposal_shape(proposal: Proposal) -> Shape:
    return {
        "id": proposal.pk,
        "status": proposal.status,
        "started_by": proposal.started_by,
        "started_at": proposal.started_at,
        "finished_at": proposal.finished_at,
        "counts": proposal.counts,
        "problem": proposal.problem,
    }


def issue_shape(issue: SyncIssue) -> Shape:
    return {
        "id": issue.pk,
        "connection": issue.connection.name,
        "resource": issue.resource,
        "external_id": issue.external_id,
        "source": issue.source,
        "row": issue.row,
        "column": issue.column,
        "message": issue.message,
        "mend": issue.mend,
        "first_seen_at": issue.first_seen_at,
        "last_seen_at": issue.last_seen_at,
    }


def connection_shape(connection: Connection, last_run: SyncRun | None) -> Shape:
    return {
        "id": connection.pk,
        "name": connection.name,
        "connector": connection.connector,
        "settings": connection.settings,
        "checked_at": connection.checked_at,
        "check_problem": connection.check_problem,
        "last_run": run_shape(last_run) if last_run else None,
    }


def connection_ref(connection: Connection | None) -> Shape | None:
    if connection is None:
        return None
    return {"id": connection.pk, "name": connection.name}


def task_shape(task: Task | None) -> Shape | None:
    """A task, and how it went where it is settled."""
    if task is None:
        return None
    went = outcome(task) if task.settled_at else None
    return {
        "id": task.pk,
        "wanted_by": task.wanted_by_name,
        "wanted_at": task.wanted_at,
        "due_at": task.due_at,
        "worker": task.leased_by or None,
        "starts": task.starts,
        "settled_at": task.settled_at,
        "status": went.status if went else task.state,
        "problem": went.problem if went else task.problem,
    }
