from django.db import migrations, models
from django.db.models import Q

_OF_PAIR = Q(action__in=["reject", "allow", "fix"])


class Migration(migrations.Migration):

    dependencies = [
        ('tieback', '0005_lanes'),
    ]

    operations = [
        migrations.AddField(
            model_name='plan', name='totals', field=models.JSONField(default=dict)
        ),
        migrations.AddField(
            model_name='planrow', name='settings', field=models.JSONField(default=list)
        ),
        migrations.AddField(
            model_name='planrow', name='note', field=models.CharField(default='', max_length=500)
        ),
        migrations.AlterField(
            model_name='planrow',
            name='action',
            field=models.CharField(
                choices=[
                    ('link', 'Link'),
                    ('unlink', 'Unlink'),
                    ('archive', 'Archive'),
                    ('restore', 'Restore'),
                    ('refresh', 'Refresh cost codes'),
                    ('reject', 'Not a match'),
                    ('allow', 'Offer again'),
                    ('fix', 'Change settings'),
                ],
                max_length=8,
            ),
        ),
        migrations.RemoveConstraint(model_name='planrow', name='plan_job_once'),
        migrations.AddConstraint(
            model_name='planrow',
            constraint=models.UniqueConstraint(
                condition=~_OF_PAIR, fields=('plan', 'job'), name='plan_job_decided_once'
            ),
        ),
        migrations.AddConstraint(
            model_name='planrow',
            constraint=models.UniqueConstraint(
                condition=_OF_PAIR, fields=('plan', 'job', 'project'), name='plan_pair_once'
            ),
        ),
    ]
