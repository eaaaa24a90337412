"""Several rhythms a plan and the life of a task."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "deputyship",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("for_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("made_by_name", sa.String(length=130), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by_name", sa.String(length=130), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_deputyship_ends_after_it_begins")),
        sa.CheckConstraint("for_id <> by_id", name=op.f("ck_deputyship_for_another")),
        sa.ForeignKeyConstraint(
            ["by_id"], ["account.id"], name=op.f("fk_deputyship_by_id_account"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["for_id"], ["account.id"], name=op.f("fk_deputyship_for_id_account"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deputyship")),
    )
    with op.batch_alter_table("deputyship", schema=None) as batch_op:
        batch_op.create_index("ix_deputyship_by_id_ends_on", ["by_id", "ends_on"], unique=False)
        batch_op.create_index("ix_deputyship_for_id_ends_on", ["for_id", "ends_on"], unique=False)

    op.create_table(
        "handover",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("leaving_id", sa.Integer(), nullable=False),
        sa.Column("leaving_name", sa.String(length=60), nullable=False),
        sa.Column("changed_on", sa.Date(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("reported_by_name", sa.String(length=130), nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("successor_id", sa.Integer(), nullable=True),
        sa.Column("successor_name", sa.String(length=60), nullable=False),
        sa.Column("successor_phone", sa.String(length=60), nullable=False),
        sa.Column("filed_by_name", sa.String(length=130), nullable=False),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_because", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ('waiting', 'filed', 'done', 'withdrawn')", name=op.f("ck_handover_known_state")
        ),
        sa.CheckConstraint(
            "state NOT IN ('filed', 'done') OR successor_id IS NOT NULL",
            name=op.f("ck_handover_filed_names_a_successor"),
        ),
        sa.ForeignKeyConstraint(["leaving_id"], ["account.id"], name=op.f("fk_handover_leaving_id_account")),
        sa.ForeignKeyConstraint(
            ["successor_id"], ["account.id"], name=op.f("fk_handover_successor_id_account")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_handover_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handover")),
    )
    with op.batch_alter_table("handover", schema=None) as batch_op:
        batch_op.create_index("ix_handover_state_changed_on", ["state", "changed_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_handover_successor_id"), ["successor_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_handover_unit_id"), ["unit_id"], unique=False)
        batch_op.create_index(
            "uq_handover_running",
            ["leaving_id"],
            unique=True,
            sqlite_where=sa.text("state IN ('waiting', 'filed')"),
            postgresql_where=sa.text("state IN ('waiting', 'filed')"),
        )

    op.create_table(
        "acknowledgement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("by_name", sa.String(length=120), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_acknowledgement_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["plan.id"], name=op.f("fk_acknowledgement_plan_id_plan"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_acknowledgement_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_acknowledgement")),
        sa.UniqueConstraint("plan_id", "unit_id", name=op.f("uq_acknowledgement_plan_id_unit_id")),
    )
    with op.batch_alter_table("acknowledgement", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_acknowledgement_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "claim_day",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("by", sa.Date(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["plan.id"], name=op.f("fk_claim_day_plan_id_plan"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim_day")),
        sa.UniqueConstraint("plan_id", name=op.f("uq_claim_day_plan_id")),
    )
    op.create_table(
        "sign_in_deputy",
        sa.Column("sign_in_id", sa.Integer(), nullable=False),
        sa.Column("deputyship_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["deputyship_id"],
            ["deputyship.id"],
            name=op.f("fk_sign_in_deputy_deputyship_id_deputyship"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["sign_in_id"],
            ["sign_in.id"],
            name=op.f("fk_sign_in_deputy_sign_in_id_sign_in"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("sign_in_id", name=op.f("pk_sign_in_deputy")),
    )
    with op.batch_alter_table("sign_in_deputy", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sign_in_deputy_deputyship_id"), ["deputyship_id"], unique=False)

    op.create_table(
        "clock_rule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=True),
        sa.Column("task_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("event", sa.String(length=200), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("day_unit", sa.String(length=20), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("made_in_id", sa.Integer(), nullable=True),
        sa.Column("ended_in_id", sa.Integer(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("day_unit IN ('workdays', 'days')", name=op.f("ck_clock_rule_known_day_unit")),
        sa.CheckConstraint("count > 0", name=op.f("ck_clock_rule_counts_something")),
        sa.ForeignKeyConstraint(
            ["ended_in_id"], ["import_batch.id"], name=op.f("fk_clock_rule_ended_in_id_import_batch")
        ),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["account.id"], name=op.f("fk_clock_rule_made_by_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["made_in_id"], ["import_batch.id"], name=op.f("fk_clock_rule_made_in_id_import_batch")
        ),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["plan.id"], name=op.f("fk_clock_rule_plan_id_plan"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["task_id"], ["task.id"], name=op.f("fk_clock_rule_task_id_task"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clock_rule")),
    )
    with op.batch_alter_table("clock_rule", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_clock_rule_ended_in_id"), ["ended_in_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_clock_rule_made_in_id"), ["made_in_id"], unique=False)
        batch_op.create_index("ix_clock_rule_plan_id_task_id", ["plan_id", "task_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_clock_rule_task_id"), ["task_id"], unique=False)

    op.create_table(
        "event_clock",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=True),
        sa.Column("task_id", sa.Integer(), nullable=True),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("rule_key", sa.String(length=40), nullable=False),
        sa.Column("rule_name", sa.String(length=100), nullable=False),
        sa.Column("rule_event", sa.String(length=200), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("day_unit", sa.String(length=20), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("formed_on", sa.Date(), nullable=True),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("evidence_url", sa.String(length=1000), nullable=False),
        sa.Column("file_sha256", sa.String(length=64), nullable=False),
        sa.Column("file_name", sa.String(length=255), nullable=False),
        sa.Column("voided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("void_reason", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(voided_at IS NULL) = (void_reason = '')", name=op.f("ck_event_clock_voided_with_a_reason")
        ),
        sa.CheckConstraint("day_unit IN ('workdays', 'days')", name=op.f("ck_event_clock_known_day_unit")),
        sa.CheckConstraint(
            "closed_on IS NULL OR closed_on >= started_on", name=op.f("ck_event_clock_closed_after_its_event")
        ),
        sa.CheckConstraint("count > 0", name=op.f("ck_event_clock_counts_something")),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["account.id"], name=op.f("fk_event_clock_made_by_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["plan.id"], name=op.f("fk_event_clock_plan_id_plan"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["task_id"], ["task.id"], name=op.f("fk_event_clock_task_id_task"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_event_clock_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_clock")),
    )
    with op.batch_alter_table("event_clock", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_event_clock_plan_id"), ["plan_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_event_clock_task_id"), ["task_id"], unique=False)
        batch_op.create_index("ix_event_clock_unit_id_closed_on", ["unit_id", "closed_on"], unique=False)

    op.create_table(
        "instruction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=True),
        sa.Column("leader_id", sa.Integer(), nullable=True),
        sa.Column("leader_name", sa.String(length=60), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("said_on", sa.Date(), nullable=False),
        sa.Column("written_by_id", sa.Integer(), nullable=True),
        sa.Column("written_by_name", sa.String(length=130), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("kept_because", sa.Text(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("asked", sa.Text(), nullable=False),
        sa.Column("assigned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("evidence_url", sa.String(length=1000), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by_name", sa.String(length=130), nullable=False),
        sa.Column("closing", sa.Text(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'closed') = (closed_at IS NOT NULL)", name=op.f("ck_instruction_closed_at_iff_closed")
        ),
        sa.CheckConstraint(
            "state IN ('remark', 'kept') OR (unit_id IS NOT NULL AND due_on IS NOT NULL)",
            name=op.f("ck_instruction_item_has_unit_and_day"),
        ),
        sa.CheckConstraint(
            "state IN ('remark', 'kept', 'assigned', 'answered', 'closed')",
            name=op.f("ck_instruction_known_state"),
        ),
        sa.ForeignKeyConstraint(["leader_id"], ["account.id"], name=op.f("fk_instruction_leader_id_account")),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["plan.id"], name=op.f("fk_instruction_plan_id_plan"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["task_id"], ["task.id"], name=op.f("fk_instruction_task_id_task"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_instruction_unit_id_unit")),
        sa.ForeignKeyConstraint(
            ["written_by_id"], ["account.id"], name=op.f("fk_instruction_written_by_id_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_instruction")),
        sa.UniqueConstraint("fingerprint", name=op.f("uq_instruction_fingerprint")),
    )
    with op.batch_alter_table("instruction", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_instruction_leader_id"), ["leader_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_instruction_plan_id"), ["plan_id"], unique=False)
        batch_op.create_index("ix_instruction_state_due_on", ["state", "due_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_instruction_task_id"), ["task_id"], unique=False)
        batch_op.create_index("ix_instruction_unit_id_state", ["unit_id", "state"], unique=False)

    op.create_table(
        "quota_target",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("counted", sa.String(length=200), nullable=False),
        sa.Column("minimum", sa.Integer(), nullable=False),
        sa.Column("period", sa.String(length=10), nullable=False),
        sa.Column("printed", sa.String(length=200), nullable=False),
        sa.Column("scope", sa.String(length=20), nullable=False),
        sa.Column("unit_class_id", sa.Integer(), nullable=True),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("settled", sa.Boolean(), nullable=False),
        sa.Column("made_in_id", sa.Integer(), nullable=True),
        sa.Column("ended_in_id", sa.Integer(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(scope = 'class') = (unit_class_id IS NOT NULL)", name=op.f("ck_quota_target_class_iff_by_class")
        ),
        sa.CheckConstraint(
            "(scope = 'unit') = (unit_id IS NOT NULL)", name=op.f("ck_quota_target_unit_iff_by_unit")
        ),
        sa.CheckConstraint(
            "scope IN ('class', 'unit', 'each', 'together', 'open')", name=op.f("ck_quota_target_known_scope")
        ),
        sa.CheckConstraint("minimum > 0", name=op.f("ck_quota_target_asks_for_something")),
        sa.ForeignKeyConstraint(
            ["ended_in_id"], ["import_batch.id"], name=op.f("fk_quota_target_ended_in_id_import_batch")
        ),
        sa.ForeignKeyConstraint(
            ["made_in_id"], ["import_batch.id"], name=op.f("fk_quota_target_made_in_id_import_batch")
        ),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["plan.id"], name=op.f("fk_quota_target_plan_id_plan"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["task_id"], ["task.id"], name=op.f("fk_quota_target_task_id_task"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["unit_class_id"], ["unit_class.id"], name=op.f("fk_quota_target_unit_class_id_unit_class")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_quota_target_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quota_target")),
    )
    with op.batch_alter_table("quota_target", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_quota_target_ended_in_id"), ["ended_in_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_quota_target_made_in_id"), ["made_in_id"], unique=False)
        batch_op.create_index("ix_quota_target_plan_id_task_id", ["plan_id", "task_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_quota_target_task_id"), ["task_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_quota_target_unit_class_id"), ["unit_class_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_quota_target_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "claim",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("assignment_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'waiting') = (decided_at IS NULL)", name=op.f("ck_claim_decided_at_iff_decided")
        ),
        sa.CheckConstraint("state IN ('waiting', 'claimed', 'declined')", name=op.f("ck_claim_known_state")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_claim_account_id_account")),
        sa.ForeignKeyConstraint(
            ["assignment_id"],
            ["assignment.id"],
            name=op.f("fk_claim_assignment_id_assignment"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["plan.id"], name=op.f("fk_claim_plan_id_plan"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim")),
        sa.UniqueConstraint("assignment_id", name=op.f("uq_claim_assignment_id")),
    )
    with op.batch_alter_table("claim", schema=None) as batch_op:
        batch_op.create_index("ix_claim_plan_id_state", ["plan_id", "state"], unique=False)

    op.create_table(
        "clock_restart",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("clock_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("why", sa.String(length=200), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["clock_id"],
            ["event_clock.id"],
            name=op.f("fk_clock_restart_clock_id_event_clock"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["account.id"], name=op.f("fk_clock_restart_made_by_id_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clock_restart")),
    )
    with op.batch_alter_table("clock_restart", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_clock_restart_clock_id"), ["clock_id"], unique=False)

    op.create_table(
        "clock_stop",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("clock_id", sa.Integer(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("why", sa.String(length=200), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "until IS NULL OR until >= since", name=op.f("ck_clock_stop_ends_after_it_begins")
        ),
        sa.ForeignKeyConstraint(
            ["clock_id"],
            ["event_clock.id"],
            name=op.f("fk_clock_stop_clock_id_event_clock"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["account.id"], name=op.f("fk_clock_stop_made_by_id_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clock_stop")),
    )
    with op.batch_alter_table("clock_stop", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_clock_stop_clock_id"), ["clock_id"], unique=False)

    op.create_table(
        "counted_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("target_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("evidence_url", sa.String(length=1000), nullable=False),
        sa.Column("file_sha256", sa.String(length=64), nullable=False),
        sa.Column("file_name", sa.String(length=255), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("struck_by_id", sa.Integer(), nullable=True),
        sa.Column("struck_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("struck_reason", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(struck_at IS NULL) = (struck_reason = '')", name=op.f("ck_counted_event_struck_with_a_reason")
        ),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["account.id"], name=op.f("fk_counted_event_made_by_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["struck_by_id"], ["account.id"], name=op.f("fk_counted_event_struck_by_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["target_id"],
            ["quota_target.id"],
            name=op.f("fk_counted_event_target_id_quota_target"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_counted_event_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_counted_event")),
    )
    with op.batch_alter_table("counted_event", schema=None) as batch_op:
        batch_op.create_index("ix_counted_event_target_id_unit_id", ["target_id", "unit_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_counted_event_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "evidence_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("obligation_id", sa.Integer(), nullable=False),
        sa.Column("assignment_id", sa.Integer(), nullable=False),
        sa.Column("filename", sa.String(length=255), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("uploaded_by_id", sa.Integer(), nullable=True),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_by_id", sa.Integer(), nullable=True),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("size > 0", name=op.f("ck_evidence_file_holds_something")),
        sa.ForeignKeyConstraint(
            ["assignment_id"],
            ["assignment.id"],
            name=op.f("fk_evidence_file_assignment_id_assignment"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["obligation_id"],
            ["obligation.id"],
            name=op.f("fk_evidence_file_obligation_id_obligation"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["removed_by_id"], ["account.id"], name=op.f("fk_evidence_file_removed_by_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["uploaded_by_id"], ["account.id"], name=op.f("fk_evidence_file_uploaded_by_id_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence_file")),
    )
    with op.batch_alter_table("evidence_file", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_evidence_file_assignment_id"), ["assignment_id"], unique=False)
        batch_op.create_index(
            "ix_evidence_file_obligation_id_assignment_id", ["obligation_id", "assignment_id"], unique=False
        )

    op.create_table(
        "return_upload",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("obligation_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("filename", sa.String(length=255), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("sheet", sa.JSON(), nullable=False),
        sa.Column("uploaded_by_id", sa.Integer(), nullable=True),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ('open', 'applied', 'discarded')", name=op.f("ck_return_upload_known_state")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["account.id"], name=op.f("fk_return_upload_decided_by_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["obligation_id"],
            ["obligation.id"],
            name=op.f("fk_return_upload_obligation_id_obligation"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["uploaded_by_id"], ["account.id"], name=op.f("fk_return_upload_uploaded_by_id_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_return_upload")),
    )
    with op.batch_alter_table("return_upload", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_return_upload_obligation_id"), ["obligation_id"], unique=False)

    op.create_table(
        "sub_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("assignment_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("person", sa.String(length=60), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["assignment_id"],
            ["assignment.id"],
            name=op.f("fk_sub_item_assignment_id_assignment"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sub_item")),
    )
    with op.batch_alter_table("sub_item", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sub_item_assignment_id"), ["assignment_id"], unique=False)

    op.create_table(
        "task_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("checkpoint_id", sa.Integer(), nullable=True),
        sa.Column("present_on", sa.Date(), nullable=True),
        sa.Column("wanted_on", sa.Date(), nullable=True),
        sa.Column("evidence_url", sa.String(length=1000), nullable=False),
        sa.Column("evidence_on", sa.Date(), nullable=True),
        sa.Column("wanted_unit", sa.String(length=200), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("made_by_name", sa.String(length=120), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_by_name", sa.String(length=120), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'waiting') = (decided_at IS NULL)", name=op.f("ck_task_request_decided_at_iff_decided")
        ),
        sa.CheckConstraint(
            "kind IN ('extension', 'sign_off', 'objection')", name=op.f("ck_task_request_known_kind")
        ),
        sa.CheckConstraint(
            "state IN ('waiting', 'granted', 'refused', 'withdrawn', 'lapsed')",
            name=op.f("ck_task_request_known_state"),
        ),
        sa.ForeignKeyConstraint(
            ["checkpoint_id"],
            ["checkpoint.id"],
            name=op.f("fk_task_request_checkpoint_id_checkpoint"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["account.id"], name=op.f("fk_task_request_decided_by_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["account.id"], name=op.f("fk_task_request_made_by_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["plan.id"], name=op.f("fk_task_request_plan_id_plan"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["task_id"], ["task.id"], name=op.f("fk_task_request_task_id_task"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_task_request_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task_request")),
    )
    with op.batch_alter_table("task_request", schema=None) as batch_op:
        batch_op.create_index("ix_task_request_plan_id", ["plan_id"], unique=False)
        batch_op.create_index("ix_task_request_state_kind", ["state", "kind"], unique=False)
        batch_op.create_index(batch_op.f("ix_task_request_task_id"), ["task_id"], unique=False)
        batch_op.create_index("ix_task_request_unit_id_state", ["unit_id", "state"], unique=False)
        batch_op.create_index(
            "uq_task_request_waiting",
            ["task_id", "unit_id", "kind"],
            unique=True,
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        )

    with op.batch_alter_table("assignment", schema=None) as batch_op:
        batch_op.add_column(sa.Column("signed_off_at", sa.DateTime(timezone=True), nullable=True))

    with op.batch_alter_table("cadence", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("name", sa.String(length=60), server_default="一周一进度", nullable=False)
        )
        batch_op.add_column(sa.Column("step", sa.String(length=10), server_default="week", nullable=False))
        batch_op.add_column(sa.Column("every", sa.Integer(), server_default="1", nullable=False))
        batch_op.add_column(sa.Column("day", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("lag", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(
            sa.Column("collision", sa.String(length=10), server_default="merge", nullable=False)
        )
        batch_op.add_column(
            sa.Column("answer", sa.String(length=20), server_default="progress", nullable=False)
        )
        batch_op.add_column(sa.Column("parts", sa.JSON(), nullable=True))
        batch_op.add_column(sa.Column("roles", sa.JSON(), nullable=True))
        batch_op.add_column(sa.Column("class_ids", sa.JSON(), nullable=True))
        batch_op.add_column(sa.Column("unit_ids", sa.JSON(), nullable=True))

    with op.batch_alter_table("checkpoint", schema=None) as batch_op:
        batch_op.add_column(sa.Column("first_due_on", sa.Date(), nullable=True))

    with op.batch_alter_table("period", schema=None) as batch_op:
        batch_op.add_column(sa.Column("opens_on", sa.Date(), nullable=True))

    with op.batch_alter_table("return", schema=None) as batch_op:
        batch_op.add_column(sa.Column("parts", sa.JSON(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("return", schema=None) as batch_op:
        batch_op.drop_column("parts")

    with op.batch_alter_table("period", schema=None) as batch_op:
        batch_op.drop_column("opens_on")

    with op.batch_alter_table("checkpoint", schema=None) as batch_op:
        batch_op.drop_column("first_due_on")

    with op.batch_alter_table("cadence", schema=None) as batch_op:
        batch_op.drop_column("unit_ids")
        batch_op.drop_column("class_ids")
        batch_op.drop_column("roles")
        batch_op.drop_column("parts")
        batch_op.drop_column("answer")
        batch_op.drop_column("collision")
        batch_op.drop_column("lag")
        batch_op.drop_column("day")
        batch_op.drop_column("every")
        batch_op.drop_column("step")
        batch_op.drop_column("name")

    with op.batch_alter_table("assignment", schema=None) as batch_op:
        batch_op.drop_column("signed_off_at")

    with op.batch_alter_table("task_request", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_task_request_waiting",
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        )
        batch_op.drop_index("ix_task_request_unit_id_state")
        batch_op.drop_index(batch_op.f("ix_task_request_task_id"))
        batch_op.drop_index("ix_task_request_state_kind")
        batch_op.drop_index("ix_task_request_plan_id")

    op.drop_table("task_request")
    with op.batch_alter_table("sub_item", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sub_item_assignment_id"))

    op.drop_table("sub_item")
    with op.batch_alter_table("return_upload", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_return_upload_obligation_id"))

    op.drop_table("return_upload")
    with op.batch_alter_table("evidence_file", schema=None) as batch_op:
        batch_op.drop_index("ix_evidence_file_obligation_id_assignment_id")
        batch_op.drop_index(batch_op.f("ix_evidence_file_assignment_id"))

    op.drop_table("evidence_file")
    with op.batch_alter_table("counted_event", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_counted_event_unit_id"))
        batch_op.drop_index("ix_counted_event_target_id_unit_id")

    op.drop_table("counted_event")
    with op.batch_alter_table("clock_stop", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_clock_stop_clock_id"))

    op.drop_table("clock_stop")
    with op.batch_alter_table("clock_restart", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_clock_restart_clock_id"))

    op.drop_table("clock_restart")
    with op.batch_alter_table("claim", schema=None) as batch_op:
        batch_op.drop_index("ix_claim_plan_id_state")

    op.drop_table("claim")
    with op.batch_alter_table("quota_target", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_quota_target_unit_id"))
        batch_op.drop_index(batch_op.f("ix_quota_target_unit_class_id"))
        batch_op.drop_index(batch_op.f("ix_quota_target_task_id"))
        batch_op.drop_index("ix_quota_target_plan_id_task_id")
        batch_op.drop_index(batch_op.f("ix_quota_target_made_in_id"))
        batch_op.drop_index(batch_op.f("ix_quota_target_ended_in_id"))

    op.drop_table("quota_target")
    with op.batch_alter_table("instruction", schema=None) as batch_op:
        batch_op.drop_index("ix_instruction_unit_id_state")
        batch_op.drop_index(batch_op.f("ix_instruction_task_id"))
        batch_op.drop_index("ix_instruction_state_due_on")
        batch_op.drop_index(batch_op.f("ix_instruction_plan_id"))
        batch_op.drop_index(batch_op.f("ix_instruction_leader_id"))

    op.drop_table("instruction")
    with op.batch_alter_table("event_clock", schema=None) as batch_op:
        batch_op.drop_index("ix_event_clock_unit_id_closed_on")
        batch_op.drop_index(batch_op.f("ix_event_clock_task_id"))
        batch_op.drop_index(batch_op.f("ix_event_clock_plan_id"))

    op.drop_table("event_clock")
    with op.batch_alter_table("clock_rule", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_clock_rule_task_id"))
        batch_op.drop_index("ix_clock_rule_plan_id_task_id")
        batch_op.drop_index(batch_op.f("ix_clock_rule_made_in_id"))
        batch_op.drop_index(batch_op.f("ix_clock_rule_ended_in_id"))

    op.drop_table("clock_rule")
    with op.batch_alter_table("sign_in_deputy", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sign_in_deputy_deputyship_id"))

    op.drop_table("sign_in_deputy")
    op.drop_table("claim_day")
    with op.batch_alter_table("acknowledgement", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_acknowledgement_unit_id"))

    op.drop_table("acknowledgement")
    with op.batch_alter_table("handover", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_handover_running",
            sqlite_where=sa.text("state IN ('waiting', 'filed')"),
            postgresql_where=sa.text("state IN ('waiting', 'filed')"),
        )
        batch_op.drop_index(batch_op.f("ix_handover_unit_id"))
        batch_op.drop_index(batch_op.f("ix_handover_successor_id"))
        batch_op.drop_index("ix_handover_state_changed_on")

    op.drop_table("handover")
    with op.batch_alter_table("deputyship", schema=None) as batch_op:
        batch_op.drop_index("ix_deputyship_for_id_ends_on")
        batch_op.drop_index("ix_deputyship_by_id_ends_on")

    op.drop_table("deputyship")
