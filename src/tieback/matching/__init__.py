"""Matching: which job of an ERP is which project of the portfolio, for the whole list at once."""
