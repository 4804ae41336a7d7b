"""A company's own rules and its precision: who may, what may be one, and what is kept."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from tests.concurrency import at_once
from tests.conftest import Cast
from tieback.access.actors import NotAllowedError, NotOfCompanyError
from tieback.audit.models import AuditEvent
from tieback.proposing.models import MatchingRule, MatchingSettings
from tieback.proposing.rules import (
    RulesError,
    active_rules,
    add_rule,
    remove_rule,
    rules_of,
    set_precision,
    stated_precision,
)

pytestmark = pytest.mark.django_db


def add(cast: Cast, line: str, now: datetime, kind: str = "abbreviation") -> MatchingRule:
    return add_rule(company=cast.company, kind=kind, line=line, by=cast.admin, now=now)


def test_a_rule_is_read_by_from_now_on_and_stands_in_the_trail(acme: Cast, now: datetime) -> None:
    rule = add_rule(
        company=acme.company,
        kind="abbreviation",
        line="  Boilerhouse   BHX ",
        reason="In 4 links.",
        was_offered=True,
        by=acme.admin,
        now=now,
    )

    assert (rule.line, rule.was_offered, rule.added_by_name) == (
        "Boilerhouse BHX",
        True,
        acme.admin.name,
    )
    rules = active_rules(acme.company)
    assert rules.family("bhx") == rules.family("boilerhouse")
    event = AuditEvent.objects.get(action="matching_rule.add")
    assert (event.after["line"], event.note) == ("Boilerhouse BHX", "In 4 links.")


def test_a_removed_rule_holds_no_more_and_stays_as_history(acme: Cast, now: datetime) -> None:
    rule = add(acme, "boilerhouse bhx", now)

    removed = remove_rule(rule=rule, by=acme.admin, now=now + timedelta(hours=1))

    assert list(rules_of(acme.company)) == []
    assert MatchingRule.objects.get().removed_at == now + timedelta(hours=1)
    rules = active_rules(acme.company)
    assert rules.family("bhx") != rules.family("boilerhouse")
    assert AuditEvent.objects.get(action="matching_rule.remove").after["line"] == removed.line
    with pytest.raises(RulesError, match=r"removed “boilerhouse bhx” on 2026-03-02 at 11:15 UTC"):
        remove_rule(rule=rule, by=acme.admin, now=now)
    assert add(acme, "boilerhouse bhx", now).pk != rule.pk


@pytest.mark.parametrize(
    ("kind", "line", "said"),
    [
        ("abbreviation", "alone", "“alone” cannot be a rule: it needs a word and at least one"),
        ("abbreviation", "", "“” cannot be a rule: the line says nothing"),
        ("abbreviation", "phase 2", "Numbers tell siblings apart"),
        ("word", "nonsense x", "“nonsense” is no kind of rule"),
        ("spell", "a b", "“spell” is no kind of rule. Choose one of: word, abbreviation."),
        ("word", "stop " + "x" * 300, "it is longer than 200 characters"),
        ("word", "stop pi\u202eer", "cannot be seen"),
    ],
)
def test_what_cannot_be_a_rule_is_refused_with_the_reason(
    acme: Cast, now: datetime, kind: str, line: str, said: str
) -> None:
    with pytest.raises(RulesError) as refused:
        add(acme, line, now, kind)

    assert said in str(refused.value)
    assert not MatchingRule.objects.exists()


def test_the_same_line_twice_is_refused_by_name(acme: Cast, now: datetime) -> None:
    add(acme, "boilerhouse bhx", now)

    with pytest.raises(RulesError, match="Admin of Acme Builders added “boilerhouse bhx” on"):
        add(acme, "boilerhouse  bhx", now)


def test_a_line_that_contradicts_another_rule_is_refused(acme: Cast, now: datetime) -> None:
    add(acme, "stop bhx", now, "word")

    with pytest.raises(RulesError, match="do not go together"):
        add(acme, "boilerhouse bhx", now)

    assert [rule.line for rule in rules_of(acme.company)] == ["stop bhx"]


def test_rules_take_admin_in_the_same_company(acme: Cast, rival: Cast, now: datetime) -> None:
    rule = add(acme, "boilerhouse bhx", now)

    for by, error in ((acme.standard, NotAllowedError), (rival.admin, NotOfCompanyError)):
        with pytest.raises(error):
            add_rule(company=acme.company, kind="word", line="stop bhx", by=by, now=now)
        with pytest.raises(error):
            remove_rule(rule=rule, by=by, now=now)
        with pytest.raises(error):
            set_precision(company=acme.company, precision="0.99", by=by, now=now)

    assert list(rules_of(acme.company)) == [rule]
    assert list(rules_of(rival.company)) == []


@pytest.mark.django_db(transaction=True)
def test_of_two_who_add_a_line_at_once_one_is_told_of_the_other(acme: Cast, now: datetime) -> None:
    add_one = lambda: add(acme, "boilerhouse bhx", now)  # noqa: E731

    found = at_once(add_one, add_one)

    assert sorted(type(one).__name__ for one in found) == ["MatchingRule", "RulesError"]
    assert rules_of(acme.company).count() == 1


def test_the_precision_is_the_usual_one_until_stated(acme: Cast, now: datetime) -> None:
    usual = stated_precision(acme.company)

    set_precision(company=acme.company, precision=" 0.9950 ", by=acme.admin, now=now)
    set_precision(company=acme.company, precision=Decimal("0.995"), by=acme.admin, now=now)

    assert (usual, stated_precision(acme.company)) == (0.998, 0.995)
    event = AuditEvent.objects.get(action="matching.set_precision")
    assert (event.before, event.after) == ({"precision": "0.9980"}, {"precision": "0.9950"})


@pytest.mark.parametrize("said", ["1", "0.5", "99.5", "NaN", "Infinity", "high", "", "0.99999"])
def test_a_precision_that_nothing_can_promise_is_refused(
    acme: Cast, now: datetime, said: str
) -> None:
    with pytest.raises(RulesError, match=r"State a share from 0\.9 to 0\.9999; 0\.998 is usual"):
        set_precision(company=acme.company, precision=said, by=acme.admin, now=now)

    assert not MatchingSettings.objects.exists()
