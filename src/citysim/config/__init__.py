"""What a run is asked to do: composed from files and overrides, refused before the first year if it makes no sense."""

from citysim.config.check import check
from citysim.config.compose import compose
from citysim.config.errors import ConfigError
from citysim.config.schema import Config

__all__ = ["Config", "ConfigError", "check", "compose"]
