"""Names for the small whole numbers kept in the tables: what a 0, 1 or 2 means in each column.

Columns hold int8 codes so that 100,000 people fit in a few megabytes; code that reads or writes them uses these
names, never bare numbers.
"""

from collections.abc import Iterator
from functools import cache

NONE = -1  # no link, no value: in every row link and wherever a code does not apply


class Codes(type):
    """A group of names for whole numbers: gives them in order, their number, and the one of a name.

    Plain numbers, not members of an ``IntEnum``: NumPy would take those for int64 and widen every column that is
    compared with one (.07 instead of .003 ms for 100,000 rows).
    """

    @cache  # noqa: B019 - classes live as long as the module
    def codes(cls) -> dict[str, int]:
        """Number of each name."""
        return {name: code for name, code in vars(cls).items() if name.isupper()}

    def __iter__(cls) -> Iterator[int]:
        return iter(cls.codes().values())

    def __len__(cls) -> int:
        return len(cls.codes())

    def __getitem__(cls, name: str) -> int:
        return cls.codes()[name]


class Sex(metaclass=Codes):
    """Sex in the civil register."""

    MALE = 0
    FEMALE = 1


class Education(metaclass=Codes):
    """Highest diploma."""

    LOW = 0  # none, primary or lower secondary
    VOCATIONAL = 1  # CAP, BEP
    BACCALAUREATE = 2
    SHORT_TERTIARY = 3  # bac + 2
    LONG_TERTIARY = 4  # bac + 3 and more


class Labour(metaclass=Codes):
    """Census activity; pupils and students of 15 and more are STUDENT, children under 15 INACTIVE."""

    INACTIVE = 0
    UNEMPLOYED = 1
    EMPLOYED = 2
    RETIRED = 3
    STUDENT = 4


class Occupation(metaclass=Codes):
    """French socio-professional groups, the self-employed (farm, craft, shop) in one."""

    MANUAL_WORKER = 0
    CLERICAL = 1
    INTERMEDIATE = 2
    EXECUTIVE = 3
    SELF_EMPLOYED = 4


class Sector(metaclass=Codes):
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


class Tenure(metaclass=Codes):
    """How a household holds its home; HOSTED households are guests of another one."""

    OWNER_OUTRIGHT = 0
    MORTGAGED = 1
    PRIVATE_RENT = 2
    SOCIAL_RENT = 3
    HOSTED = 4


class TenureClass(metaclass=Codes):
    """Which market a dwelling belongs to."""

    OWNER_OCCUPIED = 0
    PRIVATE_RENTAL = 1
    SOCIAL = 2


class DwellingStatus(metaclass=Codes):
    """Use of a dwelling; structurally vacant homes are off the market."""

    OCCUPIED = 0
    MARKET_VACANT = 1
    STRUCTURAL_VACANT = 2
    SECOND_HOME = 3
    WORKS = 4


class EnergyClass(metaclass=Codes):
    """French energy performance diagnosis (DPE)."""

    A = 0
    B = 1
    C = 2
    D = 3
    E = 4
    F = 5
    G = 6


class HeatSource(metaclass=Codes):
    """Main heating energy of a dwelling."""

    GAS = 0
    ELECTRIC = 1
    OIL = 2
    WOOD = 3
    HEAT_PUMP = 4
    DISTRICT = 5


class Health(metaclass=Codes):
    """Broad health state; GIR 1 to 4 is a subset of DEPENDENT among older people."""

    GOOD = 0
    CHRONIC = 1
    LIMITED = 2
    DEPENDENT = 3


class Residence(metaclass=Codes):
    """Where a person lives: at home, or in which kind of institution."""

    HOME = 0
    NURSING_HOME = 1
    STUDENT_HALL = 2
    OTHER_INSTITUTION = 3


class HouseholdType(metaclass=Codes):
    """Census household type."""

    SINGLE = 0
    COUPLE = 1
    COUPLE_CHILDREN = 2
    SINGLE_PARENT = 3
    OTHER = 4


class Custody(metaclass=Codes):
    """Where a child of separated parents lives."""

    NONE = 0  # parents together, or an adult
    MOTHER = 1
    FATHER = 2
    ALTERNATE = 3


class Mode(metaclass=Codes):
    """Main mode of the way to work; -1 where there is none."""

    CAR = 0
    PUBLIC_TRANSPORT = 1
    BIKE = 2
    WALK = 3


class Diet(metaclass=Codes):
    """Diet class by place of meat."""

    HIGH_MEAT = 0
    MEDIUM = 1
    FLEXITARIAN = 2
    PLANT = 3


class FoodChannel(metaclass=Codes):
    """Main place where a household buys its food."""

    LARGE_STORE = 0
    DISCOUNT = 1
    PROXIMITY = 2
    EGROCERY = 3
    SHORT_CHAIN = 4
    AID = 5


class ZoneGroup(metaclass=Codes):
    """Place of a zone in the urban area."""

    CENTRE = 0
    SUBURB = 1
    PERIPHERY = 2


class FacilityKind(metaclass=Codes):
    """Kind of a facility."""

    GP = 0
    NURSING_HOME = 1
    SUPERMARKET = 2
    CONVENIENCE = 3
    LOWER_SECONDARY = 4
    UPPER_SECONDARY = 5
    PHARMACY = 6
    TRAINING_CENTRE = 7


def names(group: Codes) -> tuple[str, ...]:
    """Lower-case names of a group in the order of their codes, e.g. for labels of a table."""
    return tuple(name.lower() for name in group.codes())
