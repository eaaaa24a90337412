"""Experience and meetings."""

from itertools import groupby
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "channel_pace",
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("full_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("channel", name=op.f("pk_channel_pace")),
    )
    op.create_table(
        "meeting",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("period_id", sa.Integer(), nullable=True),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("place", sa.String(length=120), nullable=False),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("called_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("called_by_name", sa.String(length=130), nullable=False),
        sa.Column("minutes", sa.Text(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by_name", sa.String(length=130), nullable=False),
        sa.Column("agenda", sa.JSON(), nullable=True),
        sa.Column("cancelled_because", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'closed') = (closed_at IS NOT NULL)", name=op.f("ck_meeting_closed_at_iff_closed")
        ),
        sa.CheckConstraint("state IN ('called', 'closed', 'cancelled')", name=op.f("ck_meeting_known_state")),
        sa.ForeignKeyConstraint(
            ["period_id"], ["period.id"], name=op.f("fk_meeting_period_id_period"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["plan.id"], name=op.f("fk_meeting_plan_id_plan"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting")),
    )
    with op.batch_alter_table("meeting", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_meeting_period_id"), ["period_id"], unique=False)
        batch_op.create_index("ix_meeting_plan_id_starts_at", ["plan_id", "starts_at"], unique=False)

    op.create_table(
        "experience",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("obligation_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("adopted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("shown_url", sa.String(length=1000), nullable=False),
        sa.Column("shown_on", sa.Date(), nullable=True),
        sa.Column("sent_up_on", sa.Date(), nullable=True),
        sa.Column("taken_up_on", sa.Date(), nullable=True),
        sa.Column("taken_up_words", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(shown_on IS NULL) = (shown_url = '')", name=op.f("ck_experience_shown_with_link_and_day")
        ),
        sa.CheckConstraint(
            "(state = 'draft') = (number = 0)", name=op.f("ck_experience_draft_iff_nothing_handed_in")
        ),
        sa.CheckConstraint(
            "(state = 'taken_up') = (taken_up_on IS NOT NULL)",
            name=op.f("ck_experience_taken_up_on_iff_taken_up"),
        ),
        sa.CheckConstraint(
            "(state IN ('sent_up', 'taken_up')) = (sent_up_on IS NOT NULL)",
            name=op.f("ck_experience_sent_up_on_iff_sent_up"),
        ),
        sa.CheckConstraint(
            "state <> 'shown' OR shown_on IS NOT NULL", name=op.f("ck_experience_shown_on_if_shown")
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'submitted', 'returned', 'kept', 'adopted', 'shown', 'sent_up', 'taken_up')",
            name=op.f("ck_experience_known_state"),
        ),
        sa.ForeignKeyConstraint(
            ["obligation_id"],
            ["obligation.id"],
            name=op.f("fk_experience_obligation_id_obligation"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["plan.id"], name=op.f("fk_experience_plan_id_plan"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_experience_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_experience")),
        sa.UniqueConstraint("obligation_id", name=op.f("uq_experience_obligation_id")),
    )
    with op.batch_alter_table("experience", schema=None) as batch_op:
        batch_op.create_index("ix_experience_plan_id_state", ["plan_id", "state"], unique=False)
        batch_op.create_index("ix_experience_state_submitted_at", ["state", "submitted_at"], unique=False)
        batch_op.create_index("ix_experience_unit_id_state", ["unit_id", "state"], unique=False)

    op.create_table(
        "meeting_decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("report", sa.Text(), nullable=False),
        sa.Column("evidence_url", sa.String(length=1000), nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reported_by_name", sa.String(length=130), nullable=False),
        sa.Column("returned_because", sa.Text(), nullable=False),
        sa.Column("settling", sa.Text(), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("task_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'task') = (task_id IS NOT NULL)", name=op.f("ck_meeting_decision_task_iff_transferred")
        ),
        sa.CheckConstraint(
            "(state IN ('done', 'task', 'dropped')) = (settled_at IS NOT NULL)",
            name=op.f("ck_meeting_decision_settled_at_iff_settled"),
        ),
        sa.CheckConstraint(
            "state = 'drafted' OR (unit_id IS NOT NULL AND due_on IS NOT NULL)",
            name=op.f("ck_meeting_decision_has_owner_and_day"),
        ),
        sa.CheckConstraint(
            "state IN ('drafted', 'open', 'carried', 'reported', 'done', 'task', 'dropped')",
            name=op.f("ck_meeting_decision_known_state"),
        ),
        sa.ForeignKeyConstraint(
            ["meeting_id"],
            ["meeting.id"],
            name=op.f("fk_meeting_decision_meeting_id_meeting"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["plan.id"], name=op.f("fk_meeting_decision_plan_id_plan"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["task_id"], ["task.id"], name=op.f("fk_meeting_decision_task_id_task"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_meeting_decision_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting_decision")),
    )
    with op.batch_alter_table("meeting_decision", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_meeting_decision_meeting_id"), ["meeting_id"], unique=False)
        batch_op.create_index("ix_meeting_decision_plan_id_state", ["plan_id", "state"], unique=False)
        batch_op.create_index(batch_op.f("ix_meeting_decision_task_id"), ["task_id"], unique=False)
        batch_op.create_index("ix_meeting_decision_unit_id_state", ["unit_id", "state"], unique=False)

    op.create_table(
        "meeting_remark",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_name", sa.String(length=130), nullable=False),
        sa.ForeignKeyConstraint(
            ["meeting_id"],
            ["meeting.id"],
            name=op.f("fk_meeting_remark_meeting_id_meeting"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting_remark")),
    )
    with op.batch_alter_table("meeting_remark", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_meeting_remark_meeting_id"), ["meeting_id"], unique=False)

    op.create_table(
        "meeting_unit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["meeting_id"],
            ["meeting.id"],
            name=op.f("fk_meeting_unit_meeting_id_meeting"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_meeting_unit_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting_unit")),
        sa.UniqueConstraint("meeting_id", "unit_id", name=op.f("uq_meeting_unit_meeting_id_unit_id")),
    )
    with op.batch_alter_table("meeting_unit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_meeting_unit_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "experience_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("experience_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("link", sa.String(length=1000), nullable=False),
        sa.Column("angle", sa.String(length=20), nullable=False),
        sa.Column("file_sha256", sa.String(length=64), nullable=False),
        sa.Column("file_name", sa.String(length=255), nullable=False),
        sa.Column("file_size", sa.Integer(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("handed_in_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("handed_in_by_id", sa.Integer(), nullable=True),
        sa.Column("handed_in_by_name", sa.String(length=130), nullable=False),
        sa.Column("decision", sa.String(length=20), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_name", sa.String(length=130), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(file_sha256 = '') = (file_name = '')", name=op.f("ck_experience_version_file_has_a_name")
        ),
        sa.CheckConstraint(
            "decision IN ('', 'returned', 'kept', 'adopted')",
            name=op.f("ck_experience_version_known_decision"),
        ),
        sa.ForeignKeyConstraint(
            ["experience_id"],
            ["experience.id"],
            name=op.f("fk_experience_version_experience_id_experience"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["handed_in_by_id"], ["account.id"], name=op.f("fk_experience_version_handed_in_by_id_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_experience_version")),
        sa.UniqueConstraint(
            "experience_id", "number", name=op.f("uq_experience_version_experience_id_number")
        ),
    )
    op.create_table(
        "meeting_attendance",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_unit_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("presence", sa.String(length=20), nullable=False),
        sa.Column("who", sa.String(length=60), nullable=False),
        sa.Column("why", sa.String(length=200), nullable=False),
        sa.CheckConstraint(
            "presence IN ('expected', 'present', 'deputy', 'leave', 'absent')",
            name=op.f("ck_meeting_attendance_known_presence"),
        ),
        sa.ForeignKeyConstraint(
            ["meeting_unit_id"],
            ["meeting_unit.id"],
            name=op.f("fk_meeting_attendance_meeting_unit_id_meeting_unit"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting_attendance")),
        sa.UniqueConstraint(
            "meeting_unit_id", "role", name=op.f("uq_meeting_attendance_meeting_unit_id_role")
        ),
    )
    op.create_table(
        "meeting_hearing",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["decision_id"],
            ["meeting_decision.id"],
            name=op.f("fk_meeting_hearing_decision_id_meeting_decision"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["meeting_id"],
            ["meeting.id"],
            name=op.f("fk_meeting_hearing_meeting_id_meeting"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_meeting_hearing_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting_hearing")),
        sa.UniqueConstraint(
            "meeting_id", "decision_id", name=op.f("uq_meeting_hearing_meeting_id_decision_id")
        ),
    )
    with op.batch_alter_table("meeting_hearing", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_meeting_hearing_decision_id"), ["decision_id"], unique=False)

    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.add_column(sa.Column("phone", sa.String(length=20), nullable=True))

    with op.batch_alter_table("clock_rule", schema=None) as batch_op:
        batch_op.add_column(sa.Column("may_stop", sa.Boolean(), nullable=True))
        batch_op.add_column(sa.Column("read_as", sa.JSON(none_as_null=True), nullable=True))

    with op.batch_alter_table("event_clock", schema=None) as batch_op:
        batch_op.add_column(sa.Column("may_stop", sa.Boolean(), nullable=True))

    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.add_column(sa.Column("group_key", sa.String(length=60), nullable=True))
        batch_op.create_index("uq_outbox_group_key", ["group_key"], unique=True)

    with op.batch_alter_table("quota_target", schema=None) as batch_op:
        batch_op.add_column(sa.Column("ended_why", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("set_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("read_as", sa.JSON(none_as_null=True), nullable=True))

    with op.batch_alter_table("return", schema=None) as batch_op:
        batch_op.add_column(sa.Column("asked", sa.JSON(none_as_null=True), nullable=True))

    articles_from_forms(op.get_bind())


def downgrade() -> None:
    with op.batch_alter_table("return", schema=None) as batch_op:
        batch_op.drop_column("asked")

    with op.batch_alter_table("quota_target", schema=None) as batch_op:
        batch_op.drop_column("read_as")
        batch_op.drop_column("set_at")
        batch_op.drop_column("ended_why")

    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.drop_index("uq_outbox_group_key")
        batch_op.drop_column("group_key")

    with op.batch_alter_table("event_clock", schema=None) as batch_op:
        batch_op.drop_column("may_stop")

    with op.batch_alter_table("clock_rule", schema=None) as batch_op:
        batch_op.drop_column("read_as")
        batch_op.drop_column("may_stop")

    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.drop_column("phone")

    with op.batch_alter_table("meeting_hearing", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_meeting_hearing_decision_id"))

    op.drop_table("meeting_hearing")
    op.drop_table("meeting_attendance")
    op.drop_table("experience_version")
    with op.batch_alter_table("meeting_unit", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_meeting_unit_unit_id"))

    op.drop_table("meeting_unit")
    with op.batch_alter_table("meeting_remark", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_meeting_remark_meeting_id"))

    op.drop_table("meeting_remark")
    with op.batch_alter_table("meeting_decision", schema=None) as batch_op:
        batch_op.drop_index("ix_meeting_decision_unit_id_state")
        batch_op.drop_index(batch_op.f("ix_meeting_decision_task_id"))
        batch_op.drop_index("ix_meeting_decision_plan_id_state")
        batch_op.drop_index(batch_op.f("ix_meeting_decision_meeting_id"))

    op.drop_table("meeting_decision")
    with op.batch_alter_table("experience", schema=None) as batch_op:
        batch_op.drop_index("ix_experience_unit_id_state")
        batch_op.drop_index("ix_experience_state_submitted_at")
        batch_op.drop_index("ix_experience_plan_id_state")

    op.drop_table("experience")
    with op.batch_alter_table("meeting", schema=None) as batch_op:
        batch_op.drop_index("ix_meeting_plan_id_starts_at")
        batch_op.drop_index(batch_op.f("ix_meeting_period_id"))

    op.drop_table("meeting")
    op.drop_table("channel_pace")


def articles_from_forms(connection: sa.Connection) -> None:
    """Make articles of what answered 两周一经验 as a form, version by version; the returns stay as they are."""
    owed = _table("obligation", "id", "plan_id", "unit_id", "cadence_id")
    cadence = _table("cadence", "id", "answer")
    returns = _table(
        "return",
        "obligation_id",
        "number",
        "state",
        "saved_at",
        "submitted_at",
        "submitted_by_id",
        "decided_at",
        "decided_by_id",
        "decision_reason",
        "parts",
    )
    account = _table("account", "id", "display_name")
    named = connection.execute(sa.select(account.c.id, account.c.display_name))
    people = {row.id: row.display_name for row in named}
    rows = connection.execute(
        sa.select(owed.c.plan_id, owed.c.unit_id, returns)
        .join_from(owed, cadence, cadence.c.id == owed.c.cadence_id)
        .join(returns, returns.c.obligation_id == owed.c.id)
        .where(cadence.c.answer == "material", returns.c.parts.is_not(None))
        .order_by(returns.c.obligation_id, returns.c.number)
    ).all()
    written = [row for row in rows if row.parts is not None]  # the null of JSON is a value to the database
    for _, versions in groupby(written, key=lambda row: row.obligation_id):
        _make_article(connection, list(versions), people)


def _make_article(connection: sa.Connection, versions: list[sa.Row[Any]], people: dict[int, str]) -> None:
    handed_in = [row for row in versions if row.state != "draft"]
    newest = handed_in[-1] if handed_in else None
    first = versions[0]
    articles = _table(
        "experience", "id", "plan_id", "unit_id", "obligation_id", "state", "number", "created_at",
        "submitted_at", "shown_url", "taken_up_words", "version",
    )  # fmt: skip
    connection.execute(
        articles.insert(),
        {
            "plan_id": first.plan_id, "unit_id": first.unit_id, "obligation_id": first.obligation_id,
            "state": {"accepted": "kept"}.get(newest.state, newest.state) if newest else "draft",
            "number": newest.number if newest else 0, "created_at": first.saved_at,
            "submitted_at": handed_in[0].submitted_at if newest else None, "shown_url": "",
            "taken_up_words": "", "version": 1,
        },
    )  # fmt: skip
    its = articles.c.obligation_id == first.obligation_id
    article_id = connection.execute(sa.select(articles.c.id).where(its)).scalar_one()
    for row in versions:
        title, body, link = _written(row.parts)
        decision = {"returned": "returned", "accepted": "kept"}.get(row.state, "")
        connection.execute(
            _table(
                "experience_version", "id", "experience_id", "number", "title", "body", "link", "angle",
                "file_sha256", "file_name", "file_size", "saved_at", "handed_in_at", "handed_in_by_id",
                "handed_in_by_name", "decision", "decided_at", "decided_by_name", "reason", "version",
            ).insert(),
            {
                "experience_id": article_id, "number": row.number, "title": title,
                "body": body, "link": link, "angle": "", "file_sha256": "", "file_name": "", "file_size": 0,
                "saved_at": row.saved_at, "handed_in_at": row.submitted_at,
                "handed_in_by_id": row.submitted_by_id,
                "handed_in_by_name": people.get(row.submitted_by_id, ""), "decision": decision,
                "decided_at": row.decided_at, "decided_by_name": people.get(row.decided_by_id, ""),
                "reason": row.decision_reason, "version": 1,
            },
        )  # fmt: skip


def _written(parts: dict[str, str]) -> tuple[str, str, str]:
    """Title, text and link; what does not fit, or is a part of the office's own, goes into the text."""
    title, link = parts.get("title", ""), parts.get("link", "").strip()
    rest = [text for key, text in parts.items() if key not in {"title", "content", "link"} and text]
    if len(link) > 1000:
        link, rest = "", [*rest, link]
    if len(title) > 100:
        title, rest = f"{title[:99]}…", [*rest, title]
    return title, "\n".join(filter(None, [parts.get("content", ""), *rest])), link


def _table(name: str, *columns: str) -> sa.TableClause:
    kinds: dict[str, sa.types.TypeEngine[Any]] = dict.fromkeys(_MOMENTS, sa.DateTime(timezone=True))
    kinds |= {"id": sa.Integer(), "parts": sa.JSON()}
    return sa.table(name, *(sa.column(each, kinds.get(each)) for each in columns))


_MOMENTS = ("created_at", "saved_at", "submitted_at", "handed_in_at", "decided_at")
