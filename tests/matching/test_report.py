"""What is said about the whole list, look-alikes that belong together, and a job's candidates."""

import json
from dataclasses import asdict

import pytest

from tests.matching.lists import rows, side
from tieback.matching.engine import Matching, match, score_pairs
from tieback.matching.lanes import SAFE_WITH_NUMBERS, SAFE_WITHOUT_NUMBERS, Lane, safe_from
from tieback.matching.report import LABELS
from tieback.matching.rules import default_rules
from tieback.matching.score import WEIGHED, _seen_before, levels


def solved() -> Matching:
    return match(side(rows(), "J"), side(rows()[10:], "P"))


def test_the_report_is_small_json_without_not_a_number() -> None:
    text = json.dumps(asdict(solved().report), allow_nan=False)

    assert len(text) < 20_000


def test_the_chart_falls_from_the_surest_to_all_matches() -> None:
    found = solved()

    chart = found.report.chart
    assert 1 <= len(chart) <= 40
    assert chart[-1].matches == len(found.matches)
    assert [point.matches for point in chart] == sorted({point.matches for point in chart})
    for point in chart:
        above = [one.probability for one in found.matches if one.probability >= point.probability]
        assert len(above) == point.matches
        assert point.precision == pytest.approx(sum(above) / len(above))
    assert found.report.safe_from == found.safe_from


def test_the_histogram_counts_every_match_once() -> None:
    found = solved()

    counted = [0] * 15
    for one in found.matches:
        counted[min(int(one.probability * 15), 14)] += 1
    assert found.report.histogram == counted


def test_every_level_of_every_field_has_a_label_in_words() -> None:
    sizes = {name: len(m) for name, (m, _) in _seen_before().items()}

    assert {name: len(labels) for name, labels in LABELS.items()} == sizes
    assert tuple(LABELS) == WEIGHED
    assert all(len(set(labels)) == len(labels) for labels in LABELS.values())


def test_weights_come_with_the_number_of_pairs_and_matches_they_rest_on() -> None:
    found = solved()

    for name in WEIGHED:
        of_field = [one for one in found.report.weights if one.field == name]
        assert sum(one.matches for one in of_field) == len(found.matches)
    same = next(o for o in found.report.weights if (o.field, o.label) == ("number", "same"))
    assert same.matches == len(found.matches)
    assert same.weight > 3


def test_look_alikes_are_one_group_that_names_all_of_them() -> None:
    twins = [{"id": f"t{at}", "name": "Belvedere Stables Annex", "value": 5} for at in range(3)]

    found = match(side([*rows(), *twins], "J"), side([*rows(), *twins[:2]], "P"))

    assert [(group.job_ids, group.project_ids) for group in found.twins] == [
        (["Jt0", "Jt1", "Jt2"], ["Pt0", "Pt1"])
    ]


@pytest.mark.parametrize("count", [2, 7])
def test_each_match_in_twins_is_in_exactly_one_group_with_another_record(count: int) -> None:
    alike = [{**row, "id": f"{row['id']}-{copy}"} for row in rows(12) for copy in range(count)]

    found = match(side(alike, "J"), side(alike, "P"))

    grouped = [job for group in found.twins for job in group.job_ids]
    assert len(grouped) == len(set(grouped))
    assert {one.job_id for one in found.matches if one.lane is Lane.TWINS} <= set(grouped)
    assert all(len(group.job_ids) + len(group.project_ids) > 2 for group in found.twins)


def test_the_candidates_of_a_job_are_its_best_with_the_match_among_them() -> None:
    found = solved()

    for one in found.matches:
        choices = found.choices(one.job_id)
        assert [choice.rank for choice in choices] == [*range(1, len(choices) + 1)]
        assert [c.score for c in choices] == sorted((c.score for c in choices), reverse=True)
        mine = next(choice for choice in choices if choice.project_id == one.project_id)
        assert (mine.probability, mine.sentence) == (one.probability, one.sentence)
        assert len({choice.project_id for choice in choices}) == len(choices) <= 5


def test_a_job_that_is_not_in_the_list_has_no_candidates() -> None:
    assert solved().choices("nobody") == []
    assert match(side(rows(3)), side([])).choices("r000") == []


def test_the_steps_of_a_candidate_sum_up_to_its_odds_and_say_what_the_sentence_says() -> None:
    found = solved()

    for one in found.matches:
        for choice in found.choices(one.job_id):
            total = sum(step.weight for step in choice.steps)
            assert total == pytest.approx(choice.score, abs=1e-3)
            spoken = [step.said for step in choice.steps if step.said]
            assert sorted(" ".join(spoken)) == sorted(choice.sentence)
            assert all(part in choice.sentence for part in spoken)


def test_the_usual_precision_has_the_thresholds_that_were_measured() -> None:
    assert safe_from(0.998, has_numbers=True) == pytest.approx(SAFE_WITH_NUMBERS)
    assert safe_from(0.998, has_numbers=False) == pytest.approx(SAFE_WITHOUT_NUMBERS)


def test_a_stricter_precision_asks_for_more_and_a_looser_one_for_less_but_not_without_end() -> None:
    asked = [safe_from(share, has_numbers=True) for share in (0.9999, 0.999, 0.998, 0.995, 0.99)]

    assert asked == sorted(asked, reverse=True)
    assert safe_from(0.999, has_numbers=True) == pytest.approx(SAFE_WITH_NUMBERS + 0.694, abs=0.001)
    assert safe_from(0.6, has_numbers=True) == safe_from(0.99, has_numbers=True) > 2


def test_a_stricter_company_has_fewer_safe_matches_and_the_same_matches() -> None:
    strict, usual = (
        match(side(rows(), "J"), side(rows()[10:], "P"), precision=share)
        for share in (0.99999999, 0.998)
    )

    assert [one.project_id for one in strict.matches] == [one.project_id for one in usual.matches]
    assert [one for one in usual.matches if one.lane is Lane.SAFE]
    assert not [one for one in strict.matches if one.lane is Lane.SAFE]
    assert strict.why_no_safe
    assert not usual.why_no_safe


def test_no_pair_has_a_level_without_a_label() -> None:
    found = score_pairs(side(rows(), "J"), side(rows(), "P"), default_rules())

    for name, level in levels(found.evidence).items():
        assert level.max() < len(LABELS[name])
