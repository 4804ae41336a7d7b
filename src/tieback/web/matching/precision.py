"""The precision that a company states for the lane Safe, from a form in percent."""

from decimal import Decimal

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from tieback.access.models import Level
from tieback.proposing.rules import HIGHEST, LOWEST, set_precision
from tieback.web.matching.overview import context_of
from tieback.web.scope import Scope, ScopedRequest, company_view

_OUT = f"State a percentage from {100 * LOWEST:.0f} to {100 * HIGHEST:.2f}; 99.8 is usual."


class PrecisionForm(forms.Form):
    """A percentage that Safe may promise."""

    percent = forms.DecimalField(
        min_value=100 * LOWEST,
        max_value=100 * HIGHEST,
        decimal_places=2,
        error_messages={
            "required": _OUT,
            "invalid": _OUT,
            "min_value": _OUT,
            "max_value": _OUT,
            "max_decimal_places": "Two digits behind the point are as fine as it goes.",
        },
    )


@require_POST
@company_view(level=Level.ADMIN, act="state the precision of the lane Safe")
def state(request: ScopedRequest, scope: Scope) -> HttpResponse:
    """Keep it for the next look-up; the page again with the reason when it cannot be."""
    form = PrecisionForm(request.POST)
    if not form.is_valid():
        problem = form.errors["percent"][0]
        typed = request.POST.get("percent", "")[:20]
        context = {**context_of(scope), "problem": problem, "typed": typed}
        return render(request, "matching/overview.html", context, status=422)
    percent: Decimal = form.cleaned_data["percent"]
    set_precision(company=scope.company, precision=percent / 100, by=scope.actor, now=scope.now)
    messages.success(
        request, f"Safe has to be right in {percent.normalize():f} % from the next look-up on."
    )
    return redirect("matching:overview", scope.company.slug)
