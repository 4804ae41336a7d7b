"""Database triggers that refuse to change or delete an audit event, whoever asks."""

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

SQLITE = [
    f"""CREATE TRIGGER IF NOT EXISTS audit_no_{verb} BEFORE {verb} ON tieback_auditevent
        BEGIN SELECT RAISE(ABORT, 'audit events are append-only'); END"""
    for verb in ("UPDATE", "DELETE")
]
POSTGRESQL = [
    """CREATE OR REPLACE FUNCTION tieback_audit_append_only() RETURNS trigger AS $$
       BEGIN RAISE EXCEPTION 'audit events are append-only'
             USING ERRCODE = 'integrity_constraint_violation';
       END $$ LANGUAGE plpgsql""",
    """CREATE OR REPLACE TRIGGER audit_no_change BEFORE UPDATE OR DELETE ON tieback_auditevent
       FOR EACH ROW EXECUTE FUNCTION tieback_audit_append_only()""",
]


def install(connection: BaseDatabaseWrapper) -> None:
    """Put the triggers in place; harmless when they are there already."""
    with connection.cursor() as cursor:
        for statement in SQLITE if connection.vendor == "sqlite" else POSTGRESQL:
            cursor.execute(statement)


def install_in_migration(_apps: object, editor: BaseDatabaseSchemaEditor) -> None:
    """The shape that `RunPython` calls."""
    for statement in SQLITE if editor.connection.vendor == "sqlite" else POSTGRESQL:
        editor.execute(statement)
