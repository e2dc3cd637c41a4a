"""All words of somebody's names beside each of them, so that a second word of a question is looked for in the row at
hand. And the index by employee holds the field of each word too.

Revision ID: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

texts = sa.String().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    op.add_column("search_name", sa.Column("words", texts, nullable=False, server_default=""))
    # In the order of code points on both databases, as `search.index` writes them.
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "UPDATE search_name SET words = own.words FROM ("
            "SELECT employee_id, ' ' || string_agg(word, ' ' ORDER BY word) AS words FROM search_name"
            " GROUP BY employee_id) AS own WHERE own.employee_id = search_name.employee_id"
        )
    else:
        op.execute(
            "UPDATE search_name SET words = (SELECT ' ' || group_concat(word, ' ') FROM ("
            "SELECT word FROM search_name AS own WHERE own.employee_id = search_name.employee_id ORDER BY word))"
        )
    op.drop_index("ix_search_name_employee_id_word", "search_name")
    op.create_index("ix_search_name_employee_id_word_field", "search_name", ["employee_id", "word", "field"])


def downgrade() -> None:
    op.drop_index("ix_search_name_employee_id_word_field", "search_name")
    op.create_index("ix_search_name_employee_id_word", "search_name", ["employee_id", "word"])
    op.drop_column("search_name", "words")
