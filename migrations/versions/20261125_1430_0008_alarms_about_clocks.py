"""alarms about clocks that disagree

Revision: 0008, after 0004, 2026-11-25 14:30:00
"""

import sqlalchemy as sa
from alembic import op

revision = '0008'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('clock_alarm',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('clock', sa.String(length=10), nullable=False),
    sa.Column('seconds', sa.Integer(), nullable=False),
    sa.Column('found_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_by', sa.Integer(), nullable=True),
    sa.Column('reason', sa.String(length=200), nullable=True),
    sa.CheckConstraint("clock IN ('machine', 'database')", name=op.f('ck_clock_alarm_clock')),
    sa.CheckConstraint('(ended_by IS NULL OR ended_at IS NOT NULL) AND (ended_by IS NULL) = (reason IS NULL)', name=op.f('ck_clock_alarm_ended_with_a_reason')),
    sa.ForeignKeyConstraint(['ended_by'], ['account.id'], name=op.f('fk_clock_alarm_ended_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_clock_alarm'))
    )
    op.create_index('uq_clock_alarm_open', 'clock_alarm', ['clock'], unique=True, sqlite_where=sa.text('ended_at IS NULL'), postgresql_where=sa.text('ended_at IS NULL'))


def downgrade() -> None:
    op.drop_index('uq_clock_alarm_open', table_name='clock_alarm')
    op.drop_table('clock_alarm')
