"""A local day stands beside the published one of the same date, which comes back when it is taken out."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("calendar_day") as batch:
        batch.drop_constraint("pk_calendar_day", type_="primary")
        batch.create_primary_key("pk_calendar_day", ["day", "status"])


def downgrade() -> None:
    # Of several rows for one day only one can stay: the published one.
    op.execute(
        "DELETE FROM calendar_day WHERE status <> 'official' AND day IN "
        "(SELECT day FROM calendar_day WHERE status = 'official')"
    )
    with op.batch_alter_table("calendar_day") as batch:
        batch.drop_constraint("pk_calendar_day", type_="primary")
        batch.create_primary_key("pk_calendar_day", ["day"])
