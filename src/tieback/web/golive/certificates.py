"""Certificates of a go-live: issue one, read it, take it away as PDF or JSON."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from tieback.access.models import Level
from tieback.certificates.canonical import CertificateError, written
from tieback.certificates.models import Certificate
from tieback.certificates.printed import pdf
from tieback.certificates.services import certificates_of, issue
from tieback.plans.models import Batch
from tieback.web.golive.certificates_shown import shown
from tieback.web.paging import page_of
from tieback.web.scope import Scope, ScopedRequest, company_view

SEE = "see certificates"


@require_safe
@company_view(act=SEE)
def index(request: ScopedRequest, scope: Scope) -> HttpResponse:
    """The company's certificates, latest first."""
    context = {
        "page": page_of(certificates_of(scope.company), request.GET),
        "may_issue": scope.actor.level >= Level.ADMIN,
        "is_begun": scope.rows(Batch).exists(),
    }
    return render(request, "golive/certificates.html", context)


@require_POST
@company_view(level=Level.ADMIN, act="issue a certificate")
def issued(request: ScopedRequest, scope: Scope) -> HttpResponse:
    """Issue a certificate of the go-live as it stands now, and go to it."""
    try:
        made = issue(company=scope.company, by=scope.actor, now=scope.now)
    except CertificateError as refused:
        messages.error(request, str(refused))
        return redirect("golive:certificates", scope.company.slug)
    return redirect("golive:certificate", scope.company.slug, made.pk)


@require_safe
@company_view(act=SEE)
def certificate(request: ScopedRequest, scope: Scope, certificate_id: int) -> HttpResponse:
    """One certificate, as its document says it."""
    there = scope.get(Certificate, certificate_id)
    context = {"certificate": there, "said": there.document, **shown(there.document)}
    return render(request, "golive/certificate.html", context)


@require_safe
@company_view(act=SEE)
def as_json(request: ScopedRequest, scope: Scope, certificate_id: int) -> HttpResponse:
    """The document and its digest as a file, which `tieback audit verify` proves."""
    there = scope.get(Certificate, certificate_id)
    return _file(written(there.document), "application/json", there, scope)


@require_safe
@company_view(act=SEE)
def as_pdf(request: ScopedRequest, scope: Scope, certificate_id: int) -> HttpResponse:
    """The document on paper, with the JSON file inside."""
    there = scope.get(Certificate, certificate_id)
    return _file(pdf(there.document), "application/pdf", there, scope)


def _file(content: bytes, kind: str, there: Certificate, scope: Scope) -> HttpResponse:
    ending = kind.rpartition("/")[2]
    name = f"certificate-{scope.company.slug}-{there.issued_at:%Y-%m-%d}-{there.pk}.{ending}"
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "X-Content-Type-Options": "nosniff",
    }
    return HttpResponse(content, content_type=kind, headers=headers)
