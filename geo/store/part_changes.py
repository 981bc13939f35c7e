"""What mended lines and a person's word do to what was seized: the parts of a record."""

import json
from collections import Counter
from collections.abc import Iterable

import numpy as np

from geo.schema import DRUG_CLASSES
from geo.seized import UNITS, Part, read, spell


def joined(
    mended: Iterable[Part], held: Iterable[Part], were: Iterable[Part] | None
) -> tuple[Part, ...]:
    """Parts of a record of which some lines were mended, with those of its other lines.

    Parameters
    ----------
    mended : iterable of Part
        What the mended lines say.
    held : iterable of Part
        What the record was before.
    were : iterable of Part, optional
        What of `held` these lines said then, nothing of those that had been dropped. When that is
        not known, a part told by both counts as often as in either, one without quantity only where
        no other is of its drug.

    Examples
    --------
    >>> from geo.seized import in_words
    >>> heroin, meth = Part("|heroin|", "", 1, "GM"), Part("|meth|", "", 2, "GM")
    >>> in_words(spell(joined([heroin, meth], [heroin], [])))
    'Heroin: 1 g; Heroin: 1 g; Methamphetamine: 2 g'
    >>> in_words(spell(joined([meth], [heroin, heroin], [heroin])))
    'Heroin: 1 g; Methamphetamine: 2 g'
    >>> in_words(spell(joined([meth], [heroin, heroin, meth._replace(quantity=None)], None)))
    'Heroin: 1 g; Heroin: 1 g; Methamphetamine: 2 g'
    """
    words: dict[Part, str] = {}  # a record kept by an older version may not have them
    new, old = tuple(mended), tuple(held)
    for part in (*old, *new):
        if part.written:
            words[part._replace(written="")] = part.written
    then, now = _counted(old), _counted(new)
    gone = None if were is None else _counted(were)
    if gone is not None and gone <= then:
        found = then - gone + now
        return tuple(part._replace(written=words.get(part, "")) for part in found.elements())
    both = then | now
    known = {part.drugs for part in both if part.quantity is not None}
    return tuple(
        part._replace(written=words.get(part, ""))
        for part in both.elements()
        if part.quantity is not None or part.drugs not in known
    )


def _counted(parts: Iterable[Part]) -> Counter[Part]:
    return Counter(part._replace(written="") for part in parts)


def corrected(text: str, drugs: str) -> str:
    """Parts after a person said which drugs there were; the quantities stay.

    A part of a drug that the person does not name is of the one they name, of a drug not known
    where they name several.

    Examples
    --------
    >>> from geo.seized import in_words
    >>> found = spell([Part("|heroin|", "Brown", 1, "GM"), Part("|meth|", "Ice", 2, "GM")])
    >>> in_words(corrected(found, "|fentanyl|")), in_words(corrected(found, "|cocaine|meth|"))
    ('Fentanyl: 1 g; Fentanyl: 2 g', 'Drug not known: 1 g; Methamphetamine: 2 g')
    """
    said = {code for code in drugs.split("|") if code}
    other = drugs if len(said) == 1 else ""
    return spell(
        part if part.drugs and set(part.drugs.strip("|").split("|")) <= said
        else part._replace(drugs=other)
        for part in read(text)
    )  # fmt: skip


def read_given(text: str) -> tuple[Part, ...]:
    """Parts that a person gave.

    Raises
    ------
    ValueError
        They are none: of a drug or unit that is not known, a quantity below zero, no part at all.

    Examples
    --------
    >>> read_given('[["|fentanyl|","pills",30,"DU"]]')
    (Part(drugs='|fentanyl|', written='pills', quantity=30.0, unit='DU'),)
    """
    found = []
    for drugs, written, quantity, unit in json.loads(text):
        classes = drugs.strip("|").split("|") if drugs else []
        spelled = f"|{'|'.join(sorted(set(classes)))}|" if classes else ""
        known = None if quantity is None else float(quantity)
        right = known is None or 0 <= known < np.inf
        if drugs != spelled or not {*classes} <= {*DRUG_CLASSES} or unit not in {"", *UNITS}:
            raise ValueError
        if not right or not isinstance(written, str):
            raise ValueError
        found.append(Part(drugs, written, known, unit))
    if not found:
        raise ValueError
    return tuple(found)


def with_parts(drugs: str, old: Iterable[Part], new: Iterable[Part]) -> str:
    """Drugs of a record whose parts are others now; those that no part told stay.

    Examples
    --------
    >>> with_parts("|cocaine|heroin|", [Part("|heroin|", "", 1, "GM")], [Part("", "", 1, "GM")])
    '|cocaine|'
    """
    before, after = (
        {code for part in parts for code in part.drugs.split("|") if code} for parts in (old, new)
    )
    found = {code for code in drugs.split("|") if code} - before | after
    return f"|{'|'.join(sorted(found))}|" if found else ""
