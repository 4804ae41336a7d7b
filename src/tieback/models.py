"""Gathers every package's models: one app, one migration history."""

from tieback.access.models import Company, Level, Membership, User
from tieback.audit.models import AuditEvent, AuditHead
from tieback.connections.models import Connection, SyncIssue, SyncRun
from tieback.following.models import FollowedEffect
from tieback.linking.models import Candidate, Link, Proposal
from tieback.plans.models import Batch, Plan, PlanRow
from tieback.portfolio.models import (
    CostType,
    CostTypeAssignment,
    Project,
    ProjectCostCode,
    StandardCostCode,
    StandardCostCodeList,
    SubJob,
    Vendor,
)
from tieback.staging.models import ErpVendor, Job, JobCostCode, JobSubJob

__all__ = [
    "AuditEvent",
    "AuditHead",
    "Batch",
    "Candidate",
    "Company",
    "Connection",
    "CostType",
    "CostTypeAssignment",
    "ErpVendor",
    "FollowedEffect",
    "Job",
    "JobCostCode",
    "JobSubJob",
    "Level",
    "Link",
    "Membership",
    "Plan",
    "PlanRow",
    "Project",
    "ProjectCostCode",
    "Proposal",
    "StandardCostCode",
    "StandardCostCodeList",
    "SubJob",
    "SyncIssue",
    "SyncRun",
    "User",
    "Vendor",
]
