"""Plant faults in the statistics, one at a time, and see that tests catch each of them.

Started by `make mutate`. Every fault is a replacement of text in a copy of the project; the real tree is
never touched. The exit code is 1 if a fault survives, if its text is not there, or if it stops the tests
from running at all, which would prove nothing. `--list` only looks whether the texts are there.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
STATS = ROOT / "lib" / "trustgap" / "stats"
FAILED, PASSED = 1, 0


@dataclass(frozen=True)
class Fault:
    """A wrong formula, where to plant it, and the test files that should notice."""

    name: str
    module: str
    right: str
    wrong: str
    tests: str

    @property
    def path(self) -> str:
        (found,) = STATS.rglob(f"{self.module}.py")
        return found.relative_to(ROOT).as_posix()


FAULTS = [
    Fault(
        "Wald for Wilson",
        "intervals",
        "    half = z * np.sqrt(z**2 + 4 * x * (1 - p))\n",
        "    half = 2 * (n + z**2) * z * np.sqrt(p * (1 - p) / n)\n    x = p * (n + z**2) - z**2 / 2\n",
        "intervals",
    ),
    Fault(
        "Mann-Whitney variance for Brunner-Munzel",
        "ordinal",
        "    squared, df = sum(parts),",
        "    squared, df = (n_a + n_b + 1) / (12 * n_a * n_b),",
        "ordinal",
    ),
    Fault(
        "ties not counted in theta",
        "ordinal",
        "(np.cumsum(y, axis=0) - y / 2) / n_b",
        "(np.cumsum(y, axis=0) - y) / n_b",
        "ordinal",
    ),
    Fault(
        "wrong ddof in theta",
        "ordinal",
        ".sum(axis=0) / (n_a - 1) / n_a",
        ".sum(axis=0) / n_a / n_a",
        "ordinal",
    ),
    Fault(
        "theta limits not on the logit scale",
        "superiority",
        "    return special.expit(logit - half), special.expit(logit + half)\n",
        "    half = half * estimate * (1 - estimate)\n    return estimate - half, estimate + half\n",
        "ordinal",
    ),
    Fault(
        "permutation test without its floor",
        "ordinal",
        "float((1 + extreme.sum()) / (draws + 1))",
        "float(extreme.sum() / draws)",
        "ordinal",
    ),
    Fault(
        "permutation test without studentising",
        "ordinal",
        "np.maximum(sum(parts), floor)",
        "np.maximum(0 * sum(parts) + 1, floor)",
        "coverage:permutation",
    ),
    Fault(
        "one-sided for two-sided score test",
        "intervals",
        "np.where(same, 1.0, 2 * stats.norm.sf(np.abs(z)))",
        "np.where(same, 1.0, stats.norm.sf(np.abs(z)))",
        "method_checks:score_test",
    ),
    Fault(
        "score test without pooling",
        "intervals",
        "np.sqrt(pooled * (1 - pooled) * (1 / n_a + 1 / n_b))",
        "np.sqrt(p_a * (1 - p_a) / n_a + p_b * (1 - p_b) / n_b)",
        "method_checks:score_test",
    ),
    Fault(
        "MOVER ends swapped",
        "mover",
        "part - weights * np.where(weights > 0, low, high), 0.0)",
        "part - weights * np.where(weights > 0, high, low), 0.0)",
        "mover intervals",
    ),
    Fault(
        "fixed mix replaced by crude",
        "cube",
        "        weight = np.broadcast_to(shares, usable.shape)\n",
        "        weight = grid.n.sum(axis=2)\n",
        "cube changes",
    ),
    Fault(
        "Holm without counting tests that failed",
        "families",
        "left = len(members) - ",
        "left = (~np.isnan(values[members])).sum() - ",
        "families",
    ),
    Fault(
        "Holm not stepwise",
        "families",
        "accumulate(filled[members] * left)",
        "accumulate(filled[members] * len(members))",
        "families",
    ),
    Fault(
        "margin ignored",
        "results",
        "(low_90 >= -margin)",
        "(low_90 >= -1)",
        "results",
    ),
    Fault(
        "adjusted p-value ignored in verdicts",
        "results",
        "disagree = (clear & (p >= level)) | ",
        "disagree = ",
        "results families",
    ),
    Fault(
        "equivalence by the 95% interval's upper end only",
        "results",
        " & (high_90 <= margin)",
        "",
        "results",
    ),
    Fault(
        "step-down left out of rank sets",
        "ranks",
        "        open_ &= ~new\n",
        "        break\n",
        "ranks",
    ),
    Fault(
        "covariance between items ignored in rank sets",
        "ranks",
        "sorted_covariance = covariance[np.ix_(places, places)]",
        "sorted_covariance = np.diag(np.diag(covariance)[places])",
        "by_hand",
    ),
    Fault(
        "wrong ddof in item covariance", "means", "np.sqrt(m / np.maximum(m - 1, 1)) / n", "1 / n", "means"
    ),
    Fault(
        "non-response left out of the influence",
        "means",
        "np.where(answered, scores - mean, 0.0) / (total / n if n else np.nan)",
        "np.where(answered, scores - mean, 0.0)",
        "means",
    ),
    Fault("McNemar's p for its mid-p", "paired", " - stats.binom.pmf(fewer, untied, 0.5)", "", "by_hand"),
    Fault(
        "Wald for Bonett-Price",
        "paired",
        "size = np.asarray(n, float) + 2",
        "size = np.asarray(n, float)",
        "paired",
    ),
    Fault(
        "prediction interval without the spread",
        "heterogeneity",
        'np.sqrt(fit["tau2"] + fit["se"] ** 2)',
        'np.sqrt(fit["se"] ** 2)',
        "by_hand",
    ),
    Fault(
        "df of Q",
        "heterogeneity",
        "stats.chi2.ppf(level, len(effect) - 1)",
        "stats.chi2.ppf(level, len(effect))",
        "by_hand",
    ),
    Fault(
        "over-dispersion never below chance",
        "funnels",
        "max(0.0, float((k * phi - (k - 1)) / room))",
        "float(k * phi / room)",
        "by_hand",
    ),
    Fault(
        "stratum left out of the trend",
        "logit_lines",
        "share = x.sum(axis=-1) / base",
        "share = (x.sum(axis=(-2, -1)) / base.sum(axis=-1))[..., None]",
        "by_hand",
    ),
    Fault(
        "test of linearity with a degree too many",
        "linearity",
        "stats.chi2.sf(statistic, np.maximum(df, 1))",
        "stats.chi2.sf(statistic, np.maximum(df + 1, 1))",
        "linearity",
    ),
    Fault(
        "people who answer twice counted as two",
        "stratified",
        "    left = alone - 2 * shared\n",
        "    left = alone\n",
        "stratified linked changes",
    ),
    Fault(
        "deff inverted",
        "weights",
        "known.sum() ** 2 / (known**2).sum()",
        "len(known) ** 2 * (known**2).sum() / known.sum() ** 2",
        "weights",
    ),
    Fault(
        "raking stops after the first margin",
        "weights",
        "            fitted = fitted * np.expand_dims(ratio, others[place])\n",
        "            fitted = fitted * np.expand_dims(ratio, others[place]) if place == 0 else fitted\n",
        "weights",
    ),
    Fault(
        "stratum ignored in Taylor",
        "design",
        "totals - centre[stratum_of]",
        "totals - totals.mean(axis=0)",
        "design",
    ),
    Fault(
        "lonely unit dropped",
        "design",
        "np.where(size > 1, size / np.maximum(size - 1, 1), 1.0)",
        "np.where(size > 1, size / np.maximum(size - 1, 1), 0.0)",
        "design",
    ),
    Fault(
        "weights unnormalised in theta",
        "weighted_theta",
        "    moves_a = w * (below_b[x] - estimate) / w.sum()\n",
        "    moves_a = w * (below_b[x] - estimate) / len(w)\n",
        "weighted",
    ),
    Fault(
        "weighted share as if all answers counted",
        "weighted",
        "n_eff = np.minimum(n, as_precise)",
        "n_eff = n.astype(float)",
        "weighted",
    ),
    Fault(
        "alpha with its factor inverted",
        "scales",
        "    return k / (k - 1) * (1 - own",
        "    return (k - 1) / k * (1 - own",
        "scales",
    ),
    Fault(
        "standard error of alpha without the root of n",
        "scales",
        "np.sqrt(values @ values / (n * (n - 1)))",
        "np.sqrt(values @ values / (n - 1))",
        "scales",
    ),
    Fault(
        "clusters without their factor",
        "cumulative",
        "influence.T @ influence * len(people) / (len(people) - 1)",
        "influence.T @ influence",
        "cumulative",
    ),
    Fault(
        "respondents not clustered",
        "joint",
        "fit(given.positive, given.design[:, 1:][given.cell], cluster=given.person)",
        "fit(given.positive, given.design[:, 1:][given.cell])",
        "joint",
    ),
    Fault(
        "chi-squared for F with few clusters",
        "parallel",
        "    if clusters is None:\n",
        "    if clusters is None or clusters:\n",
        "parallel joint",
    ),
    Fault(
        "Rubin's between term dropped",
        "pooling",
        "    total = variances.mean(axis=1) + between\n",
        "    total = variances.mean(axis=1) + 0 * between\n",
        "pooling",
    ),
    Fault(
        "Rubin's between term without 1 / m",
        "pooling",
        "(1 + 1 / m) * estimates.var",
        "estimates.var",
        "pooling",
    ),
    Fault(
        "simultaneous limits not adjusted",
        "dyads",
        "confidence=1 - families.CONFIRM / pairs",
        "confidence=1 - families.CONFIRM",
        "coverage:together",
    ),
    Fault(
        "rest contains the area",
        "areas",
        "total[None] - part for total, part",
        "total[None] - 0 * part for total, part",
        "areas",
    ),
    Fault(
        "a published value no longer checked",
        "published",
        "agrees = np.abs(difference) <= half * (1 + 1e-9)",
        "agrees = np.abs(difference) <= 1",
        "method_checks:half",
    ),
    Fault(
        "Each question's limits at the confidence of all together",
        "joint_limits",
        "    level = 1 - (1 - confidence) / max(used.sum(), 1)\n",
        "    level = confidence\n",
        "joint_limits",
    ),
    Fault(
        "All bases added up for respondents",
        "responses",
        '.groupby(KEY, as_index=False)["n"].max()\n',
        '.groupby(KEY, as_index=False)["n"].sum()\n',
        "shares_measured",
    ),
]


def copied(to: Path) -> None:
    """Copy what the tests of the statistics need; real data and reference values stay behind."""
    unwanted = shutil.ignore_patterns("__pycache__", "*.pyc", ".venv", ".git", "outputs")
    for name in ("lib", "tests", "data", "notebooks"):
        shutil.copytree(ROOT / name, to / name, ignore=unwanted)
    for name in ("pyproject.toml", "requirements.lock", "README.md"):
        shutil.copy(ROOT / name, to / name)


def run(home: Path, tests: str) -> tuple[int, str]:
    """Run test files named without their ending; "file:word" takes the tests that have the word in them."""
    files, _, word = tests.partition(":")
    command = [sys.executable, "-m", "pytest", *(f"tests/test_{file}.py" for file in files.split())]
    command += ["-x", "-q", "-p", "no:cacheprovider", "-m", "not slow", *(["-k", word] if word else [])]
    paths = {"PYTHONPATH": str(home / "lib"), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        command, cwd=home, capture_output=True, text=True, check=False, env=os.environ | paths
    )
    failed = [line for line in done.stdout.splitlines() if line.startswith(("FAILED", "ERROR"))]
    return done.returncode, (failed or done.stdout.splitlines()[-1:] or [done.stderr[-200:]])[0]


def missing() -> list[str]:
    """Name the faults whose text does not stand exactly once in its module, or whose tests are not there."""
    found = []
    for fault in FAULTS:
        count = (ROOT / fault.path).read_text(encoding="utf-8").count(fault.right)
        found += [f"{fault.name}: {count} times in {fault.path}"] if count != 1 else []
        files = fault.tests.partition(":")[0].split()
        absent = [file for file in files if not (ROOT / "tests" / f"test_{file}.py").is_file()]
        found += [f"{fault.name}: no tests/test_{file}.py" for file in absent]
    return found


def planted(home: Path, fault: Fault) -> str:
    """Plant a fault, run its tests, take it out again; say what became of it."""
    path = home / fault.path
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(fault.right, fault.wrong), encoding="utf-8")
    code, line = run(home, fault.tests)
    path.write_text(text, encoding="utf-8")
    if code == FAILED and not line.startswith("ERROR"):
        return "caught by " + line.removeprefix("FAILED ").split(" - ")[0].removeprefix("tests/")
    return "SURVIVED" if code == PASSED else f"TESTS DID NOT RUN: {line}"


def main() -> int:
    """Plant every fault asked for and print what became of it."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--list", action="store_true", help="only look whether the texts are there")
    asked.add_argument("--only", default="", help="faults whose name has this in it")
    options = asked.parse_args()
    absent = missing()
    print(*(absent or [f"{fault.name} ({fault.path})" for fault in FAULTS if options.list]), sep="\n")
    if absent or options.list:
        return int(bool(absent))
    chosen = [fault for fault in FAULTS if options.only in fault.name]
    started, bad = time.monotonic(), 0
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "project"
        copied(home)
        plain = sorted({file for fault in chosen if ":" not in fault.tests for file in fault.tests.split()})
        print(f"Without any fault: {len(plain)} test files", flush=True)
        for tests in [" ".join(plain), *sorted({fault.tests for fault in chosen if ":" in fault.tests})]:
            code, line = run(home, tests) if tests else (PASSED, "")
            if code != PASSED:
                print(f"tests fail without any fault: {line}")
                return 1
        for place, fault in enumerate(chosen, start=1):
            fate = planted(home, fault)
            bad += not fate.startswith("caught")
            print(f"[{place}/{len(chosen)}] {fault.name}: {fate}", flush=True)
    print(f"{len(chosen) - bad} of {len(chosen)} faults caught in {time.monotonic() - started:.0f} s")
    return int(bad > 0)


if __name__ == "__main__":
    raise SystemExit(main())
