"""An exam hall in memory: one attempt, as a server of the API would keep it."""

import itertools
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from examcenter.clock import SystemClock

ATTEMPT = "attempt-1"
KEY = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFG"
KINDS = (
    ("true_false", 2, "判断题"),
    ("single", 3, "单项选择题"),
    ("multiple", 3, "多项选择题"),
)
TRUE_FALSE = ("正确", "错误")
CHOICES = (
    "国家尊重和保障人权，任何组织和个人都不得侵犯公民依法享有的基本权利",
    "行政机关作出决定前，应当告知当事人事实、理由及依据",
    "公民有劳动的权利和义务",
    "法律另有规定的，依照其规定",
)


@dataclass
class Refusal:
    """A status that the server gives instead of an answer, and its code."""

    status: int
    code: str
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Stored:
    version: int
    value: list[str]


@dataclass
class Hall:
    """What the server knows; tests read it and turn its screws."""

    minutes: float = 60
    camera: str = "off"
    snapshot_seconds: tuple[float, float] = (20, 40)
    questions_per_kind: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.lock = threading.RLock()
        self.started = self.now()
        self.deadline = self.started + timedelta(minutes=self.minutes)
        self.lease = 1
        self.holder = "first"
        self.sessions = {"first"}
        self.strangers: set[str] = set()
        self.tokens = itertools.count(1)
        self.token = "token-0"
        self.stored: dict[int, Stored] = {}
        self.seen: dict[str, int] = {}
        self.saves: list[list[dict[str, Any]]] = []
        self.heartbeats = 0
        self.signals: list[str] = []
        self.snapshots: list[bytes] = []
        self.snapshot_refusal: Refusal | None = None
        self.receipt: str | None = None
        self.submitted_at: datetime | None = None
        self.collected = False
        self.refusals: dict[str, list[Refusal]] = {}
        self.hands_out_key = True
        self.stalls = 0
        self.paused = False
        self.notices: list[dict[str, Any]] = []
        self.late: list[dict[str, Any]] = []

    def now(self) -> datetime:
        return SystemClock().now()

    def stall(self) -> bool:
        """Whether the next answer is to stop in its middle, for good."""
        with self.lock:
            self.stalls -= 1
            return self.stalls >= 0

    def refuse(self, what: str, refusal: Refusal, *, times: int = 1) -> None:
        """Answer the next *times* requests of kind *what* with *refusal*."""
        with self.lock:
            self.refusals.setdefault(what, []).extend([refusal] * times)

    def next_refusal(self, what: str) -> Refusal | None:
        with self.lock:
            waiting = self.refusals.get(what, [])
            return waiting.pop(0) if waiting else None

    def answer(self, number: int) -> list[str] | None:
        """The value that counts for question *number*; None when there is none."""
        with self.lock:
            stored = self.stored.get(number)
            return stored.value if stored else None

    @property
    def is_over(self) -> bool:
        grace = timedelta(seconds=3)
        late = self.now() >= self.deadline + grace
        return self.collected or self.submitted_at is not None or late

    def save(self, answers: Sequence[Mapping[str, Any]]) -> dict[str, int] | None:
        """Store *answers*; None for one version claimed with two values."""
        saved: dict[str, int] = {}
        with self.lock:
            if answers:
                self.saves.append([dict(answer) for answer in answers])
            else:
                self.heartbeats += 1
            for answer in answers:
                version = self._save_one(answer)
                if version is None:
                    return None
                saved[str(answer["question"])] = version
        return saved

    def _save_one(self, answer: Mapping[str, Any]) -> int | None:
        number, version = int(answer["question"]), int(answer["version"])
        if answer["id"] in self.seen:
            return self.seen[answer["id"]]
        there = self.stored.get(number, Stored(0, []))
        if version == there.version and answer["value"] != there.value:
            return None
        if version > there.version:
            self.stored[number] = Stored(version, list(answer["value"]))
            self.seen[answer["id"]] = version
        return max(version, there.version)

    def tells(self, kind: str, *, minutes: int = 0, reason: str = "") -> None:
        """Let staff do something that the page is told of."""
        notice = {"id": f"n{len(self.notices)}", "kind": kind, "minutes": minutes}
        at = self.now().isoformat()
        self.notices.append({**notice, "at": at, "reason": reason})

    def pauses(self, reason: str = "") -> None:
        self.paused = True
        self.tells("paused", reason=reason)

    def resumes(self, after: timedelta = timedelta(0)) -> None:
        self.paused = False
        self.deadline += after
        self.tells("resumed")

    def document(self) -> dict[str, Any]:
        """The attempt document of the contract."""
        with self.lock:
            sections, questions = self._paper()
            return {
                "id": ATTEMPT,
                "exam": {
                    "id": "e",
                    "title": "年度考试",
                    "full_marks": "100",
                    "pass_mark": "60",
                },
                "state": "paused" if self.paused else "running",
                "started_at": self.started.isoformat(),
                "deadline": self.deadline.isoformat(),
                "server_time": self.now().isoformat(),
                "lease": self.lease,
                "sections": sections,
                "questions": questions,
                "answers": {
                    str(number): {"version": s.version, "value": s.value}
                    for number, s in self.stored.items()
                },
                "seal": {"key": KEY} if self.hands_out_key else None,
                "proctoring": {
                    "camera": self.camera,
                    "next_snapshot_in_seconds": list(self.snapshot_seconds),
                },
            }

    def _paper(self) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        sections: list[dict[str, Any]] = []
        questions: list[dict[str, Any]] = []
        for kind, usual, title in KINDS:
            count = self.questions_per_kind.get(kind, usual)
            first = len(questions) + 1
            questions += [_question(first + i, kind) for i in range(count)]
            span = {"first": first, "last": len(questions)}
            words = (
                "选出所有正确的项，多选、少选都不得分。" if kind == "multiple" else ""
            )
            sections.append({"title": title, "instructions": words, **span})
        return sections, questions


def _question(number: int, kind: str) -> dict[str, Any]:
    texts = TRUE_FALSE if kind == "true_false" else CHOICES
    stem = (
        f"关于公民的基本权利和行政机关的职责，第 {number} 题的下列说法中，"
        "符合宪法和有关法律规定的是（　　）。"
    )
    options = [{"label": "ABCDEF"[i], "text": text} for i, text in enumerate(texts)]
    question = {"number": number, "kind": kind, "stem": stem, "options": options}
    return {**question, "marks": "2", "material": None}
