"""What blocks proposed pairs, by cause, and the plan that takes a cause away for all of them."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from tieback.access.models import Level
from tieback.linking.eligibility import Fix
from tieback.plans.blocked import fixing
from tieback.plans.services import draft
from tieback.proposing.lanes import blocked_causes
from tieback.web.scope import Scope, ScopedRequest, company_view


@require_safe
@company_view(act="see what blocks")
def fixes(request: ScopedRequest, scope: Scope) -> HttpResponse:
    """The causes, those that can be fixed here with the button that plans it."""
    causes = blocked_causes(scope.company)
    context = {
        "causes": causes,
        "fixable": [cause for cause in causes if cause.fix],
        "may_fix": scope.actor.level >= Level.ADMIN,
    }
    return render(request, "golive/plan_fixes.html", context)


@require_POST
@company_view(level=Level.ADMIN, act="change projects' settings")
def fix(request: ScopedRequest, scope: Scope) -> HttpResponse:
    """Draft the plan of the chosen fixes; nothing is changed yet."""
    chosen = [Fix(asked) for asked in request.POST.getlist("fix") if asked in set(Fix)]
    decisions = fixing(company=scope.company, fixes=chosen, by=scope.actor)
    if not decisions:
        messages.info(request, "Nothing that was chosen blocks any proposed pair by now.")
        return redirect("golive:fixes", scope.company.slug)
    what = "; ".join(one.label for one in chosen)
    title = f"Fix what blocks {len(decisions):,} pairs: {what}"
    plan = draft(decisions=decisions, title=title, by=scope.actor, now=scope.now)
    return redirect("erp:plan", scope.company.slug, plan.pk)
