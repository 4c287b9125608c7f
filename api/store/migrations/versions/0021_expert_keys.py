"""expert_key: the long-term public keys that experts' own devices made"""

import sqlalchemy as sa
from alembic import op

revision = '0021'
down_revision = '0020'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('expert_key',
    sa.Column('expert', sa.String(length=64), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('sealed_key', sa.LargeBinary(), nullable=False),
    sa.Column('mark', sa.String(length=32), nullable=False),
    sa.Column('enrolled_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['expert'], ['expert.number'], name=op.f('fk_expert_key_expert_expert')),
    sa.PrimaryKeyConstraint('expert', 'position', name=op.f('pk_expert_key')),
    sa.UniqueConstraint('mark', name=op.f('uq_expert_key_mark'))
    )


def downgrade() -> None:
    op.drop_table('expert_key')
