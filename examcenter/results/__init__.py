"""Marks of submitted attempts."""
