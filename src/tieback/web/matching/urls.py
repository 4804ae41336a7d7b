"""Addresses of matching: how well it goes, by which rules, and what it learnt."""

from django.urls import URLPattern

app_name = "matching"
urlpatterns: list[URLPattern] = []
