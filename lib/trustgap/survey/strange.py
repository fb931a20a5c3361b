"""Values of an answers file that mean nothing, added up over its parts and said without naming rare ones."""

from collections.abc import Mapping

import pandas as pd

from trustgap.survey.checks import Problem, listed, unknown_values
from trustgap.survey.questionnaire import Questionnaire


class Strange:
    """Values without a meaning, by column, and in how many rows they stand.

    Parameters
    ----------
    file : str
        Name of the file, for messages.
    names : mapping of str to str
        What the file calls each column: by role, and for items by ``item:<id>``.

    Examples
    --------
    >>> strange = Strange("a.csv", {"weight": "w"})
    >>> strange.note({}, bad_weights=1)
    >>> strange.note({}, bad_weights=2)
    >>> print(strange.of_weights()[0].message())
    a.csv, column 'w': the weight is not a number above 0 (3 times). Accepted: numbers above 0. Correct ...
    """

    def __init__(self, file: str, names: Mapping[str, str]) -> None:
        self.file, self.names = file, names
        self.rows: dict[str, dict[str, int]] = {}
        self.bad_weights = 0

    def note(self, unknown: Mapping[str, pd.Series], *, bad_weights: int = 0) -> None:
        """Add what one part of the file holds.

        Parameters
        ----------
        unknown : mapping of str to Series of int
            By column, as `columns.placed` and `columns.scored` give it.
        bad_weights : int
            Weights that are no numbers above 0.
        """
        self.bad_weights += bad_weights
        for column, counts in unknown.items():
            seen = self.rows.setdefault(column, {})
            for value, rows in counts.items():
                seen[value] = seen.get(value, 0) + rows

    def of_places(self, questionnaire: Questionnaire, areas: pd.DataFrame) -> list[Problem]:
        """Report unknown waves, areas, groups and roles.

        Parameters
        ----------
        questionnaire : Questionnaire
            Knows waves, groups and roles.
        areas : DataFrame, indexed by code
            The areas.

        Returns
        -------
        list of Problem
            One for each column.
        """
        known = {
            "wave": questionnaire.waves.index,
            "area": areas.index,
            "group": questionnaire.groups.index,
            "role": questionnaire.roles.index,
        }
        problems = []
        for kind in [kind for kind in known if self.rows.get(kind)]:
            source = "areas.csv" if kind == "area" else "questionnaire.yaml"
            remedy = f"Correct the answers, or add the {kind} or its code to {source}"
            problems.append(self._problem(kind, f"an unknown {kind}", listed(known[kind]), remedy))
        return problems

    def of_answers(self, questionnaire: Questionnaire) -> list[Problem]:
        """Report answers that are not on the scale of their item.

        Parameters
        ----------
        questionnaire : Questionnaire
            Knows items and scales.

        Returns
        -------
        list of Problem
            One for each item.
        """
        problems = []
        for item, scale in questionnaire.items["scale"].items():
            if self.rows.get(f"item:{item}"):
                remedy = f"Correct the answers, or add the label to the scale '{scale}' in questionnaire.yaml"
                what = f"an answer to the item {item} that is not on its scale"
                accepted = questionnaire.scales[scale].accepted
                problems.append(self._problem(f"item:{item}", what, accepted, remedy))
        return problems

    def of_weights(self) -> list[Problem]:
        """Report weights that are no numbers above 0.

        Returns
        -------
        list of Problem
            One, or none.
        """
        if not self.bad_weights:
            return []
        remedy = "Correct the weights, with a point before decimals; leave the cell empty if there is none"
        found = "the weight is not a number above 0"
        place = f"column '{listed([self.names['weight']])}'"
        return [Problem(self.file, place, found, self.bad_weights, "numbers above 0", remedy)]

    def _problem(self, column: str, what: str, accepted: str, remedy: str) -> Problem:
        """Describe the values of one column."""
        counts = pd.Series(self.rows[column], dtype=int)
        rows = int(counts.sum())
        found = f"{rows:,} {'row holds' if rows == 1 else 'rows hold'} {what}: {unknown_values(counts)}"
        return Problem(self.file, f"column '{listed([self.names[column]])}'", found, 0, accepted, remedy)
