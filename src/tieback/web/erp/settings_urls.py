"""Addresses of the ERP Integrations tool: settings."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
