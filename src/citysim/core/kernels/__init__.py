"""Compiled loops that are hot every year, one file per kind of work, each tested against a NumPy twin (tests/twins).

Numba is used nowhere else. Loops take whole columns and return arrays; who may draw, and under which name, is decided
by the callers in `citysim.core`.
"""
