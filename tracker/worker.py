"""The worker (后台任务): every half minute one tick, at the start at once.

No job is kept anywhere: what is due is worked out from the database each time, so a tick that was
missed, cut off or run twice does no harm. One that fails is written to the log, and the next goes on.
"""

from __future__ import annotations

import logging
import signal
import sys
import threading
from collections.abc import Callable

from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy import create_engine

from config import BadSetting, Config, from_process
from tracker.clock import CHINA, clock_from
from tracker.store.database import prepare_engine, session_factory
from tracker.ticking import run_tick

TICK_SECONDS = 30.0

log = logging.getLogger("tracker.worker")


def guarded(tick: Callable[[], object]) -> Callable[[], None]:
    """A tick that cannot take the worker down with it."""

    def run() -> None:
        try:
            report = tick()
        except Exception:
            log.exception("这一轮没有做完，下一轮会接着做。")
        else:
            log.debug("%s", report)

    return run


def loop(tick: Callable[[], object], stop: threading.Event, seconds: float = TICK_SECONDS) -> None:
    """Tick now and then every `seconds` until `stop` is set; a tick under way is finished first."""
    run = guarded(tick)
    run()
    # Without `misfire_grace_time=None` a computer that slept for over a second would lose the turn.
    scheduler = BackgroundScheduler(
        timezone=CHINA, job_defaults={"coalesce": True, "misfire_grace_time": None, "max_instances": 1}
    )
    scheduler.add_job(run, "interval", seconds=seconds)
    scheduler.start()
    # Waits in slices: on Windows a wait without an end does not hear Ctrl+Break.
    while not stop.wait(1.0):
        pass
    scheduler.shutdown(wait=True)


def ticker(config: Config) -> tuple[Callable[[], object], Callable[[], None]]:
    """One tick on this configuration's database, and what closes it."""
    engine = create_engine(config.database_url)
    prepare_engine(engine)
    sessions = session_factory(engine)
    clock = clock_from(config.clock)
    anew = True

    def tick() -> object:
        nonlocal anew
        # Before this program was started another one may have planned, by other rules.
        report = run_tick(sessions, config, clock, anew=anew)
        anew = False
        return report

    return tick, engine.dispose


def main() -> int:
    """Run until asked to stop by Ctrl+C, SIGTERM or, on Windows, Ctrl+Break."""
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s %(message)s", level=logging.INFO)
    # It announces each run and each skipped one; a tick that takes longer than its turn is no fault.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    try:
        config = from_process()
    except BadSetting as error:
        log.error("%s", error)  # noqa: TRY400 - a wrong setting needs a sentence, not a traceback
        return 2
    stop = threading.Event()
    for name in ("SIGINT", "SIGTERM", "SIGBREAK"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), lambda *_: stop.set())
    tick, close = ticker(config)
    try:
        loop(tick, stop)
    finally:
        close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
