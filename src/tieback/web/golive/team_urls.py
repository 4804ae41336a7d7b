"""Addresses of the go-live cockpit: samples, questions, notes and who holds what."""

from django.urls import path

from tieback.web.golive import notes, questions, samples, team, team_beside

urlpatterns = [
    path("plans/<int:plan_id>/samples/", samples.plan_samples, name="plan-samples"),
    path("samples/<int:sample_id>/", samples.sample, name="sample"),
    path("samples/<int:sample_id>/rows/<int:position>/", samples.judged, name="sample-judge"),
    path("questions/", questions.index, name="questions"),
    path("questions/<int:question_id>/withdraw/", questions.withdrawn, name="question-withdraw"),
    path("jobs/<int:job_id>/questions/", questions.of_job, name="job-questions"),
    path("jobs/<int:job_id>/notes/", notes.of_job, name="job-notes"),
    path("jobs/<int:job_id>/beside/", team_beside.beside, name="job-beside"),
    path("jobs/<int:job_id>/presence/", team_beside.present, name="job-presence"),
    path("team/", team.team, name="team"),
    path("team/hand-out/", team.hand_out, name="team-hand-out"),
    path("team/take-back/", team.take_back, name="team-take-back"),
    path("team/<int:user_id>/", team.person, name="team-person"),
]
