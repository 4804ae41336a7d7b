"""Apps, their installations, and the tokens and codes given out."""

import secrets
from dataclasses import dataclass, field

OUT_OF_BAND = "urn:ietf:wg:oauth:2.0:oob"


@dataclass(slots=True)
class Installation:
    """An app in one company: the projects it may touch (None: all), the tools it may not."""

    permitted: set[int] | None = None
    denied: set[str] = field(default_factory=set)
    is_connected: bool = True


@dataclass(slots=True)
class App:
    """What a developer registered: credentials, redirects, and where it is installed."""

    id: int
    name: str
    client_id: str
    client_secret: str
    redirect_uris: set[str]
    service_user_id: int
    installations: dict[int, Installation] = field(default_factory=dict)


@dataclass(slots=True)
class Token:
    """An access token, with the refresh token that came with it. `grant` outlives its tokens."""

    access: str
    refresh: str
    client_id: str
    user_id: int
    grant: str
    created: float
    expires: float

    @property
    def is_service(self) -> bool:
        """Whether it came by client credentials, which give no refresh token."""
        return not self.refresh


@dataclass(slots=True)
class Code:
    """An authorization code. It is taken out of the register when it is used."""

    client_id: str
    redirect_uri: str
    user_id: int
    expires: float


class Register:
    """Every token and code that holds now."""

    def __init__(self) -> None:
        self.by_access: dict[str, Token] = {}
        self.by_refresh: dict[str, Token] = {}
        self.codes: dict[str, Code] = {}

    def give(
        self, app: App, user_id: int, *, now: float, seconds: int, grant: str, refreshable: bool
    ) -> Token:
        """A fresh token for `app` in the name of the user."""
        refresh = secrets.token_urlsafe(32) if refreshable else ""
        token = Token(
            access=secrets.token_urlsafe(32),
            refresh=refresh,
            client_id=app.client_id,
            user_id=user_id,
            grant=grant,
            created=now,
            expires=now + seconds,
        )
        self.by_access[token.access] = token
        if refresh:
            self.by_refresh[refresh] = token
        return token

    def give_code(self, code: Code) -> str:
        word = secrets.token_urlsafe(24)
        self.codes[word] = code
        return word

    def valid(self, access: str, now: float) -> Token | None:
        token = self.by_access.get(access)
        return token if token and now < token.expires else None

    def revoke(self, word: str) -> None:
        """End an access or refresh token; either takes the other with it."""
        token = self.by_access.get(word) or self.by_refresh.get(word)
        if token:
            self.by_access.pop(token.access, None)
            self.by_refresh.pop(token.refresh, None)

    def expire_all(self) -> int:
        """End every access token at once, as an hour and a half of waiting would; how many."""
        ended = len(self.by_access)
        self.by_access.clear()
        return ended

    def lose_refresh_tokens(self) -> int:
        """End every refresh token, as a lost answer does; how many."""
        lost = len(self.by_refresh)
        self.by_refresh.clear()
        return lost
