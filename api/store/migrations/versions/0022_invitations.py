"""invitations and answers at the pool owner; passes used at the centre"""

import sqlalchemy as sa
from alembic import op

import api.store.db

revision = '0022'
down_revision = '0021'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('invitation',
    sa.Column('starts', api.store.db.UtcDateTime(), nullable=False),
    sa.Column('ends', api.store.db.UtcDateTime(), nullable=False),
    sa.Column('answer_by', api.store.db.UtcDateTime(), nullable=False),
    sa.Column('there_since', api.store.db.UtcDateTime(), nullable=False),
    sa.Column('seen_at', api.store.db.UtcDateTime(), nullable=True),
    sa.Column('lot', sa.String(length=64), nullable=False),
    sa.Column('member', sa.String(length=32), nullable=False),
    sa.Column('expert', sa.String(length=64), nullable=False),
    sa.Column('round', sa.Integer(), nullable=False),
    sa.Column('answer', sa.String(length=16), nullable=False),
    sa.Column('speciality', sa.String(), nullable=False),
    sa.Column('sign_in_at', sa.String(), nullable=False),
    sa.Column('desk_phone', sa.String(), nullable=False),
    sa.Column('may_withdraw', sa.Boolean(), nullable=False),
    sa.Column('evaluation', sa.String(), nullable=False),
    sa.Column('must_sign', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('lot', 'member', name=op.f('pk_invitation'))
    )
    with op.batch_alter_table('invitation', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_invitation_expert'), ['expert'], unique=False)

    op.create_table('letter',
    sa.Column('lot', sa.String(length=64), nullable=False),
    sa.Column('seq', sa.Integer(), nullable=False),
    sa.Column('over', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('lot', name=op.f('pk_letter'))
    )
    with op.batch_alter_table('letter', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_letter_over'), ['over'], unique=False)

    op.create_table('reply',
    sa.Column('sealed_words', sa.LargeBinary(), nullable=False),
    sa.Column('at', api.store.db.UtcDateTime(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('lot', sa.String(length=64), nullable=False),
    sa.Column('member', sa.String(length=32), nullable=False),
    sa.Column('does', sa.String(length=16), nullable=False),
    sa.Column('vouch', sa.String(), nullable=False),
    sa.Column('outcome', sa.String(length=64), nullable=False),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_reply'))
    )
    with op.batch_alter_table('reply', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_reply_lot'), ['lot'], unique=False)
        batch_op.create_index(batch_op.f('ix_reply_outcome'), ['outcome'], unique=False)

    op.create_table('entry',
    sa.Column('at', api.store.db.UtcDateTime(), nullable=False),
    sa.Column('nonce', sa.String(length=32), nullable=False),
    sa.Column('lot', sa.String(length=64), nullable=False),
    sa.Column('member', sa.String(length=32), nullable=False),
    sa.PrimaryKeyConstraint('nonce', name=op.f('pk_entry'))
    )
    with op.batch_alter_table('entry', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_entry_at'), ['at'], unique=False)


def downgrade() -> None:
    for table in ('entry', 'reply', 'letter', 'invitation'):
        op.drop_table(table)
