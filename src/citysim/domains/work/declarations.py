"""What work declares: parameters, columns and measures; `configs/domain/work.yaml` gives the evidence."""

from __future__ import annotations

from citysim.core.declare import Column, Measure, Param

EDUCATION = ("low", "vocational", "baccalaureate", "short_tertiary", "long_tertiary")
DECILES = tuple(f"d{number}" for number in range(1, 11))

FUTURE = {
    "automation_pace": Param("1", "speed of automation of tasks", role="exogenous", low=0, high=5),
    "new_task_offset": Param("1", "new tasks created per job automated away", role="exogenous", low=0, high=2),
    "productivity_growth": Param("1/year", "real growth of wages", role="exogenous", low=-0.03, high=0.05),
    "weekly_hours": Param("hour/week", "full-time hours", role="exogenous", low=20, high=45),
    "retirement_age": Param("year", "legal retirement age", role="exogenous", low=60, high=70),
    "redistribution": Param(
        "1", "t: income per consumption unit y becomes y + t (mean - y)",
        role="lever", low=-0.3, high=0.5, payer="state", cost="redistribution",
    ),
}  # fmt: skip

PARTICIPATION = {
    "activity_education": Param("logit", "one more diploma: in the labour force", low=0, high=1.5),
    "activity_health": Param("logit", "limited by health: out of the labour force", low=0, high=3),
    "activity_small_child": Param("logit", "mother of a child under 3: out of the labour force", low=0, high=2),
    "activity_carer": Param("logit", "a frail parent in town: out of the labour force", low=0, high=2),
    "activity_pay": Param("logit", "ln of wages over benefits: in the labour force", low=0, high=2),
    "activity_turnover": Param(
        "1/year", "share of people who reconsider being in the labour force", low=0.02, high=0.5
    ),
    "legal_age_at_start": Param("year", "legal age behind the base year's activity", role="universal", low=60, high=70),
    "student_turnover": Param("1/year", "share of pupils and students who reconsider a job", low=0.05, high=1),
    "retirement_response": Param("1", "years of later retirement per year of legal age", low=0, high=1.2),
    "retirement_tertiary": Param("1", "hazard of retiring of bac + 2 and more, relative", low=0.3, high=1.5),
    "retirement_health": Param("1", "hazard of retiring of those limited by health, relative", low=0.8, high=3),
}

MARKET = {
    "separation_rate": Param("1/month", "share of jobs that end in a month", low=0.003, high=0.05),
    "layoff_share": Param("1", "share of separations that come from closing jobs", low=0, high=0.8),
    "separation_by_education": Param("1", "separations by diploma, relative", low=0.2, high=3, index=EDUCATION),
    "separation_young": Param("1", "separations below 30, relative", low=0.5, high=4),
    "quit_tightness": Param("1", "elasticity of separations to vacancies per seeker", low=0, high=1),
    "matching_elasticity": Param("1", "elasticity of hires to seekers", low=0.2, high=0.8),
    "search_tightness": Param("1", "weight of tightness in where people look", low=0, high=2),
    "search_stay": Param("logit", "preference for the kind of work one knows", low=0, high=6),
    "search_probes": Param("1", "places a seeker looks at", low=1, high=60),
    "rank_fit": Param("1", "weight of fit between skill and requirement in hiring", low=0, high=10),
    "rank_duration": Param("1", "employers' aversion to each year without work", low=0, high=2),
    "rank_newcomer": Param("1", "advantage of people who moved in for work", low=0, high=6),
    "rank_education": Param("1", "employers' preference for each diploma level", low=0, high=1),
    "rank_senior": Param("1", "employers' aversion to seekers of 55 and more", low=0, high=2),
    "newcomer_job_share": Param("1", "newcomers with a job before who moved in for another one", low=0, high=1),
    "lock_in": Param("1", "lower chance of a job in the year of a long course", low=0, high=3),
    "retraining_bonus": Param("1", "better chance of a job in the three years after", low=0, high=2),
    "job_pay": Param("1", "utility of ln pay of a job", low=0, high=10),
    "job_commute": Param("1/minute", "disutility of a minute to work in the choice of a job", low=0, high=0.3),
    "job_fit": Param("1", "weight of fit in an employer's choice among those who apply", low=0, high=5),
    "commute_decay": Param("1/minute", "decay of commuting across the city's boundary", low=0, high=0.3),
    "longest_commute": Param("minute", "longest way to work that people accept", low=15, high=120),
}

BUSINESSES = {
    "closure_rate": Param("1/year", "mean closure rate of businesses in the base year", low=0.01, high=0.2),
    "closure_shape": Param("1", "Weibull shape of survival", low=0.3, high=1.2),
    "closure_scale": Param("year", "Weibull scale of survival", low=3, high=50),
    "closure_size_damping": Param("1", "closure falls with size to the power of minus this", low=0, high=1),
    "growth_dispersion": Param("1", "standard deviation of log growth of the smallest businesses", low=0, high=0.6),
    "growth_damping": Param("1", "growth dispersion falls with size to the power of minus this", low=0, high=0.5),
    "large_size": Param("job", "size from which a business does not vanish by chance", low=10, high=5000),
    "demand_income": Param("1", "elasticity of local jobs to residents' incomes", low=0, high=1.5),
    "demand_wage": Param("1", "elasticity of jobs to real wages above productivity", low=-1.5, high=0),
    "demand_care": Param("1", "elasticity of care jobs to people who need care", low=0, high=1.5),
    "demand_schools": Param("1", "elasticity of teaching jobs to pupils and students", low=0, high=1.5),
    "demand_works": Param("1", "elasticity of construction jobs to homes built or renovated", low=0, high=1),
    "demand_online": Param("1", "retail jobs lost per point of households that shop online", low=0, high=2),
    "demand_footfall": Param("1", "hotel and restaurant jobs lost per point of work days at home", low=0, high=2),
    "demand_catch_up": Param("1/year", "speed at which jobs follow demand", low=0, high=1),
    "vacancy_drag": Param("1/year", "growth lost per point of vacancies above the start", low=0, high=2),
    "hours_jobs": Param("1", "jobs gained by shorter hours: elasticity", low=0, high=1),
    "hours_pay": Param("1", "share of shorter hours that cuts pay", low=0, high=1),
    "location_cluster": Param("1", "weight of businesses of the same sector in location", low=0, high=2),
    "location_access": Param("1", "weight of access to workers in location", low=0, high=3),
    "location_rent": Param("1", "weight of ln rents in location", low=0, high=3),
    "location_income": Param("1", "weight of ln residents' incomes in location of shops", low=0, high=3),
    "automation_rate": Param("1/year", "jobs whose tasks are automated in a year at pace 1", low=0, high=0.1),
    "automation_displaces": Param("1", "share of automated jobs that vanish; the others change", low=0, high=1),
    "automation_exposure": Param(
        "1", "exposure to automation by occupation, relative", low=0, high=4,
        index=("manual_worker", "clerical", "intermediate", "executive", "self_employed"),
    ),
}  # fmt: skip

INCOME = {
    "mincer_school": Param("1", "log wage per year of school", low=0, high=0.2),
    "mincer_experience": Param("1", "log wage per year of experience", low=0, high=0.1),
    "mincer_square": Param("1", "log wage per squared year of experience (subtracted)", low=0, high=0.005),
    "wage_spread": Param("1", "standard deviation of log wages of beginners", low=0, high=0.8),
    "wage_curve": Param("1", "elasticity of wages to local unemployment", low=-0.5, high=0),
    "wage_person_weight": Param("1", "correlation of a starting wage with what the person is worth", low=0, high=1),
    "outside_wage_spread": Param("1", "standard deviation of log wages of jobs outside the city", low=0, high=0.8),
    "wage_scar": Param("1", "log wage lost per year without work", low=0, high=0.2),
    "wage_retraining": Param("1", "log wage gained by a long course", low=0, high=0.3),
    "minimum_wage": Param("EUR/year", "net minimum wage, full time", low=5000, high=40000),
    "unemployment_pay": Param("1", "unemployment pay over last wage", low=0, high=1),
    "unemployment_pay_years": Param("year", "years of unemployment pay", low=0, high=10),
    "pension_rate": Param("1", "pension over last wage", low=0, high=1.2),
    "minimum_pension": Param("EUR/year", "pension of those who never had a wage", low=0, high=20000),
    "minimum_income": Param("EUR/year", "minimum income per consumption unit", low=0, high=20000),
    "family_benefit": Param("EUR/year", "family allowances", low=0, high=10000, index=("two", "further")),
    "housing_benefit": Param(
        "EUR/year", "housing benefit and income where it ends", low=0, high=60000, index=("most", "ends")
    ),
    "benefit_indexation": Param("1", "share of real wage growth that benefits and tax limits follow", low=0, high=1),
    "tax": Param("1", "mean rate of income taxes by decile of living standard", low=0, high=0.6, index=DECILES),
    "saving": Param("1", "share of income saved by quintile", low=-0.3, high=0.6, index=("q1", "q2", "q3", "q4", "q5")),
    "ilo_ratio": Param("1", "ILO unemployment over census unemployment", low=0.3, high=1),
}  # fmt: skip

PARAMS = FUTURE | PARTICIPATION | MARKET | BUSINESSES | INCOME

COLUMNS = {
    "persons.labour": Column("int8", "code", "census activity (Labour)"),
    "persons.job": Column("int32", "row", "job held in the city", link="jobs"),
    "persons.sector": Column("int8", "code", "sector of the present or last job", fill=-1),
    "persons.occupation": Column("int8", "code", "occupation, present, last or sought", fill=-1),
    "persons.wage": Column("float32", "EUR/year", "net wage"),
    "persons.last_wage": Column("float32", "EUR/year", "net wage when last employed"),
    "persons.labour_since": Column("int16", "year", "year in which the labour state began"),
    "persons.displaced_year": Column("int16", "year", "year of the last layoff by closure or automation, 0 never"),
    "persons.pension": Column("float32", "EUR/year", "net pension"),
    "persons.income_own": Column("float32", "EUR/year", "wage, pension and unemployment pay"),
    "persons.income_residual": Column("float32", "1", "frozen log gap of household income to the rule"),
    "persons.workplace": Column("int16", "code", "zone of work, external ones included", fill=-1),
    "persons.telework_eligible": Column("bool", "flag", "the job can be done from home"),
    "households.income": Column("float32", "EUR/year", "disposable income"),
    "households.wealth": Column("float32", "EUR", "net wealth"),
    "businesses.sector": Column("int8", "code", "sector (Sector)"),
    "businesses.zone": Column("int16", "code", "zone"),
    "businesses.size": Column("int32", "job", "filled and vacant jobs"),
    "businesses.birth_year": Column("int16", "year", "year of opening"),
    "businesses.productivity": Column("float32", "1", "relative productivity"),
    "businesses.automation": Column("float32", "1", "how automatable its jobs are, 0 to 1"),
    "jobs.business": Column("int32", "row", "business", link="businesses"),
    "jobs.sector": Column("int8", "code", "sector of the business"),
    "jobs.zone": Column("int16", "code", "zone of the business"),
    "jobs.occupation": Column("int8", "code", "occupation"),
    "jobs.requirement": Column("float32", "1", "skill that the job needs, 0 to 1"),
    "jobs.telework_eligible": Column("bool", "flag", "can be done from home"),
    "jobs.wage": Column("float32", "EUR/year", "net wage"),
    "jobs.holder": Column("int32", "row", "resident who holds the job", link="persons"),
    "jobs.commuter": Column("int32", "row", "in-commuter who holds the job", link="commuters"),
    "commuters.zone": Column("int16", "code", "external zone of residence"),
    "commuters.sector": Column("int8", "code", "sector of the job"),
    "commuters.job": Column("int32", "row", "job", link="jobs"),
    "zones.jobs": Column("float32", "job", "jobs in the zone, filled or vacant"),
    "zones.unemployment": Column("float32", "1", "census unemployment of residents of 15 to 64"),
}

_SPLIT = ("zone", "age_band", "sex", "education")
MEASURES = {
    "unemployment_rate": Measure("1", "unemployed per active resident of 15 to 64 (census definition)", _SPLIT),
    "unemployment_rate_ilo": Measure("1", "the same in the definition of the ILO (ratio: judgement)"),
    "participation_rate": Measure("1", "active residents per resident of 15 to 64", _SPLIT),
    "employment": Measure("person", "employed residents", _SPLIT),
    "median_wage": Measure("EUR/year", "median net wage of employed residents", _SPLIT),
    "businesses": Measure("business", "establishments with at least one job", ("zone", "sector")),
    "gini_income": Measure("1", "Gini of disposable income per consumption unit, over people"),
    "income_ratio_s80_s20": Measure("1", "income of the richest fifth over that of the poorest fifth"),
    "poverty_rate": Measure("1", "share of people below 60 % of the median living standard", ("zone", "age_band")),
    "median_living_standard": Measure("EUR/year", "median disposable income per consumption unit", ("zone", "tenure")),
    "low_wage_share": Measure(
        "1", "share of employed residents below two thirds of the median wage", ("sex", "education")
    ),
    "youth_out_of_work_share": Measure("1", "share of 15 to 29 neither in work nor in education", ("sex",)),
    "jobs": Measure("job", "jobs in the city, filled or vacant", ("zone", "sector")),
    "vacancies": Measure("job", "vacant jobs", ("sector",)),
    "vacancy_unemployment_ratio": Measure("1", "vacant jobs per unemployed resident"),
    "jobs_per_active": Measure("1", "jobs per active resident"),
    "business_entry_rate": Measure("1/year", "openings per business"),
    "business_exit_rate": Measure("1/year", "closures per business"),
    "in_commuters": Measure("person", "people who live outside and work in the city"),
    "out_commuters": Measure("person", "residents who work outside the city"),
    "separation_rate": Measure("1/year", "employees whose job ended in the year"),
    "displaced_by_automation": Measure("job", "jobs automated away in the year"),
    "mean_commute_distance": Measure("km", "mean distance to work of employed residents", ("education",)),
    "teleworkable_share": Measure("1", "employed residents whose job can be done from home", ("education",)),
}

COUPLINGS = {
    "travel_times": "people refuse jobs too far away, and in-commuters come less when travel takes longer",
    "automation_training": "retraining opens other sectors, with a lock-in while it lasts",
    "construction_labour": "homes built or renovated call for construction jobs",
    "care_labour": "more people in need of care call for more care jobs",
    "family_carers": "a frail parent in town keeps some out of the labour force",
    "online_substitution": "food bought online takes jobs from shops",
    "telework_footfall": "work at home takes guests from restaurants",
    "exposure_activity": "poor health keeps people out of the labour force",
}

READS = (
    "persons.household", "persons.birth_year", "persons.arrival_year",
    "persons.mother", "persons.father", "persons.sex", "persons.age",
    "persons.education", "persons.enrolled", "persons.skill_manual", "persons.skill_cognitive", "persons.skill_digital",
    "persons.retraining", "persons.retraining_year", "persons.health", "persons.gir", "persons.telework_days",
    "households.reference_person", "households.size", "households.children", "households.consumption_units",
    "households.zone", "households.tenure", "households.rental_income", "households.home_cash",
    "households.brought_wealth",
    "households.food_channel", "dwellings.status", "zones.rent_index", "zones.access_jobs",
)  # fmt: skip
