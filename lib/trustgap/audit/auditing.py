"""The audit of a release: what it gives away, cell by cell and file by file, and whether it passes."""

import json
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from trustgap.audit import attack, breaches, known, pages, published, truth
from trustgap.stats.counts import CELL

GRAVE = ("exactly", "within one", "unsettled", "contradiction")
"""What a cell may not be found to be, the gravest first."""

LIGHT = ("narrow", "safe")
"""What it may be found to be."""

SHOWN = 10
"""Of the cells and the breaches of a rule, so many are named one by one."""


@dataclass(frozen=True)
class Audit:
    """What an audit found.

    Parameters
    ----------
    home : Path
        The survey's folder.
    cells : DataFrame
        ``area wave group item how kind true``, one row per hidden cell: ``how`` is one of `GRAVE`, or
        ``narrow`` or ``safe``; ``kind`` and ``true`` are "" unless the answers were at hand.
    findings : DataFrame
        ``rule file what``: what single files tell that they should not.
    seconds : float
        How long it took.
    """

    home: Path
    cells: pd.DataFrame
    findings: pd.DataFrame
    seconds: float = field(compare=False, default=0.0)

    @property
    def found(self) -> pd.DataFrame:
        """Hidden cells that are not safe."""
        return self.cells[self.cells["how"].isin(GRAVE)].reset_index(drop=True)

    @property
    def passed(self) -> bool:
        """Whether it may be published."""
        return self.found.empty and self.findings.empty

    @property
    def counts(self) -> dict[str, int]:
        """Hidden cells by what was found of them."""
        every = Counter(self.cells["how"])
        return {"hidden": len(self.cells)} | {how: every[how] for how in (*GRAVE, *LIGHT)}

    def record(self) -> dict:
        """Give all of it for a file, no value of a cell among it.

        Returns
        -------
        dict
            For `json.dumps`.
        """
        return {
            "passed": self.passed,
            "cells": self.counts,
            "by_kind": {kind: dict(Counter(part["how"])) for kind, part in self.cells.groupby("kind")},
            "found": self.found.to_dict("records"),
            "findings": self.findings.to_dict("records"),
            "seconds": round(self.seconds, 1),
        }

    def __str__(self) -> str:
        counted = ", ".join(
            f"{count} {how}" for how, count in self.counts.items() if count or how == "exactly"
        )
        lines = [f"{self.home}: {'passed' if self.passed else 'NOT SAFE TO PUBLISH'}", f"  Cells: {counted}"]
        lines += [f"  {' '.join(filter(None, cell))}" for cell in _named(self.found)]
        for rule, part in self.findings.groupby("rule", sort=True):
            lines.append(f"  {rule}: {len(part)}")
            lines += [f"    {row.file}: {row.what}" for row in part.head(SHOWN).itertuples()]
        return "\n".join([*lines, f"  {self.seconds:.0f} seconds"])


def _named(found: pd.DataFrame) -> list[list[str]]:
    """Name the first cells that were found, the gravest first."""
    order = found["how"].map({how: place for place, how in enumerate(GRAVE)}).argsort(kind="stable")
    return found.iloc[order].head(SHOWN)[["how", *CELL, "kind", "true"]].to_numpy().tolist()


def audit(
    home: Path, *, survey: Path | None = None, answers: Path | None = None, quiet: bool = True
) -> Audit:
    """Attack a release with nothing but its published files, and hold single files against the rules.

    Parameters
    ----------
    home : Path
        The survey's folder in the outputs of a run, or of a release.
    survey : Path, optional
        The survey folder: the attacker then knows who answered, and what is found is said to be true or not.
    answers : Path, optional
        The answers of `survey`, where they lie elsewhere.
    quiet : bool
        Without a bar of progress.

    Returns
    -------
    Audit
        What was found.

    Raises
    ------
    NotPublished
        If `home` holds no release.
    """
    began = time.monotonic()
    if home not in published.homes(home):
        raise published.NotPublished(f"{home} is not the folder of one survey")
    release = published.read(home)
    told = known.known(release)
    counted = truth.counted(survey, answers=answers) if survey else None
    bases = None if counted is None else truth.bases(counted)
    found = attack.attack(told, bases=bases, quiet=quiet)
    cells = _cells(found).assign(kind="", true="")
    if counted is not None:
        cells = cells.assign(
            kind=truth.kinds(cells, bases), true=truth.checked(cells, found, counted, told.scales)
        )
    return Audit(home, cells, findings(release, told), time.monotonic() - began)


def findings(release: published.Published, told: known.Known) -> pd.DataFrame:
    """Hold single files against the rules.

    Parameters
    ----------
    release : Published
        As `published.read` returns it.
    told : Known
        As `known.known` returns it.

    Returns
    -------
    DataFrame
        ``rule file what``.
    """
    parts = [part for part in (breaches.breaches(release, told), pages.check_all(release)) if len(part)]
    return pd.concat(parts or [breaches.NONE], ignore_index=True)


def write(audits: list[Audit], path: Path) -> None:
    """Write audits as JSON: for each survey what was found, and no value of a cell.

    Parameters
    ----------
    audits : list of Audit
        One or several.
    path : Path
        The file.
    """
    records = {audit.home.name: audit.record() for audit in audits}
    path.write_text(json.dumps(records, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def _cells(found: pd.DataFrame) -> pd.DataFrame:
    """Say of each hidden cell the gravest that was found of it."""
    order = {how: place for place, how in enumerate((*GRAVE, *LIGHT))}
    grave = found["how"].replace("", LIGHT[-1]).map(order)
    worst = found.assign(grave=grave.astype(int)).groupby(CELL, sort=True)["grave"].min().reset_index()
    return worst[CELL].assign(how=[list(order)[place] for place in worst["grave"]])
