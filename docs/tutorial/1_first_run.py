"""A small city lives five years: run it, read it, find its figures.  `python docs/tutorial/1_first_run.py`"""

from citysim import run

stored = run("city=smallville", "calendar.end=2029", "snapshots=[2025,2029]")
years, people = stored.series("demography", "population")
for year, number in zip(years, people, strict=True):
    print(year, round(number))
print("agents of", stored.snapshot_years(), "and all indicators are in", stored.folder)
