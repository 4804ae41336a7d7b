"""Issue a certificate, and read those that were issued."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from tieback.access.actors import Actor
from tieback.access.models import Company, Level
from tieback.audit.services import hold_chain, record
from tieback.certificates.canonical import CertificateError, digest
from tieback.certificates.document import began_at, document
from tieback.certificates.models import Certificate


@transaction.atomic
def issue(
    *, company: Company, by: Actor, now: datetime, since: datetime | None = None
) -> Certificate:
    """Write down the go-live as it stands, and seal that in the audit trail.

    Since the first plan was applied, unless another time is given. Whoever decides meanwhile waits
    until it is written. Raises `CertificateError` when nothing was applied or `since` lies ahead,
    `NotAllowedError` below Admin.
    """
    by.require_company(company.pk)
    by.require(Level.ADMIN, "issue a certificate")
    head = hold_chain(company.pk)
    began = since or began_at(company)
    if began >= now:
        raise CertificateError(
            "A certificate looks back, and this time is still to come.",
            mend="Give a time before now, or none.",
        )
    content = document(company, head, since=began, by=by, now=now)
    made = Certificate.objects.create(
        company=company,
        issued_at=now,
        issued_by_id=by.user_id,
        issued_by_name=by.name,
        document=content,
        digest=digest(content),
    )
    record(
        by=by,
        now=now,
        action="certificate.issue",
        target=("certificate", made.pk, str(made)),
        after={"digest": made.digest, "head": head.seq, "since": content["since"]},
    )
    return made


def certificates_of(company: Company) -> QuerySet[Certificate]:
    """The company's certificates, latest first, without their documents."""
    return Certificate.objects.filter(company=company).defer("document")
