"""What every door of the web shares: the request, resources, the outermost tween, error answers, reading of input."""

from __future__ import annotations

from pyramid.config import Configurator


def includeme(config: Configurator) -> None:
    """Set up what views lean on, and the error answers."""
    for module in ("on_demand", "mapper", "params", "error_answers", "outermost_tween", "search_limits"):
        config.include(f"myproject.web.{module}")
