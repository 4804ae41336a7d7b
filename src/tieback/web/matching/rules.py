"""The company's rules of matching: which hold, which its links suggest, adding and removing."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from tieback.access.models import Level
from tieback.proposing import rules as proposing
from tieback.proposing.lessons import kind_of, offers
from tieback.proposing.models import MatchingRule, Proposal
from tieback.proposing.rules import RulesError, rules_of
from tieback.web.matching.named import names
from tieback.web.matching.rule_words import PARTS, line_of, said
from tieback.web.scope import Scope, ScopedRequest, company_view, render_part

SEE = "see the rules of matching"
_REMOVED = 50
_SEEN = 5


@require_safe
@company_view(act=SEE)
def index(request: ScopedRequest, scope: Scope) -> HttpResponse:
    """Which rules hold, who added them and why; the offered ones come by themselves."""
    return render(request, "matching/rules.html", context_of(scope))


@require_safe
@company_view(act=SEE)
def offered(request: ScopedRequest, scope: Scope) -> HttpResponse:
    """The rules that the company's links suggest; in the whole page where no script asks."""
    return render_part(
        request,
        page="matching/rules.html",
        part="matching/offers.html",
        context={**context_of(scope), **_offers(scope)},
    )


@require_POST
@company_view(level=Level.ADMIN, act="add a rule of matching")
def add(request: ScopedRequest, scope: Scope) -> HttpResponse:
    """Add a rule that was typed, offered or tried; the form again with the reason why not."""
    kind, line = asked_rule(request)
    try:
        rule = proposing.add_rule(
            company=scope.company,
            kind=kind,
            line=line,
            reason=request.POST.get("reason", ""),
            was_offered="was_offered" in request.POST,
            by=scope.actor,
            now=scope.now,
        )
    except RulesError as refused:
        return refused_form(request, scope, refused)
    label, words = said(rule.kind, rule.line)
    messages.success(
        request, f"Added: {label.lower()}, “{words}”. It holds from the next look-up on."
    )
    return redirect("matching:rules", scope.company.slug)


@require_POST
@company_view(level=Level.ADMIN, act="remove a rule of matching")
def remove(request: ScopedRequest, scope: Scope, rule_id: int) -> HttpResponse:
    """Let a rule hold no more; it stays in the history."""
    rule = scope.get(MatchingRule, rule_id)
    try:
        proposing.remove_rule(rule=rule, by=scope.actor, now=scope.now)
    except RulesError as refused:
        messages.warning(request, str(refused))
    else:
        words = said(rule.kind, rule.line)[1]
        messages.success(request, f"Removed: “{words}”. It is left out from the next look-up on.")
    return redirect("matching:rules", scope.company.slug)


def asked_rule(request: ScopedRequest) -> tuple[str, str]:
    """The kind and line of a form: as they are where it holds them, else from part and words."""
    sent = request.POST
    if "line" in sent:
        return sent.get("kind", ""), sent["line"]
    return line_of(sent.get("part", ""), sent.get("words", ""))


def refused_form(request: ScopedRequest, scope: Scope, refused: RulesError) -> HttpResponse:
    """The page with what was typed and why it cannot be."""
    typed = {name: request.POST.get(name, "") for name in ("part", "words", "reason")}
    context = {**context_of(scope), "typed": typed, "problem": str(refused)}
    return render(request, "matching/rules.html", context, status=422)


def context_of(scope: Scope) -> dict[str, Any]:
    """What the page shows but for the offers."""
    held = list(rules_of(scope.company))
    every = MatchingRule.objects.filter(company=scope.company)
    removed = every.exclude(removed_at=None).order_by("-removed_at", "-pk")
    return {
        "rules": [(*said(rule.kind, rule.line), rule) for rule in held],
        "removed": [(*said(rule.kind, rule.line), rule) for rule in removed[:_REMOVED]],
        "parts": PARTS,
        "is_newer": _is_newer(scope, [*held, *removed[:1]]),
    }


def _is_newer(scope: Scope, changed: list[MatchingRule]) -> bool:
    """Whether a rule was added or removed after the last look-up had begun."""
    done = Proposal.objects.filter(company=scope.company, status=Proposal.Status.DONE).first()
    latest = max((rule.removed_at or rule.added_at for rule in changed), default=None)
    return bool(done and latest and latest > done.started_at)


def _offers(scope: Scope) -> dict[str, Any]:
    try:
        found = offers(scope.company)
    except RulesError as refused:
        return {"offers": [], "problem_of_offers": str(refused)}
    pairs = [pair for lesson in found for pair in lesson.seen_in[:_SEEN]]
    known = names(scope, [job for job, _ in pairs], [project for _, project in pairs])
    return {
        "offers": [
            {
                "label": said(kind_of(lesson), lesson.line)[0],
                "words": said(kind_of(lesson), lesson.line)[1],
                "kind": kind_of(lesson),
                "line": lesson.line,
                "sentence": lesson.sentence,
                "seen": known.pairs(lesson.seen_in[:_SEEN]),
                "more": max(len(lesson.seen_in) - _SEEN, 0),
            }
            for lesson in found
        ]
    }
