"""A Procore of one's own, to try a client against. README.md says what it is and what it guesses.

It stands apart from the rest of Tieback: nothing here imports it, and nothing there but the command
line imports this.
"""

from tieback.sandbox.app import Sandbox
from tieback.sandbox.faults import Fault
from tieback.sandbox.seeding import Seeding
from tieback.sandbox.server import running
from tieback.sandbox.switches import Switches

__all__ = ["Fault", "Sandbox", "Seeding", "Switches", "running"]
