"""Numbers with their nouns, as people write them."""


def count_of(number: float, singular: str, plural: str) -> str:
    """Write a number with its noun.

    Examples
    --------
    >>> count_of(1, "county", "counties"), count_of(1200, "county", "counties")
    ('1 county', '1,200 counties')
    """
    return f"{number:,.0f} {singular if number == 1 else plural}"
