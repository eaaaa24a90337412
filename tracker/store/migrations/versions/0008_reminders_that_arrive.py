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

    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.add_column(sa.Column("duty", sa.String(length=20), nullable=True))

    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.add_column(sa.Column("ready_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("letter_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.drop_column("letter_at")
        batch_op.drop_column("ready_at")

    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.drop_column("duty")

    with op.batch_alter_table("muted_task", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_muted_task_task_id"))

    op.drop_table("muted_task")
    op.drop_table("person_setting")
    op.drop_table("feed_token")
    with op.batch_alter_table("feed_refusal", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_feed_refusal_at"))
        batch_op.drop_index("ix_feed_refusal_address_at")

    op.drop_table("feed_refusal")
    op.drop_table("feed_entry")
