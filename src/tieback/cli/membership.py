"""Found a company, and let people into it: one transaction each, with its audit event."""

import re
import secrets
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from tieback.access.actors import Actor, operator
from tieback.access.models import Company, Level, Membership, User
from tieback.audit.services import record
from tieback.cli.refusal import Refusal
from tieback.cli.scope import DOOR
from tieback.portfolio.models import StandardCostCodeList

ERP_LIST = "ERP standard cost codes"


@dataclass(frozen=True, slots=True)
class Added:
    """A person in a company; `password` is set only where it was made up just now."""

    membership: Membership
    password: str = ""
    is_new_user: bool = False


@transaction.atomic
def found_company(*, name: str, slug: str, currency: str, now: datetime) -> Company:
    """A company with its one ERP cost code list, empty; raises `Refusal` when the slug is taken."""
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug) or len(slug) > 60:
        raise Refusal(
            f"“{slug}” cannot be used in addresses.",
            mend="Give --slug small letters, digits and single hyphens, 60 at most.",
        )
    if not re.fullmatch(r"[A-Z]{3}", currency):
        raise Refusal(f"“{currency}” is no currency.", mend="Give its three letters, as in USD.")
    if there := Company.objects.filter(slug=slug).first():
        raise Refusal(
            f"There is a company “{slug}” already: {there}.",
            mend="Choose another --slug, or add people to it with “tieback user add”.",
        )
    company = Company.objects.create(name=name[:200], slug=slug, currency=currency, created_at=now)
    # Linking needs exactly one ERP list, so a company never stands without it.
    StandardCostCodeList.objects.create(company=company, name=ERP_LIST, is_erp=True)
    record(
        by=operator(company, door=DOOR),
        now=now,
        action="company.create",
        target=("company", company.pk, company.name),
        after={"slug": slug, "currency": currency, "cost code list": ERP_LIST},
    )
    return company


@transaction.atomic
def add_person(
    *,
    by: Actor,
    now: datetime,
    email: str,
    name: str,
    level: Level,
    is_approver: bool,
    password: str = "",
) -> Added:
    """Let a person into the actor's company; makes up a password where a new one has none.

    Raises `NotAllowedError` below Admin, `Refusal` for an e-mail or password that will not do and
    for a person who is in the company already. Who has a password from elsewhere keeps it.
    """
    by.require(Level.ADMIN, "add a person")
    user = User.objects.filter(email__iexact=email).first()
    made_up = ""
    if is_new := user is None:
        made_up = "" if password else secrets.token_urlsafe(12)
        user = _new_user(email, name, password or made_up, now)
    if there := Membership.objects.filter(company_id=by.company_id, user=user).first():
        raise Refusal(
            f"{user.email} is in {there.company} already, with {there.get_level_display()}.",
            mend=f"Change that with: tieback user level {user.email} LEVEL",
        )
    membership = Membership.objects.create(
        company_id=by.company_id, user=user, level=level, is_accounting_approver=is_approver
    )
    _record(by, now, "member.add", membership, {})
    return Added(membership, made_up, is_new)


@transaction.atomic
def change_level(
    *, by: Actor, now: datetime, membership: Membership, level: Level, is_approver: bool | None
) -> Membership:
    """Give a person another level; refuses to leave a company without any Admin."""
    by.require_company(membership.company_id)
    by.require(Level.ADMIN, "change a person's level")
    members = Membership.objects.select_for_update().filter(company_id=by.company_id)
    locked = {member.pk: member for member in members}
    membership = locked[membership.pk]
    before = _facts(membership)
    admins = {pk for pk, member in locked.items() if member.level == Level.ADMIN}
    if admins == {membership.pk} and level != Level.ADMIN:
        raise Refusal(
            f"{membership.user} is the only Admin of {membership.company}.",
            mend="Make somebody else Admin first.",
        )
    membership.level = level
    if is_approver is not None:
        membership.is_accounting_approver = is_approver
    if _facts(membership) != before:
        membership.save(update_fields=["level", "is_accounting_approver"])
        _record(by, now, "member.change", membership, before)
    return membership


@transaction.atomic
def set_password(*, by: Actor, now: datetime, membership: Membership, password: str = "") -> str:
    """Give a person another password; returns it where it was made up, "" where it was given."""
    by.require_company(membership.company_id)
    by.require(Level.ADMIN, "set a person's password")
    made_up = "" if password else secrets.token_urlsafe(12)
    user = User.objects.select_for_update().get(pk=membership.user_id)
    _check_password(password or made_up, user)
    user.set_password(password or made_up)
    user.save(update_fields=["password"])
    _record(by, now, "member.set_password", membership, {})
    return made_up


def _new_user(email: str, name: str, password: str, now: datetime) -> User:
    try:
        validate_email(email)
    except ValidationError:
        raise Refusal(f"“{email}” is no e-mail address.") from None
    user = User(email=email, name=(name or email.partition("@")[0])[:200], created_at=now)
    _check_password(password, user)
    user.set_password(password)
    user.save()
    return user


def _check_password(password: str, user: User) -> None:
    try:
        validate_password(password, user)
    except ValidationError as weak:
        raise Refusal(
            f"This password will not do. {' '.join(weak.messages)}",
            mend="Give a longer one, or none at all to have one made up.",
        ) from None


def _record(
    by: Actor, now: datetime, action: str, membership: Membership, before: dict[str, object]
) -> None:
    record(
        by=by,
        now=now,
        action=action,
        target=("user", membership.user_id, membership.user.email),
        before=before,
        after=_facts(membership),
    )


def _facts(membership: Membership) -> dict[str, object]:
    return {
        "level": Level(membership.level).label,
        "is_accounting_approver": membership.is_accounting_approver,
    }
