"""Addresses of the Portfolio screens, below `/c/<company>/portfolio/`."""

from django.urls import path

from tieback.web.portfolio import (
    changes,
    cost_code_lists,
    editing,
    importing,
    list_changes,
    project,
    projects,
)

app_name = "portfolio"
urlpatterns = [
    path("projects/", projects.index, name="projects"),
    path("projects/new/", editing.new, name="new-project"),
    path("projects/import/", importing.projects, name="import-projects"),
    path("projects/import/<slug:token>/", importing.projects_preview, name="projects-preview"),
    path("projects/<int:pk>/edit/", editing.edit, name="edit-project"),
    path("projects/<int:pk>/", project.overview, name="project"),
    path("projects/<int:pk>/cost-codes/", project.cost_codes, name="project-cost-codes"),
    path("projects/<int:pk>/sub-jobs/", project.sub_jobs, name="project-sub-jobs"),
    path("projects/<int:pk>/history/", project.history, name="project-history"),
    path("projects/<int:pk>/erp-integrated/", changes.erp_integrated, name="set-erp-integrated"),
    path("projects/<int:pk>/cost-code-list/", changes.cost_code_list, name="set-cost-code-list"),
    path("projects/<int:pk>/active/", changes.active, name="set-active"),
    path("projects/<int:pk>/copied-codes/", changes.copied_codes, name="copy-codes"),
    path("cost-code-lists/", cost_code_lists.index, name="cost-code-lists"),
    path("cost-code-lists/new/", list_changes.new, name="new-list"),
    path("cost-code-lists/<int:pk>/erp/", list_changes.name_erp, name="name-erp-list"),
    path("cost-code-lists/<int:pk>/codes/new/", list_changes.new_code, name="new-code"),
    path("cost-code-lists/<int:pk>/import/", importing.codes, name="import-codes"),
    path(
        "cost-code-lists/<int:pk>/import/<slug:token>/",
        importing.codes_preview,
        name="codes-preview",
    ),
    path("cost-code-lists/<int:pk>/", cost_code_lists.codes, name="cost-code-list"),
]
