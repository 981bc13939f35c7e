"""Does a hot spot of a study stand at half and at double the reach."""

from collections.abc import Callable
from typing import Final

import numpy as np
import pandas as pd
from scipy import sparse

from analysis import result as names
from analysis import sensitivity
from analysis.neighbors import Scales
from analysis.result import Parameter
from analysis.words import count_of

Test = Callable[[sparse.csr_array], pd.arrays.IntegerArray]


def at_scales(on_map: pd.arrays.IntegerArray, scales: Scales, test: Test) -> pd.DataFrame:
    """Repeat the test of a map at half and at double the reach.

    Parameters
    ----------
    on_map : IntegerArray, shape (n,)
        Classes as shown.
    scales : Scales
        A reach that is the chosen one again is not tested, and does not count as a scale.
    test : callable
        The test of the map with other weights: its classes, <NA> where not computable.

    Returns
    -------
    DataFrame
        `result.AT_SCALES` in the order of `on_map`: in words, and the class at half and at double
        the reach, <NA> where not computable.
    """
    nothing = pd.arrays.IntegerArray(np.zeros(len(on_map), np.int8), np.ones(len(on_map), bool))
    half, double = (nothing if one is None else test(one) for one in (scales.half, scales.double))
    level = [one.to_numpy(dtype=np.float64, na_value=np.nan) for one in (half, on_map, double)]
    found = sensitivity.survival(np.column_stack(level))
    return pd.DataFrame(
        {
            names.ROBUST: found[sensitivity.IN_WORDS],
            names.HALF: half,
            names.DOUBLE: double,
        }
    )


def parameter(scales: Scales) -> Parameter:
    """Say at which other scales a map was tested."""
    told = [
        f"{what} the reach ({words})"
        for what, one, words in zip(
            ("half", "double"), (scales.half, scales.double), scales.in_words, strict=True
        )
        if one is not None
    ]
    if not told:
        return Parameter("Other scales", "none", "No other reach has other neighbors here.")
    reason = "A hot spot that needs one particular reach is a weak one: each is tested again."
    if scales.half is None:
        reason += " Half the reach has the same neighbors, so it is no test."
    if scales.double is None:
        reason += " Double the reach has the same neighbors, so it is no test."
    return Parameter("Other scales", " and ".join(told), f"{reason} {scales.gap}".rstrip())


def sentence(areas: pd.DataFrame, leading: str, noun: tuple[str, str]) -> str:
    """Sum up which hot and cold spots are found again at other scales.

    Parameters
    ----------
    areas : DataFrame
        `HotSpots.areas`.
    leading : str
        Column with the classes of the test that leads.
    noun : (str, str)
        An area and several.

    Examples
    --------
    >>> columns = ["half_class", "class", "double_class"]
    >>> areas = pd.DataFrame([[3, 3, 2], [2, 3, 0], [0, 1, 2]], columns=columns)
    >>> print(sentence(areas, "class", ("county", "counties")))
    Of 2 hot counties, 1 is robust at 3 of 3 scales, 1 is hot at 2 of 3.
    """
    columns = areas[[names.HALF, leading, names.DOUBLE]]
    level = columns.to_numpy(dtype=np.float64, na_value=np.nan)
    found = sensitivity.survival(level)
    return " ".join(
        _of_one_kind(found[level[:, 1] * side >= sensitivity.SURE], kind, noun)
        for side, kind in ((1, "hot"), (-1, "cold"))
        if (level[:, 1] * side >= sensitivity.SURE).any()
    )


_ALONE: Final = (1, 3)
"""Scales at which a spot of the chosen reach only is found, of how many."""


def _best_first(found: tuple[int, int]) -> tuple[bool, int, int]:
    """Order: found wherever it was looked for, then by how often."""
    survives, computed = found
    return survives < computed or computed == 1, -survives, -computed


def _of_one_kind(found: pd.DataFrame, kind: str, noun: tuple[str, str]) -> str:
    """Say at how many scales the hot (or cold) ones are found, the most often found first."""
    number = len(found)
    alike: dict[tuple[int, int], int] = {}
    for survives, computed in zip(
        found[sensitivity.SURVIVES], found[sensitivity.COMPUTED], strict=True
    ):
        # Found at no other scale reads the same, whether one or two others were tested.
        key = (survives, computed) if survives > 1 or computed == 1 else _ALONE
        alike[key] = alike.get(key, 0) + 1
    parts = []
    for survives, computed in sorted(alike, key=_best_first):
        many = alike[survives, computed]
        verb = "is" if many == 1 else "are"
        if computed == 1:
            parts.append(f"{many:,} could be tested at the chosen reach only")
        elif (survives, computed) == _ALONE:
            parts.append(f"{many:,} {verb} {kind} at the chosen reach only")
        elif survives == computed:
            parts.append(f"{many:,} {verb} robust at {survives} of {computed} scales")
        else:
            parts.append(f"{many:,} {verb} {kind} at {survives} of {computed}")
    if number == 1:
        return f"The one {kind} {noun[0]} {parts[0].removeprefix('1 ')}."
    return f"Of {count_of(number, f'{kind} {noun[0]}', f'{kind} {noun[1]}')}, {', '.join(parts)}."
