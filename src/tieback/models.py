"""Gathers every package's models: one app, one migration history."""

from tieback.access.models import Company, Level, Membership, User
from tieback.audit.models import AuditEvent, AuditHead
from tieback.certificates.models import Certificate
from tieback.connections.models import Connection, SyncIssue, SyncRun
from tieback.following.models import FollowedEffect
from tieback.linking.models import Link, Rejection
from tieback.outbox.models import DeliveryAttempt, Gate, OutboxMessage, RateWindow
from tieback.plans.models import Batch, Plan, PlanRow, PlanSettings
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
from tieback.proposing.models import (
    BackTest,
    Candidate,
    MatchingRule,
    MatchingSettings,
    Proposal,
)
from tieback.review.models import (
    Assignment,
    Note,
    Presence,
    Question,
    Sample,
    SampleRow,
    SavedView,
)
from tieback.staging.models import ErpVendor, Job, JobCostCode, JobSubJob
from tieback.sync.models import Schedule, Task, WorkerSeen

__all__ = [
    "Assignment",
    "AuditEvent",
    "AuditHead",
    "BackTest",
    "Batch",
    "Candidate",
    "Certificate",
    "Company",
    "Connection",
    "CostType",
    "CostTypeAssignment",
    "DeliveryAttempt",
    "ErpVendor",
    "FollowedEffect",
    "Gate",
    "Job",
    "JobCostCode",
    "JobSubJob",
    "Level",
    "Link",
    "MatchingRule",
    "MatchingSettings",
    "Membership",
    "Note",
    "OutboxMessage",
    "Plan",
    "PlanRow",
    "PlanSettings",
    "Presence",
    "Project",
    "ProjectCostCode",
    "Proposal",
    "Question",
    "RateWindow",
    "Rejection",
    "Sample",
    "SampleRow",
    "SavedView",
    "Schedule",
    "StandardCostCode",
    "StandardCostCodeList",
    "SubJob",
    "SyncIssue",
    "SyncRun",
    "Task",
    "User",
    "Vendor",
    "WorkerSeen",
]
