"""What would lead to a person is found by its form, however it is typed."""

import time

import pytest
from test_free_text import PERSONAL

from trustgap.survey import personal


@pytest.mark.parametrize("kind", PERSONAL)
def test_each_kind_of_personal_detail_is_found_by_its_form(kind):
    assert personal.kinds(PERSONAL[kind]) == (kind,)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        # The example of the NHS Data Dictionary, and the same with another check digit.
        ("943 476 5919", True),
        ("9434765919", True),
        ("943-476-5919", True),
        ("943 476 5918", False),
        ("\uff19\uff14\uff13 \uff14\uff17\uff16 \uff15\uff19\uff11\uff19", True),
        ("19434765919", False),
    ],
)
def test_an_nhs_number_is_known_by_its_check_digit(text, found):
    """B23. Wide digits, too."""
    assert ("an NHS number" in personal.kinds(text)) == found


def test_wide_letters_and_signs_hide_nothing():
    """B23."""
    assert personal.kinds("jo\uff20example\uff0eorg") == ("an e-mail address",)
    assert personal.kinds("\uff33\uff37\uff11\uff21 \uff11\uff21\uff21") == ("a postcode",)
    assert personal.kinds("jo@\u200bexample\u00ad.org") == ("an e-mail address",)
    assert personal.kinds("020\u20137946\u20130018") == ("a telephone number",)


@pytest.mark.parametrize(
    "name", ["MRS JONES", "mrs Jones", "Doctor Who", "Dr.Smith", "Dr \u00d8rsted", "Cllr Ng"]
)
def test_a_name_with_a_title_is_found_however_it_is_typed(name):
    """B62."""
    assert personal.kinds(f"ask {name} about it") == ("a title with a name",)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "10 out of 10",
        "I waited 3 hours on ward 9",
        "in 2019 it was 56%",
        "AB",
        "doctor who",
        "at home",
        "MISSED",
        "a nurse said so",
        "MRSA's",
        "drums",
    ],
)
def test_ordinary_remarks_hold_no_personal_detail(text):
    assert personal.kinds(text) == ()


def test_a_long_text_made_to_be_slow_is_searched_in_no_time():
    """B24."""
    begun = time.process_time()
    for piece in ("a", "0 ", "a@", "A1", "staff ", ".", "a.", "0-(", "Mr "):
        personal.kinds(piece * 50_000)
    assert time.process_time() - begun < 2
