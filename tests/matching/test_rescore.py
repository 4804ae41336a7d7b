"""What changed is scored by itself, and says what the whole would say."""

import random
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from benchmarks.made_lists import Made, make
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.matching.lists import rows, side
from tieback.matching.calibrate import floor
from tieback.matching.choices import Choices
from tieback.matching.compare import compare
from tieback.matching.engine import match, matches_of, tie
from tieback.matching.known import Known
from tieback.matching.lanes import lanes_at
from tieback.matching.prepare import prepare
from tieback.matching.prepared import Prepared, finished, scores_of
from tieback.matching.records import Records, records_from
from tieback.matching.rescore import Update, rescore
from tieback.matching.slots import slots_of
from tieback.matching.solve import assign, rivals
from tieback.matching.twins import twins

Answers = dict[str, tuple[object, ...]]
MADE = make(150, 5)
SCHOOLS = ("Harbor", "Cedar", "Quarry")
# Few names for many records, so that a change reaches far.
CROWD = Made(
    *(
        [
            {
                "id": f"{side}{at}",
                "name": f"{SCHOOLS[at % 3]} School {('Roof', 'Boiler')[at % 2]}",
                "value": 10_000 * (1 + at % 7) + at % 5,
                "owner": ("City of Dunmore", "Brix Homes")[at % 2],
            }
            for at in range(48)
        ]
        for side in "JP"
    ),
    [(f"J{at}", f"P{at}") for at in range(48)],
)
WORDS = ("Harbor", "Cedar", "Roof", "Boiler", "School", "Phase 2", "Annex", "Library", "PH 3")


def as_records(given: list[dict[str, object]]) -> Records:
    return records_from(given)


@pytest.fixture(scope="module")
def start() -> Prepared:
    return prepare(as_records(MADE.jobs), as_records(MADE.projects))[1]


@pytest.fixture(scope="module")
def crowd() -> Prepared:
    return prepare(as_records(CROWD.jobs), as_records(CROWD.projects))[1]


def afresh(prepared: Prepared) -> Answers:
    """The answer for each open job, with all pairs compared, scored and solved once more.

    Only what is fitted to the lists as a whole stays: weights, rarities, counts, threshold.
    """
    slots = prepared.slots
    is_open = np.flatnonzero(slots.is_open)
    order = np.lexsort((slots.project[is_open], slots.job[is_open]))
    pairs, every = slots.pairs(is_open[order]), np.arange(len(is_open))
    evidence = compare(*prepared.sides, pairs, prepared.reading.vocabulary, prepared.counted)
    slots = replace(slots_of(pairs, evidence, prepared.weights), is_open=np.ones(len(pairs), bool))
    score = scores_of(replace(prepared, slots=slots), every, every)
    matched = assign(score + tie(pairs, prepared.places), pairs, prepared.sizes, floor(1))
    matched = matched[score[matched] > floor(prepared.worth)]
    is_matched = np.isin(every, matched)
    whole = finished(replace(prepared, slots=replace(slots, score=score, is_matched=is_matched)))
    _, found = whole.scored(every)
    chosen = np.flatnonzero(whole.slots.is_chosen)
    beside = rivals(found.score, pairs, prepared.sizes)
    laned = lanes_at(
        prepared.threshold, prepared.why_empty, found.score, beside, found.evidence, chosen
    )
    chances = whole.slots.chance[chosen]
    records = prepared.sides[0].records, prepared.sides[1].records
    return answers(
        [key for key, row in prepared.rows[0].items() if prepared.is_open[0][row]],
        matches_of(found, beside, chosen, chances, laned),
        twins(found.score, chosen, laned.is_twin, pairs, records),
        Choices(
            found,
            prepared.rows[0],
            dict(zip(chosen.tolist(), chances.tolist(), strict=True)),
        ),
    )


def answers(job_ids: Any, matches: Any, groups: Any, choices: Any) -> Answers:
    """By job: its match, its candidates, its group."""
    by_job = {one.job_id: one for one in matches}
    group_of = {key: group for group in groups for key in group.job_ids}
    return {key: _answer(key, by_job, group_of, choices) for key in job_ids}


def _answer(key: str, by_job: Any, group_of: Any, choices: Any) -> tuple[object, ...]:
    one, group = by_job.get(key), group_of.get(key)
    return (
        one and (one.project_id, round(one.probability, 4), round(one.margin, 4), one.lane),
        one and one.sentence,
        [(c.project_id, round(c.score, 3), c.sentence) for c in choices.of(key, 5)],
        group and (sorted(group.job_ids), sorted(group.project_ids)),
    )


def told(update: Update) -> Answers:
    class Told:
        of = staticmethod(update.choices)

    return answers(update.touched_jobs, update.matches, update.twins, Told)


def partners(prepared: Prepared) -> list[tuple[str, str]]:
    slots = prepared.slots
    ids = prepared.sides[0].records.id, prepared.sides[1].records.id
    chosen = np.flatnonzero(slots.is_chosen)
    return [(ids[0][slots.job[at]], ids[1][slots.project[at]]) for at in chosen]


@st.composite
def changes(draw: st.DrawFn, made: Made = MADE) -> dict[str, Any]:
    """New, changed and gone records of either side, and decisions about pairs."""
    chance = random.Random(draw(st.integers(0, 10**6)))
    found: dict[str, Any] = {}
    for name, held in (("jobs", made.jobs), ("projects", made.projects)):
        picked = chance.sample(held, 5)
        changed = [{**row, **_edit(row, chance)} for row in picked[: draw(st.integers(0, 3))]]
        new = [{**chance.choice(held), "id": f"new {chance.random()}"}] * draw(st.integers(0, 1))
        gone = [str(row["id"]) for row in picked[3 : 3 + draw(st.integers(0, 2))]]
        found |= {name: as_records([*changed, *new]), f"gone_{name}": gone}
    pairs = chance.sample(made.truth, 4)
    found["confirmed"] = pairs[: draw(st.integers(0, 2))]
    found["rejected"] = pairs[2 : 2 + draw(st.integers(0, 2))]
    return found


def _edit(row: dict[str, object], chance: random.Random) -> dict[str, object]:
    return chance.choice(
        [
            {"name": f"{chance.choice(WORDS)} {row['name']}"},
            {"name": " ".join(chance.sample(WORDS, 3))},
            {"value": chance.randint(1_000, 10**6)},
            {"number": f"{chance.randint(10, 30)}-{chance.randint(1_000, 1_100)}"},
            {"start": f"20{chance.randint(14, 25)}-03-01", "owner": None},
        ]
    )


def test_preparing_gives_the_answer_of_a_match() -> None:
    lists = as_records(MADE.jobs), as_records(MADE.projects)
    known = Known(tuple(MADE.truth[:5]), ((MADE.truth[7]),))

    found, _ = prepare(*lists, known=known)

    assert found == match(*lists, known=known)


def test_where_nothing_changed_nothing_is_touched(start: Prepared) -> None:
    update, later = rescore(
        start, jobs=as_records(MADE.jobs[:40]), projects=as_records(MADE.projects[:40])
    )

    assert update == Update()
    assert partners(later) == partners(start)


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(what=changes())
def test_touched_jobs_get_the_answer_of_the_whole_and_all_others_keep_theirs(
    start: Prepared, what: dict[str, Any]
) -> None:
    check_against_the_whole(start, what)


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(what=changes(CROWD))
def test_the_same_holds_in_a_crowd_of_look_alikes(crowd: Prepared, what: dict[str, Any]) -> None:
    check_against_the_whole(crowd, what)


def test_one_change_in_a_longer_list_leaves_most_of_it_as_it_was() -> None:
    made, chance = make(900, 4), random.Random(2)
    later = prepare(as_records(made.jobs), as_records(made.projects))[1]

    for row in chance.sample(made.jobs, 12):
        changed = {**row, "name": chance.choice(made.jobs)["name"]}
        update, later = check_against_the_whole(later, {"jobs": as_records([changed])})
        assert 0 < len(update.touched_jobs) < 0.4 * len(made.jobs)


def check_against_the_whole(start: Prepared, what: dict[str, Any]) -> tuple[Update, Prepared]:
    before = afresh(start)

    update, later = rescore(start, **what)

    whole, touched = afresh(later), told(update)
    assert {key: touched[key] for key in touched if key in whole} == {
        key: whole[key] for key in touched if key in whole
    }
    kept = whole.keys() - touched.keys()
    assert {key: before[key] for key in kept} == {key: whole[key] for key in kept}
    assert all(touched[key] == (None, None, [], None) for key in touched.keys() - whole.keys())
    return update, later


@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(one=changes(), other=changes())
def test_no_job_and_no_project_stands_twice_however_often_it_is_rescored(
    start: Prepared, one: dict[str, Any], other: dict[str, Any]
) -> None:
    _, later = rescore(start, **one)
    _, later = rescore(later, **other)

    jobs, projects = zip(*partners(later), strict=True)
    assert len(set(jobs)) == len(jobs)
    assert len(set(projects)) == len(projects)
    assert afresh(later).keys() >= set(jobs)


@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(what=changes(), back=st.booleans())
def test_changes_may_come_one_by_one_in_any_order_or_all_at_once(
    start: Prepared, what: dict[str, Any], back: bool
) -> None:
    parts = [{name: value} for name, value in what.items()]
    one_by_one = start
    for part in reversed(parts) if back else parts:
        _, one_by_one = rescore(one_by_one, **part)

    _, at_once = rescore(start, **what)

    assert sorted(partners(one_by_one)) == sorted(partners(at_once))


def test_what_was_prepared_stays_as_it_was(start: Prepared) -> None:
    before = afresh(start)

    rescore(start, gone_jobs=[str(row["id"]) for row in MADE.jobs[:20]])

    assert afresh(start) == before


def test_a_new_job_finds_its_project_and_the_project_its_new_job() -> None:
    every = rows()
    prepared = prepare(side(every[:40], "J"), side(every[:40], "P"))[1]

    new = [(f"J{row['id']}", f"P{row['id']}") for row in every[40:44]]

    update, later = rescore(prepared, jobs=side(every[40:44], "J"))
    assert {job for job, _ in new} <= update.touched_jobs
    assert {job for job, _ in new}.isdisjoint(one.job_id for one in update.matches)
    update, _ = rescore(later, projects=side(every[40:44], "P"))

    assert set(new) <= {(one.job_id, one.project_id) for one in update.matches}


def test_a_job_and_its_project_may_be_new_at_once_to_empty_lists() -> None:
    prepared = prepare(side([]), side([]))[1]

    update, _ = rescore(prepared, jobs=side(rows(12), "J"), projects=side(rows(12), "P"))

    assert {(one.job_id[1:], one.project_id[1:]) for one in update.matches} == {
        (str(row["id"]), str(row["id"])) for row in rows(12)
    }


def test_a_confirmed_pair_leaves_and_comes_back_when_it_is_reopened(start: Prepared) -> None:
    job, project = partners(start)[0]
    before = afresh(start)

    update, later = rescore(start, confirmed=[(job, project)])
    assert job in update.touched_jobs
    assert job not in {one.job_id for one in update.matches}
    assert update.choices(job) == []

    update, again = rescore(later, reopened=[(job, project)])
    assert (job, project) in {(one.job_id, one.project_id) for one in update.matches}
    assert afresh(again)[job][0] == before[job][0]


def test_a_rejected_pair_is_not_offered_even_when_its_job_changes(start: Prepared) -> None:
    rivals_of = np.bincount(start.slots.job)
    job, project = next(pair for pair in partners(start) if rivals_of[start.rows[0][pair[0]]] > 3)
    row = next(row for row in MADE.jobs if row["id"] == job)

    _, later = rescore(start, rejected=[(job, project)])
    update, _ = rescore(later, jobs=as_records([{**row, "status": "Closed 2"}]))

    assert update.choices(job, 50)
    assert project not in {one.project_id for one in update.choices(job, 50)}


def test_when_a_linked_project_is_gone_its_job_is_to_be_matched_again(start: Prepared) -> None:
    job, project = partners(start)[5]
    _, linked = rescore(start, confirmed=[(job, project)])

    update, later = rescore(linked, gone_projects=[project])

    assert job in update.touched_jobs
    assert later.is_open[0][later.rows[0][job]]
    assert project not in {one.project_id for one in update.choices(job, 50)}


def test_long_chains_of_changes_end_where_one_change_ends() -> None:
    made: Made = make(80, 9)
    prepared = prepare(as_records(made.jobs), as_records(made.projects))[1]
    once = prepared
    for at in range(12):
        changed = {**made.jobs[0], "name": f"Something Else {at}"}
        _, once = rescore(once, jobs=as_records([changed]))
    _, once = rescore(once, jobs=as_records([made.jobs[0]]))

    assert {key: answer[0] for key, answer in afresh(once).items()} == {
        key: answer[0] for key, answer in afresh(prepared).items()
    }
