"""What the barriers and behaviours that areas bring evidence on are called."""

import pandas as pd

from trustgap.survey.catalogue import interventions


def hypotheses(evidence: pd.DataFrame) -> dict[str, str]:
    """Label the behaviours, barriers and interventions that a survey's evidence can name.

    Parameters
    ----------
    evidence : DataFrame
        ``behaviour`` and ``barrier``, of all areas or of one.

    Returns
    -------
    dict of str to str
        Labels of the catalogue, and in words every id that it lacks.

    Examples
    --------
    >>> labels = hypotheses(pd.DataFrame({"behaviour": ["home_first"], "barrier": ["no_lift"]}))
    >>> labels["home_first"], labels["no_lift"]
    ('Plan for home from the first day', 'No lift')
    """
    known = interventions().labels
    given = pd.unique(evidence[["behaviour", "barrier"]].to_numpy().ravel())
    own = {one: in_words(one) for one in given if one not in known}
    return known | own


def in_words(name: str) -> str:
    """Write an id as words.

    Parameters
    ----------
    name : str
        Such as ``no_lift``.

    Returns
    -------
    str

    Examples
    --------
    >>> in_words("no_lift")
    'No lift'
    """
    words = name.replace("_", " ").strip()
    return words[:1].upper() + words[1:]
