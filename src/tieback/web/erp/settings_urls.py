"""Addresses of the ERP Integrations tool: connections and their settings."""

from django.urls import path

from tieback.web.erp import adding, connections, mapping

urlpatterns = [
    path("settings/", connections.index, name="settings"),
    path("settings/add/", adding.add, name="add-connection"),
    path("settings/<int:pk>/", connections.overview, name="connection"),
    path("settings/<int:pk>/standing/", connections.standing, name="connection-standing"),
    path("settings/<int:pk>/values/", connections.values, name="connection-values"),
    path("settings/<int:pk>/files/", connections.files, name="connection-files"),
    path("settings/<int:pk>/check/", connections.check, name="check"),
    path("settings/<int:pk>/refresh/", connections.refresh, name="refresh"),
    path("settings/<int:pk>/columns/<slug:resource>/", mapping.columns, name="mapping"),
]
