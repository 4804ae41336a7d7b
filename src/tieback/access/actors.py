"""Who is asking, by which door, with which level: the `by=` of every service."""

import getpass
from dataclasses import dataclass

from tieback.access.models import Company, Level, Membership, User


class NotAllowedError(Exception):
    """The actor's level does not allow the act; the message names the level it takes."""


class NotOfCompanyError(Exception):
    """A row of another company was handed in; outside it must look as if it did not exist."""


@dataclass(frozen=True, slots=True)
class Actor:
    """A person or the machine's operator, acting in one company."""

    company_id: int
    level: Level
    name: str
    door: str
    user_id: int | None = None

    def require(self, level: Level, act: str) -> None:
        """Raise `NotAllowedError` below `level`; `act` ends the sentence."""
        if self.level < level:
            raise NotAllowedError(
                f"To {act} you need {level.label} on this company's ERP Integrations tool; "
                f"{self.name} has {self.level.label}. Ask an admin of the tool."
            )

    def require_company(self, *company_ids: int) -> None:
        """Raise `NotOfCompanyError` unless every id is the actor's own company."""
        if any(company_id != self.company_id for company_id in company_ids):
            raise NotOfCompanyError("No such record in this company.")


def person(user: User, company: Company, *, door: str) -> Actor:
    """The actor that a signed-in person is in a company; without a membership, level None."""
    membership = Membership.objects.filter(user=user, company=company).first()
    level = Level(membership.level) if membership and user.is_active else Level.NONE
    return Actor(company.pk, level, user.name, door, user.pk)


def operator(company: Company, *, door: str = "command line") -> Actor:
    """Whoever holds a shell on the server: may do everything there anyway, so is named."""
    return Actor(company.pk, Level.ADMIN, f"{getpass.getuser()} (operator)", door)
