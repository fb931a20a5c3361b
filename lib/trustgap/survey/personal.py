"""What in a text would lead to a person: looked for by its form, said by its kind only."""

import re
import unicodedata
from collections.abc import Iterable

MAX_LOOKED_AT = 20_000
"""Characters of a text that are searched; nobody types more into a form."""

NAMED = r"(?:staff|employee|payroll|assignment|smartcard|gmc|nmc|hcpc|gphc|registration)"

UNSEEN = "\u00ad\u034f\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
"""Signs without width, which may stand between any two letters."""

TITLES = "mr|mrs|ms|miss|mx|dr|doctor|prof|professor|sister|matron|nurse|rev|cllr|councillor|sir|dame"

FORMS = {
    "an e-mail address": re.compile(r"[\w.%+-]{1,64}\s?(?:@|\(at\)|\[at\])\s?[\w-]{1,63}(?:\.[\w-]{1,63})+"),
    "a telephone number": re.compile(r"(?<!\d)(?:\+\s?44|0044|0)(?:[\s().-]{0,3}\d){9,10}(?!\d)"),
    "an NHS number": re.compile(r"(?<!\d)\d{3}[\s-]?\d{3}[\s-]?\d{4}(?!\d)"),
    "a postcode": re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]?\s{0,2}\d[A-Z]{2}\b", re.IGNORECASE),
    "a staff or registration number": re.compile(
        rf"\b{NAMED}\b\W{{0,3}}(?:id|no|number|pin|ref)?\W{{0,3}}[A-Z]{{0,3}}\d{{3,}}"
        r"|\b[A-Z]{1,4}[-/]?\d{4,9}\b|\b\d{2}[A-L]\d{4}[A-Z]\b",
        re.IGNORECASE,
    ),
    "a title with a name": re.compile(rf"\b(?i:{TITLES})(?:\.\s{{0,2}}|\s{{1,2}})(?![a-z])[^\W\d_][\w'’-]+"),
}
"""By kind: the form in which it is written. Names without a title have no form and are not found."""


PLAIN = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-") | dict.fromkeys(UNSEEN))


def kinds(text: str) -> tuple[str, ...]:
    """Say what kinds of personal details a text seems to hold.

    Parameters
    ----------
    text : str
        What somebody wrote.

    Returns
    -------
    tuple of str
        Some of `FORMS`, in their order; a text without any may still lead to a person.

    Notes
    -----
    Ten digits are an NHS number only if the last of them checks the others modulo 11 [1]_; wide and other
    digits count as plain ones, and dashes as hyphens.

    References
    ----------
    .. [1] NHS Data Model and Dictionary, NHS NUMBER.

    Examples
    --------
    >>> kinds("Ring Dr Smith on 020 7946 0000"), kinds("The ward 9 team is 10 out of 10")
    (('a telephone number', 'a title with a name'), ())
    """
    plain = unicodedata.normalize("NFKC", text[:MAX_LOOKED_AT]).translate(PLAIN)
    return tuple(
        kind
        for kind, form in FORMS.items()
        if any(kind != "an NHS number" or _checks(found.group()) for found in form.finditer(plain))
    )


def counted(texts: Iterable[str]) -> dict[str, int]:
    """Count the texts that seem to hold personal details, by kind.

    Parameters
    ----------
    texts : iterable of str
        What people wrote.

    Returns
    -------
    dict of str to int
        Kinds that occur, in the order of `FORMS`.

    Examples
    --------
    >>> counted(["write to me: a.b@example.org", "c@example.org", "nothing"])
    {'an e-mail address': 2}
    """
    found = [kind for text in texts for kind in kinds(text)]
    return {kind: found.count(kind) for kind in FORMS if kind in found}


def _checks(number: str) -> bool:
    """Hold ten digits to the last of them, as an NHS number does."""
    digits = [int(one) for one in number if one.isdigit()]
    check = 11 - sum(digit * weight for digit, weight in zip(digits, range(10, 1, -1), strict=False)) % 11
    return check != 10 and digits[-1] == check % 11
