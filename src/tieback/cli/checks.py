"""What the doctor looks at, thing by thing; every check only reads."""

import shutil
import stat
import tempfile
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import islice
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.models import Max
from django.utils import timezone

from tieback.access.models import Company
from tieback.audit.chain import breaks
from tieback.audit.models import AuditEvent
from tieback.cli import work_checks
from tieback.cli.database import pending_migrations
from tieback.cli.finding import Finding, good, trouble
from tieback.connections.models import SyncRun
from tieback.connections.services import SILENCE
from tieback.home import home
from tieback.plans.models import Batch, PlanRow

_ROOM = 200 * 1024 * 1024
_OLDEST_POSTGRESQL = 140_000
_NEEDED_STATIC = "tieback/vendor/tabler.min.css"


def findings() -> list[Finding]:
    """Every finding; what lies in the tables only where they are there to be read."""
    found = [_folder(), _room(), _static_files()]
    for check in (_database, _search, _tables):
        found.append(check())
        if not found[-1].is_ok:
            return found
    return [*found, *_of_rows()]


def _of_rows() -> Iterator[Finding]:
    checks: tuple[tuple[str, Callable[[], Finding]], ...] = (
        ("companies", _companies),
        ("runs", _silent_runs),
        ("plans", _unfinished_plans),
        ("workers", work_checks.workers),
        ("tasks", work_checks.tasks),
        ("outbox", work_checks.outbox),
        ("remotes", work_checks.remotes),
        ("audit trail", _audit),
        ("clock", _clock),
    )
    for about, check in checks:
        try:
            yield check()
        except DatabaseError as problem:
            yield trouble(about, f"it could not be read: {problem}", "Restore a backup.")


def _folder() -> Finding:
    path = home()
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & 0o077:
        return trouble(
            "data folder",
            f"others on this machine can look into {path} (mode {mode:04o})",
            f"chmod 700 '{path}'",
        )
    try:
        with tempfile.TemporaryFile(dir=path):
            pass
    except OSError as problem:
        return trouble(
            "data folder",
            f"{path} cannot be written to ({problem.strerror})",
            "Give this account the right to write there.",
        )
    return good("data folder", f"{path}, mode {mode:04o}")


def _room() -> Finding:
    free = shutil.disk_usage(home()).free
    said = f"{free / 1024**3:,.1f} GB free"
    if free < _ROOM:
        return trouble("disk space", said, "Make room: the database stops when there is none.")
    return good("disk space", said)


def _static_files() -> Finding:
    sources = [Path(folder) / _NEEDED_STATIC for folder in settings.STATICFILES_DIRS]
    if not any(path.exists() for path in sources):
        return trouble(
            "style sheets",
            "they were not built into this copy of Tieback",
            "Run “make assets” in the working copy, or install a released version.",
        )
    if not (Path(settings.STATIC_ROOT) / "staticfiles.json").exists():
        return good("style sheets", "there; “tieback serve” copies them when it starts")
    return good("style sheets", str(settings.STATIC_ROOT))


def _database() -> Finding:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as problem:
        where = "TIEBACK_DATABASE_URL" if connection.vendor == "postgresql" else "the data folder"
        return trouble("database", f"it does not answer: {problem}", f"Check it, and {where}.")
    return _postgresql() if connection.vendor == "postgresql" else _sqlite()


def _sqlite() -> Finding:
    with connection.cursor() as cursor:
        cursor.execute("SELECT sqlite_version()")
        (version,) = cursor.fetchone()
        cursor.execute("PRAGMA quick_check(1)")
        (state,) = cursor.fetchone()
    if state != "ok":
        return trouble(
            "database", f"SQLite {version} says: {state}", "Stop Tieback and restore a backup."
        )
    return good("database", f"SQLite {version}")


def _postgresql() -> Finding:
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        (number,) = cursor.fetchone()
    said = f"PostgreSQL {int(number) // 10_000}"
    if int(number) < _OLDEST_POSTGRESQL:
        return trouble("database", said, "Move to PostgreSQL 14 or newer.")
    return good("database", said)


def _search() -> Finding:
    if connection.vendor == "postgresql":
        return good("search", "PostgreSQL's own")
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pragma_module_list WHERE name = 'fts5'")
        (number,) = cursor.fetchone()
    if not number:
        return trouble(
            "search",
            "this Python's SQLite has no FTS5",
            "Use a Python whose SQLite has it (Debian's has), or PostgreSQL.",
        )
    return good("search", "FTS5")


def _tables() -> Finding:
    if missing := pending_migrations():
        return trouble(
            "tables",
            f"{len(missing)} steps behind this version, first {missing[0]}",
            "Any other command brings them up to date, “tieback serve” for one.",
        )
    return good("tables", "up to date")


def _companies() -> Finding:
    number = Company.objects.count()
    if not number:
        return trouble("companies", "none yet", "Run “tieback init” or “tieback demo”.")
    return good("companies", f"{number:,}")


def _silent_runs() -> Finding:
    running = SyncRun.objects.filter(status=SyncRun.Status.RUNNING).select_related("connection")
    silent = list(running.filter(heartbeat_at__lt=timezone.now() - SILENCE))
    if not silent:
        return good("runs", f"{running.count()} under way, none of them silent")
    names = ", ".join(
        f"“{run.connection}” since {run.heartbeat_at:%Y-%m-%d %H:%M}" for run in silent
    )
    mend = "Pull again: what was read is kept, and the dead run is closed."
    return trouble("runs", f"their process died: {names}", mend)


def _unfinished_plans() -> Finding:
    unfinished = Batch.objects.filter(plan__rows__state=PlanRow.State.PENDING).distinct()
    # A plan that is being applied at this moment looks the same for its first minute.
    stuck = list(unfinished.filter(applied_at__lt=timezone.now() - SILENCE)[:5])
    if not stuck:
        return good("plans", "none was left half done")
    names = ", ".join(f"“{batch}”" for batch in stuck)
    return trouble(
        "plans",
        f"stopped before the last row: {names}",
        "What was done is whole. Give the same command again for the jobs that are left.",
    )


def _audit() -> Finding:
    for company in Company.objects.order_by("slug"):
        if first := list(islice(breaks(company), 1)):
            return trouble(
                "audit trail",
                f"{company}: event {first[0].seq} {first[0].reason}",
                "“tieback audit verify” lists every place. Compare the database with a backup.",
            )
    return good("audit trail", f"whole, {AuditEvent.objects.count():,} events")


def _clock() -> Finding:
    now = timezone.now()
    newest = AuditEvent.objects.aggregate(newest=Max("at"))["newest"]
    if newest and newest > now + timedelta(minutes=1):
        return trouble(
            "clock",
            f"it says {now:%Y-%m-%d %H:%M} UTC, but something was done at {newest:%Y-%m-%d %H:%M}",
            "Set this machine's clock, by NTP for instance.",
        )
    return good("clock", f"{now:%Y-%m-%d %H:%M:%S} UTC")
