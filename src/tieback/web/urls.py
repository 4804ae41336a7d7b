"""Every address of the site; those of a company stand below `/c/<its slug>/`."""

from django.contrib.auth.views import LogoutView
from django.urls import include, path

from tieback.web import doors, refusals

urlpatterns = [
    path("", doors.home, name="home"),
    path("login/", doors.Login.as_view(), name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("theme/", doors.theme, name="theme"),
    path("asked/", include("tieback.web.asked.urls")),
    path("c/<slug:company_slug>/", doors.company, name="company"),
    path("c/<slug:company_slug>/portfolio/", include("tieback.web.portfolio.urls")),
    path("c/<slug:company_slug>/erp/", include("tieback.web.erp.urls")),
    path("c/<slug:company_slug>/go-live/", include("tieback.web.golive.urls")),
    path("c/<slug:company_slug>/matching/", include("tieback.web.matching.urls")),
]
handler400 = refusals.handler400
handler403 = refusals.handler403
handler404 = refusals.handler404
handler500 = refusals.handler500
