"""The demo's portfolio: cost code lists, projects that may and may not be linked, their codes."""

from collections import defaultdict
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from tieback.access.actors import operator
from tieback.access.models import Company
from tieback.audit.services import record
from tieback.demo.tables import Row, rows
from tieback.portfolio.models import (
    CostType,
    CostTypeAssignment,
    Project,
    ProjectCostCode,
    StandardCostCode,
    StandardCostCodeList,
    Vendor,
)
from tieback.search.text import search_text

_LISTS = {"erp": "ERP standard cost codes", "estimating": "Estimating cost codes"}
# Two of the ERP's five are left out, so that linking has cost types to bring.
_COST_TYPES = {"L": "Labor", "M": "Materials", "S": "Subcontract"}
_BATCH = 500
Standards = dict[tuple[str, str], StandardCostCode]


@transaction.atomic
def set_up_portfolio(*, company: Company, now: datetime) -> None:
    """Fill the company's portfolio, whole or not at all; one that holds projects is left alone."""
    Company.objects.select_for_update().get(pk=company.pk)
    if Project.objects.filter(company=company).exists():
        return
    lists = {key: _list(company, key) for key in _LISTS}
    standards = _standard_codes(lists)
    types = {
        code: CostType.objects.create(company=company, code=code, name=name)
        for code, name in _COST_TYPES.items()
    }
    projects = Project.objects.bulk_create(
        (_project(row, company, lists) for row in rows("projects")), _BATCH
    )
    _project_codes(projects, standards, types)
    Vendor.objects.bulk_create(_vendor(row, company) for row in list(rows("vendors"))[::3])
    _record(company, now, len(projects))


@transaction.atomic
def set_up_neighbour(*, company: Company, now: datetime) -> None:
    """A handful of projects that nobody of the demo company may ever see."""
    Company.objects.select_for_update().get(pk=company.pk)
    if Project.objects.filter(company=company).exists():
        return
    erp_list = _list(company, "erp")
    names = ("Lobby Refit", "Third Floor Offices", "Canteen")
    Project.objects.bulk_create(
        Project(
            company=company,
            number=f"K-{at:03d}",
            name=name,
            cost_code_list=erp_list,
            search_text=search_text(f"K-{at:03d}", name),
        )
        for at, name in enumerate(names, start=1)
    )
    _record(company, now, len(names))


def _record(company: Company, now: datetime, projects: int) -> None:
    record(
        by=operator(company),
        now=now,
        action="portfolio.load_demo",
        target=("company", company.pk, company.name),
        after={"projects": projects},
    )


def _list(company: Company, key: str) -> StandardCostCodeList:
    return StandardCostCodeList.objects.create(
        company=company, name=_LISTS[key], is_erp=key == "erp"
    )


def _standard_codes(lists: dict[str, StandardCostCodeList]) -> Standards:
    """Every standard code by list and full code; a parent stands before its children."""
    made: Standards = {}
    for row in rows("standard_codes"):
        parent = made.get((row["list"], row["parent"]))
        own = row["full_code"].removeprefix(row["parent"]).lstrip("-.")
        made[row["list"], row["full_code"]] = StandardCostCode.objects.create(
            list=lists[row["list"]],
            parent=parent,
            code=own,
            full_code=row["full_code"],
            name=row["name"],
        )
    return made


def _project(row: Row, company: Company, lists: dict[str, StandardCostCodeList]) -> Project:
    said = {name: row[name] for name in ("number", "name", "customer", "city", "stage")}
    return Project(
        company=company,
        **said,
        state_code=row["state"],
        start_date=_as_date(row["start"]),
        end_date=_as_date(row["end"]),
        value=Decimal(row["value"]) if row["value"] else None,
        is_active=bool(row["is_active"]),
        is_template=bool(row["is_template"]),
        is_erp_integrated=bool(row["is_erp_integrated"]),
        cost_code_list=lists.get(row["list"]),
        origin_id=row["origin_id"],
        search_text=search_text(row["number"], row["name"], row["customer"], "", row["city"]),
    )


def _project_codes(
    projects: list[Project], standards: Standards, types: dict[str, CostType]
) -> None:
    """Copy the codes, divisions first, and say which cost types may be booked on them."""
    by_project: defaultdict[int, list[Row]] = defaultdict(list)
    for row in rows("project_codes"):
        by_project[int(row["row"])].append(row)
    divisions = ProjectCostCode.objects.bulk_create(
        (
            _copy(projects[at - 1], standard)
            for at, codes in by_project.items()
            for standard in _parents(codes, standards)
        ),
        _BATCH,
    )
    parents = {(code.project_id, code.standard_code_id): code for code in divisions}
    all_rows = [(projects[at - 1], row) for at, codes in by_project.items() for row in codes]
    made = ProjectCostCode.objects.bulk_create(
        (_code(project, row, standards, parents) for project, row in all_rows), _BATCH
    )
    CostTypeAssignment.objects.bulk_create(
        (
            CostTypeAssignment(cost_code=code, cost_type=types[letter])
            for code, (_, row) in zip(made, all_rows, strict=True)
            for letter in row["types"]
            if letter in types
        ),
        _BATCH,
    )


def _parents(codes: list[Row], standards: Standards) -> list[StandardCostCode]:
    found = (standards.get((row["list"], row["full_code"])) for row in codes)
    parents = {code.parent.full_code: code.parent for code in found if code and code.parent}
    return list(parents.values())


def _copy(project: Project, standard: StandardCostCode) -> ProjectCostCode:
    return ProjectCostCode(
        project=project,
        standard_code=standard,
        code=standard.code,
        full_code=standard.full_code,
        name=standard.name,
    )


def _code(
    project: Project,
    row: Row,
    standards: Standards,
    parents: dict[tuple[int, int | None], ProjectCostCode],
) -> ProjectCostCode:
    standard = standards.get((row["list"], row["full_code"]))
    return ProjectCostCode(
        project=project,
        standard_code=standard,
        parent=parents[project.pk, standard.parent_id] if standard else None,
        code=standard.code if standard else row["full_code"],
        full_code=row["full_code"],
        name=row["name"],
        is_in_use=bool(row["is_in_use"]),
        origin_id=row["origin_id"],
    )


def _vendor(row: Row, company: Company) -> Vendor:
    return Vendor(
        company=company,
        name=row["name"],
        city=row["city"],
        state_code="NJ" if row["city"] == "Hoboken" else "NY",
    )


def _as_date(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
