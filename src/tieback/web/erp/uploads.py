"""Files in a form: none gets larger than the limit, and each belongs to a resource."""

from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest

from tieback.connections.receiving import too_large
from tieback.connections.uploads import Upload
from tieback.connectors.errors import ConfigError
from tieback.connectors.records import Resource

_TOO_LARGE = "tieback.too_large"


class SizeLimit(FileUploadHandler):
    """Lets go of a file that passes the limit before it fills the disk, and reads the form on.

    Stands before Django's own handlers, as the form is read before any view sees the request.
    """

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self._received = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        self._received += len(raw_data)
        if self._received > settings.UPLOAD_LIMIT:
            if self.request is not None:
                self.request.META.setdefault(_TOO_LARGE, []).append(self.file_name or "")
            raise SkipFile
        return raw_data

    def file_complete(self, file_size: int) -> Any:
        return None


def uploads_in(request: HttpRequest) -> list[Upload]:
    """The files of a form whose fields are named after resources; raises `ConfigError`."""
    # Asking for the files is what reads the form: only then is it known what was too large.
    sent = [(resource, request.FILES.get(resource)) for resource in Resource]
    _refuse_too_large(request)
    return [
        Upload(resource, file.name or "", file.chunks())
        for resource, file in sent
        if file is not None
    ]


def file_in(request: HttpRequest, name: str) -> "UploadedFile[Any]":
    """The one file of a form's field; raises `ConfigError` where none was chosen."""
    sent = request.FILES.get(name)
    _refuse_too_large(request)
    if sent is None:
        raise ConfigError("No file was chosen.", mend="Choose the file, then send it again.")
    return sent


def _refuse_too_large(request: HttpRequest) -> None:
    if names := request.META.get(_TOO_LARGE):
        raise too_large(names[0])
