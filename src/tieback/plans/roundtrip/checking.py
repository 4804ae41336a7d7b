"""What a returned sheet decides: what is new, changed or as before, and what is refused and why.

Nothing is written here. Whatever was done to the file, the worst that comes of it is a sentence.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from tieback.access.actors import Actor
from tieback.access.models import Level
from tieback.connectors.csvfile.cell_error import shown
from tieback.plans.decisions import Action, Decision
from tieback.plans.roundtrip.columns import BY_NAME, LEAVE, LONGEST_NOTE, WORDS
from tieback.plans.roundtrip.keys import RowKey, facts_of, read_key
from tieback.plans.roundtrip.reading import Problem, ReadRow, ReadSheet
from tieback.portfolio.models import Project
from tieback.staging.models import Job

_CHUNK = 500
_ANEW = "Export it anew, and decide this row there."


class Fate(StrEnum):
    """What becomes of a row of the file."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "as before"
    LEFT = "left"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Verdict:
    """One row: what it decides, or the problem; `before` is the word that was exported."""

    row: int
    fate: Fate
    job: Job | None = None
    project: Project | None = None
    decision: Decision | None = None
    before: str = ""
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class Checked:
    """A returned sheet, row by row, with what has to be said of the whole."""

    name: str
    verdicts: list[Verdict]
    notes: list[str]

    @property
    def decisions(self) -> list[Decision]:
        """What the rows that are not refused decide, in the order of the file."""
        return [one.decision for one in self.verdicts if one.decision]

    @property
    def refused(self) -> list[Verdict]:
        return [one for one in self.verdicts if one.fate == Fate.REFUSED]

    @property
    def counts(self) -> dict[str, int]:
        """Fate → how many rows, each fate named."""
        return {fate: sum(one.fate == fate for one in self.verdicts) for fate in Fate}


def check(sheet: ReadSheet, *, actor: Actor) -> Checked:
    """The verdict on each row; raises `NotAllowedError` below Standard."""
    actor.require(Level.STANDARD, "read decisions from a file")
    keyed = [(row, _key(row, actor)) for row in sheet.rows]
    verdicts: list[Verdict] = []
    seen = _Seen()
    for start in range(0, len(keyed), _CHUNK):
        verdicts += _chunk(keyed[start : start + _CHUNK], actor, seen)
    return Checked(sheet.name, verdicts, sheet.notes)


class _Seen:
    """The rows that were met before: no pair twice, and no job with two fates."""

    def __init__(self) -> None:
        self._pairs: dict[tuple[int, int], int] = {}
        self._jobs: dict[int, int] = {}

    def repeat(self, row: int, key: RowKey, action: Action | None) -> str:
        first = self._pairs.setdefault(key.pair, row)
        if first != row:
            return f"the same row stands in row {first} already."
        if action in {Action.LINK, Action.ARCHIVE}:
            first = self._jobs.setdefault(key.job_id, row)
            if first != row:
                return f"row {first} decides on the same ERP project already."
        return ""


def _key(row: ReadRow, actor: Actor) -> RowKey | Problem:
    if row.problem:
        return row.problem
    column = BY_NAME["key"].header
    key = read_key(row.cells["key"])
    if key is None:
        return Problem(column, "its key is missing or was changed.", _ANEW)
    if key.company_id != actor.company_id:
        return Problem(column, "its key is not of this company.", _ANEW)
    return key


def _chunk(
    keyed: Sequence[tuple[ReadRow, RowKey | Problem]], actor: Actor, seen: _Seen
) -> list[Verdict]:
    keys = [key for _, key in keyed if isinstance(key, RowKey)]
    of_company = {"company_id": actor.company_id}
    jobs = Job.objects.filter(**of_company).in_bulk({key.job_id for key in keys})
    numbers = {row.cells["other_project"] for row, _ in keyed if row.cells.get("other_project")}
    projects = Project.objects.filter(**of_company).in_bulk({key.project_id for key in keys})
    there = [key for key in keys if key.job_id in jobs]
    facts = facts_of((jobs[key.job_id], projects.get(key.project_id)) for key in there)
    known = _Known(jobs, projects, facts, _by_number(actor.company_id, numbers))
    return [_verdict(row, key, known, seen) for row, key in keyed]


def _by_number(company_id: int, numbers: Iterable[str]) -> dict[str, list[Project]]:
    found: dict[str, list[Project]] = {}
    for project in Project.objects.filter(company_id=company_id, number__in=list(numbers)):
        found.setdefault(project.number, []).append(project)
    return found


@dataclass(frozen=True, slots=True)
class _Known:
    jobs: Mapping[int, Job]
    projects: Mapping[int, Project]
    facts: Mapping[tuple[int, int], str]
    by_number: Mapping[str, list[Project]]


def _verdict(row: ReadRow, key: RowKey | Problem, known: _Known, seen: _Seen) -> Verdict:
    if isinstance(key, Problem):
        return Verdict(row.row, Fate.REFUSED, problem=key)
    job, project = known.jobs.get(key.job_id), known.projects.get(key.project_id)
    problem = _unfit(row, key, job, project, known)
    if problem or job is None:
        return Verdict(row.row, Fate.REFUSED, job, project, before=key.decision, problem=problem)
    decided = _decided(row, key, known)
    if isinstance(decided, Decision) and (said := seen.repeat(row.row, key, decided.action)):
        decided = Problem("", said, "Keep one of the two rows.")
    if isinstance(decided, Problem):
        return Verdict(row.row, Fate.REFUSED, job, project, before=key.decision, problem=decided)
    if decided is None:
        fate = Fate.LEFT if key.decision == LEAVE else Fate.CHANGED
        return Verdict(row.row, fate, job, project, before=key.decision)
    chosen = project
    if row.cells.get("other_project"):
        chosen = known.by_number[row.cells["other_project"]][0]
    return Verdict(row.row, _fate(row, key), job, chosen, decided, key.decision)


def _fate(row: ReadRow, key: RowKey) -> Fate:
    if key.decision == LEAVE:
        return Fate.NEW
    is_same = _word(row) == key.decision and not row.cells.get("other_project")
    return Fate.SAME if is_same else Fate.CHANGED


def _unfit(
    row: ReadRow, key: RowKey, job: Job | None, project: Project | None, known: _Known
) -> Problem | None:
    """Why a row is not what was exported, or no longer what stands."""
    if job is None or known.facts[key.pair if project else (job.pk, 0)] != key.facts:
        reason = "something about the ERP project or its project changed since the export."
        return Problem("", reason, _ANEW)
    stands = {
        "job_number": job.number,
        "job_name": job.name,
        "project_number": project.number if project else "",
        "project_name": project.name if project else "",
    }
    for name, text in stands.items():
        if _folded(row.cells[name]) != _folded(text):
            said = f"it says “{shown(row.cells[name])}”, but its key belongs to “{shown(text)}”."
            mend = "Rows may have been mixed up, or a spreadsheet changed the text. " + _ANEW
            return Problem(BY_NAME[name].header, said, mend)
    return None


def _decided(row: ReadRow, key: RowKey, known: _Known) -> Decision | Problem | None:
    word = _word(row)
    column = BY_NAME["decision"].header
    if word not in WORDS:
        choices = ", ".join(f"“{one}”" for one in WORDS)
        return Problem(column, f"“{shown(word)}” is no decision.", f"Choose one of {choices}.")
    action, note = WORDS[word], row.cells.get("note", "")[:LONGEST_NOTE]
    other = row.cells.get("other_project", "")
    if other and action != Action.LINK:
        reason = f"a project is named, but the decision is “{word}”."
        return Problem(column, reason, "Choose “link”, or empty Other project.")
    if action is None:
        return None
    if action == Action.ARCHIVE:
        return Decision(action, key.job_id, note=note)
    project_id = _other(other, known) if other else key.project_id
    if isinstance(project_id, Problem):
        return project_id
    if not project_id:
        reason = "no project was proposed, so there is none to decide on."
        return Problem(column, reason, "Enter the project's number under Other project.")
    return Decision(action, key.job_id, project_id, note=note)


def _other(number: str, known: _Known) -> int | Problem:
    found = known.by_number.get(number, [])
    if len(found) == 1:
        return found[0].pk
    column = BY_NAME["other_project"].header
    if not found:
        return Problem(column, f"no project has the number “{shown(number)}”.", "Correct it.")
    reason = f"{len(found)} projects have the number “{shown(number)}”."
    return Problem(column, reason, "Link this one on its own page, where they can be told apart.")


def _word(row: ReadRow) -> str:
    return " ".join(row.cells.get("decision", "").casefold().split()) or LEAVE


def _folded(text: str) -> str:
    """Spreadsheets drop leading zeros and double spaces; that mixes up no rows."""
    return " ".join(text.split()).lstrip("0").casefold()
