"""Names for the small whole numbers kept in the tables: what a 0, 1 or 2 means in each column.

Columns hold int8 codes so that 100,000 people fit in a few megabytes; code that reads or writes them uses these
names, never bare numbers. Each group is an ``IntEnum`` (members compare equal to the stored int8).
"""

from enum import IntEnum

NONE = -1  # no link, no value: in every row link and wherever a code does not apply


class Sex(IntEnum):
    """Sex in the civil register."""

    MALE = 0
    FEMALE = 1


class Education(IntEnum):
    """Highest diploma."""

    LOW = 0  # none, primary or lower secondary
    VOCATIONAL = 1  # CAP, BEP
    BACCALAUREATE = 2
    SHORT_TERTIARY = 3  # bac + 2
    LONG_TERTIARY = 4  # bac + 3 and more


class Labour(IntEnum):
    """Census activity; pupils and students of 15 and more are STUDENT, children under 15 INACTIVE."""

    INACTIVE = 0
    UNEMPLOYED = 1
    EMPLOYED = 2
    RETIRED = 3
    STUDENT = 4


class Occupation(IntEnum):
    """French socio-professional groups, the self-employed (farm, craft, shop) in one."""

    MANUAL_WORKER = 0
    CLERICAL = 1
    INTERMEDIATE = 2
    EXECUTIVE = 3
    SELF_EMPLOYED = 4


class Sector(IntEnum):
    """Economic sector of a job (groups of the A17 nomenclature)."""

    AGRICULTURE = 0
    INDUSTRY = 1
    CONSTRUCTION = 2
    RETAIL = 3
    TRANSPORT = 4
    HOSPITALITY = 5
    INFORMATION = 6
    FINANCE_REAL_ESTATE = 7
    BUSINESS_SERVICES = 8
    PUBLIC_ADMINISTRATION = 9
    EDUCATION = 10
    HEALTH_CARE = 11
    SOCIAL_CARE = 12
    PERSONAL_SERVICES = 13


class Tenure(IntEnum):
    """How a household holds its home; HOSTED households are guests of another one."""

    OWNER_OUTRIGHT = 0
    MORTGAGED = 1
    PRIVATE_RENT = 2
    SOCIAL_RENT = 3
    HOSTED = 4


class TenureClass(IntEnum):
    """Which market a dwelling belongs to."""

    OWNER_OCCUPIED = 0
    PRIVATE_RENTAL = 1
    SOCIAL = 2


class DwellingStatus(IntEnum):
    """Use of a dwelling; structurally vacant homes are off the market."""

    OCCUPIED = 0
    MARKET_VACANT = 1
    STRUCTURAL_VACANT = 2
    SECOND_HOME = 3
    WORKS = 4


class EnergyClass(IntEnum):
    """French energy performance diagnosis (DPE)."""

    A = 0
    B = 1
    C = 2
    D = 3
    E = 4
    F = 5
    G = 6


class HeatSource(IntEnum):
    """Main heating energy of a dwelling."""

    GAS = 0
    ELECTRIC = 1
    OIL = 2
    WOOD = 3
    HEAT_PUMP = 4
    DISTRICT = 5


class Health(IntEnum):
    """Broad health state; GIR 1 to 4 is a subset of DEPENDENT among older people."""

    GOOD = 0
    CHRONIC = 1
    LIMITED = 2
    DEPENDENT = 3


class Residence(IntEnum):
    """Where a person lives: at home, or in which kind of institution."""

    HOME = 0
    NURSING_HOME = 1
    STUDENT_HALL = 2
    OTHER_INSTITUTION = 3


class HouseholdType(IntEnum):
    """Census household type."""

    SINGLE = 0
    COUPLE = 1
    COUPLE_CHILDREN = 2
    SINGLE_PARENT = 3
    OTHER = 4


class Custody(IntEnum):
    """Where a child of separated parents lives."""

    NONE = 0  # parents together, or an adult
    MOTHER = 1
    FATHER = 2
    ALTERNATE = 3


class Mode(IntEnum):
    """Main mode of the way to work; -1 where there is none."""

    CAR = 0
    PUBLIC_TRANSPORT = 1
    BIKE = 2
    WALK = 3


class Diet(IntEnum):
    """Diet class by place of meat."""

    HIGH_MEAT = 0
    MEDIUM = 1
    FLEXITARIAN = 2
    PLANT = 3


class FoodChannel(IntEnum):
    """Main place where a household buys its food."""

    LARGE_STORE = 0
    DISCOUNT = 1
    PROXIMITY = 2
    EGROCERY = 3
    SHORT_CHAIN = 4
    AID = 5


class ZoneGroup(IntEnum):
    """Place of a zone in the urban area."""

    CENTRE = 0
    SUBURB = 1
    PERIPHERY = 2


class FacilityKind(IntEnum):
    """Kind of a facility."""

    GP = 0
    NURSING_HOME = 1
    SUPERMARKET = 2
    CONVENIENCE = 3
    LOWER_SECONDARY = 4
    UPPER_SECONDARY = 5
    PHARMACY = 6
    TRAINING_CENTRE = 7


def names(group):
    """Lower-case names of a code group in the order of their codes, e.g. for labels of a table."""
    return tuple(member.name.lower() for member in sorted(group) if member >= 0)
