"""Rates per department."""
