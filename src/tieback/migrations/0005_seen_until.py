"""Up to when ready jobs have been looked at: for look-ups so far, until they began."""

from django.db import migrations, models
from django.db.models import F, Q


def fill(apps, _editor):
    done = apps.get_model("tieback", "Proposal").objects.filter(status="done")
    done.update(seen_until=F("started_at"))


class Migration(migrations.Migration):
    # PostgreSQL refuses to alter a table that has been written to in the same transaction.
    atomic = False
    dependencies = [("tieback", "0004_matching_and_go_live")]
    operations = [
        migrations.AddField(
            model_name="proposal", name="seen_until", field=models.DateTimeField(null=True)
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="proposal",
            constraint=models.CheckConstraint(
                condition=~Q(status="done") | Q(seen_until__isnull=False),
                name="proposal_done_has_seen",
            ),
        ),
    ]
