"""What Django's model state cannot say: search indexes and the audit trail's triggers."""

from django.db import migrations

from tieback.audit import triggers
from tieback.search import index


def install_search(_apps, editor):
    for table in ("tieback_job", "tieback_project"):
        index.install(editor, table)


class Migration(migrations.Migration):
    dependencies = [("tieback", "0001_tables")]
    operations = [
        migrations.RunPython(install_search, migrations.RunPython.noop),
        migrations.RunPython(triggers.install_in_migration, migrations.RunPython.noop),
    ]
