"""Projects come into the portfolio, and what is said of them is corrected."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from tieback.access.actors import Actor
from tieback.access.models import Company, Level
from tieback.audit.services import record
from tieback.portfolio.fields import PROJECT_FIELDS, date_problem, read_fields
from tieback.portfolio.models import Project, StandardCostCodeList
from tieback.portfolio.refusals import FieldsError, RefusedError
from tieback.portfolio.selectors import erp_list
from tieback.search.text import search_text


@transaction.atomic
def create_project(
    *, company: Company, said: Mapping[str, object], by: Actor, now: datetime
) -> Project:
    """Add a project; `said` holds the fields of `PROJECT_FIELDS` by name, as typed or as values.

    It is ERP-integrated and on the ERP list where there is one (erp-tool.md §3.2: on by default).
    A number may repeat or be blank; number and name together name one project only. Raises
    `FieldsError` and `RefusedError`.
    """
    hold_portfolio(company, by, "add a project")
    values = read_fields({"name": "", **said}, PROJECT_FIELDS)
    _refuse_dates(values.get("start_date"), values.get("end_date"))
    _refuse_twin(company.pk, values.get("number", ""), values["name"])
    project = new_project(company, values, erp_list(company.pk))
    project.save(force_insert=True)
    record(by=by, now=now, action="project.create", target=target(project), after=values)
    return project


@transaction.atomic
def change_project(
    *, project: Project, said: Mapping[str, object], by: Actor, now: datetime
) -> Project:
    """Correct the fields that are in `said`, a blank one to nothing; raises as `create_project`.

    A linked project may be changed too: linking ties the two records, not their words.
    """
    hold_portfolio(project.company, by, "change a project")
    project = Project.objects.select_for_update().get(pk=project.pk)
    values = differing(project, read_fields(said, PROJECT_FIELDS))
    if not values:
        return project
    before = {name: getattr(project, name) for name in values}
    put(project, values)
    if {"start_date", "end_date"} & set(values):
        _refuse_dates(project.start_date, project.end_date)
    if {"number", "name"} & set(values):
        _refuse_twin(project.company_id, project.number, project.name, but=project.pk)
    project.save(update_fields=[*values, "search_text"])
    record(
        by=by,
        now=now,
        action="project.change",
        target=target(project),
        before=before,
        after=values,
    )
    return project


def hold_portfolio(company: Company, by: Actor, act: str) -> None:
    """Check who asks, and let nobody else add to the company's portfolio until this is done."""
    by.require_company(company.pk)
    by.require(Level.ADMIN, act)
    # Not against foreign keys: whoever only writes a row of the company need not wait.
    Company.objects.select_for_update(no_key=True).get(pk=company.pk)


def new_project(
    company: Company, values: Mapping[str, Any], cost_code_list: StandardCostCodeList | None
) -> Project:
    """A project with these values, not saved yet."""
    project = Project(company=company, cost_code_list=cost_code_list)
    put(project, values)
    return project


def put(project: Project, values: Mapping[str, Any]) -> None:
    """Set the fields, and the line by which the project is found."""
    for name, value in values.items():
        setattr(project, name, value)
    project.search_text = search_text(
        project.number, project.name, project.customer, project.address, project.city
    )


def differing(project: Project, values: Mapping[str, Any]) -> dict[str, Any]:
    """Those of the values that the project does not have already."""
    return {name: value for name, value in values.items() if getattr(project, name) != value}


def target(project: Project) -> tuple[str, object, str]:
    """The project as an audit event names it."""
    return "project", project.pk, str(project)


def _refuse_dates(start: Any, end: Any) -> None:
    if why := date_problem(start, end):
        raise FieldsError({"end_date": f"End: {why} Correct one of the two."})


def _refuse_twin(company_id: int, number: str, name: str, *, but: int | None = None) -> None:
    twins = Project.objects.filter(company_id=company_id, number=number, name=name)
    if (twins.exclude(pk=but) if but else twins).exists():
        number_said = f"with the number {number}" if number else "without a number"
        raise RefusedError(
            f"There is a project “{name}” {number_said} already.",
            mend="Change that one, or give this one another number or name.",
        )
