"""Up to when ready jobs have been looked at, and indexes that hold all that the lanes count."""

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
        migrations.RemoveIndex(model_name="candidate", name="candidate_lane"),
        migrations.AddIndex(
            model_name="candidate",
            index=models.Index(
                condition=Q(is_proposed=True),
                fields=["company", "lane", "job", "project", "is_proposed"],
                name="candidate_open",
            ),
        ),
        migrations.AddIndex(
            model_name="job",
            index=models.Index(
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
        ),
        migrations.RemoveIndex(model_name="project", name="project_facets"),
        migrations.AddIndex(
            model_name="project",
            index=models.Index(
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
        ),
    ]
