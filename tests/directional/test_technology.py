"""Pulling one string of the adoption engine moves adoption the right way, all draws shared."""

from __future__ import annotations

import numpy as np

YEARS = 6


def share(model, name):
    row = next(row for row, entry in enumerate(model.technologies) if entry.name == name)
    return float(model.city.technologies["share"][row])


def mean_share(model, adopters=("household", "person")):
    rows = [row for row, entry in enumerate(model.technologies) if entry.adopter in adopters]
    return float(np.mean(np.asarray(model.city.technologies["share"])[rows]))


def test_more_imitation_spreads_everything_faster(live):
    slow = live(("domains.technology.imitation_factor=0.3",), YEARS)
    fast = live(("domains.technology.imitation_factor=2.0",), YEARS)
    assert mean_share(fast) > mean_share(live((), YEARS)) > mean_share(slow)
    assert share(fast, "led_street_lighting") > share(slow, "led_street_lighting")


def test_what_gets_cheaper_spreads_faster(live):
    # the hazard is calibrated at the base year's cost, so it is the fall of the cost that counts
    steep = ("domains.technology.price_response=8", "domains.technology.global_growth=0.3")
    cheaper = live((*steep, "technologies.rooftop_solar.learning_rate=0.5"), YEARS)
    constant = live((*steep, "technologies.rooftop_solar.learning_rate=0.0"), YEARS)
    assert share(cheaper, "rooftop_solar") > share(constant, "rooftop_solar")


def test_learning_lowers_the_cost_that_is_paid(live):
    model = live((), YEARS)
    cost = np.asarray(model.city.technologies["cost"])
    for row, entry in enumerate(model.technologies):
        assert cost[row] <= entry.cost * 1.000001
        if entry.learning_rate > 0.05 and entry.cost > 0:
            assert cost[row] < entry.cost


def test_a_higher_ceiling_lets_more_adopt(live):
    low = live(("technologies.electric_bike.ceiling=0.15",), YEARS)
    high = live(("technologies.electric_bike.ceiling=0.9",), YEARS)
    assert share(high, "electric_bike") > share(low, "electric_bike")
    assert share(low, "electric_bike") < 0.17


def test_the_digital_gap_grows_with_its_response(live, measured):
    flat = live(("domains.technology.digital_response=0.0",), YEARS)
    steep = live(("domains.technology.digital_response=3.0",), YEARS)

    def gap(model):
        skill = model.city.persons["skill_digital"]
        adult = model.city.persons["age"] >= 18
        number = np.bitwise_count(model.city.persons["technologies"])
        return number[adult & (skill > 0.6)].mean() - number[adult & (skill < 0.4)].mean()

    assert gap(steep) > gap(flat)


def test_without_the_catalogue_the_city_still_lives(live):
    model = live(("technology=[rooftop_solar]",), 2)
    assert len(model.technologies) == 1
    assert share(model, "rooftop_solar") > 0.0


def test_an_entry_left_out_changes_no_draw_of_another(live):
    every = live((), 1)
    one = live(("technology=[electric_bike]",), 1)
    assert abs(share(every, "electric_bike") - share(one, "electric_bike")) < 0.01


def test_solar_roofs_lower_the_power_bought(live, measured):
    with_sun = live(("technologies.rooftop_solar.imitation=0.6",), YEARS)
    without = live(("technologies.rooftop_solar.imitation=0.0", "technologies.rooftop_solar.innovation=0.0"), YEARS)
    assert share(with_sun, "rooftop_solar") > share(without, "rooftop_solar") + 0.05
    assert with_sun.city.households["energy_cost"].mean() < without.city.households["energy_cost"].mean()


def test_frozen_adoption_lets_no_technology_spread(live, measured):
    frozen = live(("adoption=frozen",), YEARS)
    engine = frozen.domains["technology"]
    eligible = {
        entry.name: number
        for adopters in engine.kinds.values()
        for entry, number in zip(adopters.entries, adopters.eligible, strict=True)
    }
    eligible["electric_car"] = frozen.city.vehicles.size

    def rises(entry):
        start, end = (
            measured(frozen, "technology", "adoption_share", year, entry.name) for year in (2025, frozen.year)
        )
        error = np.sqrt(2 * max(end * (1 - end), start * (1 - start)) / max(eligible.get(entry.name, np.inf), 1))
        return end > start + 2 * error + 1e-9

    # thermal renovation follows `policy`, and new homes are all in the best classes
    assert [entry.name for entry in frozen.technologies if rises(entry)] == ["deep_retrofit"]
    assert measured(frozen, "technology", "equipment_spending") > 0.0, "what comes back every year is still paid for"
