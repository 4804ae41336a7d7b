"""Addresses of the ERP Integrations tool: watch."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
