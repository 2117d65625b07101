"""late deliveries: answers that arrived after the end, and what was decided on them

Only adds two tables; nothing that runs on the release before reads them.

Revision: 0003, after 0004, 2026-11-25 13:30:00
"""

import sqlalchemy as sa
from alembic import op

revision = '0003'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('late_delivery',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('public_id', sa.String(length=32), nullable=False),
    sa.Column('attempt_id', sa.Integer(), nullable=False),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('source', sa.String(length=10), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('sealed', sa.Boolean(), nullable=False),
    sa.Column('handed_in', sa.Boolean(), nullable=False),
    sa.Column('uninterrupted', sa.Boolean(), nullable=False),
    sa.Column('made_at', sa.String(length=40), nullable=False),
    sa.Column('lease', sa.Integer(), nullable=True),
    sa.Column('sign_in_id', sa.Integer(), nullable=True),
    sa.Column('brought_by', sa.Integer(), nullable=True),
    sa.Column('address', sa.String(length=64), nullable=False),
    sa.Column('decision', sa.String(length=10), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('decided_by', sa.Integer(), nullable=True),
    sa.Column('reason', sa.String(length=200), nullable=True),
    sa.Column('score_before', sa.Integer(), nullable=True),
    sa.Column('score_after', sa.Integer(), nullable=True),
    sa.CheckConstraint("source IN ('page', 'file')", name=op.f('ck_late_delivery_source')),
    sa.CheckConstraint("decision IN ('admitted', 'declined')", name=op.f('ck_late_delivery_decision')),
    sa.CheckConstraint('(decision IS NULL) = (decided_at IS NULL)', name=op.f('ck_late_delivery_decided_at_a_time')),
    sa.CheckConstraint('(decision IS NULL) = (reason IS NULL)', name=op.f('ck_late_delivery_decided_for_a_reason')),
    sa.ForeignKeyConstraint(['attempt_id'], ['attempt.id'], name=op.f('fk_late_delivery_attempt_id_attempt')),
    sa.ForeignKeyConstraint(['sign_in_id'], ['sign_in.id'], name=op.f('fk_late_delivery_sign_in_id_sign_in')),
    sa.ForeignKeyConstraint(['brought_by'], ['account.id'], name=op.f('fk_late_delivery_brought_by_account')),
    sa.ForeignKeyConstraint(['decided_by'], ['account.id'], name=op.f('fk_late_delivery_decided_by_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_late_delivery')),
    sa.UniqueConstraint('attempt_id', 'sha256', name=op.f('uq_late_delivery_attempt_id_sha256')),
    sa.UniqueConstraint('public_id', name=op.f('uq_late_delivery_public_id'))
    )
    op.create_table('admitted_answer',
    sa.Column('attempt_id', sa.Integer(), nullable=False),
    sa.Column('question', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('late_delivery_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['attempt_id', 'question', 'version'], ['answer_event.attempt_id', 'answer_event.question', 'answer_event.version'], name='fk_admitted_answer_event'),
    sa.ForeignKeyConstraint(['late_delivery_id'], ['late_delivery.id'], name=op.f('fk_admitted_answer_late_delivery_id_late_delivery')),
    sa.PrimaryKeyConstraint('attempt_id', 'question', 'version', name=op.f('pk_admitted_answer'))
    )
    op.create_index(op.f('ix_admitted_answer_late_delivery_id'), 'admitted_answer', ['late_delivery_id'])


def downgrade() -> None:
    op.drop_index(op.f('ix_admitted_answer_late_delivery_id'), table_name='admitted_answer')
    op.drop_table('admitted_answer')
    op.drop_table('late_delivery')
