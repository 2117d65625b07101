"""What `doctor` looks at: each check says what it found and how to cure it."""

import os
import shutil
import sqlite3
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from examcenter import schema, secret
from examcenter.attempts import clock_alarms
from examcenter.clock import Clock
from examcenter.config import Settings
from examcenter.db import open_database
from examcenter.errors import ExamCenterError
from examcenter.proctoring.analyst import Analyst
from examcenter.steady import SteadyClock

State = Literal["ok", "warning", "fault"]

_EARLIEST = 2026
_SLOW_SYNC_MS = 50
_GIGABYTE = 1024**3
_SYNCS = 20


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at."""

    what: str
    state: State
    found: str
    cure: str = ""


def examine(settings: Settings, clock: Clock) -> list[Check]:
    """Look at everything; a check that itself fails is a fault, not a crash."""
    checks: list[Callable[[], Check]] = [
        lambda: _clock(clock),
        lambda: _clocks(settings),
        lambda: _key(settings),
        lambda: _database(settings),
        lambda: _space(settings),
        lambda: _disk(settings),
        lambda: _detector(settings),
        _font,
        lambda: _camera(settings),
    ]
    return [_guarded(check) for check in checks]


def _guarded(check: Callable[[], Check]) -> Check:
    try:
        return check()
    except (ExamCenterError, OSError, SQLAlchemyError, sqlite3.Error) as error:
        return Check("检查", "fault", f"{type(error).__name__}: {error}")


def _clock(clock: Clock) -> Check:
    moment = clock.now()
    if moment.year < _EARLIEST:
        cure = "校准系统时间（timedatectl set-ntp true）。"
        return Check("时钟", "fault", f"{moment:%Y-%m-%d %H:%M:%S} UTC", cure)
    return Check("时钟", "ok", f"{moment:%Y-%m-%d %H:%M:%S} UTC")


def _clocks(settings: Settings) -> Check:
    off = SteadyClock(settings.home).off()
    database = open_database(settings)
    try:
        with database.reading() as session:
            alarm = clock_alarms.alarm(session)
    finally:
        database.dispose()
    found = f"服务器时钟比考试计时快 {off.total_seconds():.1f} 秒"
    if alarm is not None:
        cure = "校准服务器时钟，一致满一分钟后自动恢复；或由考务管理员办理。"
        return Check("时钟一致", "fault", f"{found}；到时自动收卷已暂停", cure)
    if abs(off) >= clock_alarms.TOLERATED:
        cure = "没有人答题时，运行中的中心会自动改用服务器时钟。"
        return Check("时钟一致", "warning", found, cure)
    return Check("时钟一致", "ok", found)


def _key(settings: Settings) -> Check:
    secret.read(settings.home)
    mode = (settings.home / "secret.key").stat().st_mode & 0o777
    if mode & 0o077:
        cure = f"chmod 600 {settings.home / 'secret.key'}"
        return Check("密钥", "warning", f"其他用户可读（{mode:o}）", cure)
    return Check("密钥", "ok", "存在，仅本用户可读")


def _database(settings: Settings) -> Check:
    database = open_database(settings)
    try:
        current = schema.is_current(database)
        with database.reading() as session:
            session.execute(text("SELECT 1"))
            unsafe = None if database.is_sqlite else _unsafe(session, settings)
    finally:
        database.dispose()
    if not current:
        cure = f"examcenter --home {settings.home} init"
        return Check("数据库", "fault", "结构不是最新", cure)
    kind = "SQLite" if database.is_sqlite else "PostgreSQL"
    return unsafe or Check("数据库", "ok", f"{kind}，结构最新")


def _unsafe(session: Session, settings: Settings) -> Check | None:
    """Return what is wrong with this PostgreSQL server, seen from a live connection."""
    off = [
        name
        for name in ("fsync", "full_page_writes", "synchronous_commit")
        if session.execute(text(f"SHOW {name}")).scalar_one() == "off"
    ]
    if off:
        found = f"PostgreSQL 的 {'、'.join(off)} 是 off：断电会丢失已保存的答案"
        return Check("数据库", "fault", found, "在 postgresql.conf 中改为 on 并重启。")
    return _too_few_connections(session, settings) or _collation(session)


def _too_few_connections(session: Session, settings: Settings) -> Check | None:
    given = settings.database
    processes = settings.server.workers + 1  # and the background worker
    wanted = processes * (given.pool_size + given.pool_overflow)
    allowed = int(session.execute(text("SHOW max_connections")).scalar_one())
    if wanted <= allowed:
        return None
    found = f"PostgreSQL 允许 {allowed} 个连接，本机最多要 {wanted} 个"
    cure = "调大 max_connections，或调小 database.pool_size、pool_overflow。"
    return Check("数据库", "warning", found, cure)


def _collation(session: Session) -> Check | None:
    mine = "SELECT datcollate FROM pg_database WHERE datname = current_database()"
    collation = session.execute(text(mine)).scalar_one()
    if collation.split(".")[0] in {"C", "POSIX"}:
        return None
    found = f"PostgreSQL 按 {collation} 排序：名单顺序与 SQLite 不同，按单位查找变慢"
    cure = "新建数据库时写 LOCALE 'C' TEMPLATE template0，见 docs/postgresql.md。"
    return Check("数据库", "warning", found, cure)


def _space(settings: Settings) -> Check:
    usage = shutil.disk_usage(settings.home)
    percent = usage.free * 100 / usage.total
    found = f"剩余 {usage.free / _GIGABYTE:.1f} GB（{percent:.0f}%）"
    if percent < settings.proctoring.minimum_free_percent:
        return Check("磁盘空间", "fault", found, "清理磁盘；低于此限时拒收抓拍照片。")
    return Check("磁盘空间", "ok", found)


def _disk(settings: Settings) -> Check:
    took = _sync_milliseconds(settings.home)
    found = f"一次落盘 {took:.1f} 毫秒"
    if took > _SLOW_SYNC_MS:
        cure = "把数据目录移到更快的磁盘；500 人同时作答时保存会变慢。"
        return Check("磁盘速度", "warning", found, cure)
    return Check("磁盘速度", "ok", found)


def _sync_milliseconds(home: Path) -> float:
    with tempfile.TemporaryFile(dir=home) as file:
        took = []
        for _ in range(_SYNCS):
            file.write(b"x" * 4096)
            file.flush()
            begun = time.perf_counter()
            os.fsync(file.fileno())
            took.append(time.perf_counter() - begun)
    return sorted(took)[_SYNCS // 2] * 1000


def _detector(settings: Settings) -> Check:
    model = settings.proctoring
    with Analyst(model.face_model, model.face_model_sha256) as analyst:
        return Check("人脸检测", "ok", analyst.detector())


def _font() -> Check:
    try:
        listed = subprocess.run(
            ["fc-list", ":lang=zh-cn", "family"],  # noqa: S607
            capture_output=True,
            text=True,
            timeout=20,
            check=False,
        ).stdout
    except FileNotFoundError:
        listed = ""
    if not listed.strip():
        cure = "apt-get install fonts-noto-cjk（打印证书和 PDF 时需要）"
        return Check("中文字体", "warning", "本机没有中文字体", cure)
    return Check("中文字体", "ok", listed.splitlines()[0])


def _camera(settings: Settings) -> Check:
    local = settings.server.host in {"127.0.0.1", "localhost", "::1"}
    if not local and not settings.server.secure_cookies:
        cure = "在服务器前配置 HTTPS，并设 server.secure_cookies = true。"
        found = "非本机地址且没有 HTTPS：浏览器不会开放摄像头"
        return Check("摄像头与 TLS", "warning", found, cure)
    return Check("摄像头与 TLS", "ok", "本机地址或 HTTPS")
