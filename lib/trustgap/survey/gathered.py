"""What the parts of an answers file have given so far, kept small, and the whole of it at the end."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute

from trustgap.stats.counts import MISSING
from trustgap.survey.checks import LEDGER, Problem
from trustgap.survey.columns import numbered, numbered_names, placed, repeated, scored, text, weighed
from trustgap.survey.matching import BLANK, fold
from trustgap.survey.questionnaire import Questionnaire
from trustgap.survey.strange import Strange

NOT_ASKED = MISSING["not_asked"]

TEXTS = ("respondent", "stratum", "psu")
"""Columns that are kept as text until all of the file is known."""


class Gathered:
    """The rows of an answers file that are used, in the fewest bytes, with an account of all.

    Parameters
    ----------
    questionnaire : Questionnaire
        Says what the columns and codes mean.
    areas : DataFrame, indexed by code
        As for `answers.canonical`.
    file : str
        Name of the file, for messages.
    columns : mapping of str to str
        The file's columns by their folded names.
    """

    def __init__(
        self, questionnaire: Questionnaire, areas: pd.DataFrame, file: str, columns: Mapping[str, str]
    ) -> None:
        self.questionnaire, self.areas, self.file = questionnaire, areas, file
        fixed = {role: spec for role, spec in questionnaire.columns.items() if role != "items"}
        items = {f"item:{item}": name for item, name in questionnaire.columns["items"].items()}
        self.used = {
            role: spec if isinstance(spec, Mapping) else columns[fold(spec)]
            for role, spec in (fixed | items).items()
        }
        names = {role: "constant" if isinstance(spec, Mapping) else spec for role, spec in self.used.items()}
        self.strange = Strange(file, names)
        self.rows = 0
        self.texts: dict[str, list[pa.Array]] = {name: [] for name in TEXTS if name in self.used}
        self.places: dict[str, list[np.ndarray]] = {}
        self.weights, self.scores, self.keep = [], [], []
        self.account: dict[tuple, tuple[int, int]] = {}

    def add(self, part: pd.DataFrame) -> None:
        """Take in the next rows.

        Parameters
        ----------
        part : DataFrame
            As `tables.read_parts` gives it.
        """
        columns = {role: _column(part, spec) for role, spec in self.used.items()}
        places, unknown = placed(columns, self.questionnaire, self.areas)
        scores, off_scale = scored(columns, self.questionnaire)
        weights, bad = weighed(columns.get("weight"), len(part))
        self.strange.note(unknown | off_scale, bad_weights=bad)
        scores, altered = _own_team(scores, places["group"], self.questionnaire)
        keep, dropped = _keep(places, scores)
        for reason, action, rows, cells, detail in dropped + altered:
            before = self.account.get((reason, action, detail), (0, 0))
            self.account[reason, action, detail] = (before[0] + rows, before[1] + cells)
        for name, kept in self.texts.items():
            kept.append(text(columns[name]))
        for kind, found in places.items():
            self.places.setdefault(kind, []).append(found.astype(np.int32))
        self.rows += len(part)
        self.keep.append(keep)
        self.weights.append(weights[keep])
        self.scores.append(scores[keep].T)

    def problems(self) -> list[Problem]:
        """Say what is wrong with the rows so far.

        Returns
        -------
        list of Problem
            None if all is well.
        """
        self.people, self.anonymous = numbered(self.texts.pop("respondent", []), self.rows)
        return [
            *self.strange.of_places(self.questionnaire, self.areas),
            *self.strange.of_answers(self.questionnaire),
            *self.strange.of_weights(),
            *repeated(self.people, np.concatenate(self.places["wave"]), self.file),
        ]

    def whole(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Lay out all rows that are used.

        Returns
        -------
        answers, ledger : DataFrame
            As `answers.canonical` returns them.
        """
        answers = self._frame()
        items = self.questionnaire.items.index
        values = np.empty((len(items), len(answers)), dtype=np.int8)
        np.concatenate(self.scores, axis=1, out=values)
        self.scores.clear()
        answers = pd.concat([answers, pd.DataFrame(values.T, columns=items.tolist(), copy=False)], axis=1)
        detail = "kept: unweighted results count them, weighted ones cannot"
        account = [
            *((reason, action, *sums, detail) for (reason, action, detail), sums in self.account.items()),
            *self.anonymous,
            ("no weight", "noted", int(answers["weight"].isna().sum()), 0, detail),
        ]
        return answers, pd.DataFrame([row for row in account if row[2]], columns=LEDGER)

    def _frame(self) -> pd.DataFrame:
        """Lay out the columns that are not items."""
        asked, keep = self.questionnaire, np.concatenate(self.keep)
        places = {kind: np.concatenate(parts)[keep] for kind, parts in self.places.items()}
        regions = pd.Index(self.areas["region"].unique())
        region = regions.get_indexer(self.areas["region"])[places["area"]]
        role = places["role"] + 1 if "role" in places else np.zeros(len(region), dtype=int)
        digits = max(5, len(str(self.rows)))
        rows = {name: [pa.chunked_array(parts).filter(pa.array(keep))] for name, parts in self.texts.items()}
        codes = {
            "wave": (places["wave"], asked.waves.index),
            "area": (places["area"], self.areas.index.astype("str")),
            "region": (region, regions),
            "group": (places["group"], asked.groups.index),
            "role": (role, pd.Index(["", *asked.roles.index])),
        }
        data = {"respondent": _padded(self.people[keep] + 1, digits)}
        data |= {name: pd.Categorical.from_codes(*one) for name, one in codes.items()}
        data["weight"] = np.concatenate(self.weights)
        data |= {name: numbered_names(rows.get(name, []), len(region)) for name in ("stratum", "psu")}
        return pd.DataFrame(data)


def _column(raw: pd.DataFrame, spec: object) -> pd.Series:
    """Take a column, or make one that says the same in every row."""
    if isinstance(spec, Mapping):
        same = pd.Categorical.from_codes(np.zeros(len(raw), dtype=int), categories=[str(spec["constant"])])
        return pd.Series(same, index=raw.index, name="constant")
    return raw[spec]


def _padded(numbers: np.ndarray, digits: int) -> pd.Series:
    """Write numbers as text, with zeros before them."""
    texts = pa.compute.cast(pa.array(numbers), pa.large_string())
    return pa.chunked_array([pa.compute.utf8_lpad(texts, digits, "0")]).to_pandas()


def _own_team(
    scores: np.ndarray, groups: np.ndarray, questionnaire: Questionnaire
) -> tuple[np.ndarray, list[tuple]]:
    """Set ratings of one's own team to not asked, also where they were left blank."""
    scores = scores.copy()
    touched, filled = np.zeros(len(scores), dtype=int), np.zeros(len(scores), dtype=int)
    for n, team in enumerate(questionnaire.items["team"]):
        if not team:
            continue
        own = np.isin(
            groups, questionnaire.groups.index.get_indexer(questionnaire.teams.loc[team, "members"])
        )
        blank = scores[:, n] == MISSING["blank"]
        touched += own & ~blank & (scores[:, n] != NOT_ASKED)
        filled += own & blank
        scores[own, n] = NOT_ASKED
    detail = "nobody rates the team they belong to: set to not asked"
    account = [
        ("rated their own team", "altered", int((touched > 0).sum()), int(touched.sum()), detail),
        ("left their own team blank", "altered", int((filled > 0).sum()), int(filled.sum()), detail),
    ]
    return scores, account


def _keep(places: dict, scores: np.ndarray) -> tuple[np.ndarray, list[tuple]]:
    """Leave out rows that cannot be placed or hold no answer, each for one reason."""
    keep, account = np.ones(len(scores), dtype=bool), []
    silent = ((scores == MISSING["blank"]) | (scores == NOT_ASKED)).all(axis=1)
    reasons = {
        "no wave": places["wave"] == BLANK,
        "no area": places["area"] == BLANK,
        "no staff group": places["group"] == BLANK,
        "no item answered": silent,
    }
    for reason, here in reasons.items():
        account.append((reason, "dropped", int((keep & here).sum()), 0, ""))
        keep &= ~here
    return keep, account
