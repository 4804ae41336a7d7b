"""What a company's own links teach: rules that they suggest, and what a rule would change."""

from typing import TYPE_CHECKING

from tieback.access.models import Company
from tieback.proposing.lists import read_lists
from tieback.proposing.models import MatchingRule
from tieback.proposing.rules import active_rules, checked, stated_precision

if TYPE_CHECKING:
    from tieback.matching.engine import Progress
    from tieback.matching.lesson import Lesson
    from tieback.matching.lessons import Tried


def offers(company: Company) -> "list[Lesson]":
    """Rules that the company's links suggest and that it has not got, the best founded first."""
    from tieback.matching import lessons  # noqa: PLC0415

    lists = read_lists(company.pk)
    return lessons.offered(lists.jobs, lists.projects, lists.known.confirmed, active_rules(company))


def kind_of(lesson: "Lesson") -> MatchingRule.Kind:
    """The kind of rule that a lesson would become."""
    is_abbreviation = lesson.file == "abbreviations"
    return MatchingRule.Kind.ABBREVIATION if is_abbreviation else MatchingRule.Kind.WORD


def try_rule(
    company: Company, kind: str, line: str, *, progress: "Progress | None" = None
) -> "Tried":
    """What the matches would be with one rule more; changes nothing.

    Takes the time of four look-ups. Raises `RulesError` for what cannot be a rule.
    """
    line_on_trial = checked(kind, line)
    return _tried(company, more=line_on_trial, progress=progress)


def try_without(rule: MatchingRule, *, progress: "Progress | None" = None) -> "Tried":
    """What the matches would be without one of the company's rules; changes nothing."""
    return _tried(rule.company, without=rule, progress=progress)


def _tried(
    company: Company,
    *,
    more: tuple[str, str] | None = None,
    without: MatchingRule | None = None,
    progress: "Progress | None",
) -> "Tried":
    from tieback.matching import lessons  # noqa: PLC0415

    lists = read_lists(company.pk)
    return lessons.tried(
        lists.jobs,
        lists.projects,
        lists.known,
        active_rules(company),
        active_rules(company, more=more, without=without),
        stated_precision(company),
        progress or _unheard,
    )


def _unheard(step: str, done: int) -> None:
    """Nobody follows."""
