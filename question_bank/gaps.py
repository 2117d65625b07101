"""The gaps in a stem that an examinee fills."""

import re

GAP = re.compile(r"_{2,}|（\s*）|\(\s*\)")
"""As the examinee's page counts them: one field to write in for each."""


def gaps_in(stem: str) -> int:
    """Return how many fields *stem* would show; one without any gap."""
    return max(1, len(GAP.findall(stem)))
