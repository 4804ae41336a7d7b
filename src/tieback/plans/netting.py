"""What many applied rows come to: for each job, pair or project the one step that takes it back."""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import replace

from tieback.plans.decisions import OF_PAIR, Action, Decision, Setting
from tieback.plans.models import PlanRow

_READY = ("ready", None)


def net(rows: Sequence[PlanRow]) -> list[Decision]:
    """From rows in the order in which they were done to decisions, what was done last first."""
    by_subject: dict[Hashable, list[PlanRow]] = {}
    for row in rows:
        if row.action != Action.REFRESH:
            by_subject.setdefault(_subject(row), []).append(row)
    # A refresh goes with its link where that was made since; else it is said that it stays.
    made = {row.link_id for row in rows if row.action == Action.LINK}
    steps = [(chain[-1], _step(chain)) for chain in by_subject.values()]
    steps += [(row, _refreshed(row)) for row in _once(rows) if row.link_id not in made]
    order = {row.pk: position for position, row in enumerate(rows)}
    steps.sort(key=lambda step: order[step[0].pk], reverse=True)
    return [decision for _, decision in steps if decision]


def _once(rows: Iterable[PlanRow]) -> list[PlanRow]:
    """The last refresh of each job that nothing else was decided on since."""
    decided = {row.job_id for row in rows if row.action not in {Action.REFRESH, *OF_PAIR}}
    last = {row.job_id: row for row in rows if row.action == Action.REFRESH}
    return [row for job_id, row in last.items() if job_id not in decided]


def _refreshed(row: PlanRow) -> Decision:
    held = (
        "Refreshed cost codes are not taken back on their own: that happens when the link is "
        "undone, and this link is older."
    )
    return Decision(Action.REFRESH, row.job_id, row.project_id, held=held)


def _subject(row: PlanRow) -> Hashable:
    if row.action == Action.FIX:
        return "project", row.project_id
    if row.action in OF_PAIR:
        return "pair", row.job_id, row.project_id
    return "job", row.job_id


def _step(chain: Sequence[PlanRow]) -> Decision | None:
    first, last = chain[0], chain[-1]
    if last.action == Action.FIX:
        return _settings_back(chain)
    if last.action in OF_PAIR:
        is_back = first.action != last.action
        inverse = Action.ALLOW if last.action == Action.REJECT else Action.REJECT
        return None if is_back else Decision(inverse, last.job_id, last.project_id)
    return _state_back(_before(first), last)


def _before(row: PlanRow) -> tuple[str, int | None]:
    if row.action == Action.UNLINK:
        return "linked", row.project_id
    return ("archived", None) if row.action == Action.RESTORE else _READY


def _after(row: PlanRow) -> tuple[str, int | None]:
    if row.action == Action.LINK:
        return "linked", row.project_id
    return ("archived", None) if row.action == Action.ARCHIVE else _READY


def _state_back(before: tuple[str, int | None], last: PlanRow) -> Decision | None:
    after = _after(last)
    if before == after:
        return None
    if after == _READY:
        action = Action.LINK if before[0] == "linked" else Action.ARCHIVE
        return Decision(action, last.job_id, before[1])
    if last.action == Action.LINK:
        step = Decision(Action.UNLINK, last.job_id, last.project_id, link_id=last.link_id)
    else:
        step = Decision(Action.RESTORE, last.job_id)
    if before == _READY:
        return step
    return replace(step, note=f"It was {before[0]} then: undo again to go back all the way.")


def _settings_back(chain: Sequence[PlanRow]) -> Decision | None:
    changed: dict[str, Setting] = {}
    for row in chain:
        for name, before, after in row.settings:
            changed[name] = Setting(name, after, changed[name].after if name in changed else before)
    settings = tuple(one for one in changed.values() if one.before != one.after)
    last = chain[-1]
    return (
        Decision(Action.FIX, last.job_id, last.project_id, settings=settings) if settings else None
    )
