"""What the engine proposes, by which rules and how well: look-ups, candidates, rules, tests."""

from decimal import Decimal

from django.db import models
from django.db.models import Q

from tieback.access.models import Company, User
from tieback.portfolio.models import Project
from tieback.staging.models import Job

_STATES = Q(status="running", finished_at=None) | (
    Q(status__in=["done", "failed"]) & Q(finished_at__isnull=False)
)


class Status(models.TextChoices):
    """How a piece of work that takes a while stands."""

    RUNNING = "running", "Running"
    DONE = "done", "Done"
    FAILED = "failed", "Failed"


class MatchingSettings(models.Model):
    """What a company asks of the lane Safe; without a row the defaults hold."""

    company = models.OneToOneField(Company, models.CASCADE, related_name="matching_settings")
    # The share of matches in the lane Safe that have to be right.
    precision = models.DecimalField(max_digits=5, decimal_places=4, default=Decimal("0.998"))

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(precision__gte=Decimal("0.9"), precision__lte=Decimal("0.9999")),
                name="matching_precision_is_sane",
            )
        ]

    def __str__(self) -> str:
        return f"{self.company}: {self.precision}"


class Proposal(models.Model):
    """One look-up of the whole list for matches; at most one at a time per company."""

    Status = Status

    company = models.ForeignKey(Company, models.PROTECT, related_name="proposals")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.RUNNING)
    started_by = models.CharField(max_length=200)
    started_at = models.DateTimeField()
    # A look-up whose process died shows by a heartbeat that stopped.
    heartbeat_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    # What each ready job said before this moment has been looked at, by the look-up itself or by
    # what scored changes anew since.
    seen_until = models.DateTimeField(null=True)
    step = models.CharField(max_length=20, default="")
    # lane → matches, and "jobs", "projects", "no_match"
    counts = models.JSONField(default=dict)
    # What the matching page draws: the chart of the list, the weights, why nothing is safe.
    report = models.JSONField(default=dict)
    problem = models.TextField(default="")

    class Meta:
        ordering = ["-started_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["company"], condition=Q(status="running"), name="one_proposal_at_a_time"
            ),
            models.CheckConstraint(condition=_STATES, name="proposal_finished_has_time"),
            models.CheckConstraint(
                condition=~Q(status="done") | Q(seen_until__isnull=False),
                name="proposal_done_has_seen",
            ),
        ]
        indexes = [models.Index(fields=["company", "-started_at"], name="proposal_latest")]

    def __str__(self) -> str:
        return f"{self.company} at {self.started_at:%Y-%m-%d %H:%M}"


class Candidate(models.Model):
    """A project that may be a ready job's own, the best first by `rank`, with the reasons.

    The one that the assignment over the whole list chose `is_proposed`, and has a lane; a job has
    one at most, and so has a project. `margin` is over the runner-up on either side.
    """

    company = models.ForeignKey(Company, models.PROTECT, related_name="candidates")
    job = models.ForeignKey(Job, models.CASCADE, related_name="candidates")
    project = models.ForeignKey(Project, models.CASCADE, related_name="candidates")
    rank = models.PositiveSmallIntegerField()
    is_proposed = models.BooleanField(default=False)
    # Log-odds, from which the probability comes.
    score = models.FloatField()
    probability = models.FloatField()
    margin = models.FloatField(null=True)
    lane = models.CharField(max_length=10, default="")
    # Look-alikes share a number; unique within the company's candidates.
    twins = models.PositiveIntegerField(null=True)
    sentence = models.TextField()
    # [[field, weight, what is said about it], …]: the waterfall, which sums up to the score.
    steps = models.JSONField(default=list)
    model_version = models.CharField(max_length=40)
    proposed_at = models.DateTimeField()

    class Meta:
        ordering = ["job", "rank"]
        constraints = [
            models.CheckConstraint(
                condition=Q(probability__gte=0, probability__lte=1),
                name="candidate_probability_is_one",
            ),
            models.CheckConstraint(
                condition=Q(is_proposed=False, lane="")
                | (Q(is_proposed=True, lane__in=["Safe", "Look", "Twins"])),
                name="candidate_proposed_has_lane",
            ),
            models.UniqueConstraint(fields=["job", "project"], name="candidate_pair_once"),
            models.UniqueConstraint(
                fields=["job"], condition=Q(is_proposed=True), name="one_proposed_per_job"
            ),
            models.UniqueConstraint(
                fields=["project"], condition=Q(is_proposed=True), name="one_proposed_per_project"
            ),
        ]
        indexes = [
            # A lane that is read by probability, the least sure first.
            models.Index(
                fields=["company", "probability", "job", "project", "lane"],
                condition=Q(is_proposed=True),
                name="candidate_by_odds",
            ),
            # Holds all that counting the lanes asks of a candidate; `is_proposed` is in it as
            # SQLite reads the row where a condition names a column that the index lacks.
            models.Index(
                fields=["company", "lane", "job", "project", "is_proposed"],
                condition=Q(is_proposed=True),
                name="candidate_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.job} ? {self.project}"


class MatchingRule(models.Model):
    """A line of a company's own that the engine reads lists by, until it is removed."""

    class Kind(models.TextChoices):
        WORD = "word", "Words with a part to play"
        ABBREVIATION = "abbreviation", "Words that mean the same"

    company = models.ForeignKey(Company, models.PROTECT, related_name="matching_rules")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    line = models.CharField(max_length=200)
    # Why it was offered, or what the person wrote beside it.
    reason = models.TextField(default="")
    was_offered = models.BooleanField(default=False)
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    added_by_name = models.CharField(max_length=200)
    removed_at = models.DateTimeField(null=True)
    removed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    removed_by_name = models.CharField(max_length=200, default="")

    class Meta:
        ordering = ["-added_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["company", "kind", "line"],
                condition=Q(removed_at=None),
                name="one_active_rule_per_line",
            ),
            models.CheckConstraint(condition=~Q(line=""), name="matching_rule_says_something"),
        ]

    def __str__(self) -> str:
        return self.line


class BackTest(models.Model):
    """The company's links hidden and looked for again: how much of them the engine finds."""

    Status = Status

    company = models.ForeignKey(Company, models.PROTECT, related_name="back_tests")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.RUNNING)
    started_by = models.CharField(max_length=200)
    started_at = models.DateTimeField()
    heartbeat_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    # The line of a rule that is on trial, "" where none is.
    trial = models.JSONField(default=dict)
    report = models.JSONField(default=dict)
    problem = models.TextField(default="")

    class Meta:
        ordering = ["-started_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["company"], condition=Q(status="running"), name="one_back_test_at_a_time"
            ),
            models.CheckConstraint(condition=_STATES, name="back_test_finished_has_time"),
        ]

    def __str__(self) -> str:
        return f"{self.company} at {self.started_at:%Y-%m-%d %H:%M}"
