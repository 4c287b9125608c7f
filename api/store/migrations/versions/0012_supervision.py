"""steps on alarms; suspensions for declines; travel times"""

import sqlalchemy as sa
from alembic import op

import api.store.db

revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None

SQLITE = """
CREATE TRIGGER alarm_note_no_{verb} BEFORE {verb} ON alarm_note
BEGIN SELECT RAISE(ABORT, 'alarm_note is append-only'); END
"""
POSTGRES = """
CREATE TRIGGER alarm_note_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON alarm_note
EXECUTE FUNCTION append_only()
"""


def upgrade() -> None:
    op.create_table('travel',
    sa.Column('one', sa.String(), nullable=False),
    sa.Column('other', sa.String(), nullable=False),
    sa.Column('minutes', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['one'], ['region.code'], name=op.f('fk_travel_one_region')),
    sa.ForeignKeyConstraint(['other'], ['region.code'], name=op.f('fk_travel_other_region')),
    sa.PrimaryKeyConstraint('one', 'other', name=op.f('pk_travel'))
    )
    with op.batch_alter_table('travel', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_travel_other'), ['other'], unique=False)

    op.create_table('alarm_note',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('mark', sa.String(length=32), nullable=False),
    sa.Column('rule', sa.String(length=8), nullable=False),
    sa.Column('at', api.store.db.UtcDateTime(), nullable=False),
    sa.Column('login', sa.String(length=64), nullable=False),
    sa.Column('step', sa.String(length=16), nullable=False),
    sa.Column('whom', sa.String(length=64), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('count', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_alarm_note'))
    )
    with op.batch_alter_table('alarm_note', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_alarm_note_mark'), ['mark'], unique=False)

    op.create_table('suspension',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('expert', sa.String(), nullable=False),
    sa.Column('until', sa.Date(), nullable=False),
    sa.Column('declines', sa.Integer(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('proposed_by', sa.String(length=64), nullable=False),
    sa.Column('proposed_at', api.store.db.UtcDateTime(), nullable=False),
    sa.Column('looked_by', sa.String(length=64), nullable=False),
    sa.Column('looked_at', api.store.db.UtcDateTime(), nullable=True),
    sa.Column('confirmed', sa.Boolean(), nullable=True),
    sa.Column('ended_by', sa.String(length=64), nullable=False),
    sa.Column('ended_at', api.store.db.UtcDateTime(), nullable=True),
    sa.Column('ended_why', sa.Text(), server_default='', nullable=False),
    sa.ForeignKeyConstraint(['expert'], ['expert.number'], name=op.f('fk_suspension_expert_expert')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_suspension'))
    )
    with op.batch_alter_table('suspension', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_suspension_expert'), ['expert'], unique=False)

    if op.get_bind().dialect.name == 'postgresql':
        op.execute(POSTGRES)
    else:
        for verb in ('UPDATE', 'DELETE'):
            op.execute(SQLITE.format(verb=verb))


def downgrade() -> None:
    op.drop_table('travel')
    op.drop_table('suspension')
    op.drop_table('alarm_note')
