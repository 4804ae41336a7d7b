"""A company's standard cost code lists: which there are, which is the ERP list, and their codes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from tieback.access.actors import Actor
from tieback.access.models import Company
from tieback.audit.services import Entry as Event
from tieback.audit.services import record, record_all
from tieback.portfolio.fields import CODE_FIELDS, LIST_FIELDS, read_fields
from tieback.portfolio.models import Project, StandardCostCode, StandardCostCodeList
from tieback.portfolio.projects import hold_portfolio
from tieback.portfolio.projects import target as project_target
from tieback.portfolio.refusals import FieldsError, RefusedError
from tieback.portfolio.selectors import codes_from_other_lists, erp_list

_LONGEST_OWN_CODE = 40


@dataclass(frozen=True, slots=True)
class Named:
    """What naming the ERP list did: `taken_on` projects have it now, `left_behind` do not.

    Both counts are of projects that had no list, or the one that was the ERP list before.
    """

    cost_code_list: StandardCostCodeList
    taken_on: int
    left_behind: int


@transaction.atomic
def create_list(*, company: Company, name: str, by: Actor, now: datetime) -> StandardCostCodeList:
    """Add an empty list that is not the ERP list; raises `FieldsError` and `RefusedError`."""
    hold_portfolio(company, by, "add a cost code list")
    values = read_fields({"name": name}, LIST_FIELDS)
    if there := StandardCostCodeList.objects.filter(company=company, name__iexact=values["name"]):
        raise RefusedError(
            f"There is a cost code list “{there[0]}” already.",
            mend="Import the codes into that one, or choose another name.",
        )
    made = StandardCostCodeList.objects.create(company=company, **values)
    record(by=by, now=now, action="cost_code_list.create", target=target(made), after=values)
    return made


@transaction.atomic
def name_erp_list(*, cost_code_list: StandardCostCodeList, by: Actor, now: datetime) -> Named:
    """Make this the company's one ERP list.

    Projects without a list take it, and so do ERP-integrated ones on the ERP list so far, unless
    its codes are in them already. Refused while projects on that list are synced: their codes come
    from there.
    """
    hold_portfolio(cost_code_list.company, by, "name the ERP list")
    before = erp_list(cost_code_list.company_id)
    if before == cost_code_list:
        return Named(before, 0, 0)
    followers = _followers(cost_code_list.company, before)
    if before:
        _refuse_synced(before)
        before.is_erp = False
        before.save(update_fields=["is_erp"])
    cost_code_list = StandardCostCodeList.objects.select_for_update().get(pk=cost_code_list.pk)
    cost_code_list.is_erp = True
    cost_code_list.save(update_fields=["is_erp"])
    # Only now, as codes of this list are no longer those of another.
    followers = followers.exclude(codes_from_other_lists())
    taken_on = list(followers.only("number", "name", "cost_code_list_id"))
    followers.update(cost_code_list=cost_code_list)
    left_behind = Project.objects.filter(cost_code_list=before).count() if before else 0
    change = Event(
        "cost_code_list.name_erp_list",
        target(cost_code_list),
        before={"ERP list": before.name if before else ""},
        after={"ERP list": cost_code_list.name},
    )
    moves = (_moved(project, cost_code_list, before) for project in taken_on)
    record_all(by=by, now=now, entries=[change, *moves])
    return Named(cost_code_list, len(taken_on), left_behind)


@transaction.atomic
def add_standard_code(
    *,
    cost_code_list: StandardCostCodeList,
    said: Mapping[str, object],
    by: Actor,
    now: datetime,
) -> StandardCostCode:
    """Add one code; `said` holds the fields of `CODE_FIELDS` by name. Raises `FieldsError`."""
    hold_portfolio(cost_code_list.company, by, "add a standard cost code")
    values = read_fields({"full_code": "", "name": "", **said}, CODE_FIELDS)
    parent = _parent(cost_code_list, values.get("parent_code", ""))
    full_code = values["full_code"]
    own = own_code(full_code, parent.full_code if parent else "")
    if problem := own_code_problem(own):
        raise FieldsError({"full_code": f"Cost code: {problem} Shorten it."})
    if cost_code_list.codes.filter(full_code=full_code).exists():
        problem = f"Cost code: “{full_code}” is on “{cost_code_list}” already."
        raise FieldsError({"full_code": f"{problem} Choose another code."})
    made = StandardCostCode.objects.create(
        list=cost_code_list, parent=parent, code=own, full_code=full_code, name=values["name"]
    )
    record(
        by=by,
        now=now,
        action="cost_code_list.add_code",
        target=target(cost_code_list),
        after=values,
    )
    return made


def own_code(full_code: str, parent_code: str) -> str:
    """The code without its parents: 100 of 03-100 below 03."""
    if parent_code and full_code.startswith(parent_code):
        return full_code.removeprefix(parent_code).lstrip("-. ") or full_code
    return full_code


def own_code_problem(own: str) -> str:
    """Why the own part of a code cannot be kept, "" where it can."""
    if len(own) <= _LONGEST_OWN_CODE:
        return ""
    return f"“{own}” has {len(own)} characters; {_LONGEST_OWN_CODE} fit."


def target(cost_code_list: StandardCostCodeList) -> tuple[str, object, str]:
    """The list as an audit event names it."""
    return "cost_code_list", cost_code_list.pk, cost_code_list.name


def _followers(company: Company, before: StandardCostCodeList | None) -> QuerySet[Project]:
    """The projects whose list a new ERP list may become, as far as codes in them allow it."""
    free = Q(cost_code_list=None)
    if before:
        free |= Q(cost_code_list=before, is_erp_integrated=True)
    return Project.objects.filter(free, company=company, origin_id="")


def _refuse_synced(before: StandardCostCodeList) -> None:
    # Linking locks its project first, so no link can come between this look and the change.
    held = Project.objects.select_for_update().filter(cost_code_list=before).order_by("pk")
    on_it = list(held.values_list("number", "name", "origin_id"))
    synced = [f"{number} {name}".strip() for number, name, origin_id in on_it if origin_id]
    if synced:
        others = f" and {len(synced) - 1:,} more" if len(synced) > 1 else ""
        raise RefusedError(
            f"“{before}” has to stay the ERP list: {synced[0]}{others} "
            f"{'are' if others else 'is'} synced with the ERP by its codes.",
            mend=f"Import the codes into “{before}”, or unlink first.",
        )


def _moved(
    project: Project, cost_code_list: StandardCostCodeList, before: StandardCostCodeList | None
) -> Event:
    # A follower was on the ERP list before, or on none.
    had = before.name if before and project.cost_code_list_id == before.pk else ""
    return Event(
        "project.set_cost_code_list",
        project_target(project),
        before={"cost_code_list": had},
        after={"cost_code_list": cost_code_list.name},
    )


def _parent(cost_code_list: StandardCostCodeList, full_code: str) -> StandardCostCode | None:
    if not full_code:
        return None
    if found := cost_code_list.codes.filter(full_code=full_code).first():
        return found
    problem = f"Parent code: “{full_code}” is not on “{cost_code_list}”."
    raise FieldsError({"parent_code": f"{problem} Add it first, or leave the field empty."})
