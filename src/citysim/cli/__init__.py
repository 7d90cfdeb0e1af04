"""The command line: run a city's futures, check settings before running, describe what the model knows."""

from __future__ import annotations

import argparse
import gc
import os
import re
import sys
from collections.abc import Sequence
from typing import NoReturn

from citysim import __version__
from citysim.core.problems import nearest_name

COMMANDS = ("run", "check", "describe", "reconstruct")
TOPICS = ("plan", "city", "domains", "parameters", "technologies", "scenarios", "indicators", "sources")
REFUSED = 2
INTERRUPTED = 130
ABOUT = "Live a real city's futures, year by year; check settings before running; describe what the model knows."
EXAMPLES = """
examples:
  citysim run                                  the default city under today's trends, to 2050
  citysim run scenario=frugal seeds=5          another future, five seeds, means with ±
  citysim run -m scenario=trend,frugal seed=1,2   a sweep: four runs
  citysim run city=smallville calendar.end=2030 coupling.heat=false
  citysim run domains.mobility.car_cost_factor='{2025: 1.0, 2050: 1.4}'
  citysim check scenario=refuge scale=0.1
  citysim describe parameters domain=[housing] --json
  citysim reconstruct 2009 my_town_2009/ city.path=my_town/
  citysim run city=bourges_plus_2009 calendar.start=2009 calendar.end=2022
"""


class Parser(argparse.ArgumentParser):
    """Says in one line what it does not understand."""

    def error(self, message: str) -> NoReturn:
        """Print one line and leave with exit code 2."""
        message = message.replace(", OVERRIDES", "")  # argparse names it although it may be left out
        wrong = re.search(r"invalid choice: '([^']*)'", message)
        if wrong:
            known = TOPICS if "topic" in message else COMMANDS
            nearest = nearest_name(wrong[1], known)
            message = f"unknown word {wrong[1]!r}; allowed: {', '.join(known)}"
            message += f"; nearest: {nearest}" if nearest else ""
        self.exit(REFUSED, f"citysim: {message}; see citysim --help\n")


def parser() -> Parser:
    """Build the parser of the command line."""
    main_parser = Parser(
        prog="citysim", description=ABOUT, epilog=EXAMPLES, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    main_parser.add_argument("--version", action="version", version=f"citysim {__version__}")
    commands = main_parser.add_subparsers(dest="command", metavar=" | ".join(COMMANDS), parser_class=Parser)
    run = commands.add_parser("run", help="live one scenario and print what it comes to")
    run.add_argument("-m", "--multirun", action="store_true", help="sweep: one run per combination of listed values")
    check = commands.add_parser("check", help="refuse settings that make no sense, before any work")
    check.add_argument("-m", "--multirun", action="store_true", help="check every run of a sweep")
    describe = commands.add_parser("describe", help="print what the model is made of")
    describe.add_argument("topic", choices=TOPICS, help=", ".join(TOPICS))
    describe.add_argument("--json", action="store_true", help="machine-readable")
    describe.add_argument("--bands", action="store_true", help="with scenarios: targets, what runs reached, gaps")
    rebuild = commands.add_parser("reconstruct", help="take a city back to an earlier census date, for a backtest")
    rebuild.add_argument("year", type=int, help="the city is as on 1 January of this year")
    rebuild.add_argument("folder", help="where the earlier city is written")
    rebuild.add_argument("--tested-from", type=int, help="first year whose observed figures judge a run")
    for command in (run, check, describe, rebuild):
        command.add_argument("overrides", nargs="*", metavar="OVERRIDES", help="key=value or group=option")
    return main_parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Returns
    -------
    int
        0, or 2 where the settings are refused.
    """
    main_parser = parser()
    given, rest = main_parser.parse_known_args(arguments)
    for text in rest:
        if text.startswith("-"):
            main_parser.error(f"unknown option {text}")
    if given.command is None:
        main_parser.print_help()
        return 0
    gc.disable()  # imports and settings leave hardly any rubbish; looking for it takes .15 s before the first year
    try:
        return _dispatch(given, [*given.overrides, *rest])
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        if not error.filename:
            raise
        print(f"{error.filename}: {error.strerror}", file=sys.stderr)
        return REFUSED
    except KeyboardInterrupt:
        print("citysim: interrupted; an unfinished run leaves nothing behind", file=sys.stderr)
        return INTERRUPTED


def _dispatch(given: argparse.Namespace, overrides: list[str]) -> int:
    """Import what a command needs, and only that."""
    from citysim.city.readers.tables import CityDataError
    from citysim.core.problems import ParameterError

    try:
        if given.command == "run":
            from citysim.cli.checking import jobs
            from citysim.experiment.prepare import prepared

            checked = jobs(overrides) if given.multirun else [prepared(overrides)]
            from citysim.cli.running import run, sweep  # loads the whole model: only for settings that may run

            gc.enable()
            return sweep(overrides) if given.multirun else run(checked[0])
        if given.command == "check":
            from citysim.cli.checking import check

            return check(overrides, sweep=given.multirun)
        if given.command == "reconstruct":
            from citysim.cli.reconstructing import reconstruct_city

            return reconstruct_city(given.year, given.folder, given.tested_from, overrides)
        from citysim.cli.describing import describe

        if given.bands and given.topic != "scenarios":
            print("--bands (command line): goes with describe scenarios", file=sys.stderr)
            return REFUSED
        return describe("bands" if given.bands else given.topic, overrides, as_json=given.json)
    except ParameterError as error:
        for problem in error.problems:
            print(problem, file=sys.stderr)
        return REFUSED
    except CityDataError as error:  # found only where zones are laid out, or people made
        print(error, file=sys.stderr)
        return REFUSED
