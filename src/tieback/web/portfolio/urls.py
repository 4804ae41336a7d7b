"""Addresses of the Portfolio screens, below `/c/<company>/portfolio/`."""

from django.urls import path

from tieback.web.portfolio import projects

app_name = "portfolio"
urlpatterns = [
    path("projects/", projects.index, name="projects"),
]
