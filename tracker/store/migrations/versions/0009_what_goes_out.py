"""What goes out."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "rollover",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("rolled_by_id", sa.Integer(), nullable=True),
        sa.Column("rolled_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("carried", sa.JSON(), nullable=False),
        sa.Column("regimes", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["rolled_by_id"], ["account.id"], name=op.f("fk_rollover_rolled_by_id_account")
        ),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_rollover")),
    )
    op.create_table(
        "task_lineage",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("earlier_task_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("confirmed_by_id", sa.Integer(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind IN ('same', 'continued', 'other')", name=op.f("ck_task_lineage_known_kind")),
        sa.CheckConstraint("task_id <> earlier_task_id", name=op.f("ck_task_lineage_two_tasks")),
        sa.ForeignKeyConstraint(
            ["confirmed_by_id"], ["account.id"], name=op.f("fk_task_lineage_confirmed_by_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["earlier_task_id"],
            ["task.id"],
            name=op.f("fk_task_lineage_earlier_task_id_task"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["task_id"], ["task.id"], name=op.f("fk_task_lineage_task_id_task"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task_lineage")),
        sa.UniqueConstraint(
            "task_id", "earlier_task_id", name=op.f("uq_task_lineage_task_id_earlier_task_id")
        ),
    )
    with op.batch_alter_table("task_lineage", schema=None) as batch_op:
        batch_op.create_index("ix_task_lineage_earlier_task_id", ["earlier_task_id"], unique=False)

    op.create_table(
        "rectification_terms",
        sa.Column("verdict_id", sa.Integer(), nullable=False),
        sa.Column("lead_unit_id", sa.Integer(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("arranged_by_id", sa.Integer(), nullable=True),
        sa.Column("arranged_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["arranged_by_id"], ["account.id"], name=op.f("fk_rectification_terms_arranged_by_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["lead_unit_id"], ["unit.id"], name=op.f("fk_rectification_terms_lead_unit_id_unit")
        ),
        sa.ForeignKeyConstraint(
            ["verdict_id"],
            ["verdict.id"],
            name=op.f("fk_rectification_terms_verdict_id_verdict"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("verdict_id", name=op.f("pk_rectification_terms")),
    )
    with op.batch_alter_table("rectification_terms", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_rectification_terms_lead_unit_id"), ["lead_unit_id"], unique=False
        )


def downgrade() -> None:
    with op.batch_alter_table("rectification_terms", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_rectification_terms_lead_unit_id"))

    op.drop_table("rectification_terms")
    with op.batch_alter_table("task_lineage", schema=None) as batch_op:
        batch_op.drop_index("ix_task_lineage_earlier_task_id")

    op.drop_table("task_lineage")
    op.drop_table("rollover")
