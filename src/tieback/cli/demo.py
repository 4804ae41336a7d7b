"""`tieback demo`: the demo company, and how to log in to it."""

import typer
from django.utils import timezone

from tieback.cli.database import bring_up_to_date
from tieback.cli.screen import bar, note, say
from tieback.demo.load import load

app = typer.Typer(add_completion=False)
URL = "http://127.0.0.1:8700"


@app.command()
def demo() -> None:
    """Load the demo company and say how to log in. Called again, it changes nothing."""
    bring_up_to_date()
    with bar("Loading the demo company") as shown:
        access = load(now=timezone.now(), progress=shown.show)
    say(f"{access.company} is ready. Log in at {URL} as one of:")
    for person in access.people:
        say(f"  {person.email:<26} {person.level.label}")
    say(f"  Password: {access.password}")
    note(f"The password is also in {access.login_file}. “tieback serve” starts the server.")
