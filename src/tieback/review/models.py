"""A team that decides a long list: who looks at what, notes, samples, questions, saved views."""

from django.db import models
from django.db.models import F, Q

from tieback.access.models import Company, User
from tieback.plans.models import Plan
from tieback.portfolio.models import Project
from tieback.staging.models import Job


class SavedView(models.Model):
    """A lane with its filters, sort and columns under a name; one's own, or the company's."""

    company = models.ForeignKey(Company, models.CASCADE, related_name="saved_views")
    # None: everybody of the company sees it.
    owner = models.ForeignKey(User, models.CASCADE, null=True, related_name="+")
    name = models.CharField(max_length=80)
    # What stands behind the question mark in the board's address.
    query = models.CharField(max_length=500)
    saved_at = models.DateTimeField()
    saved_by_name = models.CharField(max_length=200)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["company", "owner", "name"],
                condition=Q(owner__isnull=False),
                name="one_own_view_per_name",
            ),
            models.UniqueConstraint(
                fields=["company", "name"],
                condition=Q(owner=None),
                name="one_shared_view_per_name",
            ),
            models.CheckConstraint(condition=~Q(name=""), name="saved_view_has_name"),
        ]

    def __str__(self) -> str:
        return self.name


class Assignment(models.Model):
    """Who is to decide a job; one person at a time."""

    company = models.ForeignKey(Company, models.CASCADE, related_name="assignments")
    job = models.OneToOneField(Job, models.CASCADE, related_name="assignment")
    user = models.ForeignKey(User, models.CASCADE, related_name="assignments")
    assigned_at = models.DateTimeField()
    assigned_by_name = models.CharField(max_length=200)

    class Meta:
        indexes = [models.Index(fields=["company", "user"], name="assignment_holder")]

    def __str__(self) -> str:
        return f"{self.job}: {self.user}"


class Presence(models.Model):
    """Who has a job open for review right now; it fades when not renewed."""

    company = models.ForeignKey(Company, models.CASCADE, related_name="presences")
    job = models.ForeignKey(Job, models.CASCADE, related_name="presences")
    user = models.OneToOneField(User, models.CASCADE, related_name="presence")
    seen_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.user} at {self.job}"


class Note(models.Model):
    """What somebody wrote beside a job."""

    company = models.ForeignKey(Company, models.CASCADE, related_name="notes")
    job = models.ForeignKey(Job, models.CASCADE, related_name="notes")
    text = models.TextField(max_length=2000)
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    written_by_name = models.CharField(max_length=200)

    class Meta:
        ordering = ["written_at", "pk"]
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="note_says_something")]

    def __str__(self) -> str:
        return self.text[:60]


class Sample(models.Model):
    """Rows of a plan drawn at random, so that reviewing a few says something about all."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="samples")
    plan = models.ForeignKey(Plan, models.CASCADE, related_name="samples")
    # The rows of the plan that could have been drawn, and what draws the same ones again.
    population = models.PositiveIntegerField()
    seed = models.CharField(max_length=64)
    drawn_at = models.DateTimeField()
    drawn_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    drawn_by_name = models.CharField(max_length=200)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"Sample of {self.plan}"


class SampleRow(models.Model):
    """One drawn pair, and what a person who looked at it said."""

    class Verdict(models.TextChoices):
        RIGHT = "right", "Right"
        WRONG = "wrong", "Wrong"
        UNSURE = "unsure", "Cannot say"

    sample = models.ForeignKey(Sample, models.CASCADE, related_name="rows")
    position = models.PositiveIntegerField()
    job = models.ForeignKey(Job, models.PROTECT, related_name="+")
    project = models.ForeignKey(Project, models.PROTECT, related_name="+")
    verdict = models.CharField(max_length=6, choices=Verdict.choices, default="")
    judged_at = models.DateTimeField(null=True)
    judged_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    judged_by_name = models.CharField(max_length=200, default="")

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["sample", "position"], name="sample_position_once"),
            models.UniqueConstraint(fields=["sample", "job"], name="sample_job_once"),
            models.CheckConstraint(
                condition=Q(verdict="", judged_at=None)
                | (~Q(verdict="") & Q(judged_at__isnull=False)),
                name="sample_verdict_has_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.job} ? {self.project}: {self.verdict or 'not judged'}"


class Question(models.Model):
    """Which of two projects a job is, asked of somebody outside by a link; the answer is a vote."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="questions")
    job = models.ForeignKey(Job, models.PROTECT, related_name="questions")
    first = models.ForeignKey(Project, models.PROTECT, related_name="+")
    second = models.ForeignKey(Project, models.PROTECT, null=True, related_name="+")
    asked_of = models.CharField(max_length=200)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    asked_by_name = models.CharField(max_length=200)
    # SHA-256 of the token in the link; the token itself is shown once and kept nowhere.
    token_hash = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    # The project voted for; none together with `answered_at` means "neither".
    vote = models.ForeignKey(Project, models.PROTECT, null=True, related_name="+")
    comment = models.CharField(max_length=500, default="")

    class Meta:
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(vote=None) | Q(vote=F("first")) | Q(vote=F("second")),
                name="question_vote_is_one_of_two",
            ),
            models.CheckConstraint(
                condition=Q(vote=None) | Q(answered_at__isnull=False),
                name="question_vote_has_time",
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("asked_at")), name="question_expires_later"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.job} asked of {self.asked_of}"
