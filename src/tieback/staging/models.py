"""What the ERP last said: typed columns for search and matching, and the raw record beside them."""

from django.db import models
from django.db.models import Q

from tieback.access.models import Company
from tieback.connections.models import Connection


class Staged(models.Model):
    """What every staged record has: whose it is, which remote record, and when we saw it."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="+")
    connection = models.ForeignKey(Connection, models.PROTECT, related_name="+")
    external_id = models.CharField(max_length=200)
    # Equal digests mean that the remote said the same again: one comparison, no parsing.
    digest = models.CharField(max_length=32)
    raw = models.JSONField(default=dict)
    first_seen_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    missing_since = models.DateTimeField(null=True)

    class Meta:
        abstract = True


class Job(Staged):
    """The ERP's project. Screens say "ERP project", or the vendor's own word."""

    class State(models.TextChoices):
        READY = "ready", "Ready to Import"
        LINKED = "linked", "Synced"
        ARCHIVED = "archived", "Archived"
        ORPHANED = "orphaned", "No longer in the ERP"

    number = models.CharField(max_length=100)
    name = models.CharField(max_length=300)
    status = models.CharField(max_length=60, default="")
    is_active = models.BooleanField(default=True)
    customer = models.CharField(max_length=200, default="")
    address = models.CharField(max_length=200, default="")
    city = models.CharField(max_length=100, default="")
    state_code = models.CharField(max_length=40, default="")
    zip = models.CharField(max_length=20, default="")
    country = models.CharField(max_length=60, default="")
    start_date = models.DateField(null=True)
    end_date = models.DateField(null=True)
    contract_value = models.DecimalField(max_digits=18, decimal_places=2, null=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.READY)
    state_changed_at = models.DateTimeField()
    search_text = models.TextField(default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["connection", "external_id"], name="job_once"),
            models.CheckConstraint(
                condition=Q(state__in=["ready", "linked", "archived", "orphaned"]),
                name="job_state_known",
            ),
            models.CheckConstraint(
                condition=~Q(state="orphaned") | Q(missing_since__isnull=False),
                name="job_orphaned_is_missing",
            ),
        ]
        indexes = [
            models.Index(fields=["company", "state", "is_active", "number"], name="job_list"),
            models.Index(fields=["company", "state", "name"], name="job_by_name"),
            models.Index(fields=["company", "state", "contract_value"], name="job_by_value"),
            models.Index(fields=["company", "state", "start_date"], name="job_by_start"),
            models.Index(fields=["company", "number"], name="job_by_number"),
            # Holds all that counting asks of a job, so that it never reads the record beside it.
            models.Index(
                fields=[
                    "company",
                    "state",
                    "is_active",
                    "contract_value",
                    "changed_at",
                    "state_changed_at",
                ],
                name="job_facets",
            ),
            models.Index(
                fields=["company", "state"],
                condition=Q(missing_since__isnull=False),
                name="job_missing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.name}"


class JobCostCode(Staged):
    """One cost code of a job with one of its cost types; a code with three types is three rows."""

    job = models.ForeignKey(Job, models.CASCADE, related_name="cost_codes")
    full_code = models.CharField(max_length=100)
    parent_code = models.CharField(max_length=100, default="")
    name = models.CharField(max_length=300)
    cost_type = models.CharField(max_length=20, default="")
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["connection", "external_id"], name="job_cost_code_once")
        ]
        indexes = [models.Index(fields=["job", "full_code"], name="job_cost_code_list")]

    def __str__(self) -> str:
        return f"{self.full_code} {self.name}"


class JobSubJob(Staged):
    """A sub job (phase, extra, task) of a job."""

    job = models.ForeignKey(Job, models.CASCADE, related_name="sub_jobs")
    code = models.CharField(max_length=100)
    name = models.CharField(max_length=300)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["connection", "external_id"], name="job_sub_job_once")
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class ErpVendor(Staged):
    """A vendor as the ERP has it."""

    number = models.CharField(max_length=100)
    name = models.CharField(max_length=300)
    is_active = models.BooleanField(default=True)
    address = models.CharField(max_length=200, default="")
    city = models.CharField(max_length=100, default="")
    state_code = models.CharField(max_length=40, default="")
    zip = models.CharField(max_length=20, default="")
    phone = models.CharField(max_length=60, default="")
    email = models.CharField(max_length=254, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["connection", "external_id"], name="erp_vendor_once")
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.name}"
