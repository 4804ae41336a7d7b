"""What holds for every answer: the content security policy, and refusals in plain words."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from tieback.access.actors import NotAllowedError, NotOfCompanyError
from tieback.plans.approving import PlanRefusedError
from tieback.web.refusals import note_refusal, refusal

GetResponse = Callable[[HttpRequest], HttpResponse]

# Tabler draws its check marks and arrows as data: images; nothing else leaves our own origin.
POLICY = "; ".join(
    [
        "default-src 'self'",
        "img-src 'self' data:",
        "object-src 'none'",
        "frame-ancestors 'none'",
        "base-uri 'self'",
        "form-action 'self'",
    ]
)


def content_security_policy(get_response: GetResponse) -> GetResponse:
    """Let no inline script or style run, and nothing load from elsewhere."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        return response

    return middleware


class RefusalMiddleware:
    """Turns the refusals of `access.actors` into pages, and keeps them in the audit trail.

    A plan that may not be applied yet can be met at any door that decides, so it has its page too.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, problem: Exception) -> HttpResponse | None:
        if isinstance(problem, NotAllowedError):
            note_refusal(request, str(problem))
            return refusal(request, status=403, title="Not allowed", sentence=str(problem))
        if isinstance(problem, NotOfCompanyError):
            note_refusal(request, str(problem))
            return not_found(request)
        if isinstance(problem, PlanRefusedError):
            return refusal(
                request,
                status=409,
                title="Nothing was done",
                sentence=problem.message,
                mend=problem.mend,
            )
        return None


def not_found(request: HttpRequest) -> HttpResponse:
    """The same words whether a row never existed or is another company's."""
    return refusal(
        request,
        status=404,
        title="Not found",
        sentence="There is nothing at this address in this company.",
        mend="It may have been removed, or the link is for another company.",
    )
