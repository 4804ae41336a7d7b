"""Perform effects on a linked project, and put them back."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Max

from tieback.access.actors import Actor
from tieback.audit.services import hold_chain, record
from tieback.following.effects import Effect, Kind, On
from tieback.following.models import FollowedEffect
from tieback.following.put_back import CodeState, PutBack, plan_put_back
from tieback.following.selectors import standing
from tieback.linking.models import Link
from tieback.portfolio.models import (
    CostType,
    CostTypeAssignment,
    Project,
    ProjectCostCode,
    StandardCostCode,
)


@transaction.atomic
def perform(*, link: Link, effects: Iterable[Effect], by: Actor, now: datetime) -> int:
    """Do exactly these effects to the link's project and log each; returns how many changed it.

    The caller holds the link and its pair locked. Effects that change nothing are passed over.
    """
    by.require_company(link.company_id)
    changes = [effect for effect in effects if effect.kind.is_change]
    if not changes:
        return 0
    project = link.project
    hold_chain(link.company_id)
    created_types = _create_cost_types(project, changes)
    changes = [e for e in changes if e.on != On.COST_TYPE or e.key in created_types]
    record_ids = _RecordIds(
        cost_types=created_types,
        cost_codes=_write_cost_codes(project, changes),
    )
    assignments = _create_assignments(project, record_ids, changes)
    last = FollowedEffect.objects.filter(link=link).aggregate(last=Max("position"))["last"] or 0
    FollowedEffect.objects.bulk_create(
        FollowedEffect(
            link=link,
            position=last + offset,
            kind=effect.kind,
            resource=effect.on,
            label=effect.key,
            record_id=record_ids.of(effect, assignments),
            before=effect.before,
            after=effect.after,
            performed_at=now,
        )
        for offset, effect in enumerate(_in_order(changes, record_ids), start=1)
    )
    record(
        by=by,
        now=now,
        action="project.follow",
        target=("project", project.pk, str(project)),
        after={"link": link.pk, **_keys_by_kind(changes)},
    )
    return len(changes)


@transaction.atomic
def put_back(*, link: Link, by: Actor, now: datetime) -> list[PutBack]:
    """Take back what following did under a link, as `plan_put_back` says, and log each outcome.

    The caller holds the link and its pair locked.
    """
    by.require_company(link.company_id)
    hold_chain(link.company_id)
    log = list(FollowedEffect.objects.filter(link=link, outcome="").order_by("position"))
    steps, after = plan_put_back(log, standing(link, log))
    ProjectCostCode.objects.filter(parent_id__in=after.deleted_codes).update(parent=None)
    CostTypeAssignment.objects.filter(pk__in=after.deleted_assignments).delete()
    ProjectCostCode.objects.filter(pk__in=after.deleted_codes).delete()
    CostType.objects.filter(pk__in=after.deleted_types).delete()
    _write_states(after.codes[pk] for pk in after.changed_codes & after.codes.keys())
    _log_outcomes(steps)
    if steps:
        kept = {step.key: step.reason for step in steps if not step.is_put_back}
        record(
            by=by,
            now=now,
            action="project.put_back",
            target=("project", link.project_id, str(link.project)),
            after={"link": link.pk, "put back": len(steps) - len(kept), "kept": kept},
        )
    return steps


def _write_states(codes: Iterable[ProjectCostCode | CodeState]) -> None:
    """Write what following changes of cost codes, one prepared statement for all of them.

    A query for each, or one with a CASE for every column, takes most of the time of a link.
    """
    values = [(code.name, code.origin_id, code.is_active, code.pk) for code in codes]
    if not values:
        return
    with connection.cursor() as cursor:
        cursor.executemany(
            "UPDATE tieback_projectcostcode SET name = %s, origin_id = %s, is_active = %s"
            " WHERE id = %s",
            values,
        )


def _log_outcomes(steps: list[PutBack]) -> None:
    by_reason: dict[str, list[int]] = {}
    for step in steps:
        by_reason.setdefault(step.reason, []).append(step.effect_id)
    for reason, effect_ids in by_reason.items():
        outcome = "kept" if reason else "put_back"
        FollowedEffect.objects.filter(pk__in=effect_ids).update(
            outcome=outcome, outcome_reason=reason
        )


class _RecordIds:
    """Key → row id, for the records that a set of effects touches."""

    def __init__(self, *, cost_types: dict[str, int], cost_codes: dict[str, int]) -> None:
        self.cost_types = cost_types
        self.cost_codes = cost_codes
        # The order in which codes were created: parents first.
        self.order = {key: position for position, key in enumerate(cost_codes)}

    def of(self, effect: Effect, assignments: dict[str, int]) -> int:
        by_key = {
            On.COST_TYPE: self.cost_types,
            On.COST_CODE: self.cost_codes,
            On.ASSIGNMENT: assignments,
        }
        return by_key[effect.on][effect.key]


def _in_order(changes: list[Effect], ids: _RecordIds) -> list[Effect]:
    """Types, then codes with parents first, then assignments: backwards it can be undone."""
    stages = [On.COST_TYPE, On.COST_CODE, On.ASSIGNMENT]
    return sorted(changes, key=lambda e: (stages.index(e.on), ids.order.get(e.key, 0)))


def _create_cost_types(project: Project, changes: list[Effect]) -> dict[str, int]:
    """Code → id of the types that were new; another project may have brought one meanwhile."""
    created = {}
    for effect in changes:
        if effect.on == On.COST_TYPE:
            cost_type, is_new = CostType.objects.get_or_create(
                company_id=project.company_id,
                code=effect.key,
                defaults={"name": effect.after["name"]},
            )
            if is_new:
                created[effect.key] = cost_type.pk
    return created


def _write_cost_codes(project: Project, changes: list[Effect]) -> dict[str, int]:
    """Create and change codes; returns full code → id with parents before their children."""
    on_codes = [effect for effect in changes if effect.on == On.COST_CODE]
    there = {code.full_code: code for code in ProjectCostCode.objects.filter(project=project)}
    creates = {effect.key: effect for effect in on_codes if effect.kind == Kind.CREATE}
    standard = _standard_ids(project, creates)
    for generation in _generations(creates, set(there)):
        made = ProjectCostCode.objects.bulk_create(
            _new_code(project, creates[key], there, standard.get(key)) for key in generation
        )
        there.update((code.full_code, code) for code in made)
    changed = [effect for effect in on_codes if effect.kind != Kind.CREATE]
    for effect in changed:
        for column, value in effect.after.items():
            setattr(there[effect.key], column, value)
    _write_states(there[key] for key in {effect.key for effect in changed})
    return {full_code: code.pk for full_code, code in there.items()}


def _standard_ids(project: Project, full_codes: Iterable[str]) -> dict[str, int]:
    standard = StandardCostCode.objects.filter(list=project.cost_code_list_id)
    return dict(standard.filter(full_code__in=list(full_codes)).values_list("full_code", "pk"))


def _generations(creates: dict[str, Effect], there: set[str]) -> Iterator[list[str]]:
    """Keys in rounds, each round's parents made in an earlier one; a circle ends parentless."""
    waiting = list(creates)
    while waiting:
        held = {key for key in waiting if _parent(creates[key]) in creates}
        ready = [key for key in waiting if key not in held or _parent(creates[key]) in there]
        ready = ready or waiting
        yield ready
        there |= set(ready)
        waiting = [key for key in waiting if key not in there]


def _parent(effect: Effect) -> str:
    return str(effect.after["parent_code"])


def _new_code(
    project: Project, effect: Effect, there: dict[str, ProjectCostCode], standard_id: int | None
) -> ProjectCostCode:
    parent = there.get(_parent(effect))
    own = effect.key
    if parent and own.startswith(parent.full_code):
        own = own[len(parent.full_code) :].lstrip("-. /") or own
    return ProjectCostCode(
        project=project,
        parent=parent,
        standard_code_id=standard_id,
        code=own[:40],
        full_code=effect.key,
        name=effect.after["name"],
        origin_id=effect.after["origin_id"],
    )


def _create_assignments(project: Project, ids: _RecordIds, changes: list[Effect]) -> dict[str, int]:
    keys = [effect.key for effect in changes if effect.on == On.ASSIGNMENT]
    if not keys:
        return {}
    wanted = {key: key.rsplit("|", 1) for key in keys}
    company_types = dict(
        CostType.objects.filter(
            company_id=project.company_id, code__in={cost_type for _, cost_type in wanted.values()}
        ).values_list("code", "pk")
    )
    made = CostTypeAssignment.objects.bulk_create(
        CostTypeAssignment(cost_code_id=ids.cost_codes[code], cost_type_id=company_types[cost_type])
        for code, cost_type in wanted.values()
    )
    return dict(zip(keys, (one.pk for one in made), strict=True))


def _keys_by_kind(changes: list[Effect]) -> dict[str, list[str]]:
    gathered: dict[str, list[str]] = {}
    for effect in changes:
        gathered.setdefault(f"{effect.kind} {effect.on}", []).append(effect.key)
    return gathered
