"""Addresses of matching: how well it goes, by which rules, and what it learnt."""

from django.urls import path

from tieback.web.matching import back_tests, overview, precision, rules, trials

app_name = "matching"
urlpatterns = [
    path("", overview.overview, name="overview"),
    path("find/", overview.find, name="find"),
    path("precision/", precision.state, name="precision"),
    path("rules/", rules.index, name="rules"),
    path("rules/offered/", rules.offered, name="offers"),
    path("rules/add/", rules.add, name="rule-add"),
    path("rules/<int:rule_id>/remove/", rules.remove, name="rule-remove"),
    path("rules/try/", trials.start, name="rule-try"),
    path("rules/trials/<int:test_id>/", trials.trial, name="trial"),
    path("back-tests/", back_tests.index, name="back-tests"),
    path("back-tests/start/", back_tests.start, name="back-test-start"),
    path("back-tests/<int:test_id>/", back_tests.one, name="back-test"),
]
