"""Long work is asked for once, done by one worker at a time, and taken over from a dead one."""

from datetime import datetime, time, timedelta

import pytest

from tests.concurrency import at_once
from tests.conftest import Cast
from tests.factories import make_connection
from tieback.access.actors import NotAllowedError
from tieback.access.models import Membership
from tieback.connections.models import SyncRun
from tieback.sync import tasks
from tieback.sync.models import Kind, Schedule, Task
from tieback.sync.schedules import (
    ScheduleError,
    daily_at,
    every_minutes,
    fire,
    never,
    set_schedule,
)
from tieback.sync.worker import do

pytestmark = pytest.mark.django_db
LATER = tasks.LEASE + timedelta(seconds=1)


def _pull(acme: Cast, now: datetime) -> Task:
    connection = make_connection(acme.company)
    return tasks.want(kind=Kind.PULL, by=acme.standard, now=now, connection=connection)


def test_what_is_owed_already_is_not_owed_twice(acme: Cast, now: datetime) -> None:
    connection = make_connection(acme.company)

    first = tasks.want(kind=Kind.PULL, by=acme.standard, now=now, connection=connection)
    second = tasks.want(kind=Kind.PULL, by=acme.admin, now=now, connection=connection)

    assert first == second
    tasks.take(worker="w", now=now)
    tasks.done(task=Task.objects.get(), now=now)
    third = tasks.want(kind=Kind.PULL, by=acme.admin, now=now, connection=connection)
    assert third != first


def test_a_task_is_held_by_one_and_taken_over_when_its_worker_dies(
    acme: Cast, now: datetime
) -> None:
    _pull(acme, now)
    held = tasks.take(worker="w1", now=now)
    assert held
    assert tasks.take(worker="w2", now=now) is None
    assert tasks.extend(task=held, now=now + timedelta(seconds=60))
    assert tasks.take(worker="w2", now=now + timedelta(seconds=100)) is None

    taken = tasks.take(worker="w2", now=now + timedelta(seconds=60) + LATER)

    assert taken
    assert (taken.pk, taken.starts) == (held.pk, 2)
    assert not tasks.extend(task=held, now=now)
    tasks.done(task=held, now=now)
    assert Task.objects.get().state == Task.State.WAITING


def test_what_kills_its_workers_is_given_up_with_a_sentence(acme: Cast, now: datetime) -> None:
    _pull(acme, now)
    for number in range(tasks.MOST_STARTS):
        assert tasks.take(worker=f"w{number}", now=now + number * LATER)

    assert tasks.take(worker="last", now=now + 10 * LATER) is None

    given_up = Task.objects.get()
    assert given_up.state == Task.State.FAILED
    assert "died 5 times" in given_up.problem


def test_a_task_is_done_with_the_rights_that_its_person_has_then(acme: Cast, now: datetime) -> None:
    task = _pull(acme, now)
    Membership.objects.filter(user=task.wanted_by).delete()
    held = tasks.take(worker="w", now=now)
    assert held

    do(held, lambda: now)

    failed = Task.objects.get()
    assert failed.state == Task.State.FAILED
    assert "you need Standard" in failed.problem
    assert not SyncRun.objects.exists()


def test_what_is_busy_is_tried_again_and_counts_as_no_failure(acme: Cast, now: datetime) -> None:
    task = _pull(acme, now)
    SyncRun.objects.create(
        company=acme.company,
        connection=task.connection,
        started_by="Ann",
        started_at=now,
        heartbeat_at=now,
    )
    held = tasks.take(worker="w", now=now)
    assert held

    do(held, lambda: now)

    waiting = Task.objects.get()
    assert (waiting.state, waiting.starts, waiting.leased_by) == (Task.State.WAITING, 0, "")
    assert waiting.due_at
    assert waiting.due_at > now


def test_a_schedule_asks_when_its_time_has_come_and_once_for_what_was_missed(
    acme: Cast, now: datetime
) -> None:
    connection = make_connection(acme.company)
    set_schedule(
        kind=Kind.PULL, fields=every_minutes(30), by=acme.admin, now=now, connection=connection
    )
    assert fire(now=now + timedelta(minutes=29)) == []

    [task] = fire(now=now + timedelta(hours=9))

    assert task.connection == connection
    assert task.wanted_by is None
    assert fire(now=now + timedelta(hours=9, minutes=29)) == []
    assert Schedule.objects.get().next_at == now + timedelta(hours=9, minutes=30)


def test_a_schedules_task_may_do_what_it_was_set_for(acme: Cast, now: datetime) -> None:
    set_schedule(kind=Kind.PROPOSE, fields=every_minutes(5), by=acme.admin, now=now)
    [task] = fire(now=now + timedelta(minutes=6))
    held = tasks.take(worker="w", now=now + timedelta(minutes=6))
    assert held

    do(held, lambda: now)

    assert Task.objects.get(pk=task.pk).state == Task.State.DONE


def test_never_does_nothing(acme: Cast, now: datetime) -> None:
    set_schedule(kind=Kind.PROPOSE, fields=daily_at(time(3), "UTC"), by=acme.admin, now=now)
    set_schedule(kind=Kind.PROPOSE, fields=never(), by=acme.admin, now=now)

    assert fire(now=now + timedelta(days=40)) == []


def test_schedules_are_for_admins_and_make_sense(acme: Cast, now: datetime) -> None:
    with pytest.raises(NotAllowedError):
        set_schedule(kind=Kind.PROPOSE, fields=never(), by=acme.standard, now=now)
    with pytest.raises(ScheduleError, match="between 1 and"):
        every_minutes(0)
    with pytest.raises(ScheduleError, match="Time zone: nobody knows"):
        daily_at(time(3), "Mars/Olympus")


@pytest.mark.django_db(transaction=True)
def test_two_schedulers_at_once_ask_once(acme: Cast, now: datetime) -> None:
    set_schedule(kind=Kind.PROPOSE, fields=every_minutes(5), by=acme.admin, now=now)
    then = now + timedelta(minutes=5)

    results = at_once(*[lambda: fire(now=then)] * 4)

    fired = [task for result in results if isinstance(result, list) for task in result]
    assert len(fired) == 1
    assert Task.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_never_take_one_task(acme: Cast, now: datetime) -> None:
    for _ in range(3):
        _pull(acme, now)

    results = at_once(*(lambda name=f"w{n}": tasks.take(worker=name, now=now) for n in range(5)))

    taken = [result.pk for result in results if isinstance(result, Task)]
    assert len(taken) == len(set(taken)) == 3
