"""The brokers that jobs can go by: those that answer on this machine, and some of a test's own."""

from __future__ import annotations

import contextlib
import importlib
import os
import shutil
import signal
import subprocess
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.serving import free_port, until

USUAL = {"redis": "redis://127.0.0.1:6379/0", "rabbitmq": "amqp://guest:guest@127.0.0.1:5672//"}


def broker(name: str) -> str:
    """The address of a broker that answers; else skips the test, or fails it where MYPROJECT_TEST_REQUIRE names it."""
    kombu = pytest.importorskip("kombu")
    url = os.environ.get(f"MYPROJECT_TEST_{name.upper()}_URL", USUAL[name])
    try:
        with kombu.Connection(url, connect_timeout=2) as connection:
            connection.ensure_connection(max_retries=1, timeout=2)
    except Exception as error:  # noqa: BLE001 - each broker's client has errors of its own
        message = f"{name} does not answer: {type(error).__name__}"
        if name in os.environ.get("MYPROJECT_TEST_REQUIRE", ""):
            pytest.fail(message, pytrace=False)
        pytest.skip(message)
    return url


def queue() -> str:
    """A queue of a test's own."""
    return f"myproject-test-{uuid.uuid4().hex[:12]}"


class OwnBroker:
    """A broker that a test starts, kills and starts again."""

    def __init__(self, name: str, folder: Path) -> None:
        broker(name)  # where it does not run it is not installed, or is skipped on purpose
        self._name, self._folder, self._port = name, folder, free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self.url = USUAL[name].replace("6379", str(self._port)).replace("5672", str(self._port))

    def start(self) -> None:
        """Start it, and wait until it answers."""
        words, more = self._redis() if self._name == "redis" else self._rabbitmq()
        env = {**os.environ, **more}
        self._process = subprocess.Popen(
            words, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )
        until(self._answers, 60)

    def _redis(self) -> tuple[list[str], dict[str, str]]:
        program = shutil.which("redis-server") or pytest.skip("redis-server is not installed")
        return [program, "--port", str(self._port), "--save", "", "--dir", str(self._folder)], {}

    def _rabbitmq(self) -> tuple[list[str], dict[str, str]]:
        # What /usr/sbin has changes to a user that may not write into the folder.
        program = shutil.which("rabbitmq-server", path="/usr/lib/rabbitmq/bin")
        if program is None:
            pytest.skip("rabbitmq-server is not installed")
        folder = str(self._folder)
        return [program], {
            "HOME": folder,
            "RABBITMQ_NODENAME": f"test{self._port}@localhost",
            "RABBITMQ_NODE_PORT": str(self._port),
            "RABBITMQ_DIST_PORT": str(free_port()),
            "RABBITMQ_MNESIA_BASE": f"{folder}/rabbitmq",
            "RABBITMQ_LOG_BASE": f"{folder}/rabbitmq-log",
            "RABBITMQ_ENABLED_PLUGINS_FILE": f"{folder}/no-plugins",
            "RABBITMQ_CONFIG_FILE": f"{folder}/no-config",
        }

    def kill(self) -> None:
        """End it at once, with all its processes: what it had in memory is gone."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

    def _answers(self) -> bool:
        kombu: Any = importlib.import_module("kombu")

        with contextlib.suppress(Exception), kombu.Connection(self.url, connect_timeout=2) as connection:
            connection.ensure_connection(max_retries=1, timeout=2)
            return True
        return False


@contextlib.contextmanager
def own_broker(name: str, folder: Path) -> Iterator[OwnBroker]:
    """One, started; ended in the end."""
    made = OwnBroker(name, folder)
    try:
        made.start()
        yield made
    finally:
        made.kill()
