"""Addresses of the ERP Integrations tool: jobs, their links, and the plans that change them."""

from django.urls import path

from tieback.web.erp import candidates, deciding, job_list, job_pages, linking, matches, planning

urlpatterns = [
    path("projects/", job_list.index, name="projects"),
    path("projects/standing/", job_list.standing, name="standing"),
    path("projects/matches/", matches.find, name="find-matches"),
    path("projects/matches/standing/", matches.standing, name="matches-standing"),
    path("projects/refresh/", deciding.refresh_list, name="refresh-list"),
    path("projects/archive-inactive/", deciding.archive_inactive, name="archive-inactive"),
    path("jobs/<int:job_id>/", job_pages.job, name="job"),
    path("jobs/<int:job_id>/candidates/", candidates.candidates, name="candidates"),
    path("jobs/<int:job_id>/candidates/reject/", candidates.reject, name="candidate-reject"),
    path("jobs/<int:job_id>/candidates/allow/", candidates.allow, name="candidate-allow"),
    path("jobs/<int:job_id>/link/", linking.choose, name="job-link"),
    path("jobs/<int:job_id>/link/options/", linking.options, name="project-options"),
    path("jobs/<int:job_id>/link/pair/", linking.pair, name="job-pair"),
    path("jobs/<int:job_id>/link/preview/", linking.preview, name="job-link-preview"),
    path("jobs/<int:job_id>/link/fix/", linking.fix, name="job-link-fix"),
    path("jobs/<int:job_id>/unlink/", deciding.unlink, name="job-unlink"),
    path("jobs/<int:job_id>/refresh/", deciding.refresh, name="job-refresh"),
    path("jobs/<int:job_id>/archive/", deciding.archive, name="job-archive"),
    path("jobs/<int:job_id>/restore/", deciding.restore, name="job-restore"),
    path("links/<int:link_id>/", job_pages.link, name="link"),
    path("plans/<int:plan_id>/", planning.plan, name="plan"),
    path("plans/<int:plan_id>/progress/", planning.progress_part, name="plan-progress"),
    path("plans/<int:plan_id>/apply/", planning.apply, name="plan-apply"),
    path("plans/<int:plan_id>/again/", planning.again, name="plan-again"),
    path("batches/<int:batch_id>/undo/", planning.undo, name="batch-undo"),
]
