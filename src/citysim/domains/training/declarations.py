"""What training declares: parameters, columns and measures; `configs/domain/training.yaml` gives the evidence."""

from __future__ import annotations

from citysim.core.declare import Column, Measure, Param

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

COLUMNS = {
    "persons.education": Column("int8", "code", "highest diploma (Education)"),
    "persons.enrolled": Column("bool", "flag", "in initial education"),
    "persons.track": Column("int8", "code", "school track: 0 none yet, 1 vocational, 2 general or technological"),
    "persons.skill_manual": Column("float32", "1", "manual skill, 0 to 1"),
    "persons.skill_cognitive": Column("float32", "1", "cognitive skill, 0 to 1"),
    "persons.skill_digital": Column("float32", "1", "digital skill, 0 to 1"),
    "persons.digital_practice": Column("float32", "1/year", "digital skill rebuilt each year by daily practice"),
    "persons.trained": Column("bool", "flag", "took a course this year, initial education excluded"),
    "persons.retraining": Column("int8", "code", "sector for which the last long course prepared, -1 none", fill=-1),
    "persons.retraining_year": Column("int16", "year", "year of the last completed long course, 0 never"),
}
MEASURES = {
    "adult_training_rate": Measure(
        "1",
        "share of people of 18 to 69 out of school who took a course this year",
        ("age_band", "sex", "education"),
    ),
    "adult_training_rate_by_status": Measure("1", "the same by labour status", split="status"),
    "training_gap": Measure("1", "training rate from bac + 2 minus training rate below the baccalauréat"),
    "low_digital_skill_share": Measure(
        "1", "share of people of 15 and more who cannot use digital tools", ("age_band", "sex", "education", "zone")
    ),
    "mean_digital_skill": Measure("1", "mean digital skill from 15 on", ("age_band", "education", "zone")),
    "tertiary_share_25_64": Measure("1", "share with bac + 2 and more, 25 to 64", ("sex", "zone")),
    "tertiary_share_30_34": Measure("1", "share with bac + 2 and more, 30 to 34", ("sex",)),
    "early_leaver_share": Measure("1", "share of 18 to 24 out of school without a diploma above lower secondary"),
    "enrolment_18_24": Measure("1", "share of 18 to 24 in initial education", ("sex",)),
    "long_course_share": Measure("1", "share of 18 to 69 who completed a long course this year"),
    "retraining_success": Measure("1", "share employed among those who retrained without a job two years ago"),
}

COUPLINGS = {"automation_training": "people laid off by automation or closure retrain more, and for other sectors"}
