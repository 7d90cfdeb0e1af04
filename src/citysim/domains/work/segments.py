"""The labour market falls into segments: sector group times occupation."""

from __future__ import annotations

import numpy as np

from citysim.city.codes import Education, Occupation, Sector
from citysim.core.kernels.columns import sums_by_link

SECTORS, OCCUPATIONS, GROUPS = 14, 5, 5
SEGMENTS = GROUPS * OCCUPATIONS
PRODUCTION, TRADE, BUSINESS, PUBLIC, CARE = range(GROUPS)
GROUP_OF_SECTOR = np.zeros(SECTORS, dtype=np.int64)
for _group, _sectors in (
    (PRODUCTION, (Sector.AGRICULTURE, Sector.INDUSTRY, Sector.CONSTRUCTION)),
    (TRADE, (Sector.RETAIL, Sector.TRANSPORT, Sector.HOSPITALITY, Sector.PERSONAL_SERVICES)),
    (BUSINESS, (Sector.INFORMATION, Sector.FINANCE_REAL_ESTATE, Sector.BUSINESS_SERVICES)),
    (PUBLIC, (Sector.PUBLIC_ADMINISTRATION, Sector.EDUCATION)),
    (CARE, (Sector.HEALTH_CARE, Sector.SOCIAL_CARE)),
):
    GROUP_OF_SECTOR[list(_sectors)] = _group

# Sectors whose demand comes from residents' incomes, and those that never close (run by public bodies).
LOCAL_DEMAND = (
    Sector.RETAIL,
    Sector.HOSPITALITY,
    Sector.PERSONAL_SERVICES,
    Sector.CONSTRUCTION,
    Sector.FINANCE_REAL_ESTATE,
)
PUBLICLY_RUN = (Sector.PUBLIC_ADMINISTRATION, Sector.EDUCATION)
IS_PUBLIC = np.isin(np.arange(SECTORS), PUBLICLY_RUN)
CARE_SECTORS = (Sector.HEALTH_CARE, Sector.SOCIAL_CARE)

# Occupation of people who work on their own account: farmers, craftsmen, shopkeepers, but nurses, advisers, teachers.
OWN_OCCUPATION = np.full(SECTORS, int(Occupation.SELF_EMPLOYED), dtype=np.int8)
OWN_OCCUPATION[[Sector.HEALTH_CARE, Sector.EDUCATION]] = Occupation.INTERMEDIATE
OWN_OCCUPATION[[Sector.INFORMATION, Sector.BUSINESS_SERVICES]] = Occupation.EXECUTIVE

# Skill that an occupation draws on most: 0 manual, 1 cognitive, 2 digital.
SKILL_OF_OCCUPATION = np.array([0, 2, 2, 1, 1])
YEARS_OF_SCHOOL = np.array([9.0, 11.0, 13.0, 15.0, 17.5])  # by Education
AGE_AT_WORK = YEARS_OF_SCHOOL + 7.0
DIPLOMAS = len(Education)

# Segment by sector + 1 and occupation + 1, one after the other; -1 where either is missing.
SEGMENT_OF_PAIR = np.full((SECTORS + 1, OCCUPATIONS + 1), -1, dtype=np.int64)
SEGMENT_OF_PAIR[1:, 1:] = GROUP_OF_SECTOR[:, None] * OCCUPATIONS + np.arange(OCCUPATIONS)
SEGMENT_OF_PAIR = SEGMENT_OF_PAIR.ravel()


def segment_of(sector, occupation):
    """Segment 0 to 24 of a sector and an occupation; -1 where either is missing."""
    cell = (np.asarray(sector, dtype=np.int64) + 1) * (OCCUPATIONS + 1) + occupation + 1
    return SEGMENT_OF_PAIR[cell]


def count(segment, where=None):
    """Rows by segment, float [25]; negative segments are left out."""
    return sums_by_link(segment, SEGMENTS, where=where).astype(float)
