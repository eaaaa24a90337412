"""Reminders that arrive."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "feed_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("scope", sa.String(length=40), nullable=False),
        sa.Column("uid", sa.String(length=80), nullable=False),
        sa.Column("told", sa.JSON(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("called_off_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feed_entry")),
        sa.UniqueConstraint("scope", "uid", name=op.f("uq_feed_entry_scope_uid")),
    )
    op.create_table(
        "feed_refusal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feed_refusal")),
    )
    with op.batch_alter_table("feed_refusal", schema=None) as batch_op:
        batch_op.create_index("ix_feed_refusal_address_at", ["address", "at"], unique=False)
        batch_op.create_index(batch_op.f("ix_feed_refusal_at"), ["at"], unique=False)

    op.create_table(
        "reminder_stamp",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seen", sa.String(length=300), nullable=False),
        sa.Column("planned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("holds_until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder_stamp")),
    )
    op.create_table(
        "supervision_count",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_supervision_count")),
    )
    op.create_table(
        "untold_change",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_untold_change")),
    )
    op.create_table(
        "feed_token",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_feed_token_account_id_account"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_feed_token")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_feed_token_token_hash")),
    )
    op.create_table(
        "person_setting",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.Boolean(), nullable=False),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.Column("declined", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("hour BETWEEN 0 AND 23", name=op.f("ck_person_setting_hour_of_the_day")),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_person_setting_account_id_account"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_setting")),
        sa.UniqueConstraint("account_id", name=op.f("uq_person_setting_account_id")),
    )
    op.create_table(
        "reminder_policy",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=True),
        sa.Column("settings", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("former", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("id = coalesce(plan_id, 0)", name=op.f("ck_reminder_policy_one_a_plan")),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["plan.id"], name=op.f("fk_reminder_policy_plan_id_plan"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder_policy")),
        sa.UniqueConstraint("plan_id", name=op.f("uq_reminder_policy_plan_id")),
    )
    op.create_table(
        "supervision_order",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("colour", sa.String(length=10), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("unit_name", sa.String(length=120), nullable=False),
        sa.Column("asked", sa.Text(), nullable=False),
        sa.Column("feedback_on", sa.Date(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_by_id", sa.Integer(), nullable=True),
        sa.Column("sent_by_name", sa.String(length=130), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("evidence_url", sa.String(length=1000), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by_name", sa.String(length=130), nullable=False),
        sa.Column("returned_because", sa.Text(), nullable=False),
        sa.Column("settling", sa.Text(), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("escalated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state IN ('accepted', 'withdrawn')) = (settled_at IS NOT NULL)",
            name=op.f("ck_supervision_order_settled_at_iff_settled"),
        ),
        sa.CheckConstraint(
            "colour IN ('blue', 'yellow', 'red')", name=op.f("ck_supervision_order_known_colour")
        ),
        sa.CheckConstraint(
            "state <> 'answered' OR answered_at IS NOT NULL",
            name=op.f("ck_supervision_order_answered_has_its_moment"),
        ),
        sa.CheckConstraint(
            "state IN ('sent', 'answered', 'returned', 'accepted', 'withdrawn')",
            name=op.f("ck_supervision_order_known_state"),
        ),
        sa.CheckConstraint("number > 0", name=op.f("ck_supervision_order_counted_from_one")),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_supervision_order_plan_id_plan")),
        sa.ForeignKeyConstraint(
            ["sent_by_id"], ["account.id"], name=op.f("fk_supervision_order_sent_by_id_account")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_supervision_order_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supervision_order")),
        sa.UniqueConstraint("year", "number", name=op.f("uq_supervision_order_year_number")),
    )
    with op.batch_alter_table("supervision_order", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_supervision_order_plan_id"), ["plan_id"], unique=False)
        batch_op.create_index(
            "ix_supervision_order_state_feedback_on", ["state", "feedback_on"], unique=False
        )
        batch_op.create_index("ix_supervision_order_unit_id_state", ["unit_id", "state"], unique=False)

    op.create_table(
        "muted_task",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("muted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_muted_task_account_id_account"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["task_id"], ["task.id"], name=op.f("fk_muted_task_task_id_task"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_muted_task")),
        sa.UniqueConstraint("account_id", "task_id", name=op.f("uq_muted_task_account_id_task_id")),
    )
    with op.batch_alter_table("muted_task", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_muted_task_task_id"), ["task_id"], unique=False)

    op.create_table(
        "supervision_matter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("supervision_order_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=True),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("named", sa.JSON(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.CheckConstraint("kind IN ('task', 'returns')", name=op.f("ck_supervision_matter_known_kind")),
        sa.ForeignKeyConstraint(
            ["supervision_order_id"],
            ["supervision_order.id"],
            name=op.f("fk_supervision_matter_supervision_order_id_supervision_order"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_supervision_matter_task_id_task")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supervision_matter")),
        sa.UniqueConstraint(
            "supervision_order_id",
            "position",
            name=op.f("uq_supervision_matter_supervision_order_id_position"),
        ),
    )
    with op.batch_alter_table("supervision_matter", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_supervision_matter_task_id"), ["task_id"], unique=False)

    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.add_column(sa.Column("duty", sa.String(length=20), nullable=True))

    with op.batch_alter_table("checkpoint", schema=None) as batch_op:
        batch_op.add_column(sa.Column("given_at", sa.DateTime(timezone=True), nullable=True))

    with op.batch_alter_table("meeting_decision", schema=None) as batch_op:
        batch_op.add_column(sa.Column("given_at", sa.DateTime(timezone=True), nullable=True))

    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.create_index("ix_notice_kind_planned_at", ["kind", "planned_at"], unique=False)
        batch_op.create_index("ix_notice_planned_at", ["planned_at"], unique=False)

    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.add_column(sa.Column("ready_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("letter_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.drop_index(batch_op.f("ix_outbox_account_id"))
        batch_op.create_index("ix_outbox_account_id_letter_at", ["account_id", "letter_at"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.drop_index("ix_outbox_account_id_letter_at")
        batch_op.create_index(batch_op.f("ix_outbox_account_id"), ["account_id"], unique=False)
        batch_op.drop_column("letter_at")
        batch_op.drop_column("ready_at")

    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.drop_index("ix_notice_planned_at")
        batch_op.drop_index("ix_notice_kind_planned_at")

    with op.batch_alter_table("meeting_decision", schema=None) as batch_op:
        batch_op.drop_column("given_at")

    with op.batch_alter_table("checkpoint", schema=None) as batch_op:
        batch_op.drop_column("given_at")

    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.drop_column("duty")

    with op.batch_alter_table("supervision_matter", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_supervision_matter_task_id"))

    op.drop_table("supervision_matter")
    with op.batch_alter_table("muted_task", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_muted_task_task_id"))

    op.drop_table("muted_task")
    with op.batch_alter_table("supervision_order", schema=None) as batch_op:
        batch_op.drop_index("ix_supervision_order_unit_id_state")
        batch_op.drop_index("ix_supervision_order_state_feedback_on")
        batch_op.drop_index(batch_op.f("ix_supervision_order_plan_id"))

    op.drop_table("supervision_order")
    op.drop_table("reminder_policy")
    op.drop_table("person_setting")
    op.drop_table("feed_token")
    op.drop_table("untold_change")
    op.drop_table("supervision_count")
    op.drop_table("reminder_stamp")
    with op.batch_alter_table("feed_refusal", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_feed_refusal_at"))
        batch_op.drop_index("ix_feed_refusal_address_at")

    op.drop_table("feed_refusal")
    op.drop_table("feed_entry")
