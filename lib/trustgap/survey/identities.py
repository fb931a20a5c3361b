"""Who the respondents of an answers file are, for those who must know them again in a later file."""

import numpy as np
import pyarrow as pa

from trustgap.survey.checks import Problem, SurveyError
from trustgap.survey.folder import Survey
from trustgap.survey.gathered import Gathered
from trustgap.survey.matching import fold
from trustgap.survey.tables import read_parts

ANSWERS = 2
"""Place of the file of answers or shares among the files of a survey, after questionnaire and areas."""


def identities(survey: Survey) -> np.ndarray:
    """Read again by which identifier the file calls the respondent of each row that was kept.

    The canonical frame numbers respondents so that no identifier lives on in it. What is read here must be
    digested with the survey's key at once, and goes no further.

    Parameters
    ----------
    survey : Survey
        As `folder.load` returns it.

    Returns
    -------
    array of str
        One per row of ``survey.answers``, in its order; "" where the file gives none.

    Raises
    ------
    SurveyError
        If the file has changed since it was read.
    """
    if survey.answers.empty or "respondent" not in survey.questionnaire.columns:
        return np.full(len(survey.answers), "", dtype=object)
    path = survey.paths[ANSWERS]
    gathered = None
    for part in read_parts(path):
        if gathered is None:
            columns = {fold(name): name for name in reversed(part.columns)}
            gathered = Gathered(survey.questionnaire, survey.areas, path.name, columns)
        gathered.add(part)
    keep = np.concatenate(gathered.keep)
    if keep.sum() != len(survey.answers):
        accepted = "a file that nobody writes to"
        raise SurveyError([Problem(path.name, "", "it changed while it was read", 0, accepted, "Try again")])
    texts = pa.chunked_array(gathered.texts["respondent"]).filter(pa.array(keep))
    return texts.fill_null("").to_numpy().astype(object)
