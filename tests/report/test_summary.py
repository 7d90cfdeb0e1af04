"""The summary of a run: figures at three dates, ± over seeds, costs by payer, warnings."""

import io
import json
import math

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from rich.console import Console

from citysim.outputs.store import StoredRun
from citysim.report import summary


def store(folder, rows, seeds=(1,), half=None, parameters=None, members=()):
    """Write a run of hand-made indicators (year, domain, measure, group_by, group, value)."""
    names = ("year", "domain", "measure", "group_by", "group", "value")
    columns = {name: [row[place] for row in rows] for place, name in enumerate(names)}
    columns["unit"] = ["1"] * len(rows)
    folder.mkdir()
    if half is not None:
        spread = {"half_width": [half] * len(rows), "seeds": [len(seeds)] * len(rows)}
        pq.write_table(pa.table(spread), folder / "spread.parquet")
    pq.write_table(pa.table(columns), folder / "indicators.parquet")
    manifest = {
        "status": "finished",
        "scenario": "trend",
        "city": "toyville",
        "city_title": "Toyville",
        "seed": seeds[0],
        "seeds": list(seeds),
        "parameters": parameters or {},
        "members": list(members),
    }
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return StoredRun(folder)


def series(domain, measure, values, group_by="all", group="all", first=2025):
    return [(first + rank, domain, measure, group_by, group, float(value)) for rank, value in enumerate(values)]


def printed(run):
    console = Console(file=io.StringIO(), width=160)
    console.print(summary.summary(run))
    return console.file.getvalue()


@pytest.fixture
def rows():
    return (
        series("demography", "population", [100_000 - 200 * rank for rank in range(26)])
        + series("housing", "vacancy_rate", [0.11 + 0.001 * rank for rank in range(26)])
        + series("demography", "net_migration", [-0.2] * 26)
        + series("costs", "amount", [1e6] * 26, "payer", "commune")
        + series("costs", "amount", [4e6] * 26, "payer", "state")
        + series("costs", "amount", [5e6] * 26)
    )


def test_three_dates(tmp_path, rows):
    run = store(tmp_path / "run", rows)
    assert summary.dates(run) == [2025, 2035, 2050]
    out = printed(run)
    assert "100,000" in out
    assert "98,000" in out
    assert "95,000" in out
    assert "13.5 %" in out
    assert "-0 " not in out


def test_what_an_alignment_adds_is_shown_where_it_adds_something(tmp_path, rows):
    def corrected(folder, births):
        flows = {"births": births, "net_migration": -births}
        more = [row for flow, size in flows.items() for row in correction(flow, size)]
        return printed(store(tmp_path / folder, rows + more))

    def correction(flow, size):
        values = [size * rank for rank in range(26)]
        return series("demography", "alignment_correction_by_flow", values, "flow", flow)

    found = {line.split("│")[1].strip(): line for line in corrected("forced", 8).splitlines() if "alignment" in line}
    assert "80" in found["births added by alignment (a year)"]
    assert "-200" in found["net migration added by alignment (a year)"]
    assert "alignment" not in corrected("free", 0)


def test_says_one_seed(tmp_path, rows):
    out = printed(store(tmp_path / "run", rows))
    assert "Toyville, scenario trend, 1 seed" in out
    assert "±" not in out


def test_several_seeds_show_how_sure(tmp_path, rows):
    out = printed(store(tmp_path / "run", rows, seeds=(1, 2, 3), half=0.01))
    assert "3 seeds, mean ± half-width of its 95 % interval" in out
    assert "11.0 % ±1.0 %" in out


def test_costs_by_payer(tmp_path, rows):
    run = store(tmp_path / "run", rows)
    assert {payer: total for payer, (total, _) in summary.costs_by_payer(run).items()} == {
        "state": 104e6,
        "commune": 26e6,
    }
    out = printed(run)
    assert "cost by payer, 2025 to 2050, million EUR of 2025, 1 seed" in out
    assert "104.0" in out


def test_costs_of_several_seeds_say_how_sure(tmp_path):
    members = []
    for seed, amount in ((1, 1e6), (2, 2e6), (3, 3e6)):
        paid = series("costs", "amount", [amount] * 2, "payer", "commune")
        paid += series("costs", "amount", [amount / 10] * 2, "policy_payer", "commune")
        members.append(str(store(tmp_path / f"seed-{seed}", paid, seeds=(seed,)).folder))
    paid = series("costs", "amount", [2e6] * 2, "payer", "commune")
    paid += series("costs", "amount", [2e5] * 2, "policy_payer", "commune")
    run = store(tmp_path / "all", paid, seeds=(1, 2, 3), half=0.0, members=members)
    total, half = summary.costs_by_payer(run)["commune"]
    assert total == 4e6
    assert half == pytest.approx(4.303 * 2e6 / math.sqrt(3))
    assert "4.0 ±5.0" in printed(run)
    assert "0.4 ±0.5" in printed(run), "policy levers"


def test_a_short_run_shows_first_middle_last(tmp_path):
    run = store(tmp_path / "run", series("demography", "population", range(5)))
    assert summary.dates(run) == [2025, 2027, 2029]


def test_measures_that_are_not_stored_are_left_out(tmp_path):
    out = printed(store(tmp_path / "run", series("demography", "population", [10] * 26)))
    assert "vacant" not in out
    assert "cost by payer" not in out


def test_missing_years_are_marked():
    assert summary.written(math.nan, math.nan, "percent") == "–"
    assert summary.written(0.1234, math.nan, "percent") == "12.3 %"
    assert summary.written(1234.4, 5.6, "count") == "1,234 ±6"
    assert summary.written(-0.3, math.nan, "count") == "0"


def test_warnings_after_a_run(tmp_path):
    parameters = {"domains.work.automation_pace": {"value": {"2025": 1.0, "2050": 2.2}}}
    rows = series("work", "unemployment_rate", [0.12, 0.17, 0.14]) + series("demography", "population", [100, 90, 50])
    found = summary.warnings(store(tmp_path / "run", rows, parameters=parameters))
    assert any(text.startswith("rule 8") for text in found)
    assert any(text.startswith("rule 9") for text in found)
