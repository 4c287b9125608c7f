"""accounts name experts and organisations of a register that may lie in another house"""

from alembic import op

revision = '0016'
down_revision = '0012'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('account', schema=None) as batch_op:
        batch_op.drop_constraint('fk_account_expert_expert', type_='foreignkey')
        batch_op.drop_constraint('fk_account_organisation_organisation', type_='foreignkey')


def downgrade() -> None:
    with op.batch_alter_table('account', schema=None) as batch_op:
        batch_op.create_foreign_key('fk_account_expert_expert', 'expert', ['expert'], ['number'])
        batch_op.create_foreign_key(
            'fk_account_organisation_organisation', 'organisation', ['organisation'], ['code']
        )
