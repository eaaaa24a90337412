"""Imports that can be revised and undone."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "reading_decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("shape", sa.String(length=200), nullable=False),
        sa.Column("offered", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("phrase", sa.String(length=200), nullable=False),
        sa.Column("chosen", sa.String(length=200), nullable=False),
        sa.Column("plan_title", sa.String(length=300), nullable=False),
        sa.Column("decided_by", sa.String(length=60), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["account.id"], name=op.f("fk_reading_decision_decided_by_id_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reading_decision")),
        sa.UniqueConstraint("shape", "offered", name=op.f("uq_reading_decision_shape_offered")),
    )
    op.create_table(
        "draft_visit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("import_draft_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("words", sa.String(length=200), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_draft_visit_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["import_draft_id"],
            ["import_draft.id"],
            name=op.f("fk_draft_visit_import_draft_id_import_draft"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft_visit")),
        sa.UniqueConstraint(
            "import_draft_id", "account_id", name=op.f("uq_draft_visit_import_draft_id_account_id")
        ),
    )
    op.create_table(
        "edition_choice",
        sa.Column("import_draft_id", sa.Integer(), nullable=False),
        sa.Column("relation", sa.String(length=20), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=True),
        sa.Column("ticks", sa.JSON(), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "relation IN ('revision', 'forwarded', 'separate')", name=op.f("ck_edition_choice_known_relation")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["account.id"], name=op.f("fk_edition_choice_decided_by_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["import_draft_id"],
            ["import_draft.id"],
            name=op.f("fk_edition_choice_import_draft_id_import_draft"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["plan.id"], name=op.f("fk_edition_choice_plan_id_plan"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("import_draft_id", name=op.f("pk_edition_choice")),
    )
    with op.batch_alter_table("edition_choice", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_edition_choice_plan_id"), ["plan_id"], unique=False)

    op.create_table(
        "import_batch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("plan_title", sa.String(length=300), nullable=False),
        sa.Column("source_file_id", sa.Integer(), nullable=True),
        sa.Column("draft_id", sa.Integer(), nullable=True),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_by_id", sa.Integer(), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'undone') = (undone_at IS NOT NULL)", name=op.f("ck_import_batch_undone_at_iff_undone")
        ),
        sa.CheckConstraint(
            "kind IN ('import', 'revision', 'sheet')", name=op.f("ck_import_batch_known_kind")
        ),
        sa.CheckConstraint("state IN ('applied', 'undone')", name=op.f("ck_import_batch_known_state")),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["import_draft.id"], name=op.f("fk_import_batch_draft_id_import_draft")
        ),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["account.id"], name=op.f("fk_import_batch_made_by_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["source_file_id"], ["source_file.id"], name=op.f("fk_import_batch_source_file_id_source_file")
        ),
        sa.ForeignKeyConstraint(
            ["undone_by_id"], ["account.id"], name=op.f("fk_import_batch_undone_by_id_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_batch")),
    )
    with op.batch_alter_table("import_batch", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_import_batch_draft_id"), ["draft_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_import_batch_plan_id"), ["plan_id"], unique=False)

    op.create_table(
        "seen_finding",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("import_draft_id", sa.Integer(), nullable=False),
        sa.Column("mark", sa.String(length=120), nullable=False),
        sa.Column("seen_by_id", sa.Integer(), nullable=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["import_draft_id"],
            ["import_draft.id"],
            name=op.f("fk_seen_finding_import_draft_id_import_draft"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["seen_by_id"], ["account.id"], name=op.f("fk_seen_finding_seen_by_id_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seen_finding")),
        sa.UniqueConstraint("import_draft_id", "mark", name=op.f("uq_seen_finding_import_draft_id_mark")),
    )
    op.create_table(
        "batch_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("version_before", sa.Integer(), nullable=False),
        sa.Column("task_version", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("why", sa.String(length=300), nullable=False),
        sa.CheckConstraint(
            "kind IN ('new', 'wording', 'units', 'date', 'removed')", name=op.f("ck_batch_change_known_kind")
        ),
        sa.CheckConstraint(
            "outcome IN ('applied', 'reversed', 'kept')", name=op.f("ck_batch_change_known_outcome")
        ),
        sa.ForeignKeyConstraint(
            ["batch_id"],
            ["import_batch.id"],
            name=op.f("fk_batch_change_batch_id_import_batch"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batch_change")),
        sa.UniqueConstraint(
            "batch_id", "task_id", "kind", name=op.f("uq_batch_change_batch_id_task_id_kind")
        ),
    )
    with op.batch_alter_table("batch_change", schema=None) as batch_op:
        batch_op.create_index("ix_batch_change_task_id", ["task_id"], unique=False)

    op.create_table(
        "plan_edition",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("issuer", sa.String(length=200), nullable=False),
        sa.Column("document_number", sa.String(length=100), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("basis", sa.JSON(), nullable=False),
        sa.Column("source_sha256", sa.String(length=64), nullable=False),
        sa.Column("source_filename", sa.String(length=255), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("confirmed_by_id", sa.Integer(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.Column("places", sa.JSON(), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["import_batch.id"], name=op.f("fk_plan_edition_batch_id_import_batch")
        ),
        sa.ForeignKeyConstraint(
            ["confirmed_by_id"], ["account.id"], name=op.f("fk_plan_edition_confirmed_by_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["plan.id"], name=op.f("fk_plan_edition_plan_id_plan"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_edition")),
        sa.UniqueConstraint("plan_id", "number", name=op.f("uq_plan_edition_plan_id_number")),
    )
    with op.batch_alter_table("plan_edition", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_plan_edition_batch_id"), ["batch_id"], unique=False)
        batch_op.create_index("ix_plan_edition_sha256", ["source_sha256"], unique=False)

    op.create_table(
        "sheet_upload",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("source_file_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("sheet", sa.JSON(), nullable=False),
        sa.Column("uploaded_by_id", sa.Integer(), nullable=True),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ('open', 'applied', 'discarded')", name=op.f("ck_sheet_upload_known_state")
        ),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["import_batch.id"], name=op.f("fk_sheet_upload_batch_id_import_batch")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["account.id"], name=op.f("fk_sheet_upload_decided_by_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["plan.id"], name=op.f("fk_sheet_upload_plan_id_plan"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["source_file_id"], ["source_file.id"], name=op.f("fk_sheet_upload_source_file_id_source_file")
        ),
        sa.ForeignKeyConstraint(
            ["uploaded_by_id"], ["account.id"], name=op.f("fk_sheet_upload_uploaded_by_id_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sheet_upload")),
    )
    with op.batch_alter_table("sheet_upload", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sheet_upload_batch_id"), ["batch_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_sheet_upload_plan_id"), ["plan_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_sheet_upload_source_file_id"), ["source_file_id"], unique=False)

    with op.batch_alter_table("assignment", schema=None) as batch_op:
        batch_op.add_column(sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True))

    with op.batch_alter_table("clause", schema=None) as batch_op:
        batch_op.add_column(sa.Column("edition", sa.Integer(), server_default="1", nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("clause", schema=None) as batch_op:
        batch_op.drop_column("edition")

    with op.batch_alter_table("assignment", schema=None) as batch_op:
        batch_op.drop_column("ended_at")

    with op.batch_alter_table("sheet_upload", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sheet_upload_source_file_id"))
        batch_op.drop_index(batch_op.f("ix_sheet_upload_plan_id"))
        batch_op.drop_index(batch_op.f("ix_sheet_upload_batch_id"))

    op.drop_table("sheet_upload")
    with op.batch_alter_table("plan_edition", schema=None) as batch_op:
        batch_op.drop_index("ix_plan_edition_sha256")
        batch_op.drop_index(batch_op.f("ix_plan_edition_batch_id"))

    op.drop_table("plan_edition")
    with op.batch_alter_table("batch_change", schema=None) as batch_op:
        batch_op.drop_index("ix_batch_change_task_id")

    op.drop_table("batch_change")
    op.drop_table("seen_finding")
    with op.batch_alter_table("import_batch", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_import_batch_plan_id"))
        batch_op.drop_index(batch_op.f("ix_import_batch_draft_id"))

    op.drop_table("import_batch")
    with op.batch_alter_table("edition_choice", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_edition_choice_plan_id"))

    op.drop_table("edition_choice")
    op.drop_table("draft_visit")
    op.drop_table("reading_decision")
