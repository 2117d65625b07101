"""What the bank says twice: a fingerprint of the question, a digest of its key.

Both are SHA-256 in hexadecimal over UTF-8 texts, each preceded by its length, so that
no two lists of texts run together into one.
"""

import hashlib
from collections.abc import Iterable

from question_bank.model import LABELS, Question
from question_bank.normalise import folded


def fingerprint(question: Question) -> str:
    """Return a digest that is equal for questions that ask and offer the same.

    It covers material, stem and the set of options in their folded form, and neither
    kind nor key nor the order of the options.
    """
    asked = folded(question.material), folded(question.stem)
    return _digest([*asked, *sorted({folded(option) for option in question.options})])


def key_digest(question: Question) -> str:
    """Return a digest that is equal for questions that call the same texts right.

    The labels do not count, so it is stable when options change places.  A label
    beyond the options stands for itself.
    """
    options = dict(zip(LABELS, question.options, strict=False))
    right = {folded(options.get(answer, answer)) for answer in question.key}
    return _digest(sorted(right))


def _digest(texts: Iterable[str]) -> str:
    digest = hashlib.sha256()
    for text in texts:
        data = text.encode()
        digest.update(b"%d:" % len(data))
        digest.update(data)
    return digest.hexdigest()
