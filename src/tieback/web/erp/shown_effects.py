"""Effects as a person reads them: gathered by what becomes of the records, and put in words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from tieback.following.effects import Kind, On
from tieback.following.models import FollowedEffect
from tieback.following.selectors import FIELDS
from tieback.portfolio.models import Project
from tieback.staging.models import Job

Effect = Mapping[str, Any]
Names = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Entry:
    """One line: the record, its name, what it was and becomes, and what else there is to say."""

    key: str
    name: str = ""
    before: str = ""
    after: str = ""
    cost_types: list[str] = field(default_factory=list)
    note: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """What becomes of some records alike; `meaning` colours its badge."""

    title: str
    meaning: str
    sentence: str
    entries: list[Entry]


@dataclass(frozen=True, slots=True)
class Compared:
    """One field as each side says it; `kind` says how it is shown."""

    label: str
    kind: str
    of_job: object
    of_project: object
    differs: bool


Wording = tuple[str, str, str]
# In the order in which they are shown: title, meaning, and the sentence below it.
_DOING: dict[tuple[str, str], Wording] = {
    (Kind.CONFLICT, On.COST_CODE): (
        "Conflicts",
        "bad",
        "Another system holds these codes on the project. They are left alone.",
    ),
    (Kind.CREATE, On.COST_CODE): ("Added", "good", "New on the project, with the ERP's id."),
    (Kind.ADOPT, On.COST_CODE): (
        "Adopted",
        "waiting",
        "On the project already under the same code: they gain the ERP's id.",
    ),
    (Kind.RENAME, On.COST_CODE): ("Renamed", "warning", "The ERP owns the names of its codes."),
    (Kind.REACTIVATE, On.COST_CODE): ("Made active", "warning", "Active in the ERP."),
    (Kind.DEACTIVATE, On.COST_CODE): ("Made inactive", "warning", "Inactive in the ERP by now."),
    (Kind.CREATE, On.ASSIGNMENT): (
        "Gain cost types",
        "waiting",
        "Codes that are on the project already and may now be booked with more cost types.",
    ),
    (Kind.CREATE, On.COST_TYPE): ("New cost types", "good", "The company did not have them yet."),
    (Kind.KEEP, On.COST_CODE): ("Kept as they are", "quiet", "Nothing happens to these codes."),
}
_UNDOING: dict[tuple[str, str], Wording] = {
    (Kind.CREATE, On.COST_CODE): ("Removed again", "warning", "The link had added them."),
    (Kind.ADOPT, On.COST_CODE): ("Let go", "waiting", "They lose the ERP's id and stay."),
    (Kind.RENAME, On.COST_CODE): ("Old name back", "waiting", "As it was before the link."),
    (Kind.REACTIVATE, On.COST_CODE): ("Inactive again", "waiting", "As before the link."),
    (Kind.DEACTIVATE, On.COST_CODE): ("Active again", "waiting", "As before the link."),
    (Kind.CREATE, On.ASSIGNMENT): (
        "Lose cost types",
        "waiting",
        "Codes that stay, without the cost types that the link had put on them.",
    ),
    (Kind.CREATE, On.COST_TYPE): ("Cost types removed", "warning", "The link had added them."),
}
_STAYS: Wording = ("Cannot be put back", "bad", "They stay on the project as its own, because:")

_LABELS = {
    "number": ("Number", "mono"),
    "name": ("Name", ""),
    "customer": ("Customer", ""),
    "address": ("Address", ""),
    "city": ("City", ""),
    "state_code": ("State", ""),
    "zip": ("ZIP", ""),
    "start_date": ("Start", "day"),
    "end_date": ("Completion", "day"),
    "value": ("Value", "money"),
}


def compared(job: Job, project: Project, effects: Iterable[Effect]) -> list[Compared]:
    """The fields of both sides; `differs` as the effects of the preview say."""
    differing = {effect["key"] for effect in effects if effect["on"] == On.FIELD}
    return [
        Compared(
            *_LABELS[name],
            of_job=getattr(job, "contract_value" if name == "value" else name),
            of_project=getattr(project, name),
            differs=name in differing,
        )
        for name in FIELDS
    ]


def groups(effects: Iterable[Effect], names: Names) -> list[Group]:
    """What linking or refreshing does to cost codes and types; `names` are the project's codes'."""
    return _gathered([effect for effect in effects if effect["on"] != On.FIELD], _DOING, names)


def put_back_groups(steps: Iterable[Effect], names: Names) -> list[Group]:
    """What unlinking puts back, and what it cannot, the latter first."""
    steps = list(steps)
    stays = [
        Entry(_key(step), names.get(_code(step), ""), note=step["reason"])
        for step in steps
        if not step["is_put_back"]
    ]
    put_back = _gathered([step for step in steps if step["is_put_back"]], _UNDOING, names)
    return [Group(*_STAYS, stays), *put_back] if stays else put_back


def done_words(effect: FollowedEffect) -> tuple[str, str, str]:
    """What an effect of the log did, to which record, and the record's name where it has one."""
    label = effect.label.replace("|", " · ") if effect.resource == On.ASSIGNMENT else effect.label
    if effect.resource == On.ASSIGNMENT:
        return "Cost type put on", label, ""
    if effect.resource == On.COST_TYPE:
        return "Cost type added", label, effect.after["name"]
    title, _, _ = _DOING[effect.kind, effect.resource]
    if effect.kind == Kind.RENAME:
        return title, label, f"{effect.before['name']} → {effect.after['name']}"
    return title, label, effect.after.get("name", "")


def _gathered(
    effects: list[Effect], wordings: Mapping[tuple[str, str], Wording], names: Names
) -> list[Group]:
    """One group for each kind; a new code's own cost types stand beside it, not on their own."""
    new = {e["key"] for e in effects if e["kind"] == Kind.CREATE and e["on"] == On.COST_CODE}
    types: dict[str, list[str]] = {}
    for effect in effects:
        if effect["on"] == On.ASSIGNMENT:
            types.setdefault(_code(effect), []).append(effect["key"].rsplit("|", 1)[1])
    gathered: dict[tuple[str, str], dict[str, Entry]] = {}
    for effect in effects:
        code = _code(effect)
        if effect["on"] == On.ASSIGNMENT and code in new:
            continue
        entries = gathered.setdefault((effect["kind"], effect["on"]), {})
        entries[code] = _entry(effect, names, types)
    return [
        Group(*wording, [gathered[kind][key] for key in sorted(gathered[kind])])
        for kind, wording in wordings.items()
        if kind in gathered
    ]


def _entry(effect: Effect, names: Names, types: Mapping[str, list[str]]) -> Entry:
    code = _code(effect)
    before, after = effect["before"], effect["after"]
    entry = Entry(code, str(after.get("name") or names.get(code, "")), note=effect.get("note", ""))
    if effect["kind"] == Kind.RENAME:
        return replace(entry, name="", before=before["name"], after=after["name"])
    if effect["on"] == On.ASSIGNMENT or effect["kind"] == Kind.CREATE:
        return replace(entry, cost_types=sorted(types.get(code, ())))
    return entry


def _code(effect: Effect) -> str:
    """The code that an effect is about: "03-100" for "03-100|L"."""
    key: str = effect["key"]
    return key.rsplit("|", 1)[0] if effect["on"] == On.ASSIGNMENT else key


def _key(effect: Effect) -> str:
    return (
        str(effect["key"]).replace("|", " · ") if effect["on"] == On.ASSIGNMENT else effect["key"]
    )
