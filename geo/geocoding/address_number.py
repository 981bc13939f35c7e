"""House numbers as people write, mistype and mask them, brought to digits."""

import re
from typing import Final

from geo.geocoding.address_between import BETWEEN_WORDS
from geo.geocoding.street_words import NUMBERS, ORDINALS, TENS

_AT_FRONT: Final = r"(?:^|(?<=, ))"
_ODD = re.compile(
    r"\d(?:[,.]\d|[*?O]|[ -]?ISH| T[HO])|L\d|[A-Z]0|0[A-Z]| 5T\b"
)  # what no plain address has
_THOUSANDS = re.compile(_AT_FRONT + r"(\d{1,2}),(\d{3})(?= [A-Z])")
_POINT_ZERO = re.compile(_AT_FRONT + r"(\d{1,6})\.0+(?=,? [A-Z0-9])")
_ABOUT = re.compile(_AT_FRONT + r"(\d{1,6})[ -]?ISH(?= )")
_MASKED = re.compile(_AT_FRONT + r"(\d{1,4})(\*{1,3}|\?{2,3})(?= )")
_LETTER_FOR_DIGIT = re.compile(
    _AT_FRONT + r"(?:\d+O[\dO]*|L\d{2,5})(?= [NSEW]{1,2} | (?!STREET|AVE)[A-Z]{3})"
)
_ZERO_FOR_O = re.compile(r"(?<![A-Z\d-])(?=[A-Z0]*?[A-Z]0?[A-Z])(?=[A-Z]*0)[A-Z0]{3,}(?![A-Z\d-])")
_FIVE_T = re.compile(r"(?<=[A-Z]{2} )5T(?=[ .,;]*$|[.,;]| [NSEW]\b)")
_DIGIT_FOR: Final = str.maketrans({"O": "0", "L": "1"})
_TO = re.compile(_AT_FRONT + r"(\d{1,6}) (?:THRU|THROUGH|TO) \d{1,6}(?= [A-Z])")
_BETWEEN_NUMBERS = re.compile(
    rf"^(?:{'|'.join(sorted(BETWEEN_WORDS))}|FROM) (\d{{2,6}}) (?:AND|&|TO) \d{{2,6}}"
    r"(?= [NSEW]{1,2} | [A-Z]{3})(?!.* ON )"
)
_UNITS: Final = {word: number for word, number in NUMBERS.items() if number < 10}
_TEENS: Final = {
    "TEN": 10, "ELEVEN": 11, "TWELVE": 12, "THIRTEEN": 13, "FOURTEEN": 14, "FIFTEEN": 15,
    "SIXTEEN": 16, "SEVENTEEN": 17, "EIGHTEEN": 18, "NINETEEN": 19,
}  # fmt: skip
_HUNDRED = re.compile(
    rf"^(?:(?:(?P<many>{'|'.join(_UNITS | _TEENS)}) )?HUNDRED(?= BL(?:OC)?K\b)"
    rf"|(?P<hundreds>{'|'.join(_UNITS | _TEENS)}) HUNDRED"
    rf"(?:(?: AND)? (?:(?P<teen>{'|'.join(_TEENS)})"
    rf"|(?P<ten>{'|'.join(TENS)})(?:[ -](?P<one>{'|'.join(_UNITS)}))?"
    rf"|(?P<only>{'|'.join(_UNITS)})))?)(?= [A-Z])(?! (?:{'|'.join(ORDINALS)})\b)"
)


def plain_number(line: str) -> str:
    """Write the number at the front of a line in digits, a masked one with X.

    Parameters
    ----------
    line : str
        In capital letters, with all marks.

    Examples
    --------
    >>> [plain_number(text) for text in ("1,260 ELM ST", "1260.0 ELM ST", "1OO ELM ST", "L50 ELM")]
    ['1260 ELM ST', '1260 ELM ST', '100 ELM ST', '150 ELM']
    >>> plain_number("150ISH ELM ST"), plain_number("1** ELM ST"), plain_number("150 THRU 170 ELM")
    ('150 ELM ST', '1XX ELM ST', '150 ELM')
    >>> plain_number("BETWEEN 150 AND 170 ELM ST"), plain_number("BETWEEN 10 AND 11 ST ON ELM ST")
    ('150 ELM ST', 'BETWEEN 10 AND 11 ST ON ELM ST')
    >>> [plain_number(text) for text in ("0AK ST", "150 D0BBS ST", "MAIN 5T", "150 10TH ST")]
    ['OAK ST', '150 DOBBS ST', 'MAIN ST', '150 10TH ST']
    >>> plain_number("ONE HUNDRED FIFTY ELM ST"), plain_number("HUNDRED BLOCK ELM ST")
    ('150 ELM ST', '100 BLOCK ELM ST')
    """
    if line[:1].isalpha():
        line = _BETWEEN_NUMBERS.sub(r"\1", line)
        if "HUNDRED" in line:
            line = _HUNDRED.sub(_in_digits, line)
    if _ODD.search(line) is None:
        return line
    line = _POINT_ZERO.sub(r"\1", _THOUSANDS.sub(r"\1\2", line))
    line = _TO.sub(r"\1", _ABOUT.sub(r"\1", line))
    line = _MASKED.sub(lambda found: found[1] + "X" * len(found[2]), line)
    line = _FIVE_T.sub("ST", _ZERO_FOR_O.sub(lambda found: found[0].replace("0", "O"), line))
    return _LETTER_FOR_DIGIT.sub(lambda found: found[0].translate(_DIGIT_FOR), line)


def _in_digits(said: re.Match[str]) -> str:
    small = _UNITS | _TEENS
    hundreds = small.get(said["many"] or said["hundreds"], 1)
    teen, only = small.get(said["teen"], 0), small.get(said["only"], 0)
    ten = int(TENS[said["ten"]]) * 10 if said["ten"] else 0
    return str(100 * hundreds + teen + ten + only + small.get(said["one"], 0))
