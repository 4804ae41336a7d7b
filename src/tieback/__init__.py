"""Tieback ties an ERP's jobs back to the projects of a construction portfolio."""

__version__ = "0.1.0"
