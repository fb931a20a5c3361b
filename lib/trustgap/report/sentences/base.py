"""What a computed sentence is, and the small words that all of them need."""

from collections.abc import Iterable
from html import escape

from trustgap.report import vocabulary
from trustgap.report.disclosure import Shown

FEW = ("", "c", "n_lt_min")
"""Reasons that say that too few people answered."""

NOTHING = "Too few people answered to say anything here."
"""The wording where every number is hidden."""


NOT_ASKED = "The survey did not ask about this."
"""The wording where there is no row at all."""


LONGEST = 18
"""Words that a headline may have before it names less."""


class Sentence(str):
    """Text that a notebook may show."""

    def _repr_mimebundle_(self, **_: object) -> tuple[dict, dict]:
        html = f"<p>{escape(str(self))}</p>"
        return {"text/html": html, "text/plain": str(self)}, {"trustgap": {"kind": "sentence"}}


class Findings(tuple):
    """Several sentences that a notebook shows as a list."""

    def _repr_mimebundle_(self, **_: object) -> tuple[dict, dict]:
        html = "<ul>" + "".join(f"<li>{escape(str(sentence))}</li>" for sentence in self) + "</ul>"
        return {"text/html": html, "text/plain": "\n".join(self)}, {"trustgap": {"kind": "sentence"}}


def require(shown: Shown) -> None:
    """Refuse rows that did not pass the mask.

    Parameters
    ----------
    shown : Shown
        Rows for a sentence.

    Raises
    ------
    TypeError
        If they are anything else.
    """
    if not isinstance(shown, Shown):
        raise TypeError(f"sentences are made from Shown rows (study.protect), got {type(shown).__name__}")


def nothing(shown: Shown, *, few: str = NOTHING) -> Sentence:
    """Say why there is nothing to say.

    Parameters
    ----------
    shown : Shown
        The rows that a sentence was to be made from.
    few : str
        The wording where the survey asked but too few answered.

    Returns
    -------
    Sentence
        Not asked where there are no rows; the reason where most rows have one; else too few answers.
    """
    if not len(shown):
        return Sentence(NOT_ASKED)
    reason = shown.frame["reason"].mode().iloc[0]
    if reason in FEW:
        return Sentence(few)
    return Sentence(f"Nothing can be said here: {vocabulary.REASONS[reason]}.")


def silence(shown: Shown, *, few: str) -> Sentence:
    """Give the headline of a figure in which nothing can be drawn or told.

    Parameters
    ----------
    shown : Shown
        The rows that a headline was to be made from.
    few : str
        The wording where too few answered.

    Returns
    -------
    Sentence
        Where enough answered, as they do where everybody says the same, it does not say that too few did.
    """
    require(shown)
    reasons = shown.frame["reason"]
    return Sentence(few if not len(shown) or reasons.isin(FEW).any() else "Nothing can be told apart here")


def listed(parts: Iterable[str], *, most: int = 4) -> str:
    """Join parts with commas and a last "and".

    Parameters
    ----------
    parts : iterable of str
        What to list.
    most : int
        Name so many at most, then say how many more there are.

    Returns
    -------
    str
        Empty for no parts.

    Examples
    --------
    >>> listed(["a", "b", "c"]), listed(["a"]), listed("abcdef", most=2)
    ('a, b and c', 'a', 'a, b and 4 more')
    """
    names = list(parts)
    if len(names) > most:
        names = [*names[:most], f"{len(names) - most} more"]
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"


def remainder(found: dict[str, int], *, one: str, many: str, same: str, unsure: str) -> str:
    """Say what is not clearly different: how many are about the same, and of how many nobody can tell.

    Parameters
    ----------
    found : dict of str to int
        As `tally_verdicts` returns it.
    one, many : str
        The noun for one comparison and for several.
    same, unsure : str
        What follows the number of each, such as "stayed about the same".

    Returns
    -------
    str
        A sentence with a space before it; empty where every comparison is clear.

    Examples
    --------
    >>> found = {"higher": 1, "lower": 0, "equivalent": 2, "inconclusive": 0, "none": 0}
    >>> remainder(found, one="pair", many="pairs", same="are alike", unsure="are unclear")
    ' Of 3 pairs, 2 are alike.'
    """
    parts = [
        f"{found[kind]} {_singular(words) if found[kind] == 1 else words}"
        for kind, words in (("equivalent", same), ("inconclusive", unsure))
        if found[kind]
    ]
    tested = sum(found.values()) - found["none"]
    text = f" Of {counted(tested, one, many)}, {listed(parts)}." if parts else ""
    return text + (f" {found['none']} more cannot be shown." if found["none"] else "")


def _singular(words: str) -> str:
    first, _, rest = words.partition(" ")
    return " ".join([{"are": "is", "have": "has"}.get(first, first), rest])


def counted(n: int, one: str, many: str) -> str:
    """Say how many of something.

    Parameters
    ----------
    n : int
        How many.
    one, many : str
        The noun for one and for several.

    Returns
    -------
    str
        Small numbers stay digits, so that a reader can scan for them.

    Examples
    --------
    >>> counted(1, "pair", "pairs"), counted(0, "pair", "pairs")
    ('1 pair', 'no pairs')
    """
    return f"{n or 'no'} {one if n == 1 else many}"


def lower_first(text: str) -> str:
    """Start a label in lower case inside a sentence, unless it begins with an abbreviation.

    Parameters
    ----------
    text : str
        A label.

    Returns
    -------
    str
        The label for use after other words.

    Examples
    --------
    >>> lower_first("Adult social care staff"), lower_first("GPs")
    ('adult social care staff', 'GPs')
    """
    return text[:1].lower() + text[1:] if text[1:2].islower() or text[1:2] == " " else text


def upper_first(text: str) -> str:
    """Start a sentence in upper case.

    Parameters
    ----------
    text : str
        A sentence or label.

    Returns
    -------
    str
        The same with its first letter in upper case.
    """
    return text[:1].upper() + text[1:]


def quoted(labels: Iterable[str]) -> list[str]:
    """Put labels in quotation marks.

    Parameters
    ----------
    labels : iterable of str
        Short wordings of questions.

    Returns
    -------
    list of str
        For `listed`.
    """
    return [f"“{label}”" for label in labels]


def known(shown: Shown) -> "Shown":
    """Keep the rows that have a number to speak of.

    Parameters
    ----------
    shown : Shown
        Rows.

    Returns
    -------
    Shown
        Those neither hidden nor without estimate.
    """
    return shown.where(suppressed=False).present("estimate")


def tally_verdicts(shown: Shown) -> dict[str, int]:
    """Count the verdicts of rows.

    Parameters
    ----------
    shown : Shown
        Rows with a verdict.

    Returns
    -------
    dict of str to int
        ``higher``, ``lower``, ``equivalent``, ``inconclusive`` and ``none`` (hidden or not estimable).
    """
    counts = shown.frame["verdict"].replace("", "none").value_counts()
    return {
        name: int(counts.get(name, 0)) for name in ("higher", "lower", "equivalent", "inconclusive", "none")
    }
