"""Changes to a project's settings: what a person may switch, and when Procore's rules forbid it."""

from datetime import datetime

from django.db import transaction
from django.db.models import Model

from tieback.access.actors import Actor
from tieback.access.models import Level
from tieback.audit.services import record
from tieback.portfolio.models import Project, ProjectCostCode, StandardCostCodeList
from tieback.portfolio.refusals import RefusedError
from tieback.portfolio.selectors import lock_in


@transaction.atomic
def set_erp_integrated(*, project: Project, value: bool, by: Actor, now: datetime) -> Project:
    """Switch a project's ERP-integrated setting; refuses to switch it on once it is locked out."""
    project = _locked(project, by, "change a project's ERP-integrated setting")
    refuse_erp_integrated(project, value=value)
    return _set(project, by, now, "project.set_erp_integrated", is_erp_integrated=value)


@transaction.atomic
def set_cost_code_list(
    *, project: Project, cost_code_list: StandardCostCodeList | None, by: Actor, now: datetime
) -> Project:
    """Make the project take its codes from another list of its company, where none were copied."""
    if cost_code_list:
        by.require_company(cost_code_list.company_id)
    project = _locked(project, by, "change a project's cost code list")
    refuse_cost_code_list(project, cost_code_list)
    return _set(project, by, now, "project.set_cost_code_list", cost_code_list=cost_code_list)


@transaction.atomic
def set_active(*, project: Project, value: bool, by: Actor, now: datetime) -> Project:
    """Make a project active or inactive."""
    project = _locked(project, by, "activate or deactivate a project")
    return _set(project, by, now, "project.set_active", is_active=value)


def refuse_erp_integrated(project: Project, *, value: bool) -> None:
    """Raise `RefusedError` where a rule forbids to switch the ERP-integrated setting so."""
    if value and not project.is_erp_integrated:
        _refuse_locked_in(project)
    if not value:
        _refuse_synced(project)


def refuse_cost_code_list(project: Project, wanted: StandardCostCodeList | None) -> None:
    """Raise `RefusedError` where a rule forbids to give the project this list."""
    if project.cost_code_list_id != (wanted.pk if wanted else None):
        _refuse_locked_in(project)
        _refuse_synced(project)
        _refuse_copied(project, wanted)


@transaction.atomic
def copy_codes(
    *, project: Project, cost_code_list: StandardCostCodeList, by: Actor, now: datetime
) -> int:
    """Copy the active codes of a list into a project; returns how many were new to it.

    Copying from a list other than the ERP list locks the project out of the integration, so an
    ERP-integrated project refuses it.
    """
    by.require_company(cost_code_list.company_id)
    project = _locked(project, by, "copy cost codes into a project")
    if project.is_erp_integrated and not cost_code_list.is_erp:
        raise RefusedError(
            f"“{cost_code_list}” is not the ERP list and {project} is ERP-integrated.",
            mend="Copy from the ERP list, or switch the ERP-integrated setting off first.",
        )
    added = _copy(project, cost_code_list)
    record(
        by=by,
        now=now,
        action="project.copy_codes",
        target=("project", project.pk, str(project)),
        after={"list": cost_code_list.name, "codes added": added},
    )
    return added


def _copy(project: Project, cost_code_list: StandardCostCodeList) -> int:
    there = {code.full_code: code for code in project.cost_codes.all()}
    active = cost_code_list.codes.filter(is_active=True).select_related("parent")
    missing = [standard for standard in active if standard.full_code not in there]
    copies = ProjectCostCode.objects.bulk_create(
        ProjectCostCode(
            project=project,
            standard_code=standard,
            code=standard.code,
            full_code=standard.full_code,
            name=standard.name,
        )
        for standard in missing
    )
    there.update((copy.full_code, copy) for copy in copies)
    # Only now, since nothing says that a parent's code sorts before its children's.
    with_parent = [(c, s.parent) for c, s in zip(copies, missing, strict=True) if s.parent]
    for copy, parent in with_parent:
        copy.parent = there.get(parent.full_code)
    ProjectCostCode.objects.bulk_update([copy for copy, _ in with_parent], ["parent"], 200)
    return len(copies)


def set_origin(*, project: Project, connection_id: int | None, origin_id: str, code: str) -> None:
    """Write or clear the ERP's id on a project; linking's own door, which does lock and audit."""
    project.origin_connection_id = connection_id
    project.origin_id, project.origin_code = origin_id, code
    project.save(update_fields=["origin_connection", "origin_id", "origin_code"])


def _locked(project: Project, by: Actor, act: str) -> Project:
    by.require_company(project.company_id)
    by.require(Level.ADMIN, act)
    return Project.objects.select_for_update().get(pk=project.pk)


def _set(project: Project, by: Actor, now: datetime, action: str, **fields: object) -> Project:
    before = {name: getattr(project, name) for name in fields}
    if before == fields:
        return project
    for name, value in fields.items():
        setattr(project, name, value)
    project.save(update_fields=list(fields))
    record(
        by=by,
        now=now,
        action=action,
        target=("project", project.pk, str(project)),
        before={name: _named(value) for name, value in before.items()},
        after={name: _named(value) for name, value in fields.items()},
    )
    return project


def _named(value: object) -> object:
    """A row by the name that people know, since an id says nothing to whoever reads the trail."""
    return str(value) if isinstance(value, Model) else value


def _refuse_locked_in(project: Project) -> None:
    if why := lock_in(project):
        raise RefusedError(why, mend="Create a new project on the ERP list and integrate that one.")


def _refuse_synced(project: Project) -> None:
    if project.origin_id:
        raise RefusedError(
            f"{project} is synced with the ERP (ERP id {project.origin_id}).",
            mend="Unlink it in ERP Integrations › Projects first.",
        )


def _refuse_copied(project: Project, wanted: StandardCostCodeList | None) -> None:
    copied = project.cost_codes.filter(standard_code__isnull=False)
    if copied.exclude(standard_code__list=wanted).exists():
        raise RefusedError(
            f"Codes of “{project.cost_code_list}” are already in {project}: its list is fixed.",
            mend="Remove those codes from the project, or create a new project.",
        )
