"""Addresses of the go-live cockpit: certificates."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
