"""The same people under two policies: what changes is the policy's effect, not chance.

Compare seed by seed: the difference of a pair is far less noisy than the difference of two means.
"""

import numpy as np

from citysim import run

YEARS = ("city=smallville", "calendar.end=2029", "snapshots=[]")
differences = []
for seed in (1, 2, 3):
    base = run(*YEARS, f"seed={seed}")
    dear = run(*YEARS, f"seed={seed}", "domains.mobility.car_cost_factor={2025: 1.0, 2029: 2.0}")
    differences.append(
        dear.value("mobility", "commute_share_car", 2029) - base.value("mobility", "commute_share_car", 2029)
    )
print("commutes by car when a kilometre costs twice as much, in points:")
print("  pair by pair:", [f"{100 * one:+.1f}" for one in differences], f"mean {100 * np.mean(differences):+.1f}")
