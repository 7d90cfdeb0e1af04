"""The model is a Mesa model: households, persons, workers and businesses are agents, made on demand."""

import mesa

from citysim import CityModel, Household, Worker
from citysim.config import compose

model = CityModel(compose("city=smallville", "calendar.end=2026"))
collector = mesa.DataCollector(model_reporters={"people": "population", "year": "year"})
while model.running:
    model.step()
    collector.collect(model)

large = model.agents_by_type[Household].select(lambda household: household.size >= 5)
print(len(large), "households of five and more; the first earns", round(next(iter(large)).income), "EUR a year")
print("oldest worker:", model.agents_by_type[Worker].agg("age", max))
print(collector.get_model_vars_dataframe())
