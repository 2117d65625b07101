"""A plan's tables, read value by value; what is wrong is collected with its place.

A place is the path of a value: ``draw.by_category.宪法``, or ``sections[2].count`` in
the second of the sections.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, TypeVar

from examcenter.errors import Fault

Choice = TypeVar("Choice", bound=StrEnum)
Value = TypeVar("Value")

NEVER = datetime.min.replace(tzinfo=UTC)
"""Stands for a moment that could not be read; a fault has been noted then."""

_LONGEST_EXCERPT = 80
_MOST_MARKS = 10_000
_FIRST_YEAR, _LAST_YEAR = 2000, 2999


class Table:
    """One table of a plan; gives its values and notes in *faults* what is wrong.

    After a fault each method gives a value of the right type, so that reading goes on
    and all faults are found at once.
    """

    def __init__(
        self, given: Mapping[str, Any], faults: list[Fault], place: str = ""
    ) -> None:
        self._given = given
        self._faults = faults
        self._place = place
        self._asked: set[str] = set()

    def has(self, key: str) -> bool:
        self._asked.add(key)
        return key in self._given

    def text(self, key: str, default: str | None = None, *, longest: int = 200) -> str:
        """Return a text that is not empty unless *default* is."""
        value = self._value(key, default)
        if value is None:
            return ""
        if not isinstance(value, str):
            return self._wrong(key, "wrong_type", "应当是文字，写在引号内。", "")
        if (not value.strip() and default != "") or "\x00" in value:
            return self._wrong(key, "empty", "不能为空。", "")
        if len(value) > longest:
            words = f"有 {len(value)} 个字符，最多 {longest} 个。"
            return self._wrong(key, "too_long", words, "")
        return value.strip()

    def whole(self, key: str, default: int | None, least: int, most: int) -> int:
        """Return a whole number from *least* to *most*."""
        value = self._value(key, default)
        if value is None:
            return least
        if not isinstance(value, int) or isinstance(value, bool):
            return self._wrong(key, "wrong_type", "应当是整数。", least)
        if not least <= value <= most:
            words = f"应当在 {least} 到 {most} 之间。"
            return self._wrong(key, "out_of_range", words, least)
        return value

    def marks(self, key: str, default: int | None = None) -> int:
        """Return marks above 0 in hundredths; *default* is in hundredths too."""
        if key not in self._given and default is not None:
            self._asked.add(key)
            return default
        value = self._value(key, None)
        if value is None:
            return 0
        if not isinstance(value, int | Decimal) or isinstance(value, bool):
            return self._wrong(key, "wrong_type", "应当是数字，例如 2 或 1.5。", 0)
        if not Decimal(value).is_finite() or not 0 < value <= _MOST_MARKS:
            words = f"应当大于 0，不超过 {_MOST_MARKS}。"
            return self._wrong(key, "out_of_range", words, 0)
        hundredths = Decimal(value) * 100
        if hundredths != int(hundredths):
            return self._wrong(key, "too_fine", "最多两位小数。", 0)
        return int(hundredths)

    def moment(self, key: str) -> datetime:
        """Return a moment with its offset."""
        value = self._value(key, None)
        if value is None:
            return NEVER
        if not isinstance(value, datetime):
            words = "应当是时间，例如 2026-12-01T09:00:00+08:00，不加引号。"
            return self._wrong(key, "wrong_type", words, NEVER)
        if value.tzinfo is None:
            words = "缺少时区。请在后面写明，例如 +08:00。"
            return self._wrong(key, "no_offset", words, NEVER)
        if not _FIRST_YEAR <= value.year <= _LAST_YEAR:
            words = f"年份应当在 {_FIRST_YEAR} 到 {_LAST_YEAR} 之间。"
            return self._wrong(key, "out_of_range", words, NEVER)
        return value

    def flag(self, key: str, *, default: bool) -> bool:
        value = self._value(key, default)
        if not isinstance(value, bool):
            return self._wrong(key, "wrong_type", "应当是 true 或 false。", default)
        return value

    def choice(self, key: str, kind: type[Choice], default: Choice | None) -> Choice:
        """Return one of the values of *kind*."""
        value = self._value(key, default)
        fallback = default or next(iter(kind))
        if value is None:
            return fallback
        if value not in set(kind):
            words = f"应当是 {'、'.join(kind)} 之一。"
            return self._wrong(key, "unknown_choice", words, fallback)
        return kind(value)

    def texts(self, key: str) -> tuple[str, ...]:
        """Return texts that are not empty and differ; none where nothing is said."""
        value = self._value(key, [])
        if not isinstance(value, list) or not all(
            isinstance(one, str) and one.strip() for one in value
        ):
            return self._wrong(
                key, "wrong_type", '应当是文字的列表，如 ["430400"]。', ()
            )
        found = tuple(one.strip() for one in value)
        if len(set(found)) < len(found):
            self._wrong(key, "twice", "有重复的值。", None)
        return found

    def span(
        self, key: str, default: tuple[int, int], least: int, most: int
    ) -> tuple[int, int]:
        """Return two whole numbers, the first not above the second."""
        value = self._value(key, list(default))
        whole = isinstance(value, list) and all(type(one) is int for one in value)
        if not whole or len(value) != len(default):
            words = f"应当是两个整数，如 {list(default)}。"
            return self._wrong(key, "wrong_type", words, default)
        if not least <= value[0] <= value[1] <= most:
            words = f"应当在 {least} 到 {most} 之间，且前一个不大于后一个。"
            return self._wrong(key, "out_of_range", words, default)
        return value[0], value[1]

    def table(self, key: str) -> "Table":
        """Return the table under *key*, an empty one where there is none."""
        value = self._value(key, {})
        if not isinstance(value, dict):
            value = self._wrong(key, "wrong_type", f"应当是一个表 [{key}]。", {})
        return Table(value, self._faults, self._at(key))

    def tables(self, key: str) -> list["Table"]:
        """Return the tables under *key*, numbered from 1 in their places."""
        value = self._value(key, [])
        if not isinstance(value, list) or not all(isinstance(v, dict) for v in value):
            value = self._wrong(key, "wrong_type", f"应当是若干个表 [[{key}]]。", [])
        return [
            Table(one, self._faults, f"{self._at(key)}[{number}]")
            for number, one in enumerate(value, start=1)
        ]

    def keys(self) -> Sequence[str]:
        """Return every key that was given."""
        return tuple(self._given)

    def refuse(self, key: str, code: str, message: str) -> None:
        """Note that the value of *key* cannot be taken."""
        self._wrong(key, code, message, None)

    def refuse_unknown(self) -> None:
        """Note every key that nobody asked for."""
        known = "、".join(sorted(self._asked))
        for key in self._given:
            if key not in self._asked:
                words = f"不认识的设置项。此处可用：{known}。"
                self._wrong(key, "unknown_key", words, None)

    def _value(self, key: str, default: Any) -> Any:
        self._asked.add(key)
        if key in self._given:
            return self._given[key]
        if default is None:
            self._wrong(key, "missing", "缺少这一项，必须填写。", None)
        return default

    def _wrong(self, key: str, code: str, message: str, instead: Value) -> Value:
        said = self._given.get(key, "")
        excerpt = str(said)[:_LONGEST_EXCERPT]
        self._faults.append(Fault(self._at(key), code, message, excerpt))
        return instead

    def _at(self, key: str) -> str:
        return f"{self._place}.{key}" if self._place else key
