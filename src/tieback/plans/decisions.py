"""A decision, the level it takes, and what it would do to its row."""

import hashlib
import json
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.core.serializers.json import DjangoJSONEncoder

from tieback.access.models import Level
from tieback.following.effects import On
from tieback.linking.models import Link
from tieback.plans.models import PlanRow
from tieback.portfolio.models import Project
from tieback.staging.models import Job

Action = PlanRow.Action

# erp-tool.md §7.3: linking takes Admin; archiving takes Standard. Refreshing writes to projects
# as linking does, and so do their settings.
LEVELS: dict[str, Level] = {
    Action.LINK: Level.ADMIN,
    Action.UNLINK: Level.ADMIN,
    Action.REFRESH: Level.ADMIN,
    Action.FIX: Level.ADMIN,
    Action.ARCHIVE: Level.STANDARD,
    Action.RESTORE: Level.STANDARD,
    Action.REJECT: Level.STANDARD,
    Action.ALLOW: Level.STANDARD,
}
OF_LINK = frozenset({Action.UNLINK, Action.REFRESH})
OF_PAIR = frozenset({Action.REJECT, Action.ALLOW})
# Of these a job may have several in one plan.
OF_PAIRS = OF_PAIR | {Action.FIX}
OF_LIST = frozenset({Action.ARCHIVE, Action.RESTORE})


class Setting(NamedTuple):
    """One setting of a project: what it has to be for the change, and what it becomes.

    A cost code list stands by its id.
    """

    name: str
    before: bool | int | None
    after: bool | int | None

    def back(self) -> "Setting":
        """The change that takes this one back."""
        return Setting(self.name, self.after, self.before)


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person wants done with one job; a project only where it is about a pair."""

    action: Action
    job_id: int
    project_id: int | None = None
    # An undo ends this very link, and leaves one that somebody made since.
    link_id: int | None = None
    settings: tuple[Setting, ...] = ()
    # What the person wrote beside it.
    note: str = ""
    # Why it is not to be done, where that is known before looking at the facts.
    held: str = ""


@dataclass(frozen=True, slots=True)
class Preview:
    """What a decision would do now: its effects, or the reasons why it cannot be done."""

    action: str
    job: Job
    project: Project | None
    link: Link | None
    effects: list[dict[str, Any]] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)

    @property
    def row_hash(self) -> str:
        """SHA-256 over everything the preview shows, so that a change of any fact shows.

        But for cost types: they are the company's, and the row before may just have brought one.
        """
        job = self.job
        # Where the job stands says nothing of a pair, and another row of the plan may move it.
        stands = [] if self.action in OF_PAIRS else [job.state, job.state_changed_at]
        shown = {
            "action": self.action,
            "job": [job.pk, job.digest, *stands],
            "project": self.project and [self.project.pk, self.project.number, self.project.name],
            "link": self.link and self.link.pk,
            "effects": [effect for effect in self.effects if effect["on"] != On.COST_TYPE],
        }
        text = json.dumps(shown, cls=DjangoJSONEncoder, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()
