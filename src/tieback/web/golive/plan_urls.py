"""Addresses of the go-live cockpit: plans of many rows, their files, approval and undo."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
