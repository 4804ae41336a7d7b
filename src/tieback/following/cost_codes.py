"""Which cost codes and cost types a linked job brings to its project: a pure function of two lists.

The preview shows this plan and apply performs it; there is no second path (design §6).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tieback.following.effects import Effect, Kind, On


@dataclass(frozen=True, slots=True)
class ErpCode:
    """One cost code of a job, its cost types gathered; `origin_id` is unique to job and code."""

    full_code: str
    name: str
    origin_id: str
    parent_code: str = ""
    cost_types: frozenset[str] = frozenset()
    is_active: bool = True


@dataclass(frozen=True, slots=True)
class ProjectCode:
    """One cost code as it stands on the project."""

    full_code: str
    name: str
    origin_id: str = ""
    cost_types: frozenset[str] = frozenset()
    is_active: bool = True
    is_in_use: bool = False


# What the common one-letter cost types mean; another code stands under its own letters.
COST_TYPE_NAMES = {
    "L": "Labor",
    "M": "Materials",
    "E": "Equipment",
    "S": "Subcontract",
    "O": "Other",
    "B": "Burden",
}


def plan_cost_codes(
    erp_codes: Iterable[ErpCode],
    project_codes: Iterable[ProjectCode],
    known_cost_types: Iterable[str],
) -> list[Effect]:
    """The effects, in the order in which they can be performed: types, codes, assignments.

    A code with the same `full_code` is adopted, never doubled; one that the ERP does not know is
    kept and reported; one that carries another system's id is a conflict and left alone; a code
    in use is never taken away. The ERP owns the names of its codes.
    """
    by_code = {code.full_code: code for code in project_codes}
    # Parents sort before their children, and a child needs its parent's row.
    wanted = sorted(erp_codes, key=lambda code: code.full_code)
    codes = [effect for code in wanted for effect in _code(code, by_code.get(code.full_code))]
    refused = {effect.key for effect in codes if effect.kind == Kind.CONFLICT}
    carried = [code for code in wanted if code.is_active and code.full_code not in refused]
    assignments = [
        effect for code in carried for effect in _assignments(code, by_code.get(code.full_code))
    ]
    types = {t for code in carried for t in code.cost_types} - set(known_cost_types)
    unknown = by_code.keys() - {code.full_code for code in wanted}
    return [
        *(_cost_type(code) for code in sorted(types)),
        *codes,
        *assignments,
        *(_unknown_to_the_erp(by_code[full_code]) for full_code in sorted(unknown)),
    ]


def _code(erp: ErpCode, there: ProjectCode | None) -> list[Effect]:
    if there is None:
        return [_create(erp)] if erp.is_active else []
    if there.origin_id not in {"", erp.origin_id}:
        note = f"It carries the id {there.origin_id} of another system, so it is left as it is."
        return [Effect(Kind.CONFLICT, On.COST_CODE, erp.full_code, note=note)]
    if not erp.is_active:
        return _closed_in_the_erp(there)
    effects = []
    if not there.origin_id:
        effects.append(
            _change(Kind.ADOPT, there, before={"origin_id": ""}, after={"origin_id": erp.origin_id})
        )
    if there.name != erp.name:
        effects.append(
            _change(Kind.RENAME, there, before={"name": there.name}, after={"name": erp.name})
        )
    if not there.is_active:
        effects.append(_active(Kind.REACTIVATE, there, becomes=True))
    return effects


def _create(erp: ErpCode) -> Effect:
    after = {
        "name": erp.name,
        "origin_id": erp.origin_id,
        "parent_code": erp.parent_code,
        "is_active": True,
    }
    return Effect(Kind.CREATE, On.COST_CODE, erp.full_code, after=after)


def _closed_in_the_erp(there: ProjectCode) -> list[Effect]:
    if not there.is_active:
        return []
    if not there.origin_id:
        note = "Inactive in the ERP and not from there: it stays as it is."
        return [Effect(Kind.KEEP, On.COST_CODE, there.full_code, note=note)]
    if there.is_in_use:
        note = "Inactive in the ERP, but in use on the project: it stays."
        return [Effect(Kind.KEEP, On.COST_CODE, there.full_code, note=note)]
    return [_active(Kind.DEACTIVATE, there, becomes=False)]


def _unknown_to_the_erp(there: ProjectCode) -> Effect:
    note = "Not in the ERP: it stays on the project, and nothing is booked on it from the ERP."
    return Effect(Kind.KEEP, On.COST_CODE, there.full_code, note=note)


def _cost_type(code: str) -> Effect:
    after = {"name": COST_TYPE_NAMES.get(code.upper(), code)}
    return Effect(Kind.CREATE, On.COST_TYPE, code, after=after)


def _assignments(erp: ErpCode, there: ProjectCode | None) -> list[Effect]:
    missing = erp.cost_types - (there.cost_types if there else frozenset())
    return [
        Effect(Kind.CREATE, On.ASSIGNMENT, f"{erp.full_code}|{cost_type}")
        for cost_type in sorted(missing)
    ]


def _active(kind: Kind, there: ProjectCode, *, becomes: bool) -> Effect:
    return _change(kind, there, before={"is_active": not becomes}, after={"is_active": becomes})


def _change(
    kind: Kind, there: ProjectCode, *, before: Mapping[str, object], after: Mapping[str, object]
) -> Effect:
    return Effect(kind, On.COST_CODE, there.full_code, before=dict(before), after=dict(after))
