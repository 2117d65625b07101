"""What the bank says twice: a fingerprint of the question, a digest of its key.

Both are SHA-256 in hexadecimal over UTF-8 texts, each preceded by its length, so that
no two lists of texts run together into one.
"""

import hashlib
from collections.abc import Iterable

from question_bank.markup import visible
from question_bank.model import ALTERNATIVE, LABELS, Question
from question_bank.normalise import folded


def fingerprint(question: Question) -> str:
    """Return a digest that is equal for questions that ask and offer the same.

    It covers material, stem and the set of options in their folded form, and neither
    kind nor key nor the order of the options.
    """
    material, stem, *options = (
        folded(visible(question, text))
        for text in (question.material, question.stem, *question.options)
    )
    return _digest([material, stem, *sorted(set(options))])


def key_digest(question: Question) -> str:
    """Return a digest that is equal for questions that call the same texts right.

    The labels do not count, so it is stable when options change places.  A label
    beyond the options stands for itself.  Of a blank the order of its alternatives does
    not count.
    """
    if not question.kind.is_chosen:
        return _digest(_alternatives(blank) for blank in question.blanks)
    texts = (visible(question, option) for option in question.options)
    options = dict(zip(LABELS, texts, strict=False))
    right = {folded(options.get(answer, answer)) for answer in question.key}
    return _digest(sorted(right))


def _alternatives(blank: Iterable[str]) -> str:
    return ALTERNATIVE.join(sorted({folded(text) for text in blank}))


def _digest(texts: Iterable[str]) -> str:
    digest = hashlib.sha256()
    for text in texts:
        data = text.encode()
        digest.update(b"%d:" % len(data))
        digest.update(data)
    return digest.hexdigest()
