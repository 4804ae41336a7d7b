"""Drawing a sample of a plan and judging it: the doors, and what they leave behind."""

from datetime import datetime, timedelta

import pytest
from django.db import connection as database
from django.test.utils import CaptureQueriesContext

from tests.conftest import Cast
from tests.review.conftest import Site, make_site
from tieback.access.actors import NotAllowedError, NotOfCompanyError
from tieback.audit.chain import breaks
from tieback.audit.models import AuditEvent
from tieback.plans.decisions import Action, Decision
from tieback.plans.models import Plan, PlanRow
from tieback.plans.services import draft
from tieback.review.models import Sample, SampleRow
from tieback.review.refusals import ReviewError
from tieback.review.samples import conclusion, draw, judge, samples_of

Verdict = SampleRow.Verdict


def test_a_sample_holds_different_rows_of_the_plan_in_the_order_drawn(
    site: Site, acme: Cast, now: datetime
) -> None:
    plan = site.plan(12, now)

    sample = draw(plan=plan, size=5, by=acme.standard, now=now)

    rows = list(sample.rows.values_list("position", "job", "project", "verdict", "judged_at"))
    pairs = set(plan.rows.values_list("job", "project"))
    assert [row[0] for row in rows] == [1, 2, 3, 4, 5]
    assert len({row[1:3] for row in rows} & pairs) == 5
    assert {row[3:] for row in rows} == {("", None)}
    assert (sample.population, len(sample.seed)) == (12, 32)


def test_the_same_seed_draws_the_same_rows(site: Site, acme: Cast, now: datetime) -> None:
    plan = site.plan(12, now)

    first = draw(plan=plan, size=5, by=acme.admin, now=now)
    again = draw(plan=plan, size=5, by=acme.admin, now=now, seed=first.seed)
    other = draw(plan=plan, size=12, by=acme.admin, now=now)

    def jobs(sample: Sample) -> list[int]:
        return list(sample.rows.values_list("job", flat=True))

    assert jobs(again) == jobs(first)
    assert (other.seed != first.seed, sorted(jobs(other))) == (
        True,
        sorted(plan.rows.values_list("job", flat=True)),
    )


def test_drawing_and_judging_are_kept_in_the_audit_trail(
    site: Site, acme: Cast, now: datetime
) -> None:
    plan = site.plan(3, now)

    sample = draw(plan=plan, size=1, by=acme.standard, now=now)
    row = judge(row=sample.rows.get(), verdict=Verdict.WRONG, by=acme.admin, now=now)

    drawn, judged = AuditEvent.objects.order_by("-seq")[:2][::-1]
    assert (drawn.action, drawn.actor_name, drawn.target_label) == (
        "sample.draw",
        acme.standard.name,
        "Safe lane",
    )
    assert drawn.after == {"sample": sample.pk, "rows": 1, "of": 3, "seed": sample.seed}
    assert (judged.action, judged.target_id, judged.before) == (
        "sample.judge",
        str(row.job_id),
        {"verdict": ""},
    )
    assert judged.after == {"verdict": "wrong", "sample": sample.pk, "project": row.project_id}
    assert list(breaks(acme.company)) == []


def test_a_second_look_changes_the_verdict_and_both_stay_in_the_trail(
    site: Site, acme: Cast, now: datetime
) -> None:
    row = draw(plan=site.plan(1, now), size=1, by=acme.admin, now=now).rows.get()

    judge(row=row, verdict=Verdict.WRONG, by=acme.standard, now=now)
    judge(row=row, verdict=Verdict.RIGHT, by=acme.admin, now=now + timedelta(minutes=1))
    judge(row=row, verdict=Verdict.RIGHT, by=acme.standard, now=now + timedelta(minutes=2))

    row.refresh_from_db()
    changes = AuditEvent.objects.filter(action="sample.judge").order_by("seq")
    assert (row.verdict, row.judged_by_name) == ("right", acme.admin.name)
    assert row.judged_at == now + timedelta(minutes=1)
    assert [(e.before["verdict"], e.after["verdict"]) for e in changes] == [
        ("", "wrong"),
        ("wrong", "right"),
    ]


def test_rows_that_do_not_link_or_are_held_back_are_not_drawn(
    site: Site, acme: Cast, now: datetime
) -> None:
    linked, project = site.pair("1")
    blocked, off = site.pair("2")
    off.is_erp_integrated = False
    off.save()
    archived, _ = site.pair("3")
    plan = draft(
        decisions=[
            Decision(Action.LINK, linked.pk, project.pk),
            Decision(Action.LINK, blocked.pk, off.pk),
            Decision(Action.ARCHIVE, archived.pk),
        ],
        title="Mixed",
        by=acme.admin,
        now=now,
    )

    sample = draw(plan=plan, size=1, by=acme.admin, now=now)

    assert (sample.population, sample.rows.get().job_id) == (1, linked.pk)
    with pytest.raises(ReviewError, match="A sample of 2 cannot be drawn from 1 rows"):
        draw(plan=plan, size=2, by=acme.admin, now=now)


@pytest.mark.parametrize("size", [0, -1, 4, 10**9])
def test_a_sample_that_cannot_be_is_refused_in_words(
    site: Site, acme: Cast, now: datetime, size: int
) -> None:
    plan = site.plan(3, now)

    with pytest.raises(ReviewError, match="Ask for 1 to 3"):
        draw(plan=plan, size=size, by=acme.admin, now=now)

    assert not Sample.objects.exists()


def test_a_plan_that_links_nothing_has_nothing_to_draw(
    site: Site, acme: Cast, now: datetime
) -> None:
    job, _ = site.pair("1")
    decisions = [Decision(Action.ARCHIVE, job.pk)]
    plan = draft(decisions=decisions, title="Old ones", by=acme.admin, now=now)

    with pytest.raises(ReviewError, match="“Old ones” links nothing"):
        draw(plan=plan, size=1, by=acme.admin, now=now)


def test_a_discarded_plan_is_not_drawn_from(site: Site, acme: Cast, now: datetime) -> None:
    plan = site.plan(3, now)
    Plan.objects.update(discarded_at=now)
    plan.refresh_from_db()

    with pytest.raises(ReviewError, match="was discarded"):
        draw(plan=plan, size=1, by=acme.admin, now=now)


def test_reading_is_not_enough_to_draw_or_to_judge(site: Site, acme: Cast, now: datetime) -> None:
    plan = site.plan(2, now)
    row = draw(plan=plan, size=1, by=acme.standard, now=now).rows.get()

    with pytest.raises(NotAllowedError, match="draw a sample you need Standard"):
        draw(plan=plan, size=1, by=acme.reader, now=now)
    with pytest.raises(NotAllowedError, match="judge a sample you need Standard"):
        judge(row=row, verdict=Verdict.RIGHT, by=acme.reader, now=now)


def test_another_companys_plan_and_sample_are_not_there(
    site: Site, acme: Cast, rival: Cast, now: datetime
) -> None:
    theirs = make_site(rival).plan(2, now)
    row = draw(plan=theirs, size=1, by=rival.admin, now=now).rows.get()

    with pytest.raises(NotOfCompanyError):
        draw(plan=theirs, size=1, by=acme.admin, now=now)
    with pytest.raises(NotOfCompanyError):
        judge(row=row, verdict=Verdict.RIGHT, by=acme.admin, now=now)


def test_the_conclusion_counts_the_verdicts(site: Site, acme: Cast, now: datetime) -> None:
    sample = draw(plan=site.plan(6, now), size=3, by=acme.admin, now=now)
    for row, verdict in zip(sample.rows.all(), Verdict, strict=True):
        judge(row=row, verdict=verdict, by=acme.admin, now=now)

    found = conclusion(sample)

    assert (found.right, found.wrong, found.unsure, found.left) == (1, 1, 1, 0)
    assert (found.population, found.drawn) == (6, 3)


def test_a_plan_knows_its_samples_and_how_many_came_before(
    site: Site, acme: Cast, now: datetime
) -> None:
    plan = site.plan(6, now)
    samples = [draw(plan=plan, size=2, by=acme.admin, now=now) for _ in range(3)]

    with CaptureQueriesContext(database) as caught:
        found = samples_of(plan)

    assert [(one.sample.pk, one.earlier) for one in found] == [
        (samples[2].pk, 2),
        (samples[1].pk, 1),
        (samples[0].pk, 0),
    ]
    assert len(caught) == 2


def test_the_rows_of_the_plan_stay_as_they_were(site: Site, acme: Cast, now: datetime) -> None:
    plan = site.plan(4, now)
    before = list(PlanRow.objects.values())

    row = draw(plan=plan, size=1, by=acme.admin, now=now).rows.get()
    judge(row=row, verdict=Verdict.WRONG, by=acme.admin, now=now)

    assert list(PlanRow.objects.values()) == before
