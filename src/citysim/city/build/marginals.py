"""Published figures of communes as targets of zones: quarters get their part, everything is scaled.

Within a commune split into quarters, a figure's part = quarter share x index, raked so that quarters add up to the
commune's categories and categories to the quarter's people or households.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from citysim.city.build.raking import rake
from citysim.city.readers import CityFolder
from citysim.city.readers.folder import AGE_BANDS, GROUPS
from citysim.city.zones import Zones

# ages at which a published band begins; 60 to 64 follows from pop_15_64
BAND_FROM = (0, 15, 30, 45, 60, 65, 75, 90)
HOUSEHOLD_FIGURES = ("single", "couple", "couple_children", "single_parent", "other")
ACTIVE_BANDS = ("15_24", "25_54", "55_64")
PLAIN = ("jobs_workplace_2022", "salaried_jobs_2022", "estab_1_9_employees", "estab_10plus_employees")
FACILITIES = ("supermarkets", "convenience_stores", "lower_secondary_schools", "upper_secondary_schools", "pharmacies")


@dataclass
class Marginals:
    """Targets by internal zone (not yet whole numbers), counts already multiplied by the scale."""

    scale: float
    commune: np.ndarray  # [zone]
    age_bands: np.ndarray  # [zone, 8], see BAND_FROM
    households: np.ndarray  # [zone, 5], see HOUSEHOLD_FIGURES
    owners: np.ndarray
    social: np.ndarray
    dwellings: np.ndarray
    houses: np.ndarray
    vacant: np.ndarray
    second_homes: np.ndarray
    active: np.ndarray  # [zone, 3], see ACTIVE_BANDS
    unemployed: np.ndarray  # [zone, 3]
    jobs: np.ndarray
    salaried: np.ndarray
    establishments: np.ndarray  # [zone, 5 groups]
    large_establishments: np.ndarray
    small_establishments: np.ndarray
    living_standard: np.ndarray  # EUR of 2021 per consumption unit, median
    poverty: np.ndarray  # share of people under the national line, by commune of the zone; nan where not published
    old_building: np.ndarray  # index
    facilities: np.ndarray  # [zone, 5], see FACILITIES


def commune_figures(city: CityFolder, social_share_of_tenants: float) -> dict[str, np.ndarray]:
    """Figures of the communes with categories that add up to their totals."""
    table = city.communes
    population = table["pop_2022"]
    bands = np.stack([table[name] for name in AGE_BANDS], axis=1)
    working = table["pop_15_64"] - bands[:, 1:4].sum(axis=1)
    from_60 = np.clip(working, 0.15 * bands[:, 4], 0.55 * bands[:, 4])
    bands = np.concatenate(
        [bands[:, :4], from_60[:, None], (bands[:, 4] - from_60)[:, None], bands[:, 5:]], axis=1
    )  # fmt: skip
    bands *= (population / bands.sum(axis=1))[:, None]
    households = table["households_2022"]
    families = np.stack(
        [table["fam_couple_no_child"], table["fam_couple_with_children"], table["fam_single_parent"]], axis=1
    )
    with_family = np.minimum(table["hh_with_family"], households - table["hh_single_person"])
    families *= (with_family / families.sum(axis=1))[:, None]
    other = np.maximum(households - table["hh_single_person"] - with_family, 0.0)
    kinds = np.concatenate([table["hh_single_person"][:, None], families, other[:, None]], axis=1)
    kinds *= (households / kinds.sum(axis=1))[:, None]
    tenants = households - table["owner_occupied"]
    social = np.where(
        np.isnan(table["social_housing_pct"]),
        social_share_of_tenants * tenants,
        np.minimum(table["social_housing_pct"] / 100.0 * households, 0.85 * tenants),
    )
    return {"bands": bands, "kinds": kinds, "social": social, "houses": table["houses_share_pct"] / 100.0}


def zone_marginals(city: CityFolder, zones: Zones, scale: float, social_share_of_tenants: float) -> Marginals:
    """Split commune figures into zones and scale the counts."""
    figures = commune_figures(city, social_share_of_tenants)
    parts = [_parts(city, figures, zones, row) for row in dict.fromkeys(zones.commune[: zones.internal].tolist())]
    joined = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    rates = ("living_standard", "old_building", "poverty")
    scaled = {name: value if name in rates else value * scale for name, value in joined.items()}
    commune = zones.commune[: zones.internal]
    return Marginals(scale=scale, commune=commune, **scaled)


def _parts(city: CityFolder, figures: dict, zones: Zones, row: int) -> dict[str, np.ndarray]:
    """Every figure of one commune, by zone."""
    table, quarters = city.communes, city.quarters
    rows = zones.quarter[: zones.internal][zones.commune[: zones.internal] == row]
    ones = np.ones(rows.size)
    share = {
        name: quarters[name][rows] if rows[0] >= 0 else ones
        for name in ("population_share", "household_share", "job_share", "social_share")
    }
    index = _Index(quarters, rows)
    bands = _split(figures["bands"][row], share["population_share"], index.ages())
    kinds = _split(figures["kinds"][row], share["household_share"], index.kinds())
    homes = kinds.sum(axis=1)
    owners, social = _tenures(table["owner_occupied"][row], figures["social"][row], homes, share, index)
    vacant = _spread(table["vacant_dwellings"][row], homes * index("vacancy"))
    second = _spread(table["second_homes"][row], homes * index("second_home"))
    dwellings = homes + vacant + second
    house_seed = quarters["houses_pct"][rows] / 100.0 if rows[0] >= 0 else figures["houses"][row] * ones
    is_house = _two_way(dwellings, house_seed, figures["houses"][row] * dwellings.sum())
    active, unemployed = _labour(table, row, bands, index)
    parts = {
        "age_bands": bands, "households": kinds, "owners": owners, "social": social, "dwellings": dwellings,
        "houses": is_house, "vacant": vacant, "second_homes": second, "active": active, "unemployed": unemployed,
        "living_standard": table["median_living_standard_eur"][row] * index("income"),
        "poverty": np.full(rows.size, table.get("poverty_rate_pct", np.full(row + 1, np.nan))[row] / 100.0),
        "old_building": index("old_building"),
        "facilities": np.stack([table[name][row] * share["household_share"] for name in FACILITIES], axis=1),
    }  # fmt: skip
    parts.update(_work(table, row, share["job_share"]))
    return parts


class _Index:
    """Indexes of quarters relative to their commune (1 where the commune is one zone)."""

    def __init__(self, quarters: dict | None, rows: np.ndarray) -> None:
        self.quarters, self.rows = quarters, rows

    def __call__(self, name: str) -> np.ndarray:
        if self.rows[0] < 0:
            return np.ones(self.rows.size)
        return np.asarray(self.quarters[f"{name}_index"][self.rows], dtype=float)

    def ages(self) -> np.ndarray:
        """[zone, 8] by age band."""
        one = np.ones(self.rows.size)
        middle = (1 + self("children")) / 2
        return np.stack(
            [self("children"), self("young"), middle, one, self("older"), self("older"), self("older"), self("older")],
            axis=1,
        )

    def kinds(self) -> np.ndarray:
        """[zone, 5] by household type."""
        one = np.ones(self.rows.size)
        return np.stack(
            [self("single"), one * self("older"), self("children"), self("single_parent"), self("young")], axis=1
        )


def _split(total: np.ndarray, share: np.ndarray, index: np.ndarray) -> np.ndarray:
    """Categories [k] into zones [zone, k]: zones keep their share of the sum, categories their total."""
    return rake(share[:, None] * index * total, [((0,), share * total.sum()), ((1,), total)], rounds=60)


def _spread(total: float, weight: np.ndarray) -> np.ndarray:
    return total * weight / weight.sum() if weight.sum() > 0 else np.zeros(weight.size)


def _two_way(size: np.ndarray, chance: np.ndarray, total: float) -> np.ndarray:
    """How many of each zone's `size` are of a kind whose total is given, keeping the order of `chance`."""
    total = min(total, size.sum())
    seed = np.stack([size * chance, size * (1 - chance)], axis=1)
    return rake(seed, [((1,), np.array([total, size.sum() - total])), ((0,), size)], rounds=60)[:, 0]


def _tenures(owned: float, social: float, homes: np.ndarray, share: dict, index: _Index) -> tuple:
    """Owner-occupied and social main residences by zone."""
    mean = owned / homes.sum()
    owners = _two_way(homes, np.clip(mean * index("owner"), 0.02, 0.98), owned)
    tenants = homes - owners
    wanted = np.minimum(social * share["social_share"], 0.9 * tenants)
    missing = social - wanted.sum()
    room = 0.9 * tenants - wanted
    return owners, wanted + missing * room / max(room.sum(), 1e-9)


def _labour(table: dict, row: int, bands: np.ndarray, index: _Index) -> tuple[np.ndarray, np.ndarray]:
    """Active and unemployed people [zone, 3 age bands]."""
    people = np.stack([bands[:, 1], bands[:, 2] + bands[:, 3], bands[:, 3] + 2 * bands[:, 4]], axis=1)
    active = np.stack([_spread(table[f"active_{band}"][row], people[:, i]) for i, band in enumerate(ACTIVE_BANDS)], 1)
    without = [table[f"unemployed_{band}"][row] for band in ACTIVE_BANDS]
    unemployed = np.stack(
        [
            _two_way(
                active[:, i], np.clip(without[i] / max(active[:, i].sum(), 1e-9) * index("unemployment"), 0, 0.6), w
            )
            for i, w in enumerate(without)
        ],
        axis=1,
    )
    return active, unemployed


def _work(table: dict, row: int, share: np.ndarray) -> dict[str, np.ndarray]:
    groups = np.stack([table[f"estab_{name}"][row] * share for name in GROUPS], axis=1)
    jobs, salaried, small, large = (table[name][row] * share for name in PLAIN)
    return {
        "jobs": jobs, "salaried": salaried, "establishments": groups,
        "small_establishments": small, "large_establishments": large,
    }  # fmt: skip
