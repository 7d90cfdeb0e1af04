"""Training answers its levers in the right direction, on paired seeds."""

from __future__ import annotations

YEARS = 5


def test_more_places_train_more_people(live, measured):
    base = measured(live((), YEARS), "training", "adult_training_rate")
    more = measured(live(("domains.training.offer_factor=1.5",), YEARS), "training", "adult_training_rate")
    fewer = measured(live(("domains.training.offer_factor=0.7",), YEARS), "training", "adult_training_rate")
    assert fewer < base - 0.05 < base < more
    assert more - base < 0.12  # only unmet wishes can be met


def test_digital_programmes_reduce_illiteracy_and_cost_something(live, measured):
    model = live(("domains.training.digital_push=0.8",), YEARS)
    base = measured(live((), YEARS), "training", "low_digital_skill_share")
    assert measured(model, "training", "low_digital_skill_share") < base - 0.01
    booked = [entry for entry in model.ledger.entries if entry[1] == "digital_training"]
    assert booked
    assert booked[0][2] == "state"


def test_skills_fade_faster_where_unemployment_does_more_harm(live):
    def digital_of_jobless(model):
        persons = model.city.tables["persons"]
        return persons.column("skill_digital")[persons.column("labour") == 1].mean()

    harmful = live(("domains.training.unemployed_factor=4", "domains.training.idle_factor=1"), YEARS)
    assert digital_of_jobless(harmful) < digital_of_jobless(live((), YEARS)) + 0.005
