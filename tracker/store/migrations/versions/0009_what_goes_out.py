"""What goes out."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "house_template",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("filename", sa.String(length=200), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("uploaded_by_name", sa.String(length=130), nullable=False),
        sa.CheckConstraint("number > 0", name=op.f("ck_house_template_counted_from_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_house_template")),
        sa.UniqueConstraint("kind", "number", name="uq_house_template_number"),
    )
    op.create_table(
        "score_scheme",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_name", sa.String(length=130), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'off') = (ended_on IS NOT NULL)", name=op.f("ck_score_scheme_ended_on_iff_off")
        ),
        sa.CheckConstraint("state IN ('draft', 'on', 'off')", name=op.f("ck_score_scheme_known_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_score_scheme")),
    )
    with op.batch_alter_table("score_scheme", schema=None) as batch_op:
        batch_op.create_index("ix_score_scheme_state", ["state"], unique=False)

    op.create_table(
        "statistic_kind",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("section", sa.String(length=60), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("measure", sa.String(length=10), nullable=False),
        sa.Column("form", sa.String(length=20), nullable=False),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("counted", sa.String(length=200), nullable=False),
        sa.Column("numerator_id", sa.Integer(), nullable=True),
        sa.Column("denominator_id", sa.Integer(), nullable=True),
        sa.Column("definition", sa.Text(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(form = 'rate') = (numerator_id IS NOT NULL AND denominator_id IS NOT NULL)",
            name=op.f("ck_statistic_kind_rate_of_two_counts"),
        ),
        sa.CheckConstraint(
            "(source = 'sheet') = (counted = '')",
            name=op.f("ck_statistic_kind_counted_where_it_is_taken_from"),
        ),
        sa.CheckConstraint(
            "form IN ('count', 'increment', 'rate')", name=op.f("ck_statistic_kind_known_form")
        ),
        sa.CheckConstraint(
            "source IN ('sheet', 'returns', 'events', 'clocks')", name=op.f("ck_statistic_kind_known_source")
        ),
        sa.ForeignKeyConstraint(
            ["denominator_id"],
            ["statistic_kind.id"],
            name=op.f("fk_statistic_kind_denominator_id_statistic_kind"),
        ),
        sa.ForeignKeyConstraint(
            ["numerator_id"],
            ["statistic_kind.id"],
            name=op.f("fk_statistic_kind_numerator_id_statistic_kind"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statistic_kind")),
        sa.UniqueConstraint("name", name=op.f("uq_statistic_kind_name")),
    )
    op.create_table(
        "house_template_choice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("template_id", sa.Integer(), nullable=True),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("chosen_by_name", sa.String(length=130), nullable=False),
        sa.ForeignKeyConstraint(
            ["template_id"],
            ["house_template.id"],
            name=op.f("fk_house_template_choice_template_id_house_template"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_house_template_choice")),
    )
    with op.batch_alter_table("house_template_choice", schema=None) as batch_op:
        batch_op.create_index("ix_house_template_choice_kind_since", ["kind", "since"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_house_template_choice_template_id"), ["template_id"], unique=False
        )

    op.create_table(
        "score_edition",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("scheme_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("members", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_name", sa.String(length=130), nullable=False),
        sa.CheckConstraint("number > 0", name=op.f("ck_score_edition_counted_from_one")),
        sa.ForeignKeyConstraint(
            ["scheme_id"], ["score_scheme.id"], name=op.f("fk_score_edition_scheme_id_score_scheme")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_score_edition")),
        sa.UniqueConstraint("scheme_id", "number", name=op.f("uq_score_edition_scheme_id_number")),
    )
    op.create_table(
        "annual_report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("counted_from", sa.String(length=20), nullable=False),
        sa.Column("changed_by_id", sa.Integer(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("counted_from IN ('clocks', 'table')", name=op.f("ck_annual_report_known_source")),
        sa.ForeignKeyConstraint(
            ["changed_by_id"], ["account.id"], name=op.f("fk_annual_report_changed_by_id_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_annual_report")),
        sa.UniqueConstraint("year", name=op.f("uq_annual_report_year")),
    )
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
        "score_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("scheme_id", sa.Integer(), nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("rule_key", sa.String(length=20), nullable=False),
        sa.Column("fact_key", sa.String(length=120), nullable=False),
        sa.Column("clause", sa.String(length=300), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("words", sa.String(length=500), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("evidence", sa.String(length=1000), nullable=False),
        sa.Column("origin", sa.String(length=20), nullable=False),
        sa.Column("reverses_id", sa.Integer(), nullable=True),
        sa.Column("entered_on", sa.Date(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entered_by_id", sa.Integer(), nullable=True),
        sa.Column("entered_by_name", sa.String(length=130), nullable=False),
        sa.CheckConstraint(
            "(reverses_id IS NULL) = (origin IN ('fact', 'by_hand'))",
            name=op.f("ck_score_line_reversal_names_its_line"),
        ),
        sa.CheckConstraint(
            "origin IN ('fact', 'by_hand', 'lapsed', 'revived', 'objection', 'correction')",
            name=op.f("ck_score_line_known_origin"),
        ),
        sa.ForeignKeyConstraint(
            ["edition_id"], ["score_edition.id"], name=op.f("fk_score_line_edition_id_score_edition")
        ),
        sa.ForeignKeyConstraint(
            ["entered_by_id"], ["account.id"], name=op.f("fk_score_line_entered_by_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["reverses_id"], ["score_line.id"], name=op.f("fk_score_line_reverses_id_score_line")
        ),
        sa.ForeignKeyConstraint(
            ["scheme_id"], ["score_scheme.id"], name=op.f("fk_score_line_scheme_id_score_scheme")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_score_line_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_score_line")),
        sa.UniqueConstraint("reverses_id", name=op.f("uq_score_line_reverses_id")),
        sa.UniqueConstraint("scheme_id", "key", name=op.f("uq_score_line_scheme_id_key")),
    )
    with op.batch_alter_table("score_line", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_score_line_edition_id"), ["edition_id"], unique=False)
        batch_op.create_index("ix_score_line_scheme_id_unit_id", ["scheme_id", "unit_id"], unique=False)
        batch_op.create_index("ix_score_line_unit_id_entered_on", ["unit_id", "entered_on"], unique=False)

    op.create_table(
        "statistic_year",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("opened_by_id", sa.Integer(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'closed') = (closed_at IS NOT NULL)",
            name=op.f("ck_statistic_year_closed_at_iff_closed"),
        ),
        sa.CheckConstraint("state IN ('open', 'closed')", name=op.f("ck_statistic_year_known_state")),
        sa.ForeignKeyConstraint(
            ["opened_by_id"], ["account.id"], name=op.f("fk_statistic_year_opened_by_id_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statistic_year")),
        sa.UniqueConstraint("year", name=op.f("uq_statistic_year_year")),
    )
    op.create_table(
        "annual_figure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("annual_report_id", sa.Integer(), nullable=False),
        sa.Column("row_key", sa.String(length=40), nullable=False),
        sa.Column("column_key", sa.String(length=40), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("value >= 0", name=op.f("ck_annual_figure_not_below_nothing")),
        sa.ForeignKeyConstraint(
            ["annual_report_id"],
            ["annual_report.id"],
            name=op.f("fk_annual_figure_annual_report_id_annual_report"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_annual_figure")),
        sa.UniqueConstraint(
            "annual_report_id",
            "row_key",
            "column_key",
            name=op.f("uq_annual_figure_annual_report_id_row_key_column_key"),
        ),
    )
    op.create_table(
        "report_draft",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("subject", sa.String(length=60), nullable=False),
        sa.Column("subject_label", sa.String(length=100), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("edited", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_name", sa.String(length=130), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("saved_by_name", sa.String(length=130), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("issued_by_name", sa.String(length=130), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'issued') = (issued_at IS NOT NULL)", name=op.f("ck_report_draft_issued_at_iff_issued")
        ),
        sa.CheckConstraint("state IN ('draft', 'issued')", name=op.f("ck_report_draft_known_state")),
        sa.CheckConstraint("edition > 0", name=op.f("ck_report_draft_counted_from_one")),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_report_draft_plan_id_plan")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_draft")),
        sa.UniqueConstraint("plan_id", "kind", "subject", "edition", name="uq_report_draft_subject"),
    )
    with op.batch_alter_table("report_draft", schema=None) as batch_op:
        batch_op.create_index("ix_report_draft_kind_state", ["kind", "state"], unique=False)

    op.create_table(
        "score_objection",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("line_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_name", sa.String(length=130), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_name", sa.String(length=130), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'waiting') = (decided_at IS NULL)",
            name=op.f("ck_score_objection_decided_at_iff_decided"),
        ),
        sa.CheckConstraint(
            "state = 'waiting' OR decision <> ''", name=op.f("ck_score_objection_decided_with_a_reason")
        ),
        sa.CheckConstraint(
            "state IN ('waiting', 'upheld', 'refused')", name=op.f("ck_score_objection_known_state")
        ),
        sa.ForeignKeyConstraint(
            ["line_id"], ["score_line.id"], name=op.f("fk_score_objection_line_id_score_line")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_score_objection_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_score_objection")),
        sa.UniqueConstraint("line_id", name=op.f("uq_score_objection_line_id")),
    )
    with op.batch_alter_table("score_objection", schema=None) as batch_op:
        batch_op.create_index("ix_score_objection_state", ["state"], unique=False)
        batch_op.create_index(batch_op.f("ix_score_objection_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "statistic_sheet",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("year_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("submitted_by_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'submitted') = (submitted_at IS NOT NULL)",
            name=op.f("ck_statistic_sheet_submitted_at_iff_submitted"),
        ),
        sa.CheckConstraint("state IN ('open', 'submitted')", name=op.f("ck_statistic_sheet_known_state")),
        sa.ForeignKeyConstraint(
            ["submitted_by_id"], ["account.id"], name=op.f("fk_statistic_sheet_submitted_by_id_account")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_statistic_sheet_unit_id_unit")),
        sa.ForeignKeyConstraint(
            ["year_id"],
            ["statistic_year.id"],
            name=op.f("fk_statistic_sheet_year_id_statistic_year"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statistic_sheet")),
        sa.UniqueConstraint("year_id", "unit_id", name=op.f("uq_statistic_sheet_year_id_unit_id")),
    )
    with op.batch_alter_table("statistic_sheet", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_statistic_sheet_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "statistic_value",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("year_id", sa.Integer(), nullable=False),
        sa.Column("kind_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.Column("approximate", sa.Boolean(), nullable=False),
        sa.Column("earlier", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "earlier IS NULL OR earlier >= 0", name=op.f("ck_statistic_value_earlier_not_below_nothing")
        ),
        sa.CheckConstraint("value >= 0", name=op.f("ck_statistic_value_not_below_nothing")),
        sa.ForeignKeyConstraint(
            ["kind_id"], ["statistic_kind.id"], name=op.f("fk_statistic_value_kind_id_statistic_kind")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_statistic_value_unit_id_unit")),
        sa.ForeignKeyConstraint(
            ["year_id"],
            ["statistic_year.id"],
            name=op.f("fk_statistic_value_year_id_statistic_year"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statistic_value")),
        sa.UniqueConstraint(
            "year_id", "kind_id", "unit_id", name=op.f("uq_statistic_value_year_id_kind_id_unit_id")
        ),
    )
    with op.batch_alter_table("statistic_value", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_statistic_value_kind_id"), ["kind_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_statistic_value_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "upper_document",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("issuer", sa.String(length=200), nullable=False),
        sa.Column("document_number", sa.String(length=100), nullable=False),
        sa.Column("source_filename", sa.String(length=255), nullable=False),
        sa.Column("source_sha256", sa.String(length=64), nullable=False),
        sa.Column("added_by_id", sa.Integer(), nullable=True),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["added_by_id"], ["account.id"], name=op.f("fk_upper_document_added_by_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["plan.id"], name=op.f("fk_upper_document_plan_id_plan"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_upper_document")),
        sa.UniqueConstraint("plan_id", "source_sha256", name=op.f("uq_upper_document_plan_id_source_sha256")),
    )
    op.create_table(
        "wall_screen",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=True),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_name", sa.String(length=130), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("last_seen_on", sa.Date(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["plan.id"], name=op.f("fk_wall_screen_plan_id_plan"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wall_screen")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_wall_screen_token_hash")),
    )
    with op.batch_alter_table("wall_screen", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_wall_screen_plan_id"), ["plan_id"], unique=False)

    op.create_table(
        "report_past_text",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("report_draft_id", sa.Integer(), nullable=False),
        sa.Column("part_key", sa.String(length=60), nullable=False),
        sa.Column("heading", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("laid_aside_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("laid_aside_by_name", sa.String(length=130), nullable=False),
        sa.ForeignKeyConstraint(
            ["report_draft_id"],
            ["report_draft.id"],
            name=op.f("fk_report_past_text_report_draft_id_report_draft"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_past_text")),
    )
    with op.batch_alter_table("report_past_text", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_report_past_text_report_draft_id"), ["report_draft_id"], unique=False
        )

    op.create_table(
        "upper_clause",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("upper_document_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("headings", sa.JSON(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("units_text", sa.Text(), nullable=False),
        sa.Column("deadline_text", sa.Text(), nullable=False),
        sa.Column("waived", sa.Boolean(), nullable=False),
        sa.Column("waived_reason", sa.Text(), nullable=False),
        sa.Column("waived_by_id", sa.Integer(), nullable=True),
        sa.Column("waived_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(waived_reason <> '') = waived", name=op.f("ck_upper_clause_waived_with_a_reason")
        ),
        sa.CheckConstraint(
            "(waived_at IS NOT NULL) = waived", name=op.f("ck_upper_clause_waived_at_iff_waived")
        ),
        sa.ForeignKeyConstraint(
            ["upper_document_id"],
            ["upper_document.id"],
            name=op.f("fk_upper_clause_upper_document_id_upper_document"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["waived_by_id"], ["account.id"], name=op.f("fk_upper_clause_waived_by_id_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_upper_clause")),
        sa.UniqueConstraint("id", "waived", name=op.f("uq_upper_clause_id_waived")),
        sa.UniqueConstraint(
            "upper_document_id", "position", name=op.f("uq_upper_clause_upper_document_id_position")
        ),
    )
    op.create_table(
        "period_light",
        sa.Column("period_id", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("colour", sa.String(length=10), nullable=False),
        sa.Column("rule", sa.String(length=30), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("next_due_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "colour IN ('green', 'yellow', 'red', 'grey')", name=op.f("ck_period_light_known_colour")
        ),
        sa.CheckConstraint(
            "state IN ('assigned', 'in_progress', 'signed_off', 'cancelled')",
            name=op.f("ck_period_light_known_state"),
        ),
        sa.ForeignKeyConstraint(
            ["period_id"], ["period.id"], name=op.f("fk_period_light_period_id_period"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["task_id"], ["task.id"], name=op.f("fk_period_light_task_id_task"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("period_id", "task_id", name=op.f("pk_period_light")),
    )
    with op.batch_alter_table("period_light", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_period_light_task_id"), ["task_id"], unique=False)

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
        "upper_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("clause_id", sa.Integer(), nullable=False),
        sa.Column("clause_waived", sa.Boolean(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("linked_by_id", sa.Integer(), nullable=True),
        sa.Column("linked_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("NOT clause_waived", name=op.f("ck_upper_link_clause_is_not_waived")),
        sa.ForeignKeyConstraint(
            ["clause_id", "clause_waived"],
            ["upper_clause.id", "upper_clause.waived"],
            name=op.f("fk_upper_link_clause_id_clause_waived_upper_clause"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["linked_by_id"], ["account.id"], name=op.f("fk_upper_link_linked_by_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["task_id"], ["task.id"], name=op.f("fk_upper_link_task_id_task"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_upper_link")),
        sa.UniqueConstraint("clause_id", "task_id", name=op.f("uq_upper_link_clause_id_task_id")),
    )
    with op.batch_alter_table("upper_link", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_upper_link_task_id"), ["task_id"], unique=False)

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

    with op.batch_alter_table("instruction", schema=None) as batch_op:
        batch_op.add_column(sa.Column("about_kind", sa.String(length=20), nullable=True))
        batch_op.add_column(sa.Column("about_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("about_words", sa.String(length=300), nullable=True))

    with op.batch_alter_table("return_line", schema=None) as batch_op:
        batch_op.add_column(sa.Column("plan_typed", sa.Text(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("return_line", schema=None) as batch_op:
        batch_op.drop_column("plan_typed")

    with op.batch_alter_table("instruction", schema=None) as batch_op:
        batch_op.drop_column("about_words")
        batch_op.drop_column("about_id")
        batch_op.drop_column("about_kind")

    with op.batch_alter_table("rectification_terms", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_rectification_terms_lead_unit_id"))

    op.drop_table("rectification_terms")
    with op.batch_alter_table("upper_link", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_upper_link_task_id"))

    op.drop_table("upper_link")
    with op.batch_alter_table("task_lineage", schema=None) as batch_op:
        batch_op.drop_index("ix_task_lineage_earlier_task_id")

    op.drop_table("task_lineage")
    with op.batch_alter_table("period_light", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_period_light_task_id"))

    op.drop_table("period_light")
    op.drop_table("upper_clause")
    with op.batch_alter_table("report_past_text", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_report_past_text_report_draft_id"))

    op.drop_table("report_past_text")
    with op.batch_alter_table("wall_screen", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_wall_screen_plan_id"))

    op.drop_table("wall_screen")
    op.drop_table("upper_document")
    with op.batch_alter_table("statistic_value", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_statistic_value_unit_id"))
        batch_op.drop_index(batch_op.f("ix_statistic_value_kind_id"))

    op.drop_table("statistic_value")
    with op.batch_alter_table("statistic_sheet", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_statistic_sheet_unit_id"))

    op.drop_table("statistic_sheet")
    with op.batch_alter_table("score_objection", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_score_objection_unit_id"))
        batch_op.drop_index("ix_score_objection_state")

    op.drop_table("score_objection")
    with op.batch_alter_table("report_draft", schema=None) as batch_op:
        batch_op.drop_index("ix_report_draft_kind_state")

    op.drop_table("report_draft")
    op.drop_table("annual_figure")
    op.drop_table("statistic_year")
    with op.batch_alter_table("score_line", schema=None) as batch_op:
        batch_op.drop_index("ix_score_line_unit_id_entered_on")
        batch_op.drop_index("ix_score_line_scheme_id_unit_id")
        batch_op.drop_index(batch_op.f("ix_score_line_edition_id"))

    op.drop_table("score_line")
    op.drop_table("rollover")
    op.drop_table("annual_report")
    op.drop_table("score_edition")
    with op.batch_alter_table("house_template_choice", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_house_template_choice_template_id"))
        batch_op.drop_index("ix_house_template_choice_kind_since")

    op.drop_table("house_template_choice")
    op.drop_table("statistic_kind")
    with op.batch_alter_table("score_scheme", schema=None) as batch_op:
        batch_op.drop_index("ix_score_scheme_state")

    op.drop_table("score_scheme")
    op.drop_table("house_template")
