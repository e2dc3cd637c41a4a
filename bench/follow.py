"""A follower of the change stream while eight programs write: its copy against the directory.

    python -m bench.follow [--seconds 30]

Makes a small directory on each database that answers, lets eight write by the API for so long, follows all the while,
and compares in the end. The short version runs with the tests (`tests/functional/api/test_stream.py`).
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent


def main() -> int:
    """Run it; 0 where the copies are exact on every database."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=30)
    seconds = parser.parse_args().seconds
    test = "tests/functional/api/test_stream.py::test_a_follower_of_eight_writers"
    command = [sys.executable, "-m", "pytest", test, "-q", "-s", "-p", "no:cacheprovider"]
    environment = {**os.environ, "MYPROJECT_TEST_FOLLOW_SECONDS": str(seconds)}
    return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
