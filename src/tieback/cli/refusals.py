"""Which exceptions are refusals that a person can act on, in which words."""

from django.db import DatabaseError, InterfaceError, OperationalError

from tieback.access.actors import NotAllowedError, NotOfCompanyError
from tieback.certificates.canonical import CertificateError
from tieback.cli.refusal import Refusal
from tieback.cli.scope import note_refusal
from tieback.connections.services import BusyError
from tieback.connectors.errors import ConnectorError
from tieback.demo.load import DemoPullError
from tieback.linking.eligibility import BlockedError
from tieback.linking.services import NotLinkedError
from tieback.portfolio.refusals import RefusedError
from tieback.proposing.rules import RulesError
from tieback.staging.services import StateError

_SAY_IT_ALL = (DemoPullError, BusyError, BlockedError, NotLinkedError, StateError, RulesError)


def refusal_of(problem: Exception, path: str) -> Refusal | None:
    """The refusal behind `problem`; None when nobody foresaw it."""
    if isinstance(problem, NotAllowedError | NotOfCompanyError):
        return _not_allowed(problem, path)
    if isinstance(problem, ConnectorError | RefusedError | CertificateError):
        return Refusal(problem.message, mend=problem.mend)
    if isinstance(problem, _SAY_IT_ALL):
        return Refusal(str(problem))
    if isinstance(problem, OperationalError | InterfaceError):
        return Refusal(
            f"The database does not answer: {problem}".strip(),
            mend="“tieback doctor” looks at what is wrong.",
        )
    return None


def _not_allowed(problem: Exception, path: str) -> Refusal:
    try:
        note_refusal(path, str(problem))
    except DatabaseError as unwritten:
        return Refusal(f"{problem} (This could not be kept in the audit trail: {unwritten})")
    return Refusal(str(problem))
