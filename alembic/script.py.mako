<%!
def code(lines):
    """What Alembic found, without its own comments; `pass` for nothing."""
    return "\n".join(line for line in (lines or "").splitlines() if "# ###" not in line).strip() or "pass"
%>\
"""${message[:1].upper() + message[1:].rstrip(".")}.

Revision ID: ${up_revision}
Revises: ${down_revision | comma,n}
"""

import sqlalchemy as sa
from alembic import op
${imports or ""}

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = ${repr(branch_labels)}
depends_on = ${repr(depends_on)}


def upgrade() -> None:
    ${upgrades | n,code}


def downgrade() -> None:
    ${downgrades | n,code}
