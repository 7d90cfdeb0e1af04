"""Readers of city folders and of tables of published figures."""

from citysim.city.readers.folder import CityFolder, read_city
from citysim.city.readers.tables import CityDataError, assumption_values, read_assumptions, read_table

__all__ = ["CityDataError", "CityFolder", "assumption_values", "read_assumptions", "read_city", "read_table"]
