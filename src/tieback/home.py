"""Where this installation keeps its data: `TIEBACK_HOME` and the few files in it."""

import os
import secrets
from pathlib import Path


def home() -> Path:
    """The data folder, made on first use and readable by its owner only."""
    path = Path(os.environ.get("TIEBACK_HOME", "~/.tieback")).expanduser().resolve()
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def kept_secret(name: str) -> str:
    """A random secret, written once to the data folder with mode 0600.

    Two processes may start at once: the file that was linked into place first wins.
    """
    path = home() / name
    if not path.exists():
        draft = path.with_name(f".{name}.{secrets.token_hex(8)}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(48))
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text().strip()
