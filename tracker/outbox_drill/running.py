"""Running the drill: workers in slots, each killed and started again, and the account of what arrived."""

from __future__ import annotations

import multiprocessing
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, sessionmaker

from tracker.clock import system_clock
from tracker.domain.actor import SYSTEM
from tracker.outbox_drill import facts, faults
from tracker.outbox_drill.child import START, fast_clock
from tracker.outbox_drill.child import work as work_as_child
from tracker.outbox_drill.faults import Fault
from tracker.outbox_drill.gateway import WORDS, Gateway, serving
from tracker.services import sending
from tracker.services.sending import NotResendable
from tracker.store import migrating
from tracker.store.database import prepare_engine, session_factory, transaction
from tracker.store.queries import outbox_account

ROLES = ("ticker", "ticker", "ticker", "sender", "sender", "sender")
UNITS = 20
TASKS_A_KILL = 4
AT_RANDOM = "at-random"
LOADING = 60.0
# What comes to no end within this time never will.
LONGEST_SETTLING = 240.0
BAD_TEMPER = 40.0


@dataclass(slots=True)
class Account:
    """What the drill found; the first three count deliveries, the next two letters."""

    expected: int = 0
    delivered: int = 0
    doubled_inbox: int = 0
    repeated: int = 0
    ambiguous: int = 0
    untold: int = 0
    """Tasks of which the channel that never cuts a text said nothing."""
    resent: int = 0
    answers: Counter[str] = field(default_factory=Counter)
    """How the gateway answered, by its words."""
    kills: Counter[str] = field(default_factory=Counter)
    fell_over: list[str] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def missing(self) -> int:
        return self.expected - self.delivered

    @property
    def is_clean(self) -> bool:
        """Nothing is missing, and nothing was repeated without a try that nobody knows the end of."""
        lost = self.missing or self.untold or self.doubled_inbox or self.fell_over
        return not lost and self.repeated <= self.ambiguous


class Killing:
    """How often workers are to be killed yet, and where next; shared by the slots."""

    def __init__(self, kills: int, seed: int) -> None:
        self.wanted = kills
        self.done: Counter[str] = Counter()
        self.fell_over: list[str] = []
        self.stop = threading.Event()
        self._lock = threading.Lock()
        self._chances = random.Random(seed)  # noqa: S311 - a drill that can be repeated
        self._next = {"ticker": 0, "sender": 0}

    @property
    def total(self) -> int:
        with self._lock:
            return sum(self.done.values())

    @property
    def over(self) -> bool:
        return self.total >= self.wanted

    def plan(self, role: str) -> tuple[str, int, float]:
        """Where the next worker of a role is killed: at which point, at which visit, after how long."""
        with self._lock:
            points = faults.OF_TICKER if role == "ticker" else faults.OF_SENDER
            turn = self._next[role]
            self._next[role] += 1
            # Each point in its turn, and every third worker at any moment.
            point = "" if turn % 3 == 2 else points[(turn - turn // 3) % len(points)]
            longest = self._chances.uniform(0.1, 2.0) if not point else 20.0
            return point, self._chances.randint(1, 2), longest

    def note(self, point: str) -> None:
        with self._lock:
            self.done[point] += 1


def work(killing: Killing, role: str, folder: Path, begun: datetime) -> None:
    """One slot: start a worker, see it killed or kill it, start the next; the last one works in peace."""
    while not killing.stop.is_set():
        peace = killing.over
        point, countdown, longest = ("", 1, LONGEST_SETTLING) if peace else killing.plan(role)
        child = _started(role, folder, begun, Fault(point, countdown))
        until = time.monotonic() + longest
        while child.is_alive() and time.monotonic() < until and not killing.stop.is_set():
            child.join(0.02)
        if child.is_alive():
            child.kill()
            child.join()
            if not killing.stop.is_set() and not peace:
                killing.note(AT_RANDOM)
        elif not point or (child.exitcode or 0) >= 0:
            killing.fell_over.append(f"{role} {child.exitcode}")
            return
        else:
            killing.note(point)
        child.close()


def _started(role: str, folder: Path, begun: datetime, fault: Fault) -> BaseProcess:
    """A worker at its work; it is killed there, not while it is being loaded."""
    heard, said = multiprocessing.Pipe(duplex=False)
    with heard, said:
        child: BaseProcess = _CONTEXT.Process(
            target=work_as_child, args=(role, folder, begun, fault, said), daemon=True
        )
        child.start()
        heard.poll(LOADING)
    return child


def _context() -> Any:
    """How workers are started: forked from a loaded process, or loaded each time where nothing forks."""
    forks = "forkserver" in multiprocessing.get_all_start_methods()
    context: Any = multiprocessing.get_context("forkserver" if forks else "spawn")
    if forks:
        context.set_forkserver_preload(["tracker.outbox_drill.child"])
    return context


_CONTEXT = _context()


def run(database_url: str, folder: Path, *, kills: int, seed: int) -> Account:
    """Do the drill on an empty database, with its files in a folder of its own."""
    engine = create_engine(database_url)
    prepare_engine(engine)
    begun, started = system_clock(), time.monotonic()
    killing, account = Killing(kills, seed), Account()
    try:
        migrating.upgrade(engine)
        with serving(Gateway(seed)) as gateway:
            _configure(folder, database_url, gateway.port)
            slots = [
                threading.Thread(target=work, args=(killing, role, folder, begun), daemon=True)
                for role in ROLES
            ]
            for slot in slots:
                slot.start()
            try:
                office = _Office(session_factory(engine), fast_clock(begun))
                keys = office.go_on(killing, kills * TASKS_A_KILL)
                office.wait_until_settled(killing, gateway)
            finally:
                killing.stop.set()
                for slot in slots:
                    slot.join()
            account.resent = office.resent
            _count(account, office.sessions, gateway, keys, folder / "spool")
    finally:
        engine.dispose()
    account.kills, account.fell_over = killing.done, killing.fell_over
    account.seconds = time.monotonic() - started
    return account


def _configure(folder: Path, database_url: str, port: int) -> None:
    """The channels, all at one gateway."""
    secret = "drill-drill-drill-drill"  # noqa: S105 - opens nothing
    lines = [f'database_url = "{database_url}"', 'outgoing_hosts = ["127.0.0.1"]']
    for name in ("wecom", "dingtalk", "feishu", "hook"):
        kind = "webhook" if name == "hook" else name
        lines += [f"[channels.{name}]", f'kind = "{kind}"', f'url = "http://127.0.0.1:{port}/{name}?key=drill"']
        lines += [] if name == "wecom" else [f'secret = "{secret}"']
        # The pace goes by the wall's clock, and nobody waits for it here.
        lines.append("per_minute = 100000")
    lines += ["[channels.sms]", 'kind = "sms"', 'success = "^0"', 'retry = "busy"']
    lines.append(f'url = "http://127.0.0.1:{port}/sms?to={{phone}}&text={{text}}&id={{key}}"')
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.toml").write_text("\n".join(lines), encoding="utf-8")


class _Office:
    """The people of the drill: they make work, and send again what was refused."""

    def __init__(self, sessions: sessionmaker[Session], clock: Callable[[], datetime]) -> None:
        self.sessions, self.clock, self.resent = sessions, clock, 0

    def go_on(self, killing: Killing, tasks: int) -> dict[str, str]:
        """Make work for as long as workers are killed; the notices that should come of it."""
        with self.sessions() as session, transaction(session):
            city = facts.settle(session, units=UNITS, now=START - timedelta(days=30))
        keys: dict[str, str] = {}
        while not killing.over and not killing.fell_over:
            share = tasks * (killing.total + 1) // killing.wanted
            numbers = range(len(keys), max(share, UNITS, len(keys) + 1))
            # Who meets a busy database tries again a moment later, as people do.
            with suppress(OperationalError):
                with self.sessions() as session, transaction(session):
                    made = facts.add_tasks(session, city, numbers)
                keys |= made
                self.send_again()
            time.sleep(0.2)
        return keys

    def send_again(self) -> None:
        """What a person does on the page 发送情况."""
        with self.sessions() as session:
            with transaction(session):
                dead = [item.id for item in outbox_account.dead(session)]
            for outbox_id in dead:
                # One of the same letter may have gone back with another.
                with suppress(NotResendable), transaction(session):
                    sending.resend(session, SYSTEM, outbox_id=outbox_id, now=self.clock())
                    self.resent += 1

    def wait_until_settled(self, killing: Killing, gateway: Gateway) -> None:
        """Until nothing waits any more, several times in a row: a planner may be about to add something."""
        until, quiet = time.monotonic() + LONGEST_SETTLING, 0
        while quiet < 3 and time.monotonic() < until and not killing.fell_over:
            with suppress(OperationalError):
                self.send_again()
            time.sleep(0.5)
            # It goes on failing, and mends its ways only when that would take the whole day.
            gateway.calm = time.monotonic() > until - LONGEST_SETTLING + BAD_TEMPER
            with self.sessions() as session:
                quiet = 0 if outbox_account.waiting(session) else quiet + 1


def _count(
    account: Account, sessions: sessionmaker[Session], gateway: Gateway, keys: dict[str, str], spool: Path
) -> None:
    """Set what should have arrived against what the gateway, the spool and the inboxes hold."""
    with sessions() as session:
        rows = outbox_account.letters(session)
        lying = outbox_account.inbox_counts(session)
        account.ambiguous = outbox_account.ambiguous_letters(session)
    spooled = {path.stem for path in spool.glob("*.eml")}

    def arrived(key: str, channel: str) -> bool:
        letter = rows.get((key, channel))
        if letter is None:
            return False
        if channel == "inbox":
            return lying[key] >= 1
        return letter in spooled if channel == "mail" else gateway.accepted[channel, letter] >= 1

    account.expected = len(keys) * len(facts.CHANNELS)
    account.delivered = sum(arrived(key, channel) for key in keys for channel in facts.CHANNELS)
    account.doubled_inbox = sum(times > 1 for times in lying.values())
    account.repeated, account.answers = gateway.repeated, gateway.ways
    account.untold = sum(not any(title in text for text in gateway.told) for title in keys.values())


def sentences(account: Account, engine: str, seed: int) -> Iterator[str]:
    """The account in words."""
    words = {AT_RANDOM: "随机时刻"} | faults.WORDS
    where = "，".join(f"{words[point]} {account.kills[point]}" for point in words if account.kills[point])
    yield f"数据库 {engine}，种子 {seed}：三个计划进程、三个发送进程。"
    yield f"强行结束 {account.kills.total()} 次（{where}）。"
    if account.answers:
        how = "，".join(f"{words} {account.answers[way]}" for way, words in WORDS.items())
        yield f"网关答话 {account.answers.total()} 次（{how}）。"
    yield (
        f"应发 {account.expected} 条，送到 {account.delivered} 条，缺 {account.missing} 条；"
        f"重复 {account.repeated} 封，没有回音的发送 {account.ambiguous} 次；"
        f"被拒收后由人重发 {account.resent} 条。"
    )
    if account.doubled_inbox:
        yield f"站内重复 {account.doubled_inbox} 条。"
    if account.untold:
        yield f"有 {account.untold} 项任务，对接系统收到的正文里没有。"
    if account.fell_over:
        yield f"自己倒下的进程：{'、'.join(account.fell_over)}。"
    yield f"用时 {account.seconds:.0f} 秒。"
