"""The product's settings, on a throw-away data folder and the database that the pass names."""

import os
import tempfile

os.environ.setdefault("TIEBACK_HOME", tempfile.mkdtemp(prefix="tieback-tests-"))

from tieback.settings import *  # noqa: F403
from tieback.settings import database

DATABASES = {"default": database(os.environ.get("TIEBACK_TEST_DATABASE_URL"))}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # No test pulls the plug: killed processes lose nothing without fsync, and it takes the time.
    options = DATABASES["default"]["OPTIONS"]
    options["init_command"] = options["init_command"].replace("synchronous=FULL", "synchronous=OFF")
    # A file, not memory: threads and processes have to meet in it as they do in use.
    DATABASES["default"]["TEST"] = {"NAME": os.path.join(os.environ["TIEBACK_HOME"], "test.db")}
# Hashing slowly on purpose has no place in tests that log in a hundred times.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
os.makedirs(STATIC_ROOT, exist_ok=True)  # noqa: F405
