"""Measurements of the whole centre, each against a rival in the same run."""
