"""A staff directory that an organisation runs for itself."""

from __future__ import annotations

import os
from typing import Any

from pyramid.config import Configurator

from myproject.application import share
from myproject.settings import SettingsError, load_settings


def main(global_config: dict[str, str], **ini_settings: str) -> Any:
    """The WSGI application: what ``use = egg:myproject`` in an ini file makes."""
    try:
        settings = load_settings(ini_settings, os.environ)
    except SettingsError as error:
        if "__script__" in global_config:
            # Started by pserve or its kin: the list of problems, exit status 1, no traceback.
            raise SystemExit(str(error)) from None
        raise
    config = Configurator(settings=ini_settings)
    share(config, settings)
    config.include("myproject.application")
    config.include("myproject.security")
    config.include("myproject.routes")
    config.include("myproject.pages")
    return config.make_wsgi_app()
