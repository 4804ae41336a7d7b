"""A client of a sandbox that is not on the network: the same calls, without a socket."""

from typing import Any
from urllib.parse import parse_qs

import httpx

from tieback.sandbox import Sandbox
from tieback.sandbox.call import Call
from tieback.sandbox.server import rendered


class Direct(httpx.BaseTransport):
    """Hands each request to the sandbox."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        call = Call(
            method=request.method,
            path=request.url.path,
            base_url="http://sandbox",
            query=parse_qs(request.url.query.decode(), keep_blank_values=True),
            headers=request.headers,
            raw=request.read(),
        )
        answer = self._sandbox.answer(call).answer
        headers, body = rendered(answer)
        return httpx.Response(answer.status, headers=headers, content=body)


class Caller(httpx.Client):
    """Calls as one app, with its token and company header; `company` goes along where asked."""

    def __init__(self, sandbox: Sandbox, app: Any = None) -> None:
        super().__init__(base_url="http://sandbox", transport=Direct(sandbox))
        self.sandbox = sandbox
        self.app = app or sandbox.app
        self.company = {"company_id": sandbox.company.id}
        self.headers["Procore-Company-Id"] = str(sandbox.company.id)
        self.log_in()

    def token(self, **fields: str) -> httpx.Response:
        """What /oauth/token answers to these fields and the app's credentials."""
        credentials = {"client_id": self.app.client_id, "client_secret": self.app.client_secret}
        return self.post("/oauth/token", data=credentials | fields)

    def log_in(self) -> None:
        answer = self.token(grant_type="client_credentials")
        self.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"

    def log_in_as_person(self) -> dict[str, Any]:
        """The authorization code grant from its beginning; the token's answer."""
        address = "http://127.0.0.1/callback"
        asked = {
            "response_type": "code",
            "client_id": self.app.client_id,
            "redirect_uri": address,
            "state": "st4te",
        }
        back = httpx.URL(self.get("/oauth/authorize", params=asked).headers["location"])
        answer = self.token(
            grant_type="authorization_code", code=back.params["code"], redirect_uri=address
        )
        self.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
        return dict(answer.json())

    def project(self, project_id: int) -> dict[str, Any]:
        return dict(self.get(f"/rest/v1.0/projects/{project_id}", params=self.company).json())

    def write(self, project_id: int, **fields: Any) -> httpx.Response:
        body = self.company | {"project": fields}
        return self.patch(f"/rest/v1.0/projects/{project_id}", json=body)

    def sync(self, kind: str, updates: list[Any], **where: Any) -> httpx.Response:
        body = self.company | where | {"updates": updates}
        return self.patch(f"/rest/v1.0/{kind}/sync", params=where, json=body)
