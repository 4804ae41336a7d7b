"""The embedded portfolio: projects, cost code lists, cost codes and types, sub jobs, vendors."""

from django.db import models
from django.db.models import Q

from tieback.access.models import Company
from tieback.connections.models import Connection


class StandardCostCodeList(models.Model):
    """A company's list of cost codes; exactly one of a company's lists is the ERP list."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="cost_code_lists")
    name = models.CharField(max_length=120)
    is_erp = models.BooleanField(default=False)
    is_available_to_new_projects = models.BooleanField(default=True)

    class Meta:
        ordering = ["-is_erp", "name"]
        constraints = [
            models.UniqueConstraint(fields=["company", "name"], name="list_name_once"),
            models.UniqueConstraint(
                fields=["company"], condition=Q(is_erp=True), name="one_erp_list_per_company"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class StandardCostCode(models.Model):
    """One code of a standard list; `full_code` is the code with its parents."""

    list = models.ForeignKey(StandardCostCodeList, models.CASCADE, related_name="codes")
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    code = models.CharField(max_length=40)
    full_code = models.CharField(max_length=100)
    name = models.CharField(max_length=300)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["full_code"]
        constraints = [
            models.UniqueConstraint(fields=["list", "full_code"], name="standard_code_once")
        ]

    def __str__(self) -> str:
        return f"{self.full_code} {self.name}"


class CostType(models.Model):
    """A company's cost type, such as L Labor; Procore also says line item type."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="cost_types")
    code = models.CharField(max_length=20)
    name = models.CharField(max_length=100)
    origin_id = models.CharField(max_length=200, default="")

    class Meta:
        ordering = ["code"]
        constraints = [models.UniqueConstraint(fields=["company", "code"], name="cost_type_once")]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class Project(models.Model):
    """The portfolio's project. A set `origin_id` *is* being synced."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="projects")
    number = models.CharField(max_length=100, default="")
    name = models.CharField(max_length=300)
    customer = models.CharField(max_length=200, default="")
    address = models.CharField(max_length=200, default="")
    city = models.CharField(max_length=100, default="")
    state_code = models.CharField(max_length=40, default="")
    zip = models.CharField(max_length=20, default="")
    country = models.CharField(max_length=60, default="")
    start_date = models.DateField(null=True)
    end_date = models.DateField(null=True)
    value = models.DecimalField(max_digits=18, decimal_places=2, null=True)
    stage = models.CharField(max_length=60, default="")
    is_active = models.BooleanField(default=True)
    is_template = models.BooleanField(default=False)
    is_erp_integrated = models.BooleanField(default=True)
    cost_code_list = models.ForeignKey(
        StandardCostCodeList, models.PROTECT, null=True, related_name="projects"
    )
    # The connection that set origin_id; none while origin_id is set means another integration's.
    origin_connection = models.ForeignKey(Connection, models.PROTECT, null=True, related_name="+")
    origin_id = models.CharField(max_length=200, default="")
    origin_code = models.CharField(max_length=100, default="")
    search_text = models.TextField(default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["origin_connection", "origin_id"],
                condition=~Q(origin_id="") & Q(origin_connection__isnull=False),
                name="project_origin_once",
            ),
            models.UniqueConstraint(
                fields=["company", "origin_id"],
                condition=~Q(origin_id="") & Q(origin_connection=None),
                name="project_foreign_origin_once",
            ),
            models.CheckConstraint(
                condition=Q(origin_connection=None) | ~Q(origin_id=""),
                name="project_origin_has_id",
            ),
        ]
        indexes = [
            models.Index(fields=["company", "is_active", "number"], name="project_list"),
            models.Index(fields=["company", "number"], name="project_by_number"),
            models.Index(fields=["company", "name"], name="project_by_name"),
            models.Index(fields=["company", "value"], name="project_by_value"),
            models.Index(fields=["company", "start_date"], name="project_by_start"),
            # Holds every filter of the project list and the value that free ones come to, so that
            # counting never reads a row.
            models.Index(
                fields=[
                    "company",
                    "stage",
                    "is_active",
                    "is_template",
                    "is_erp_integrated",
                    "origin_id",
                    "value",
                ],
                name="project_facets",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.name}".strip()


class ProjectCostCode(models.Model):
    """A cost code on a project, with the cost types that may be booked on it."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="cost_codes")
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    standard_code = models.ForeignKey(
        StandardCostCode, models.PROTECT, null=True, related_name="copies"
    )
    code = models.CharField(max_length=40)
    full_code = models.CharField(max_length=100)
    name = models.CharField(max_length=300)
    is_active = models.BooleanField(default=True)
    # Budgeted or booked on: such a code is never deleted.
    is_in_use = models.BooleanField(default=False)
    origin_id = models.CharField(max_length=300, default="")
    cost_types = models.ManyToManyField(
        CostType, through="CostTypeAssignment", related_name="cost_codes"
    )

    class Meta:
        ordering = ["full_code"]
        constraints = [
            models.UniqueConstraint(fields=["project", "full_code"], name="project_code_once")
        ]

    def __str__(self) -> str:
        return f"{self.full_code} {self.name}"


class CostTypeAssignment(models.Model):
    """That a cost type may be booked on a project's cost code."""

    cost_code = models.ForeignKey(ProjectCostCode, models.CASCADE, related_name="assignments")
    cost_type = models.ForeignKey(CostType, models.PROTECT, related_name="assignments")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["cost_code", "cost_type"], name="assignment_once")
        ]

    def __str__(self) -> str:
        return f"{self.cost_code_id} × {self.cost_type_id}"


class SubJob(models.Model):
    """A part of a project whose cost is kept apart."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="sub_jobs")
    code = models.CharField(max_length=100)
    name = models.CharField(max_length=300)
    is_active = models.BooleanField(default=True)
    origin_id = models.CharField(max_length=300, default="")

    class Meta:
        ordering = ["code"]
        constraints = [models.UniqueConstraint(fields=["project", "code"], name="sub_job_once")]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class Vendor(models.Model):
    """A company that the contractor buys from, as the portfolio has it."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="vendors")
    name = models.CharField(max_length=300)
    number = models.CharField(max_length=100, default="")
    city = models.CharField(max_length=100, default="")
    state_code = models.CharField(max_length=40, default="")
    is_active = models.BooleanField(default=True)
    origin_id = models.CharField(max_length=200, default="")

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
