"""Parameters of health with unit, meaning and bounds; their values are in configs/domain/health.yaml."""

from __future__ import annotations

from citysim.core.declare import Param, share

STATES = ("good", "chronic", "limited", "dependent")
STEPS = ("chronic", "limited", "dependent")
EDUCATION = ("low", "vocational", "baccalaureate", "short_tertiary", "long_tertiary")
DIETS = ("high_meat", "medium", "flexitarian", "plant")
GIR_GROUPS = ("gir_1", "gir_2", "gir_3", "gir_4")
VISIT_AGES = ("under_15", "from_15", "from_45", "from_65", "from_80")


STATE_PARAMS = {
    "dependency_age_gain": Param(
        "year", "shift of the age at which dependency sets in, since 2025", role="exogenous", low=-5, high=8
    ),
    "prevalence_midpoint": Param(
        "year",
        "exact age at which half of those not in a worse state are in the state (base year)",
        low=50,
        high=120,
        index=STEPS,
    ),
    "prevalence_spread": Param(
        "year", "years of age over which the odds of the state are multiplied by e", low=2, high=40, index=STEPS
    ),
    "recovery": share("share of a state that gets better in a year", index=STEPS),
    "mortality_ratio": Param(
        "1", "mortality relative to good health, used to place transitions", low=0.5, high=10, index=STATES
    ),
    "mortality_level": Param("1", "mortality of the town relative to the national table", low=0.7, high=1.4),
    "mortality_improvement": Param(
        "1/year", "yearly fall of mortality that transitions reckon with", low=-0.02, high=0.04
    ),
    "education_effect": Param(
        "logit", "effect of education on getting worse, from age 25", low=-2, high=2, index=EDUCATION
    ),
    "diet_effect": Param("logit", "effect of the diet on getting worse", low=-1, high=1, index=DIETS),
    "unemployment_effect": Param("logit", "effect of unemployment on getting worse", low=-1, high=1),
    "isolation_effect": Param("logit", "effect of living alone after 60 on getting worse", low=-1, high=1),
    "unmet_care_effect": Param("logit", "effect of care gone without last year on getting worse", low=-1, high=2),
    "exposure_effect": Param("logit", "effect of 1 ug/m3 of PM2.5 on getting worse", low=0, high=0.1),
    "walking_effect": Param("logit", "effect of 100 minutes of walking a week on getting worse", low=-0.5, high=0),
    "cycling_effect": Param("logit", "effect of 100 minutes of cycling a week on getting worse", low=-0.5, high=0),
    "walking_limit": Param("logit", "largest effect of walking", low=-1, high=0),
    "cycling_limit": Param("logit", "largest effect of cycling", low=-1, high=0),
    "fall_share": share("share of worsening after 75 that comes from falls"),
    "heat_effect": Param("logit", "effect of one step of the heat index on getting worse after 75", low=0, high=0.5),
    "gir_at_onset": share("GIR group of those who become dependent with a GIR of 1 to 4", index=GIR_GROUPS),
    "gir_worsening": share("share of GIR 2 to 4 that loses one group in a year"),
    "work_exposure_share": share("share of the air breathed at the workplace by those who work"),
}

PRACTICE_PARAMS = {
    "gp_ratio": Param(
        "1",
        "GP full-time equivalents per inhabitant relative to 2025",
        role="lever",
        low=0.2,  # without any GP there is no wait to speak of
        high=3,
        payer="health_insurance",
        cost="gp_support",
    ),
    "teleconsultation_ceiling": Param(
        "1", "largest share of GP visits that can be remote", role="exogenous", low=0, high=0.3
    ),
    "gp_density": Param(
        "1/100000", "GP full-time equivalents per 100,000 inhabitants at the base year", low=10, high=200
    ),
    "visits_per_person": Param("visit/year", "GP visits needed per inhabitant at the base year", low=1, high=8),
    "visits_by_age": Param("visit/year", "GP visits by age, before rescaling", low=0.5, high=15, index=VISIT_AGES),
    "visits_by_state": Param("1", "GP visits relative to good health", low=0.5, high=5, index=STATES),
    "base_wait": Param("day", "median wait at the base year, by which capacity is calibrated", low=0.5, high=30),
    "balking": Param("1/day", "share of patients that a day of wait turns away", low=0, high=0.3),
    "avoidance": Param("1/day", "pull that a practice loses by a day of wait, in logs", low=0, high=1),
    "catchment_full": Param("minute", "drive up to which a practice is fully within reach", low=1, high=30),
    "catchment_end": Param("minute", "drive beyond which a practice is out of reach", low=10, high=60),
    "catchment_floor": share("reach of the nearest practice, however far"),
    "season": Param("1", "winter peak of visits relative to the mean", low=0, high=1),
    "holiday": share("share of capacity away in the weeks of the holidays"),
    "emergency_share": share("share of visits given up that go to an emergency department"),
    "resolved_share": share("share of visits given up that are no longer needed: it passed, or the pharmacist helped"),
    "teleconsultation_base": share("share of GP visits that were remote at the base year"),
    "teleconsultation_digital": Param(
        "logit", "effect of digital skill (0 to 1) on using teleconsultation", low=0, high=6
    ),
    "teleconsultation_wait": Param("logit", "effect of a day of wait more than at the base year", low=0, high=1),
    "platform_share": share("share of teleconsultations given by doctors outside the town"),
    "teleconsultation_saving": share("doctor's time saved by a teleconsultation"),
    "unregistered_share": share("share of people of 16 and more without a GP of their own at the base year"),
    "registration_loss": Param("1/year", "patients who lose their GP in a year at the base year", low=0, high=0.2),
    "registration_load": Param("1", "elasticity of losing a GP to the load of the doctors chosen", low=0, high=6),
    "under_served": Param("visit/year", "visits within reach below which an inhabitant is under-served", low=1, high=5),
    "unregistered_factor": Param("1", "care given up by people without a GP, relative to others", low=1, high=5),
    "poor_factor": Param("1", "care given up by poor people, relative to others", low=1, high=5),
    "serious_share": share("share of care given up that matters for health"),
    "clinic_doctors": Param("1", "doctors of the practice simulated for the wait within capacity", low=1, high=10),
    "clinic_minutes": Param("minute", "mean length of a consultation in the simulated practice", low=5, high=40),
    "clinic_urgent": share("share of urgent calls in the simulated practice"),
}

CARE_PARAMS = {
    "nursing_bed_ratio": Param(
        "1",
        "nursing-home beds relative to 2025",
        role="lever",
        low=0,
        high=3,
        payer="health_insurance",
        cost="nursing_home_beds",
    ),
    "bed_occupancy": Param("1", "residents per nursing-home bed at the base year", low=0.5, high=1),
    "application_slack": Param("1", "applications relative to places that fall free at the base year", low=0.5, high=3),
    "application_age": Param("logit", "effect of ten years of age on applying for a nursing home", low=0, high=3),
    "application_gir": Param("logit", "effect of one GIR group on applying for a nursing home", low=0, high=2),
    "application_partner": Param("logit", "effect of a partner on applying for a nursing home", low=-3, high=1),
    "application_alone": Param("logit", "effect of living alone on applying for a nursing home", low=-1, high=3),
    "withdrawal": share("share of applicants in the queue that give up in a year"),
    "carer_hours": Param(
        "hour/week",
        "hours given to a person in the queue by those at home, and as many by the children",
        low=0,
        high=40,
    ),
    "hospital_stays": Param("1/year", "hospital stays of a person by state", low=0, high=3, index=STATES),
    "resident_cost": Param("EUR/person/year", "a year in a nursing home, all payers", low=15000, high=80000),
    "resident_own_share": share("share of it that the resident pays"),
    "home_care_cost": Param(
        "EUR/person/year", "professional care at home by GIR group", low=0, high=60000, index=GIR_GROUPS
    ),
    "visit_price": Param("EUR/visit", "price of a GP visit", low=10, high=80),
    "visit_own_share": share("share of a visit's price that patients or their mutual fund pay"),
    "gp_support_cost": Param("EUR/person/year", "aid and pay guarantee for one more full-time GP", low=0, high=250000),
    "bed_cost": Param(
        "EUR/person/year", "public cost of one more nursing-home bed, building included", low=0, high=60000
    ),
}

PARAMS = STATE_PARAMS | PRACTICE_PARAMS | CARE_PARAMS
