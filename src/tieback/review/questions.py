"""Ask somebody without an account which project a job is, by a signed link; the answer is a vote.

A link's token is 256 random bits. Only its SHA-256 is kept, and looked up as a whole, so how long
an answer takes tells nothing of how near a guess was. Guesses are not counted: at a million a
second, finding one of a million open links would take longer than the earth is old.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.db import transaction
from django.db.models import QuerySet

from tieback.access.actors import Actor
from tieback.access.models import Level
from tieback.audit.services import record
from tieback.portfolio.models import Project
from tieback.review.models import Question
from tieback.review.refusals import ReviewError
from tieback.staging.models import Job

LONGEST_DAYS = 30
LONGEST_NAME = 200
LONGEST_COMMENT = 500
# What a link's token looks like; anything else needs no look-up.
_TOKEN_LENGTH = 43


class Standing(StrEnum):
    """How a question stands."""

    OPEN = "open"
    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    # Somebody decided the job, or the ERP took it away, before an answer came.
    MOOT = "moot"


class UnknownLinkError(Exception):
    """No question has this link: it was mistyped, cut short or altered."""


class ClosedLinkError(Exception):
    """The question of this link takes no answer any more."""

    def __init__(self, standing: Standing) -> None:
        super().__init__(standing.value)
        self.standing = standing


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as those who asked it see it."""

    question: Question
    standing: Standing


@transaction.atomic
def ask(
    *,
    job: Job,
    first: Project,
    second: Project | None,
    asked_of: str,
    days: int,
    by: Actor,
    now: datetime,
) -> tuple[Question, str]:
    """Open a question for some days; returns it with its token, which is kept nowhere.

    Raises `ReviewError` for a job that is no longer to be decided, two projects that are one, no
    name, or a time out of bounds; `NotAllowedError` below Standard.
    """
    by.require_company(*(row.company_id for row in (job, first, second) if row))
    by.require(Level.STANDARD, "ask about an ERP project")
    name = _checked_name(asked_of)
    _check(job, first, second, days)
    token = secrets.token_urlsafe(32)
    question = Question.objects.create(
        company_id=by.company_id,
        job=job,
        first=first,
        second=second,
        asked_of=name,
        asked_at=now,
        asked_by_id=by.user_id,
        asked_by_name=by.name,
        token_hash=_hash(token),
        expires_at=now + timedelta(days=days),
    )
    after = {"question": question.pk, "of": name, "first": first.pk, "until": question.expires_at}
    _record("question.ask", question, by, now, {**after, "second": second and second.pk})
    return question, token


@transaction.atomic
def withdraw(*, question: Question, by: Actor, now: datetime) -> Question:
    """Close a question that nobody has answered; raises `ReviewError` when it is closed already."""
    by.require_company(question.company_id)
    by.require(Level.STANDARD, "withdraw a question")
    held = _held().get(pk=question.pk)
    standing = standing_of(held, now=now)
    if standing in {Standing.ANSWERED, Standing.WITHDRAWN}:
        raise ReviewError(f"The question to {held.asked_of} is {standing} already.")
    held.withdrawn_at = now
    held.save(update_fields=["withdrawn_at"])
    _record("question.withdraw", held, by, now, {"question": held.pk, "of": held.asked_of})
    return held


def open_question(*, token: str, now: datetime) -> Question:
    """The question that a link opens, which still takes an answer.

    Raises `UnknownLinkError` and `ClosedLinkError`.
    """
    return _by_token(_all(), token, now)


@transaction.atomic
def answer(*, token: str, project_id: int | None, comment: str, now: datetime) -> Question:
    """Keep the one answer of a link: a project of the two, or None for neither or don't know.

    Raises `UnknownLinkError`, `ClosedLinkError`, and `ReviewError` for a third project.
    """
    question = _by_token(_held(), token, now)
    if project_id not in {None, question.first_id, question.second_id}:
        raise ReviewError("That project was not one of the two.", mend="Choose one of the cards.")
    question.answered_at = now
    question.vote_id = project_id
    question.comment = comment.strip()[:LONGEST_COMMENT]
    question.save(update_fields=["answered_at", "vote", "comment"])
    outsider = Actor(question.company_id, Level.NONE, question.asked_of, "signed link")
    after = {"question": question.pk, "vote": project_id}
    _record("question.answer", question, outsider, now, {**after, "comment": question.comment})
    return question


def standing_of(question: Question, *, now: datetime) -> Standing:
    """How a question stands at `now`."""
    if question.answered_at:
        return Standing.ANSWERED
    if question.withdrawn_at:
        return Standing.WITHDRAWN
    if question.expires_at <= now:
        return Standing.EXPIRED
    return Standing.OPEN if question.job.state == Job.State.READY else Standing.MOOT


def votes_of(job: Job, *, now: datetime) -> list[Asked]:
    """Every question ever asked about a job, latest first, with how it stands."""
    asked = Question.objects.filter(job=job).select_related("job", "first", "second", "vote")
    return [Asked(question, standing_of(question, now=now)) for question in asked]


def _by_token(questions: QuerySet[Question], token: str, now: datetime) -> Question:
    looks_right = len(token) == _TOKEN_LENGTH and token.isascii()
    question = questions.filter(token_hash=_hash(token)).first() if looks_right else None
    if question is None:
        raise UnknownLinkError("No question has this link.")
    standing = standing_of(question, now=now)
    if standing != Standing.OPEN:
        raise ClosedLinkError(standing)
    return question


def _all() -> QuerySet[Question]:
    return Question.objects.select_related("company", "job", "first", "second")


def _held() -> QuerySet[Question]:
    return Question.objects.select_for_update(of=("self",)).select_related("job")


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _checked_name(asked_of: str) -> str:
    name = " ".join(asked_of.split())
    if not name:
        raise ReviewError("Nobody is named to be asked.", mend="Say whose answer it will be.")
    if len(name) > LONGEST_NAME:
        raise ReviewError("The name is too long.", mend=f"Use {LONGEST_NAME} letters at most.")
    return name


def _check(job: Job, first: Project, second: Project | None, days: int) -> None:
    if job.state != Job.State.READY:
        raise ReviewError(
            f"{job} is {job.get_state_display().lower()}, so there is nothing to ask.",
            mend="Ask about ERP projects that are ready to import.",
        )
    if second and first.pk == second.pk:
        raise ReviewError(
            "The two cards show the same project.", mend="Choose another one, or ask about one."
        )
    if not 1 <= days <= LONGEST_DAYS:
        raise ReviewError(
            f"A link cannot be open for {days:,} days.", mend=f"Choose 1 to {LONGEST_DAYS}."
        )


def _record(
    action: str, question: Question, by: Actor, now: datetime, after: dict[str, object]
) -> None:
    target = ("job", question.job_id, str(question.job))
    record(by=by, now=now, action=action, target=target, after=after)
