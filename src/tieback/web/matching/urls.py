"""Addresses of matching: how well it goes, by which rules, and what it learnt."""

from django.urls import path

from tieback.web.matching import overview

app_name = "matching"
urlpatterns = [
    path("", overview.overview, name="overview"),
]
