"""A browser's worth of Django's test client, signed in at a level."""

from collections.abc import Callable

import pytest
from django.test import Client

from tests.conftest import Cast
from tieback.access.models import Level

SignIn = Callable[[Level], Client]


@pytest.fixture
def sign_in(acme: Cast) -> SignIn:
    """A client of a person of Acme."""

    def sign_in(level: Level) -> Client:
        client = Client()
        client.force_login(acme.users[level])
        return client

    return sign_in


@pytest.fixture
def admin(sign_in: SignIn) -> Client:
    return sign_in(Level.ADMIN)


@pytest.fixture
def reader(sign_in: SignIn) -> Client:
    return sign_in(Level.READ_ONLY)
