"""The columns and the words of a sheet of decisions; the same in XLSX, CSV and JSON."""

from dataclasses import dataclass

from tieback.plans.decisions import Action


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name in JSON, its header, its width in characters, who may write in it."""

    name: str
    header: str
    width: int
    is_open: bool = False


COLUMNS = (
    Column("key", "Row key (leave as it is)", 14),
    Column("job_number", "ERP number", 16),
    Column("job_name", "ERP name", 34),
    Column("customer", "Customer", 22),
    Column("value", "Contract value", 15),
    Column("project_number", "Proposed project", 16),
    Column("project_name", "Proposed name", 34),
    Column("probability", "Probability", 11),
    Column("lane", "Lane", 9),
    Column("sentence", "Why", 44),
    Column("decision", "Decision", 13, is_open=True),
    Column("other_project", "Other project (its number)", 18, is_open=True),
    Column("note", "Note", 30, is_open=True),
)
BY_HEADER = {" ".join(column.header.casefold().split()): column for column in COLUMNS}
BY_NAME = {column.name: column for column in COLUMNS}
# Without these a row cannot be read; the others are there for the person.
NEEDED = ("key", "job_number", "job_name", "project_number", "project_name", "decision")

SHEET = "Decisions"
LEAVE = "leave"
WORDS: dict[str, Action | None] = {
    "link": Action.LINK,
    "not a match": Action.REJECT,
    "archive": Action.ARCHIVE,
    LEAVE: None,
}
WORD_OF: dict[Action, str] = {action: word for word, action in WORDS.items() if action}
LONGEST_NOTE = 500
# A go-live has 1,500 rows, a large one ten times that.
MOST_ROWS = 20_000
