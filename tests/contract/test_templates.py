"""A domain copied from the templates, as CONTRIBUTING.md says, passes what every domain must pass."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from citysim.config.folders import configs_folder

ROOT = Path(__file__).parents[2]


def test_a_copied_domain_passes_contract_and_linter(tmp_path):
    shutil.copytree(ROOT / "src", tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(configs_folder() / "domain", tmp_path / "configs" / "domain")
    shutil.copy(configs_folder() / "config.yaml", tmp_path / "configs")
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    module = tmp_path / "src" / "citysim" / "domains" / "gardens.py"
    shutil.copy(ROOT / "templates" / "domain.py", module)
    shutil.copy(ROOT / "templates" / "domain.yaml", tmp_path / "configs" / "domain" / "gardens.yaml")
    tests = shutil.copy(Path(__file__).with_name("test_domains.py"), tmp_path)

    def passes(*command):
        settings = {**os.environ, "PYTHONPATH": str(tmp_path / "src"), "CITYSIM_CONFIGS": str(tmp_path / "configs")}
        done = subprocess.run(
            [sys.executable, "-m", *command], cwd=tmp_path, env=settings, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    checks = passes("pytest", "-p", "no:cacheprovider", "-k", "gardens", "-vv", str(tests))
    assert "test_every_parameter_is_read_by_its_domain[gardens] PASSED" in checks
    passes("ruff", "check", str(module))
