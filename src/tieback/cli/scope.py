"""Which company a command is about, and who asks: resolved once, kept for the audit trail."""

from contextvars import ContextVar
from dataclasses import dataclass

from django.utils import timezone

from tieback.access.actors import Actor, operator, person
from tieback.access.models import Company, Level, Membership
from tieback.audit.services import record
from tieback.cli.database import bring_up_to_date
from tieback.cli.refusal import Refusal
from tieback.demo.people import NEIGHBOUR

DOOR = "command line"
_NAMED = 10


@dataclass(frozen=True, slots=True)
class Scope:
    """The company, and the person or operator who asks."""

    company: Company
    actor: Actor


_opened: ContextVar[Scope | None] = ContextVar("opened", default=None)


def open_scope(company: str, as_email: str, *, level: Level, act: str) -> Scope:
    """The scope of a command; raises `Refusal` without a company, `NotAllowedError` below `level`.

    `act` ends the sentence "To … you need …".
    """
    _opened.set(None)
    bring_up_to_date()
    found = _company(company)
    scope = Scope(found, _actor(found, as_email))
    _opened.set(scope)
    scope.actor.require(level, act)
    return scope


def note_refusal(path: str, sentence: str) -> None:
    """Keep in the audit trail that somebody tried a command that they may not use."""
    scope = _opened.get()
    if scope is None:
        return
    record(
        by=scope.actor,
        now=timezone.now(),
        action="access.refused",
        target=("company", scope.company.pk, scope.company.name),
        note=f"tieback {path}: {sentence}",
    )


def _company(slug: str) -> Company:
    if slug:
        return _by_slug(slug)
    # The demo's neighbour is there to be looked at, never what somebody means without a word.
    found = list(Company.objects.exclude(slug=NEIGHBOUR.slug).order_by("slug")[: _NAMED + 1])
    if len(found) == 1:
        return found[0]
    if not found:
        raise Refusal(
            "There is no company yet.",
            mend="Run “tieback init” to make yours, or “tieback demo” to look around first.",
        )
    raise Refusal(
        "There are several companies.",
        mend=f"Name one with --company: {_names(found)}.",
    )


def _by_slug(slug: str) -> Company:
    if found := Company.objects.filter(slug=slug).first():
        return found
    there = list(Company.objects.order_by("slug")[: _NAMED + 1])
    mend = f"Choose one of: {_names(there)}." if there else "Run “tieback init” to make one."
    raise Refusal(f"There is no company “{slug}”.", mend=mend)


def _names(companies: list[Company]) -> str:
    more = ", …" if len(companies) > _NAMED else ""
    return ", ".join(company.slug for company in companies[:_NAMED]) + more


def _actor(company: Company, email: str) -> Actor:
    if not email:
        return operator(company, door=DOOR)
    membership = Membership.objects.filter(company=company, user__email__iexact=email).first()
    if membership is None:
        raise Refusal(
            f"Nobody in {company} has the e-mail “{email}”.",
            mend="“tieback user list” shows who is there; “tieback user add” adds a person.",
        )
    return person(membership.user, company, door=DOOR)
