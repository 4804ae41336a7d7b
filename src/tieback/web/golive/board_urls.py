"""Addresses of the go-live cockpit: the board and the review by keyboard."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
