"""The one extension point of the year: a domain declares what it knows, then acts once a year.

Declaration before action as in Starsim; one owner per column as in Vivarium; discovery by name, without registration.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections import defaultdict
from collections.abc import Mapping
from types import ModuleType, SimpleNamespace
from typing import Any, ClassVar, Protocol

from citysim.core.declare import Column, Measure, Param, Statistic
from citysim.core.draws import Draws
from citysim.core.technology import Influences

TODAY = 0  # a year before any future or policy: `Domain.at(TODAY)` is what levels are calibrated on


class ParameterValues(Protocol):
    """Resolved parameters of one domain (`citysim.core.params`)."""

    def at(self, year: int) -> SimpleNamespace:
        """Values of a year, one attribute per parameter."""
        ...


class Ledger:
    """Costs of one year by event, payer and payee, in euros of 2025 of the simulated sample."""

    def __init__(self) -> None:
        self.entries: dict[tuple[str, str, str, str], float] = defaultdict(float)

    def book(self, domain: str, event: str, amount: float, payer: str, payee: str) -> None:
        """Add an amount to an event of this year."""
        self.entries[domain, event, payer, payee] += float(amount)


class Domain:
    """A theme of city life: housing, work, food.

    A subclass declares class attributes and overrides `step`; nothing has to be registered.

    Attributes
    ----------
    name
        Name in `domain=[...]` and in `configs/domain/<name>.yaml`.
    reads
        `table.column` names that it uses and others own.
    params, columns, measures
        Declarations; columns by `table.column`.
    rows
        Tables whose rows it adds and retires.
    offers
        Quantities that technologies may change, known to them as `<domain>.<quantity>`.
    couplings
        Feedback switches that it obeys, with one line each.
    """

    name: ClassVar[str] = ""
    reads: ClassVar[tuple[str, ...]] = ()
    params: ClassVar[dict[str, Param]] = {}
    columns: ClassVar[dict[str, Column]] = {}
    measures: ClassVar[dict[str, Measure]] = {}
    rows: ClassVar[tuple[str, ...]] = ()
    offers: ClassVar[tuple[str, ...]] = ()
    couplings: ClassVar[dict[str, str]] = {}

    def __init__(
        self,
        values: ParameterValues,
        coupling: Mapping[str, bool],
        influences: Influences,
        ledger: Ledger,
    ) -> None:
        self._values = values
        self._coupling = dict(coupling)
        self._influences = influences
        self._ledger = ledger

    def at(self, year: int) -> SimpleNamespace:
        """Parameters resolved for a year: numbers, or arrays in the order of `Param.index`; see `TODAY`."""
        return self._values.at(year)

    def coupled(self, name: str) -> bool:
        """Whether a feedback that this domain declares in `couplings` is on."""
        if name not in self.couplings:
            raise KeyError(f"{self.name} does not declare the coupling {name!r}")
        return self._coupling.get(name, True)

    def offered(self, quantity: str, base: Any, over: str | None = None) -> Any:
        """Let adopted technologies change a quantity that this domain offers."""
        if quantity not in self.offers:
            raise KeyError(f"{self.name} does not offer {quantity!r}")
        return self._influences.apply(f"{self.name}.{quantity}", base, over)

    def book(self, event: str, amount: float, payer: str, payee: str = "") -> None:
        """Note a cost of this year and who pays it."""
        self._ledger.book(self.name, event, amount, payer, payee)

    def start(self, city: Any, draws: Draws) -> None:
        """Give my columns their first values; the synthesis may have filled them."""

    def arrive(self, city: Any, rows: Mapping[str, Any], draws: Draws) -> None:
        """Give my columns values for rows that another domain has just added, by table."""

    def step(self, city: Any, year: int, draws: Draws) -> None:
        """Live one year: change my columns, and only mine."""

    def measure(self, city: Any, year: int) -> dict[str, Statistic]:
        """Report this year's measures; changes nothing."""
        return {}


def discover(package: ModuleType) -> dict[str, type[Domain]]:
    """Find every domain class defined in a package, by name.

    Raises
    ------
    ValueError
        If two classes share a name.
    """
    found: dict[str, type[Domain]] = {}
    for info in sorted(pkgutil.iter_modules(package.__path__), key=lambda module: module.name):
        module = importlib.import_module(f"{package.__name__}.{info.name}")
        for _, candidate in inspect.getmembers(module, inspect.isclass):
            if (
                not issubclass(candidate, Domain)
                or not candidate.name
                or not candidate.__module__.startswith(module.__name__)
            ):
                continue
            if found.get(candidate.name, candidate) is not candidate:
                raise ValueError(f"two domains are called {candidate.name!r}")
            found[candidate.name] = candidate
    return found
