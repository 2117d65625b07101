"""Failures in the exam hall's words; ``web/errors.py`` gives them their HTTP numbers.

A feature names its own failure by subclassing one of these and setting ``code``.
*facts* are the values a sentence about the failure needs (``web/wording.py``).
"""

from collections.abc import Mapping
from dataclasses import dataclass


class ExamCenterError(Exception):
    """Base of every failure that a caller is meant to understand."""

    code = "error"

    def __init__(self, message: str = "", **facts: object) -> None:
        super().__init__(message or self.code)
        self.message = message
        self.facts = facts


class MalformedError(ExamCenterError):
    """What was sent does not have the form that was asked for."""

    code = "malformed"


class NotSignedInError(ExamCenterError):
    """Nobody is signed in, or the sign-in has ended."""

    code = "not_signed_in"


class NotAllowedError(ExamCenterError):
    """The person is known and may not do this."""

    code = "not_allowed"


class NotFoundError(ExamCenterError):
    """It does not exist, or it is not yours: the two look alike on purpose."""

    code = "not_found"


class ConflictError(ExamCenterError):
    """It contradicts the state that things are in."""

    code = "conflict"


class TooLargeError(ExamCenterError):
    """More was sent than is read."""

    code = "too_large"


class UnsupportedTypeError(ExamCenterError):
    """What was sent is of a kind that is not accepted here."""

    code = "unsupported_type"


class RefusedError(ExamCenterError):
    """Well-formed, and refused for what it says; nothing was changed."""

    code = "refused"


class NotStorableError(RefusedError):
    """A number or a text is of a kind that no database keeps; nothing was changed."""

    code = "not_storable"


class TooManyError(ExamCenterError):
    """Too many requests; *retry_after* is in seconds."""

    code = "too_many"

    def __init__(self, message: str = "", *, retry_after: int, **facts: object) -> None:
        super().__init__(message, **facts)
        self.retry_after = retry_after


class UnavailableError(ExamCenterError):
    """Nothing was stored; the same request may succeed after *retry_after* seconds."""

    code = "unavailable"
    retry_after = 2


class EnvironmentUnfitError(ExamCenterError):
    """The machine lacks something without which nothing here can run."""

    code = "environment_unfit"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with what somebody gave us, at a place they can go to."""

    place: str
    code: str
    message: str
    excerpt: str = ""


class FaultyInputError(RefusedError):
    """The input has faults, all of which are listed; nothing was changed."""

    code = "faulty_input"

    def __init__(self, faults: tuple[Fault, ...], **facts: object) -> None:
        super().__init__("; ".join(f"{f.place}: {f.message}" for f in faults), **facts)
        self.faults = faults


class InvalidFormError(RefusedError):
    """A form's fields were refused; *errors* has each field's reasons."""

    code = "invalid_form"

    def __init__(self, errors: Mapping[str, object]) -> None:
        super().__init__(str(dict(errors)))
        self.errors = errors
