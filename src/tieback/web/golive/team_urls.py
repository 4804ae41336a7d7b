"""Addresses of the go-live cockpit: samples, questions, notes and who holds what."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
