"""Addresses of the ERP Integrations tool: what the ERP said, and what watches over it."""

from django.urls import path

from tieback.web.erp import activity, issues, records, runs, tasks

urlpatterns = [
    path("cost-codes/", records.cost_codes, name="cost-codes"),
    path("sub-jobs/", records.sub_jobs, name="sub-jobs"),
    path("vendors/", records.vendors, name="vendors"),
    path("issues/", issues.index, name="issues"),
    path("issues/download/", issues.download, name="issues-download"),
    path("runs/", runs.index, name="runs"),
    path("runs/tasks/", tasks.standing, name="tasks"),
    path("runs/<int:pk>/", runs.overview, name="run"),
    path("runs/<int:pk>/progress/", runs.progress, name="run-progress"),
    path("activity/", activity.index, name="activity"),
    path("activity/chain/", activity.chain, name="chain"),
    path("activity/<int:seq>/", activity.event, name="event"),
]
