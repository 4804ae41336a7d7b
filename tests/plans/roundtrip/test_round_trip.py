"""What goes out comes back: each word of each kind of file is the decision it stands for."""

from datetime import datetime
from io import BytesIO

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import factories
from tests.plans.roundtrip.conftest import AT, Desk
from tests.stories import do
from tieback.linking.models import Link
from tieback.plans.approving import PlanRefusedError
from tieback.plans.decisions import Action, Decision
from tieback.plans.roundtrip.checking import Fate
from tieback.plans.roundtrip.columns import COLUMNS, WORDS
from tieback.plans.roundtrip.rows import rows_of_plan
from tieback.plans.roundtrip.writing import written
from tieback.plans.services import apply, draft
from tieback.staging.models import Job

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("kind", ["xlsx", "csv", "json"])
def test_what_nobody_touched_decides_nothing(desk: Desk, kind: str) -> None:
    checked = desk.checked(desk.exported(kind), kind)

    assert [one.fate for one in checked.verdicts] == [Fate.LEFT] * 3
    assert checked.decisions == []


@pytest.mark.parametrize("kind", ["xlsx", "csv", "json"])
def test_each_word_is_the_decision_it_stands_for(desk: Desk, kind: str) -> None:
    def decide(rows: list[dict[str, str]]) -> None:
        for row, word in zip(rows, ("link", " Not a  MATCH ", "archive"), strict=True):
            row["decision"], row["note"] = word, "seen with Ann"

    checked = desk.returned(decide, kind)

    (first, p1), (second, p2), (third, _) = desk.pairs
    assert checked.decisions == [
        Decision(Action.LINK, first.pk, p1.pk, note="seen with Ann"),
        Decision(Action.REJECT, second.pk, p2.pk, note="seen with Ann"),
        Decision(Action.ARCHIVE, third.pk, note="seen with Ann"),
    ]
    assert [one.fate for one in checked.verdicts] == [Fate.NEW] * 3


def test_another_project_is_found_by_its_number(desk: Desk, now: datetime) -> None:
    other = desk.yard.project(number="=24-001")

    def decide(rows: list[dict[str, str]]) -> None:
        rows[0] |= {"decision": "link", "other_project": "=24-001"}

    checked = desk.returned(decide)
    plan = draft(decisions=checked.decisions, title="From a file", by=desk.yard.cast.admin, now=now)
    apply(plan=plan, by=desk.yard.cast.admin, clock=lambda: now)

    assert Link.objects.get().project == other


def test_a_plan_goes_out_with_its_decisions_and_comes_back_as_itself(
    desk: Desk, now: datetime
) -> None:
    (first, p1), (second, p2), (third, _) = desk.pairs
    decisions = [
        Decision(Action.LINK, first.pk, p1.pk, note="sure"),
        Decision(Action.REJECT, second.pk, p2.pk),
        Decision(Action.ARCHIVE, third.pk),
    ]
    plan = draft(decisions=decisions, title="Mixed", by=desk.yard.cast.admin, now=now)
    rows = rows_of_plan(plan)
    files = [written(rows_of_plan(plan), "json", title="Mixed") for _ in range(2)]

    checked = desk.checked(files[0], "json")
    again = draft(decisions=checked.decisions, title="Mixed", by=desk.yard.cast.admin, now=now)

    assert files[0] == files[1]
    assert [row.cells["decision"] for row in rows] == ["link", "not a match", "archive"]
    assert [one.fate for one in checked.verdicts] == [Fate.SAME] * 3
    assert again.content_hash == plan.content_hash
    assert [row.note for row in again.rows.all()] == ["sure", "", ""]


def test_a_decision_that_was_taken_out_or_turned_round_is_a_change(
    desk: Desk, now: datetime
) -> None:
    decisions = [Decision(Action.LINK, job.pk, project.pk) for job, project in desk.pairs[:2]]
    plan = draft(decisions=decisions, title="Links", by=desk.yard.cast.admin, now=now)
    content = written(rows_of_plan(plan), "json", title="Links").decode()
    turned = content.replace('"decision": "link"', '"decision": "archive"', 1)
    dropped = turned.replace('"decision": "link"', '"decision": "leave"', 1)

    checked = desk.checked(dropped.encode(), "json")

    assert [(one.fate, one.before) for one in checked.verdicts] == [(Fate.CHANGED, "link")] * 2
    assert checked.decisions == [Decision(Action.ARCHIVE, desk.pairs[0][0].pk)]


def test_a_job_without_a_proposal_is_linked_by_the_number_alone(desk: Desk) -> None:
    job, other = desk.yard.job(), desk.yard.project(number="P-9000")
    content = desk.exported("json", [job]).decode()
    without = content.replace('"decision": "leave"', '"decision": "link"')
    named = without.replace('"other_project": ""', '"other_project": "P-9000"')

    assert desk.checked(named.encode(), "json").decisions == [
        Decision(Action.LINK, job.pk, other.pk)
    ]
    [refused] = desk.checked(without.encode(), "json").refused
    assert refused.problem is not None
    assert refused.problem.reason.startswith("no project was proposed")


def test_a_plan_whose_rows_have_no_word_in_a_sheet_is_not_exported(
    desk: Desk, now: datetime
) -> None:
    job, project = desk.pairs[0]
    do(Action.LINK, job, project, by=desk.yard.cast.admin, now=now)
    plan = draft(
        decisions=[Decision(Action.UNLINK, job.pk)], title="Un", by=desk.yard.cast.admin, now=now
    )

    with pytest.raises(PlanRefusedError, match="rows that a sheet has no word for"):
        rows_of_plan(plan)


def test_the_workbook_locks_what_is_not_to_be_changed_and_offers_the_words(desk: Desk) -> None:
    Job.objects.filter(pk=desk.pairs[0][0].pk).update(name='=HYPERLINK("http://x.example")')

    book = openpyxl.load_workbook(BytesIO(desk.exported("xlsx")))

    sheet = book["Decisions"]
    assert book.sheetnames == ["Decisions", "Notes"]
    assert sheet.protection.sheet
    assert [cell.protection.locked for cell in sheet[2]] == [not c.is_open for c in COLUMNS]
    [choice] = sheet.data_validations.dataValidation
    assert choice.formula1 == f'"{",".join(WORDS)}"'
    assert str(choice.sqref) == "K2:K4"
    assert sheet[2][AT["job_name"]].data_type == "s"
    assert sheet[2][AT["probability"]].value == 0.9912


def test_csv_runs_nothing_in_a_spreadsheet_and_still_comes_back(desk: Desk) -> None:
    Job.objects.filter(pk=desk.pairs[0][0].pk).update(name="=cmd|' /C calc'!A0")

    content = desk.exported("csv")

    assert b",'=cmd|" in content
    assert desk.checked(content, "csv").refused == []


def test_twenty_rows_take_no_more_queries_than_three(desk: Desk) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            desk.checked(desk.exported("json"), "json")
        return len(seen) - len(desk.pairs)

    of_three = queries()
    pairs = desk.yard.pairs(17)
    for job, project in pairs:
        factories.make_candidate(job, project)
    desk.pairs += pairs

    assert queries() == of_three
