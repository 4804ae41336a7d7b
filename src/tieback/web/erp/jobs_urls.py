"""Addresses of the ERP Integrations tool: jobs."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
