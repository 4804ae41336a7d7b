"""The ways in: login, the first page, and the choice of theme."""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from tieback.access.models import Level, User
from tieback.web.context import THEME_COOKIE, THEMES, navigation
from tieback.web.refusals import refusal
from tieback.web.scope import Scope, ScopedRequest, companies_of, company_view

_YEAR = 365 * 24 * 3600


class LoginForm(AuthenticationForm):
    """E-mail and password; says no more than that they do not belong together."""

    error_messages: dict[str, Any] = {
        "invalid_login": "This e-mail and this password do not belong together. "
        "Passwords tell capitals from small letters.",
        "inactive": "This account has been switched off. Ask an admin of your company.",
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        described = {"class": "form-control", "aria-describedby": "login-problem"}
        for field in self.fields.values():
            field.widget.attrs.update(described if self.is_bound else {"class": "form-control"})
        self.fields["username"].label = "E-mail"
        self.fields["username"].widget.input_type = "email"


class Login(LoginView):
    """The login page; a person who is signed in already goes on to where they wanted."""

    form_class = LoginForm
    template_name = "login.html"
    redirect_authenticated_user = True


@login_required
def home(request: HttpRequest) -> HttpResponse:
    """The only company of a person, or the list to choose from."""
    assert isinstance(request.user, User)
    companies = list(companies_of(request.user))
    if len(companies) == 1:
        return redirect("company", company_slug=companies[0].slug)
    return render(request, "home.html", {"companies": companies})


@company_view(level=Level.READ_ONLY, act="open this company")
def company(request: ScopedRequest, scope: Scope) -> HttpResponse:
    """The first screen of the company that the person may open."""
    return redirect(navigation(scope, request.path)[0].entries[0].url)


@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Keep the chosen theme in a cookie and go back to the page it was chosen on."""
    chosen, back = request.POST.get("theme", ""), request.POST.get("next", "")
    if chosen not in THEMES:
        return refusal(
            request, status=422, title="No such theme", sentence="Choose auto, light or dark."
        )
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure()):
        back = "/"
    response = redirect(back)
    response.set_cookie(
        THEME_COOKIE,
        chosen,
        max_age=_YEAR,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response
