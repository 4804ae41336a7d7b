"""Rows that change a project's settings: what blocks a whole list is fixed, and undone, at once."""

from collections.abc import Callable, Sequence
from datetime import datetime

from tieback.access.actors import Actor
from tieback.following.effects import Effect, Kind, On
from tieback.plans.decisions import Setting
from tieback.portfolio import services as portfolio
from tieback.portfolio.models import Project, StandardCostCodeList
from tieback.portfolio.refusals import RefusedError

LABELS = {
    "is_erp_integrated": "ERP-integrated setting",
    "cost_code_list": "Cost code list",
    "is_active": "Status",
}
_WORDS = {
    ("is_erp_integrated", True): "on",
    ("is_erp_integrated", False): "off",
    ("is_active", True): "active",
    ("is_active", False): "inactive",
}


def setting_effects(settings: Sequence[Setting]) -> list[Effect]:
    """The changes as effects; a list by its name."""
    return [
        Effect(
            Kind.SET,
            On.SETTING,
            setting.name,
            before={"value": words_of(setting.name, setting.before)},
            after={"value": words_of(setting.name, setting.after)},
        )
        for setting in settings
    ]


def setting_reasons(project: Project, settings: Sequence[Setting]) -> list[str]:
    """Why the settings cannot be changed so now; empty when they can."""
    reasons = [_reason(project, setting) for setting in settings]
    return [reason for reason in reasons if reason]


def change_settings(
    *, project: Project, settings: Sequence[Setting], by: Actor, now: datetime
) -> None:
    """Change them through the portfolio's own doors; raises `RefusedError`."""
    for setting in settings:
        _DOORS[setting.name](project, setting.after, by, now)


def words_of(name: str, value: bool | int | None) -> str:
    """A setting's value as people read it."""
    if name != "cost_code_list":
        return _WORDS[name, bool(value)]
    found = _list(value)
    return str(found) if found else "none"


def _reason(project: Project, setting: Setting) -> str:
    column = "cost_code_list_id" if setting.name == "cost_code_list" else setting.name
    stands = getattr(project, column)
    label = LABELS[setting.name]
    if stands == setting.after:
        return f"{label} of {project} is {words_of(setting.name, stands)} already."
    if stands != setting.before:
        stays = words_of(setting.name, stands)
        return f"{label} of {project} was changed since by hand, to {stays}, so it stays."
    try:
        _REFUSALS[setting.name](project, setting.after)
    except RefusedError as refused:
        return f"{refused.message} {refused.mend}"
    return ""


def _list(pk: int | None) -> StandardCostCodeList | None:
    return StandardCostCodeList.objects.filter(pk=pk).first() if pk else None


_REFUSALS: dict[str, Callable[[Project, int | None], None]] = {
    "is_erp_integrated": lambda p, value: portfolio.refuse_erp_integrated(p, value=bool(value)),
    "cost_code_list": lambda p, value: portfolio.refuse_cost_code_list(p, _list(value)),
    "is_active": lambda _p, _value: None,
}
_DOORS: dict[str, Callable[[Project, int | None, Actor, datetime], object]] = {
    "is_erp_integrated": lambda project, value, by, now: portfolio.set_erp_integrated(
        project=project, value=bool(value), by=by, now=now
    ),
    "cost_code_list": lambda project, value, by, now: portfolio.set_cost_code_list(
        project=project, cost_code_list=_list(value), by=by, now=now
    ),
    "is_active": lambda project, value, by, now: portfolio.set_active(
        project=project, value=bool(value), by=by, now=now
    ),
}
