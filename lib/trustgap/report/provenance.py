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

SEED = 2019
"""Every draw derives from this, the area and the analysis, never from the order of work."""


@dataclass(frozen=True)
class Provenance:
    """The facts, ready for display at the end of a notebook."""

    facts: dict[str, str]

    def _repr_mimebundle_(self, **_: object) -> tuple[dict, dict]:
        summary = "\n".join(f"{name}: {value}" for name, value in self.facts.items())
        return {PROVENANCE: self.facts, "text/plain": summary}, {"trustgap": {"kind": "provenance"}}


@cache
def _commit() -> str:
    """Name the commit of the checkout that the library runs from, if it is one."""
    here = Path(__file__).parent
    asked = subprocess.run(
        ["git", "describe", "--always", "--dirty"], cwd=here, capture_output=True, text=True, check=False
    )
    return asked.stdout.strip() or "not a git checkout"


@cache
def _lock() -> str:
    lock = Path(__file__).parents[3] / "requirements.lock"
    if not lock.is_file():
        return "installed without the project's lock"
    return f"requirements.lock {hashlib.sha256(lock.read_bytes()).hexdigest()[:16]}"


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
        In UTC.

    Returns
    -------
    Provenance
        For display.
    """
    facts, asked = release.facts, release.questionnaire
    hidden = shown.hidden if shown else 0
    return Provenance(
        {
            "Area": area,
            "Survey": f"{asked.title}{' (synthetic data)' if asked.synthetic else ''}",
            "Latest wave": release.words.wave(release.latest),
            "Notebook": notebook,
            "Answers": f"{facts['kept']:,} of {facts['read']:,} rows read were kept",
            "Input (SHA-256)": facts["digest"],
            "Sampling": f"{asked.sampling['design']}. {asked.sampling.get('note', '')}".strip(),
            "Citation": asked.citation,
            "Weights": "none: every respondent counts once",
            "Disclosure control": facts["policy"],
            "Results": f"{(len(shown) if shown else 0) - hidden:,} shown, {hidden:,} hidden",
            "Random seed": str(SEED),
            "trustgap": version("trustgap"),
            "Code": _commit(),
            "Environment": _lock(),
            "Status": "Research draft, not official statistics",
            "Run started (UTC)": started.strftime("%Y-%m-%d %H:%M:%S"),
        }
    )
