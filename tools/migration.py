"""Write the next migration from what the models say: ``make migration NAME="add desk to employee"``.

The models are compared with a throw-away SQLite database that every migration has run on. What it writes is a draft:
look through it, fill rows that exist (`server_default` or an UPDATE), and let
`tests/functional/operations/test_migrations.py` run it up and down on every database.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from alembic import command
from alembic.script import ScriptDirectory
from alembic.util import CommandError

from myproject.db import migrations
from myproject.db.engines import engines_for

RULES = Path(__file__).parents[1] / "pyproject.toml"


def write(message: str, folder: Path | None = None) -> Path:
    """The path of a new migration in `folder`, by default the one of the checkout."""
    with tempfile.TemporaryDirectory() as scratch:
        engines = engines_for(f"sqlite:///{scratch}/migrated.sqlite")
        try:
            config = migrations.alembic_config(engines)
            if folder is not None:
                config.set_main_option("script_location", str(folder))
            newest = ScriptDirectory.from_config(config).get_current_head()
            command.upgrade(config, "head")
            script = command.revision(config, message, autogenerate=True, rev_id=f"{int(newest or 0) + 1:04}")
        finally:
            engines.dispose()
    assert script is not None
    assert not isinstance(script, list)
    path = Path(script.path).resolve()
    for step in (["check", "--fix-only"], ["format"]):
        subprocess.run([sys.executable, "-m", "ruff", *step, "--quiet", "--config", str(RULES), str(path)], check=True)
    return path


if __name__ == "__main__":
    name = " ".join(sys.argv[1:]).strip()
    if not name:
        sys.exit('Say what it does: make migration NAME="add desk to employee"')
    try:
        print(f"{write(name).relative_to(Path.cwd())}: look through it, then run tests/functional/operations")
    except CommandError as error:
        sys.exit(f"No migration was written: {error}")
