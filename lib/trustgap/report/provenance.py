"""How a page was made: the facts at its end, and the only place with a time stamp."""

import hashlib
import subprocess
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.metadata import version
from pathlib import Path

from trustgap.report.disclosure import Shown
from trustgap.report.outputs import PROVENANCE
from trustgap.report.release import Release
from trustgap.stats.counts import NATIONAL
from trustgap.stats.weighting.weights import VERSION

SEED = 2019
"""Every draw derives from this, the area and the analysis, never from the order of work."""

TIME = "%Y-%m-%d %H:%M:%S"
"""How a time is written."""

RESULTS = "Results"
"""The fact that counts what is shown and hidden."""


@dataclass(frozen=True)
class Provenance:
    """The facts, ready for display at the end of a notebook."""

    facts: dict[str, str]

    def _repr_mimebundle_(self, **_: object) -> tuple[dict, dict]:
        summary = "\n".join(f"{name}: {value}" for name, value in self.facts.items())
        return {PROVENANCE: self.facts, "text/plain": summary}, {"trustgap": {"kind": "provenance"}}


def program() -> dict[str, str]:
    """Say which program this is.

    Returns
    -------
    dict
        Version, commit and environment.

    Examples
    --------
    >>> list(program())
    ['trustgap', 'Code', 'Environment']
    """
    return {"trustgap": version("trustgap"), "Code": _commit(), "Environment": _lock()}


def counted(facts: dict[str, str]) -> tuple[int, int]:
    """Read back how many results a page shows and hides.

    Parameters
    ----------
    facts : dict
        Of a `Provenance`.

    Returns
    -------
    shown, hidden : int
        Rows of the notebook's table.

    Examples
    --------
    >>> counted({RESULTS: "1,204 shown, 36 hidden"})
    (1204, 36)
    """
    shown, hidden = (int(part.split()[0].replace(",", "")) for part in facts[RESULTS].split(", "))
    return shown, hidden


@cache
def _commit() -> str:
    """Name the commit of the checkout that the library runs from, if it is one and git is there."""
    here = Path(__file__).parent
    try:
        asked = subprocess.run(
            ["git", "describe", "--always", "--dirty"], cwd=here, capture_output=True, text=True, check=False
        )
    except OSError:
        return "unknown: git is not installed"
    return asked.stdout.strip() or "not a git checkout"


@cache
def _lock() -> str:
    lock = Path(__file__).parents[3] / "requirements.lock"
    if not lock.is_file():
        return "installed without the project's lock"
    return f"requirements.lock {hashlib.sha256(lock.read_bytes()).hexdigest()[:16]}"


WEIGHTS = {
    "none": "none known: every respondent counts once",
    "published": "those of the published rates, if any; counts are worked out from them, and approximate",
    "given": "of the answers file",
    "poststratified": "to head-counts of groups, within area and wave",
    "raked": "to head-counts of groups and roles, within area and wave",
}
"""What each kind of weights is, by kind."""


def _weights(release: Release) -> str:
    if release.questionnaire.shares_file:
        return WEIGHTS["published"]
    kinds = set(release.weighting["kind"])
    kind = next((one for one in ("given", "raked", "poststratified") if one in kinds), "none")
    if kind == "none":
        return WEIGHTS[kind]
    rules = "" if kind == "given" else f", by version {VERSION} of the rules"
    return f"{WEIGHTS[kind]}{rules}; a result is unweighted unless it says weighted"


def of(release: Release, *, notebook: str, area: str, shown: Shown | None, started: datetime) -> Provenance:
    """Collect how a notebook's numbers came about.

    Parameters
    ----------
    release : Release
        What was read.
    notebook, area : str
        Names.
    shown : Shown, optional
        Everything that the notebook showed.
    started : datetime
        In UTC; that of the run, where the release knows it, goes before.

    Returns
    -------
    Provenance
        For display.
    """
    facts, asked = release.facts, release.questionnaire
    hidden = shown.hidden if shown else 0
    # Rows of the whole stand beside an area's own for comparison.
    own = {name: int(rows["area"].ne(NATIONAL).sum()) for name, rows in release.files.items()}
    brought = {name: rows for name, rows in own.items() if rows}
    every = {
        "Area": area,
        "Survey": f"{asked.title}{' (synthetic data)' if asked.synthetic else ''}",
        "Latest wave": release.words.wave(release.latest),
        "Notebook": notebook,
        "Shares" if asked.shares_file else "Answers": (
            f"{facts['kept']:,} of {facts['read']:,} rows read were kept" if facts["read"] else ""
        ),
        "Rows brought": ", ".join(f"{name} {rows:,}" for name, rows in brought.items()),
        "Input (HMAC-SHA256)": facts["digest"],
        "Sampling": f"{asked.sampling['design']}. {asked.sampling.get('note', '')}".strip(),
        "Citation": asked.citation,
        "Weights": _weights(release) if facts["read"] else "",
        "Disclosure control": facts["policy"],
        RESULTS: f"{(len(shown) if shown else 0) - hidden:,} shown, {hidden:,} hidden",
        "Random seed": str(SEED),
        **program(),
        "Status": "Research draft, not official statistics",
        "Run started (UTC)": facts.get("started") or started.strftime(TIME),
    }
    return Provenance({name: fact for name, fact in every.items() if fact.strip(". ")})
