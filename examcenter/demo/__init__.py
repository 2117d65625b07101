"""A fictional city to try the centre with; every person and unit in it is invented."""

from examcenter.demo.filling import Sign, fill

__all__ = ["Sign", "fill"]
