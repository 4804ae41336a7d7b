"""Addresses of the go-live cockpit: the board, plans in bulk, the team's work, certificates."""

from tieback.web.golive import board_urls, certificate_urls, plan_urls, team_urls

app_name = "golive"
urlpatterns = [
    *board_urls.urlpatterns,
    *plan_urls.urlpatterns,
    *team_urls.urlpatterns,
    *certificate_urls.urlpatterns,
]
