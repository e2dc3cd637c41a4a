"""A staff directory that an organisation runs for itself.

Nothing is imported until it is needed: the command line and the migrations come past here as well, and would pay
half a second for a web framework they don't use.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pyramid.config import Configurator

    from myproject.settings.table import Settings


def main(global_config: dict[str, str], **ini_settings: str) -> Any:
    """The WSGI application: what ``use = egg:myproject`` in an ini file makes."""
    from myproject.collector import collector_paused

    with collector_paused():
        return _application(global_config, ini_settings)


def _application(global_config: dict[str, str], ini_settings: dict[str, str]) -> Any:
    import os

    from myproject.security.startup import refusals
    from myproject.settings.table import SettingsError, examine, subject

    settings, problems = examine(ini_settings, os.environ)
    told = {subject(problem) for problem in problems}
    problems += [one for one in refusals(settings, ini_settings, os.environ) if subject(one) not in told]
    if problems:
        error = SettingsError(problems, global_config.get("__file__"))
        if "__script__" in global_config:
            # Started by pserve or its kin: the list of problems, exit status 1, no traceback.
            raise SystemExit(str(error))
        raise error
    return configurator(settings, ini_settings).make_wsgi_app()


def configurator(settings: Settings, ini_settings: dict[str, str]) -> Configurator:
    """The application's configuration, to which a test or an add-on may add before it is made."""
    from pyramid.config import Configurator

    from myproject.application import share

    config = Configurator(settings=ini_settings)
    share(config.registry, settings)
    config.include("myproject.application")
    config.include("myproject.security")
    config.include("myproject.web")
    config.include("myproject.routes")
    config.include("myproject.pages")
    return config
