"""Sweeps, as the command line writes them and as Hydra takes them."""

import pytest

from citysim.config import ConfigError
from citysim.config.overrides import as_sweep, expand


def test_expand_is_the_product():
    jobs = list(expand(["seed=1,2", "scenario=trend,frugal", "scale=0.1"]))
    assert len(jobs) == 4
    assert jobs[0] == ["seed=1", "scenario=trend", "scale=0.1"]


def test_expand_reads_ranges_and_choices():
    assert [job[0] for job in expand(["seed=range(1,4)"])] == ["seed=1", "seed=2", "seed=3"]
    assert [job[0] for job in expand(["scale=choice(1,0.5)"])] == ["scale=1", "scale=0.5"]


def test_dated_values_may_be_swept():
    jobs = list(expand(["domains.x.p={2025: 1, 2050: 2},3"]))
    assert [job[0] for job in jobs] == ["domains.x.p={2025:1,2050:2}", "domains.x.p=3"]


def test_unreadable_sweep():
    with pytest.raises(ConfigError):
        list(expand(["seed=[1"]))


def test_keys_may_be_new_to_hydra():
    sweep = as_sweep(["domains.x.p=1,2", "scenario=trend,frugal", "hydra.verbose=true"])
    assert sweep.for_hydra[:3] == ["++domains.x.p=1,2", "scenario=trend,frugal", "hydra.verbose=true"]


def test_what_holds_for_all_runs_is_kept_apart():
    sweep = as_sweep(["domain=[work,housing]", "technology=all", "seed=1,2"])
    assert sweep.for_hydra == ["++seed=1,2", "domain=[]", "technology=[]"]
    assert sweep.job(["++seed=2", "domain=[]", "technology=[]"]) == [
        "++seed=2",
        "domain=[work,housing]",
        "technology=all",
    ]


def test_swept_domains_stay_with_hydra():
    sweep = as_sweep(["domain=[work],[work,housing]"])
    assert sweep.for_hydra == ["domain=[work],[work,housing]", "technology=[]"]
    assert sweep.job(["domain=[work]", "technology=[]"]) == ["domain=[work]"]
