"""How many threads share the work, which NumPy, SciPy and RapidFuzz do outside of Python."""

import os

THREADS = max(1, min(2, os.cpu_count() or 1))
