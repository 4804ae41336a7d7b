"""The address of a signed link."""

from django.urls import path

from tieback.web.asked import page

urlpatterns = [path("<str:token>/", page.question, name="asked")]
