"""acts of staff on attempts: grants of time, pauses, voiding; rooms and seats

Revision: 0002, after 0001, 2026-11-25 13:10:00

The new columns of `attempt` and `grant` are added with their constraints in one
statement: SQLite can do that, while it could only rebuild a table that others refer to.
"""

import sqlalchemy as sa
from alembic import op

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('room',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('public_id', sa.String(length=32), nullable=False),
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('name', sa.String(length=100), nullable=False),
    sa.Column('site', sa.String(length=100), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_room')),
    sa.UniqueConstraint('code', name=op.f('uq_room_code')),
    sa.UniqueConstraint('public_id', name=op.f('uq_room_public_id'))
    )
    op.create_table('seat',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('room_id', sa.Integer(), nullable=False),
    sa.Column('label', sa.String(length=20), nullable=False),
    sa.Column('line', sa.Integer(), nullable=True),
    sa.Column('place', sa.Integer(), nullable=True),
    sa.Column('workstation', sa.String(length=40), nullable=False),
    sa.CheckConstraint('(line IS NULL) = (place IS NULL) AND line >= 1 AND place >= 1', name=op.f('ck_seat_line_and_place')),
    sa.ForeignKeyConstraint(['room_id'], ['room.id'], name=op.f('fk_seat_room_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_seat')),
    sa.UniqueConstraint('room_id', 'label', name=op.f('uq_seat_room_id_label')),
    sa.UniqueConstraint('room_id', 'line', 'place', name=op.f('uq_seat_room_id_line_place'))
    )
    op.create_table('late_entry',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('exam_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('until', sa.DateTime(timezone=True), nullable=False),
    sa.Column('reason', sa.String(length=200), nullable=False),
    sa.Column('by', sa.Integer(), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['by'], ['account.id'], name=op.f('fk_late_entry_by')),
    sa.ForeignKeyConstraint(['exam_id'], ['exam.id'], name=op.f('fk_late_entry_exam_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_late_entry_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_late_entry'))
    )
    op.create_index('ix_late_entry_person_exam', 'late_entry', ['person_id', 'exam_id'], unique=False)
    op.create_table('seating',
    sa.Column('exam_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('seat_id', sa.Integer(), nullable=False),
    sa.Column('workstation', sa.String(length=40), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['by'], ['account.id'], name=op.f('fk_seating_by')),
    sa.ForeignKeyConstraint(['exam_id'], ['exam.id'], name=op.f('fk_seating_exam_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_seating_person_id')),
    sa.ForeignKeyConstraint(['seat_id'], ['seat.id'], name=op.f('fk_seating_seat_id')),
    sa.PrimaryKeyConstraint('exam_id', 'person_id', name=op.f('pk_seating')),
    sa.UniqueConstraint('exam_id', 'seat_id', name=op.f('uq_seating_exam_id_seat_id'))
    )
    op.create_index(op.f('ix_seating_seat_id'), 'seating', ['seat_id'], unique=False)
    op.create_table('time_grant',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('public_id', sa.String(length=32), nullable=False),
    sa.Column('exam_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('seat_id', sa.Integer(), nullable=True),
    sa.Column('room_id', sa.Integer(), nullable=True),
    sa.Column('seconds', sa.Integer(), nullable=True),
    sa.Column('cause_from', sa.DateTime(timezone=True), nullable=True),
    sa.Column('cause_to', sa.DateTime(timezone=True), nullable=True),
    sa.Column('cause', sa.String(length=40), nullable=False),
    sa.Column('standing', sa.Boolean(), nullable=False),
    sa.Column('reason', sa.String(length=200), nullable=False),
    sa.Column('by', sa.Integer(), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('(cause_from IS NULL) = (cause_to IS NULL) AND (seconds IS NULL) = (cause_from IS NOT NULL) AND (cause_from IS NULL OR cause_from < cause_to) AND (seconds IS NULL OR seconds > 0)', name=op.f('ck_time_grant_seconds_or_interval')),
    sa.CheckConstraint('(person_id IS NULL OR seat_id IS NULL) AND (person_id IS NULL OR room_id IS NULL) AND (seat_id IS NULL OR room_id IS NULL)', name=op.f('ck_time_grant_one_target')),
    sa.CheckConstraint('NOT standing OR (person_id IS NOT NULL AND seconds IS NOT NULL)', name=op.f('ck_time_grant_standing_is_personal')),
    sa.ForeignKeyConstraint(['by'], ['account.id'], name=op.f('fk_time_grant_by')),
    sa.ForeignKeyConstraint(['exam_id'], ['exam.id'], name=op.f('fk_time_grant_exam_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_time_grant_person_id')),
    sa.ForeignKeyConstraint(['room_id'], ['room.id'], name=op.f('fk_time_grant_room_id')),
    sa.ForeignKeyConstraint(['seat_id'], ['seat.id'], name=op.f('fk_time_grant_seat_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_time_grant')),
    sa.UniqueConstraint('public_id', name=op.f('uq_time_grant_public_id'))
    )
    op.create_index('ix_time_grant_exam_person', 'time_grant', ['exam_id', 'person_id'], unique=False)
    op.create_table('attempt_act',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('public_id', sa.String(length=32), nullable=False),
    sa.Column('attempt_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by', sa.Integer(), nullable=True),
    sa.Column('reason', sa.String(length=200), nullable=False),
    sa.Column('is_notice', sa.Boolean(), nullable=False),
    sa.Column('facts', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['attempt_id'], ['attempt.id'], name=op.f('fk_attempt_act_attempt_id')),
    sa.ForeignKeyConstraint(['by'], ['account.id'], name=op.f('fk_attempt_act_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_attempt_act')),
    sa.UniqueConstraint('public_id', name=op.f('uq_attempt_act_public_id'))
    )
    op.create_index('ix_attempt_act_attempt', 'attempt_act', ['attempt_id', 'is_notice', 'id'], unique=False)
    op.create_table('attempt_credit',
    sa.Column('attempt_id', sa.Integer(), nullable=False),
    sa.Column('grant_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['attempt_id'], ['attempt.id'], name=op.f('fk_attempt_credit_attempt_id')),
    sa.ForeignKeyConstraint(['grant_id'], ['time_grant.id'], name=op.f('fk_attempt_credit_grant_id')),
    sa.PrimaryKeyConstraint('attempt_id', 'grant_id', name=op.f('pk_attempt_credit'))
    )
    op.create_table('attempt_pause',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('attempt_id', sa.Integer(), nullable=False),
    sa.Column('paused_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('reason', sa.String(length=200), nullable=False),
    sa.Column('by', sa.Integer(), nullable=True),
    sa.Column('resumed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('resumed_by', sa.Integer(), nullable=True),
    sa.Column('resume_reason', sa.String(length=200), nullable=False),
    sa.CheckConstraint('resumed_at IS NULL OR paused_at <= resumed_at', name=op.f('ck_attempt_pause_forward')),
    sa.ForeignKeyConstraint(['attempt_id'], ['attempt.id'], name=op.f('fk_attempt_pause_attempt_id')),
    sa.ForeignKeyConstraint(['by'], ['account.id'], name=op.f('fk_attempt_pause_by')),
    sa.ForeignKeyConstraint(['resumed_by'], ['account.id'], name=op.f('fk_attempt_pause_resumed_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_attempt_pause'))
    )
    op.create_index(op.f('ix_attempt_pause_attempt_id'), 'attempt_pause', ['attempt_id'], unique=False)
    op.create_index('uq_attempt_pause_open', 'attempt_pause', ['attempt_id'], unique=True, sqlite_where=sa.text('resumed_at IS NULL'), postgresql_where=sa.text('resumed_at IS NULL'))
    op.create_table('attempt_request',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('public_id', sa.String(length=32), nullable=False),
    sa.Column('attempt_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('reason', sa.String(length=200), nullable=False),
    sa.Column('by', sa.Integer(), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('decided_by', sa.Integer(), nullable=True),
    sa.Column('approved', sa.Boolean(), nullable=True),
    sa.Column('decision', sa.String(length=200), nullable=False),
    sa.CheckConstraint("kind IN ('reset', 'void', 'reinstate')", name=op.f('ck_attempt_request_kind')),
    sa.CheckConstraint('(decided_at IS NULL) = (approved IS NULL)', name=op.f('ck_attempt_request_decided_either_way')),
    sa.CheckConstraint('approved IS NULL OR NOT approved OR decided_by <> by', name=op.f('ck_attempt_request_two_people')),
    sa.ForeignKeyConstraint(['attempt_id'], ['attempt.id'], name=op.f('fk_attempt_request_attempt_id')),
    sa.ForeignKeyConstraint(['by'], ['account.id'], name=op.f('fk_attempt_request_by')),
    sa.ForeignKeyConstraint(['decided_by'], ['account.id'], name=op.f('fk_attempt_request_decided_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_attempt_request')),
    sa.UniqueConstraint('public_id', name=op.f('uq_attempt_request_public_id'))
    )
    op.create_index(op.f('ix_attempt_request_attempt_id'), 'attempt_request', ['attempt_id'], unique=False)
    op.create_index('uq_attempt_request_open', 'attempt_request', ['attempt_id'], unique=True, sqlite_where=sa.text('decided_at IS NULL'), postgresql_where=sa.text('decided_at IS NULL'))
    moment = 'DATETIME' if op.get_bind().dialect.name == 'sqlite' else 'TIMESTAMP WITH TIME ZONE'
    for column in (
        f'paused_at {moment} CONSTRAINT ck_attempt_paused_is_running '
        'CHECK (paused_at IS NULL OR submitted_at IS NULL)',
        f'voided_at {moment} CONSTRAINT ck_attempt_voided_has_ended '
        'CHECK (voided_at IS NULL OR submitted_at IS NOT NULL)',
        'voided_by VARCHAR(10) CONSTRAINT ck_attempt_voided_by '
        'CHECK ((voided_at IS NULL) = (voided_by IS NULL) '
        "AND voided_by IN ('reset', 'decision'))",
        "notices INTEGER DEFAULT '0' NOT NULL",
    ):
        op.execute(f'ALTER TABLE attempt ADD COLUMN {column}')
    op.execute(
        'ALTER TABLE "grant" ADD COLUMN room_id INTEGER '
        'CONSTRAINT fk_grant_room_id REFERENCES room (id)'
    )


def downgrade() -> None:
    # Rights over a room mean nothing without rooms; kept, they would be over the centre.
    op.execute("DELETE FROM \"grant\" WHERE role = 'invigilator'")
    op.execute('ALTER TABLE "grant" DROP COLUMN room_id')
    # Constraints that were added with a column go with it; the last added goes first.
    for column in ('notices', 'voided_by', 'voided_at', 'paused_at'):
        op.execute(f'ALTER TABLE attempt DROP COLUMN {column}')
    for table in (
        'attempt_request',
        'attempt_pause',
        'attempt_credit',
        'attempt_act',
        'time_grant',
        'seating',
        'late_entry',
        'seat',
        'room',
    ):
        op.drop_table(table)
