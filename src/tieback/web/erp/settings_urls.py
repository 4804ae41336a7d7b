"""Addresses of the ERP Integrations tool: connections and their settings."""

from django.urls import path

from tieback.web.erp import adding, connections, mapping, schedules

urlpatterns = [
    path("settings/", connections.index, name="settings"),
    path("settings/add/", adding.add, name="add-connection"),
    path("settings/matches/schedule/", schedules.of_matches, name="matches-schedule"),
    path("settings/matches/schedule/set/", schedules.set_matches, name="set-matches-schedule"),
    path("settings/matches/start/", schedules.start_matches, name="start-matches"),
    path("settings/<int:pk>/schedule/", schedules.of_connection, name="schedule"),
    path("settings/<int:pk>/schedule/set/", schedules.set_connection, name="set-schedule"),
    path("settings/<int:pk>/start/", schedules.start_connection, name="start"),
    path("settings/<int:pk>/", connections.overview, name="connection"),
    path("settings/<int:pk>/standing/", connections.standing, name="connection-standing"),
    path("settings/<int:pk>/values/", connections.values, name="connection-values"),
    path("settings/<int:pk>/files/", connections.files, name="connection-files"),
    path("settings/<int:pk>/check/", connections.check, name="check"),
    path("settings/<int:pk>/refresh/", connections.refresh, name="refresh"),
    path("settings/<int:pk>/columns/<slug:resource>/", mapping.columns, name="mapping"),
]
