"""rich questions and their pictures

Questions that were stored before are plain; the server's default says so for the rows
that are there, and for a release before this one that still writes.

Revision: 0005, after 0001
"""

import sqlalchemy as sa
from alembic import op

revision = '0005'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('revision') as batch:
        batch.add_column(sa.Column('rich', sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_table('picture',
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('type', sa.String(length=20), nullable=False),
    sa.Column('data', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('sha256', name=op.f('pk_picture'))
    )
    op.create_table('revision_picture',
    sa.Column('revision_id', sa.Integer(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['revision_id'], ['revision.id'], name=op.f('fk_revision_picture_revision_id_revision'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['sha256'], ['picture.sha256'], name=op.f('fk_revision_picture_sha256_picture')),
    sa.PrimaryKeyConstraint('revision_id', 'sha256', name=op.f('pk_revision_picture'))
    )
    with op.batch_alter_table('revision_picture') as batch:
        batch.create_index(batch.f('ix_revision_picture_sha256'), ['sha256'], unique=False)


def downgrade() -> None:
    """Questions with markup lose nothing but the word that it is markup."""
    op.drop_table('revision_picture')
    op.drop_table('picture')
    with op.batch_alter_table('revision') as batch:
        batch.drop_column('rich')
