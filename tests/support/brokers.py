"""The brokers that jobs can go by: those that answer on this machine, and a Redis of a test's own."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import uuid
from collections.abc import Iterator
from pathlib import Path

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


class OwnRedis:
    """A Redis that a test starts, kills and starts again."""

    def __init__(self, folder: Path) -> None:
        self._program = shutil.which("redis-server")
        if self._program is None:
            pytest.skip("redis-server is not installed")
        self._folder, self._port = folder, free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self.url = f"redis://127.0.0.1:{self._port}/0"

    def start(self) -> None:
        """Start it, with nothing in it."""
        assert self._program is not None
        words = [self._program, "--port", str(self._port), "--save", "", "--dir", str(self._folder)]
        self._process = subprocess.Popen(words, stdout=subprocess.DEVNULL)
        until(self._answers)

    def kill(self) -> None:
        """End it at once: what was in it is gone."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def _answers(self) -> bool:
        import redis

        with contextlib.closing(redis.Redis(port=self._port)) as client, contextlib.suppress(redis.RedisError):
            return bool(client.ping())
        return False


@contextlib.contextmanager
def own_redis(folder: Path) -> Iterator[OwnRedis]:
    """One, started; ended in the end."""
    made = OwnRedis(folder)
    made.start()
    try:
        yield made
    finally:
        made.kill()
