"""The web server that the ini files name: waitress, after one look at the ini.

pserve makes the server before it reads the application's section. That is the one moment to catch what would stop
it with a traceback that quotes the value, and the value most often caught by it holds a password: a percent sign
that is not doubled.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from myproject.inifile import app_section, told


def waitress(global_config: dict[str, str], **options: str) -> Callable[[Any], None]:
    """What ``use = egg:myproject#waitress`` in an ini makes; the options are waitress's own."""
    if "__file__" in global_config:
        with told():
            app_section(global_config["__file__"], os.environ)

    def serve(app: Any) -> None:
        import waitress

        waitress.serve(app, **options)

    return serve
