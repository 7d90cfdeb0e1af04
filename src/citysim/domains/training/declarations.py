"""The parameters of training: what each number means; `configs/domain/training.yaml` gives the evidence."""

from __future__ import annotations

from citysim.core.declare import Param

PARAMS = {
    # levers
    "offer_factor": Param(
        "1",
        "adult training places relative to 2025",
        role="lever",
        low=0,
        high=3,
        payer="region",
        cost="training_places",
    ),
    "digital_push": Param(
        "1",
        "intensity of digital-skills programmes",
        role="lever",
        low=0,
        high=1,
        payer="state",
        cost="digital_training",
    ),
    # initial education
    "vocational_share": Param("1", "share of pupils who take the vocational track at 15", low=0.05, high=0.8),
    "track_by_background": Param("1", "weight of parents and income in the choice of track", low=0, high=2),
    "parent_tertiary": Param("logit", "a parent with a tertiary diploma: staying on in education", low=0, high=3),
    "income_step": Param("logit", "one more income quintile: staying on in education", low=0, high=1),
    "vocational_penalty": Param("logit", "vocational track: staying on in education", low=-4, high=0),
    "success": Param(
        "1", "share of examinations passed", low=0.3, high=1, index=("vocational", "baccalaureate", "tertiary")
    ),
    "schooling_gain": Param(
        "1", "part of the missing skill that a diploma adds", low=0, high=0.5, index=("cognitive", "digital")
    ),
    # adult training
    "rate_by_status": Param(
        "1", "adults trained in a year", low=0.02, high=0.95, index=("employed", "unemployed", "inactive")
    ),
    "rate_by_education": Param("1", "adults trained in a year", low=0.02, high=0.95, index=("below_bac", "tertiary")),
    "rate_by_age": Param("1", "adults trained in a year", low=0.02, high=0.95, index=("age_18_44", "age_65_69")),
    "unmet_wish": Param("1", "adults who wish to train and do not", low=0.01, high=0.5, index=("others", "unemployed")),
    "long_share": Param(
        "1", "share of courses of more than 60 hours", low=0, high=1, index=("employed", "unemployed", "inactive")
    ),
    "long_share_displaced": Param("1", "the same for those laid off by automation or closure", low=0, high=1),
    "completion": Param("1", "share of long courses that are completed", low=0.1, high=1),
    "online_share": Param("1", "share of courses taken online by those who can", low=0, high=1),
    "online_completion": Param("1", "share of long online courses that are completed", low=0.1, high=1),
    "familiar_sector": Param("logit", "taste for retraining in the sector one knows", low=0, high=4),
    "short_cost": Param("EUR/person", "public cost of a short course", low=0, high=5000),
    "long_cost": Param("EUR/person", "public cost of a long course", low=0, high=30000),
    # skills
    "short_gain": Param("1", "part of the missing skill that a short course adds", low=0, high=0.1),
    "long_gain": Param("1", "part of the missing skill that a long course adds", low=0, high=0.5),
    "depreciation": Param(
        "1/year", "skill lost in a year without practice", low=0, high=0.2, index=("manual", "cognitive", "digital")
    ),
    "idle_factor": Param("1", "depreciation outside work, relative to work", low=1, high=4),
    "unemployed_factor": Param("1", "depreciation in unemployment, relative to work", low=1, high=4),
    "digital_threshold": Param("1", "digital skill below which people cannot use digital tools", low=0.05, high=0.9),
    "push_reach": Param("1/year", "share of people without digital skills reached at full intensity", low=0, high=1),
    "push_gain": Param("1", "part of the missing digital skill that a programme adds", low=0, high=0.5),
    "push_cost": Param("EUR/person", "cost of one person reached", low=0, high=5000),
}
