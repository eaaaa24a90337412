"""Whether facts have changed: what the planning of reminders looks at before it reads anything else.

Nearly every act leaves a line in the trail (留痕), whose head so tells that something has happened. What is
written without one is counted here: the tables that a transaction writes to are noted statement by statement,
and just before its commit, as the last thing it locks, a transaction without a line moves the counter. A new
table counts from its first day on; only what is named in `NO_FACTS` does not.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Engine, event, inspect

from tracker.store.insert import upsert
from tracker.store.tables import UntoldChange

NO_FACTS = frozenset(
    {
        # What planning and delivering write themselves; what people do to it leaves a line.
        "notice", "outbox", "delivery_attempt", "channel_pace", "inbox", "heartbeat",
        "reminder_stamp", "untold_change",
        # Who is signed in, and the trail that counts by its head.
        "sign_in", "sign_in_failure", "sign_in_deputy", "one_time_link", "audit_event",
        # What is not yet in the ledger, and what a page remembers.
        "source_file", "import_draft", "draft_row", "draft_visit", "seen_finding", "feed_entry",
        # What follows from facts and is followed by none.
        "score_line",
    }
)  # fmt: skip
"""Tables whose rows no reminder follows from."""
TOLD = "audit_head"
MIGRATED = "alembic_version"
_WRITTEN = "taizhang.written"
THE_ROW = 1


def watch(engine: Engine) -> None:
    """Let every transaction on this engine count that writes facts and leaves no line in the trail."""
    has_counter: set[bool] = set()

    @event.listens_for(engine, "after_cursor_execute")
    def note(connection: Connection, _c: Any, _text: str, _values: Any, context: Any, _many: bool) -> None:
        if not (context.isinsert or context.isupdate or context.isdelete) or context.compiled is None:
            return
        table = getattr(context.compiled.statement, "table", None)
        if table is not None and table.name not in NO_FACTS:
            connection.info.setdefault(_WRITTEN, set()).add(table.name)

    @event.listens_for(engine, "commit")
    def count(connection: Connection) -> None:
        written = connection.info.pop(_WRITTEN, None)
        if not written or TOLD in written:
            return
        # A database on its way to this program, or back, may have no counter; whoever upgrades plans anew.
        if MIGRATED in written:
            has_counter.clear()
        elif has_counter or inspect(connection).has_table(UntoldChange.__tablename__):
            has_counter.add(True)
            once_more = {"number": UntoldChange.number + 1}
            connection.execute(upsert(engine.dialect, UntoldChange, {"id": THE_ROW, "number": 1}, once_more))

    @event.listens_for(engine, "rollback")
    def forget(connection: Connection) -> None:
        connection.info.pop(_WRITTEN, None)
