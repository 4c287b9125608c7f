"""booths of sites; workstations held for owner representatives"""

import sqlalchemy as sa
from alembic import op

revision = '0011'
down_revision = '0008'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('site', schema=None) as batch_op:
        batch_op.add_column(sa.Column('booth_width', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('booth_depth', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('booth_height', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('booth_quiet', sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column('booth_gate', sa.Boolean(), server_default=sa.false(), nullable=False))

    with op.batch_alter_table('seat_hold', schema=None) as batch_op:
        batch_op.add_column(sa.Column('owner', sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    with op.batch_alter_table('seat_hold', schema=None) as batch_op:
        batch_op.drop_column('owner')

    with op.batch_alter_table('site', schema=None) as batch_op:
        for name in ('gate', 'quiet', 'height', 'depth', 'width'):
            batch_op.drop_column(f'booth_{name}')
