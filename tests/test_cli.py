"""The command line: exit codes, one line per refusal, output that other tools can read."""

import json
import subprocess
import sys

import pytest

from citysim import __version__, cli
from citysim.cli.describing import TOPICS
from toy_configs import DOMAINS, folder  # noqa: F401


@pytest.fixture(autouse=True)
def small(folder, monkeypatch):  # noqa: F811
    """Three small domains on a small configuration folder."""
    monkeypatch.setattr("citysim.cli.describing.known_domains", lambda: dict(DOMAINS))
    monkeypatch.setattr("citysim.experiment.prepare.known_domains", lambda: dict(DOMAINS))


def test_version(capsys):
    with pytest.raises(SystemExit) as end:
        cli.main(["--version"])
    assert end.value.code == 0
    assert capsys.readouterr().out == f"citysim {__version__}\n"


def test_help_lists_commands(capsys):
    with pytest.raises(SystemExit) as end:
        cli.main(["--help"])
    assert end.value.code == 0
    out = capsys.readouterr().out
    for word in ("run", "check", "describe", "--version", "citysim run -m"):
        assert word in out


def test_no_command_is_help(capsys):
    assert cli.main([]) == 0
    assert "usage: citysim" in capsys.readouterr().out


def test_help_loads_nothing_heavy():
    code = (
        "import sys\nfrom citysim import cli\ncli.parser().format_help()\n"
        "heavy = {'mesa', 'numba', 'numpy', 'hydra', 'pyarrow', 'matplotlib', 'duckdb', 'rich'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize(
    "arguments", [["rnu"], ["describe"], ["describe", "nothing"], ["run", "--fast"], ["check", "seed=1", "-x"]]
)
def test_unknown_words_are_refused(arguments, capsys):
    with pytest.raises(SystemExit) as end:
        cli.main(arguments)
    assert end.value.code == 2
    assert len(capsys.readouterr().err.strip().splitlines()) == 1


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["rnu"], "unknown word 'rnu'; allowed: run, check, describe, reconstruct; nearest: run;"),
        (["describe", "parametrs"], "nearest: parameters;"),
        (["describe"], "the following arguments are required: topic;"),
    ],
)
def test_an_unknown_word_is_told_with_the_nearest_one(arguments, told, capsys):
    with pytest.raises(SystemExit):
        cli.main(arguments)
    assert told in capsys.readouterr().err


def test_check(capsys):
    assert cli.main(["check", "scenario=frugal"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("ok: ")
    assert "demographics=frugal" in out


@pytest.mark.parametrize(
    "overrides",
    [["sede=1"], ["+sede=1"], ["scenario=frugl"], ["domains.housing.move_rate=2"], ["x"]],
)
@pytest.mark.parametrize("command", ["check", "run"])
def test_refusals_are_one_line_and_exit_2(command, overrides, capsys, tmp_path):
    assert cli.main([command, *overrides, f"output.root={tmp_path}/runs"]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert len(captured.err.strip().splitlines()) == 1
    assert "Traceback" not in captured.err
    assert not (tmp_path / "runs").exists()


def test_options_may_stand_anywhere(capsys):
    assert cli.main(["check", "seed=1", "-m", "scale=0.1"]) == 0
    assert "scale=0.1" in capsys.readouterr().out


def test_a_sweep_is_checked_whole(capsys):
    assert cli.main(["check", "-m", "seed=1,2", "scenario=trend,frugal"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 4


def test_every_run_of_a_sweep_is_checked_before_the_first(capsys, tmp_path):
    arguments = ["run", "-m", "seed=1,2", "scale=1,0.3", f"output.root={tmp_path}/runs"]
    assert cli.main(arguments) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.splitlines() == [
        "scale (command line): 0.3 is refused; allowed: 1/n with n a whole number, for example 1, 0.5, 0.1"
    ]
    assert not (tmp_path / "runs").exists()


def test_glob_sweep(capsys):
    assert cli.main(["check", "-m", "demographics=glob(insee*)"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 3


def test_interval_sweep_is_refused(capsys):
    assert cli.main(["check", "-m", "seed=interval(1,5)"]) == 2
    assert "an interval has no list of values" in capsys.readouterr().err


@pytest.mark.parametrize(
    "topic", ["plan", "domains", "parameters", "technologies", "scenarios", "indicators", "sources"]
)
def test_describe_as_json(topic, capsys):
    assert cli.main(["describe", topic, "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert isinstance(rows, list)


@pytest.mark.parametrize("topic", ["plan", "domains", "parameters", "technologies", "scenarios", "sources"])
def test_describe_as_table(topic, capsys):
    assert cli.main(["describe", topic]) == 0
    assert topic in capsys.readouterr().out


def test_describe_parameters_tells_what_a_lever_does_and_who_pays(capsys):
    assert cli.main(["describe", "parameters"]) == 0
    out = " ".join(capsys.readouterr().out.replace("│", " ").split())
    assert "what a policy decides" in out, "the description"
    assert "paid by state: event" in out, "payer and cost"


def test_describe_parameters_tells_who_set_a_value(capsys):
    overrides = ["scenario=decline", "domains.housing.move_rate=0.12", "city.assumptions.gp_per_100000=80"]
    assert cli.main(["describe", "parameters", "--json", *overrides]) == 0
    rows = {row["key"]: row for row in json.loads(capsys.readouterr().out)}
    assert rows["domains.housing.move_rate"]["set_by"] == "command line"
    assert rows["domains.housing.move_rate"]["source"] == "override"
    assert rows["domains.housing.renovation_aid"]["set_by"] == "configs/policy/decline.yaml"
    assert rows["city.assumptions.gp_per_100000"]["value"] == 80
    assert rows["city.assumptions.gp_per_100000"]["set_by"] == "command line"


def test_describe_scenarios_shows_targets(capsys):
    assert cli.main(["describe", "scenarios", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert len(rows) == 8
    assert all("deep_retrofit_rate" in row["targets_2050"] for row in rows)


def test_json_holds_null_where_a_figure_is_none(capsys, monkeypatch):
    monkeypatch.setitem(TOPICS, "sources", lambda *_: [{"difference": float("nan")}])
    assert cli.main(["describe", "sources", "--json"]) == 0
    assert json.loads(capsys.readouterr().out, parse_constant=pytest.fail) == [{"difference": None}]


def test_describe_refuses_too(capsys):
    assert cli.main(["describe", "plan", "domain=[housin]"]) == 2
    assert "nearest: housing" in capsys.readouterr().err


def test_a_city_folder_that_does_not_add_up(folder, capsys):  # noqa: F811
    path = folder / "city" / "toyville" / "zones.csv"
    header, first, *rest = path.read_text(encoding="utf-8").splitlines()
    cells = first.split(",")
    place = header.split(",").index("pop_2022")
    cells[place] = str(2 * float(cells[place]))
    path.write_text("\n".join([header, ",".join(cells), *rest]) + "\n", encoding="utf-8")
    assert cli.main(["check"]) == 2
    assert "the age groups add up to" in capsys.readouterr().err


def test_a_city_folder_that_is_not_there(capsys):
    assert cli.main(["check", "city.path=nowhere"]) == 2
    err = capsys.readouterr().err
    assert err.startswith("city.path (")
    assert "there is no folder 'nowhere'" in err


def test_a_run_loads_neither_mesa_nor_what_draws():
    code = (
        "import sys\nimport citysim.cli.running\n"
        "heavy = {'mesa', 'pandas', 'networkx', 'matplotlib', 'duckdb'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
