"""A company's own rules of matching, and the precision that it states: the one door to each."""

from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Literal

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from tieback.access.actors import Actor
from tieback.access.models import Company, Level
from tieback.audit.services import record
from tieback.proposing.models import MatchingRule, MatchingSettings

if TYPE_CHECKING:
    from tieback.matching.rules import Rules

Kind = MatchingRule.Kind
# The engine's list of rules that lines of a kind belong to.
_FILES: dict[str, Literal["abbreviations", "rules"]] = {
    Kind.ABBREVIATION: "abbreviations",
    Kind.WORD: "rules",
}
LOWEST, HIGHEST = Decimal("0.9"), Decimal("0.9999")
USUAL = Decimal("0.998")
_LONGEST_REASON = 500


class RulesError(Exception):
    """A rule, or a precision, that cannot be; the message says why and what to do."""


def rules_of(company: Company) -> QuerySet[MatchingRule]:
    """The rules that hold now, the newest first."""
    return MatchingRule.objects.filter(company=company, removed_at=None)


def active_rules(
    company: Company, *, more: tuple[str, str] | None = None, without: MatchingRule | None = None
) -> "Rules":
    """What the engine reads the company's lists by: what ships with Tieback, and its own lines.

    `more` is the kind and line of one on trial. Raises `RulesError` for lines that do not go
    together.
    """
    from tieback.matching.rules import extended_rules  # noqa: PLC0415

    held = list(rules_of(company).order_by("pk").values_list("pk", "kind", "line"))
    lines = [(kind, line) for pk, kind, line in held if not without or pk != without.pk]
    lines += [more] if more else []
    try:
        return extended_rules(
            abbreviations=[line for kind, line in lines if kind == Kind.ABBREVIATION],
            words=[line for kind, line in lines if kind == Kind.WORD],
        )
    except ValueError as problem:
        raise RulesError(
            f"The company's rules of matching do not go together. {problem} "
            "Remove one of them under Matching › Rules."
        ) from None


def stated_precision(company: Company) -> float:
    """The share of matches in the lane Safe that have to be right."""
    held = MatchingSettings.objects.filter(company=company).first()
    return float(held.precision if held else USUAL)


def checked(kind: str, line: str) -> tuple[Kind, str]:
    """A kind and a line that can be a rule; raises `RulesError` with the reason."""
    from tieback.matching.rules import check_line  # noqa: PLC0415

    if kind not in Kind.values:
        known = ", ".join(Kind.values)
        raise RulesError(f"“{kind[:40]}” is no kind of rule. Choose one of: {known}.")
    line = " ".join(line.split())
    try:
        check_line(_FILES[kind], line)
    except ValueError as problem:
        reason = str(problem)
        raise RulesError(f"“{line[:60]}” cannot be a rule: {reason}") from None
    return Kind(kind), line


@transaction.atomic
def add_rule(
    *,
    company: Company,
    kind: str,
    line: str,
    by: Actor,
    now: datetime,
    reason: str = "",
    was_offered: bool = False,
) -> MatchingRule:
    """Read the company's lists by one line more, from the next look-up on.

    Raises `RulesError` for what cannot be one or is one already, `NotAllowedError` below Admin.
    """
    by.require_company(company.pk)
    by.require(Level.ADMIN, "add a rule of matching")
    kind, line = checked(kind, line)
    active_rules(company, more=(kind, line))
    try:
        with transaction.atomic():
            rule = MatchingRule.objects.create(
                company=company,
                kind=kind,
                line=line,
                reason=reason.strip()[:_LONGEST_REASON],
                was_offered=was_offered,
                added_at=now,
                added_by_id=by.user_id,
                added_by_name=by.name,
            )
    except IntegrityError:
        held = rules_of(company).get(kind=kind, line=line)
        raise RulesError(
            f"{held.added_by_name} added “{line}” on {held.added_at:%Y-%m-%d at %H:%M} UTC already."
        ) from None
    _record("matching_rule.add", rule, by, now)
    return rule


@transaction.atomic
def remove_rule(*, rule: MatchingRule, by: Actor, now: datetime) -> MatchingRule:
    """Read the lists without it from the next look-up on; it stays as history.

    Raises `RulesError` when somebody was quicker, `NotAllowedError` below Admin.
    """
    by.require_company(rule.company_id)
    by.require(Level.ADMIN, "remove a rule of matching")
    rule = MatchingRule.objects.select_for_update().get(pk=rule.pk)
    if rule.removed_at:
        raise RulesError(
            f"{rule.removed_by_name} removed “{rule.line}” on "
            f"{rule.removed_at:%Y-%m-%d at %H:%M} UTC already."
        )
    rule.removed_at, rule.removed_by_id, rule.removed_by_name = now, by.user_id, by.name
    rule.save(update_fields=["removed_at", "removed_by", "removed_by_name"])
    _record("matching_rule.remove", rule, by, now)
    return rule


@transaction.atomic
def set_precision(
    *, company: Company, precision: Decimal | str, by: Actor, now: datetime
) -> MatchingSettings:
    """State what share of the lane Safe has to be right; it holds from the next look-up on.

    A share such as 0.998. Raises `RulesError` outside 0.9 to 0.9999, `NotAllowedError` below Admin.
    """
    by.require_company(company.pk)
    by.require(Level.ADMIN, "state the precision of the lane Safe")
    wanted = _share(precision)
    MatchingSettings.objects.get_or_create(company=company)
    held = MatchingSettings.objects.select_for_update().get(company=company)
    before, held.precision = held.precision, wanted
    held.save(update_fields=["precision"])
    if before != wanted:
        record(
            by=by,
            now=now,
            action="matching.set_precision",
            target=("company", company.pk, company.name),
            before={"precision": str(before)},
            after={"precision": str(wanted)},
        )
    return held


def _share(said: Decimal | str) -> Decimal:
    try:
        share = Decimal(str(said).strip())
    except InvalidOperation:
        share = Decimal("NaN")
    if share.is_finite() and LOWEST <= share <= HIGHEST:
        return share.quantize(Decimal("0.0001"))
    raise RulesError(
        f"“{str(said)[:20]}” is no precision that Safe can promise. State a share from {LOWEST} to "
        f"{HIGHEST}; {USUAL} is usual."
    )


def _record(action: str, rule: MatchingRule, by: Actor, now: datetime) -> None:
    record(
        by=by,
        now=now,
        action=action,
        target=("matching_rule", rule.pk, rule.line),
        after={"kind": rule.kind, "line": rule.line, "was_offered": rule.was_offered},
        note=rule.reason,
    )
