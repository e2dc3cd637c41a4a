"""Compiled templates are kept beside their sources, in ``__pycache__``, as Python keeps modules."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from hashlib import sha256
from importlib.util import cache_from_source
from pathlib import Path

import jinja2
from jinja2.bccache import Bucket, BytecodeCache

from myproject.language.languages import Language


class CompiledTemplates(BytecodeCache):
    """The compiled templates of one language: compiling those of a page takes some 100 ms, reading them 2.

    What Python's own settings say of modules holds here: ``PYTHONDONTWRITEBYTECODE``, ``PYTHONPYCACHEPREFIX``. Where
    the folder can't be written, nothing is kept. `compiler` is a source file: when it changes, so may what it writes.
    """

    def __init__(self, language: Language, compiler: Path) -> None:
        self._suffix = "".join(filter(str.isalnum, language.code))
        made_of = (jinja2.__version__, language.fingerprint, sha256(compiler.read_bytes()).hexdigest())
        self._made_by = " ".join(made_of).encode()

    def get_cache_key(self, name: str, filename: str | None = None) -> str:
        """The file that is written: ``__pycache__/employees.cpython-311.opt-en.pyc``."""
        return cache_from_source(filename or name, optimization=self._suffix)

    def get_source_checksum(self, source: str) -> str:
        """Of everything that the compiled code depends on."""
        return sha256(self._made_by + source.encode()).hexdigest()

    def load_bytecode(self, bucket: Bucket) -> None:
        """Take what is kept, if it was made of the same."""
        # Whatever is wrong with the file, the template can be compiled.
        with contextlib.suppress(Exception), Path(bucket.key).open("rb") as file:
            bucket.load_bytecode(file)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep it: another process sees the whole file or none."""
        if sys.dont_write_bytecode:
            return
        path = Path(bucket.key)
        with contextlib.suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True)
            written = path.with_name(f"{path.name}.{os.getpid()}-{threading.get_ident()}")
            try:
                with written.open("xb") as file:
                    bucket.write_bytecode(file)
                written.replace(path)
            finally:
                written.unlink(missing_ok=True)
