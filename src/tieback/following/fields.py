"""Which of a job's own fields differ from its project's: said in the preview, not changed."""

from datetime import date
from decimal import Decimal

from tieback.following.effects import Effect, Kind, On

Value = str | date | Decimal | None

_NOTE = "The two sides differ. Linking leaves the project's value as it is."


def plan_fields(job: dict[str, Value], project: dict[str, Value]) -> list[Effect]:
    """One *keep* for each field that both sides say, and say differently.

    "" and None mean that a side did not say; a blank is never a difference. Upper and lower case
    are not either, since many ERPs shout.
    """
    return [
        Effect(
            Kind.KEEP,
            On.FIELD,
            name,
            before={"value": _shown(project[name])},
            after={"value": _shown(said)},
            note=_NOTE,
        )
        for name, said in job.items()
        if _known(said) and _known(project[name]) and _folded(said) != _folded(project[name])
    ]


def _known(value: Value) -> bool:
    return value is not None and value != ""


def _folded(value: Value) -> Value:
    return value.casefold().strip() if isinstance(value, str) else value


def _shown(value: Value) -> str:
    return "" if value is None else str(value)
