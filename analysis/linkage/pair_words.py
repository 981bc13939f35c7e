"""Why two records are thought to be one event, in words."""

from typing import Final

import numpy as np

from analysis.linkage.pairs import Floats, Ints, Side
from geo import schema

_SAME_POINT_M: Final = 50.0
_CLOCK_MINUTES: Final = 120.0


def reasons(  # noqa: PLR0913, PLR0917  (pairs and what was measured on them)
    a: Side, b: Side, left: Ints, right: Ints, apart: Ints, meters: Floats
) -> list[str]:
    """Say in words what agrees and what does not."""
    return [
        "; ".join(
            words
            for words in (
                _when(int(days), a.minute[i], b.minute[j]),
                _where(a, b, i, j, float(gap)),
                _age(a.age[i], b.age[j]),
                _same("sex", a.sex[i], b.sex[j]),
                _same("outcome", a.outcome[i], b.outcome[j]),
                _drugs(int(a.drugs[i]), int(b.drugs[j])),
            )
            if words
        )
        for i, j, days, gap in zip(left, right, apart, meters, strict=True)
    ]


def sure_in_words(probability: float) -> str:
    """Say how sure a pair is; nothing that is computed is sure.

    Examples
    --------
    >>> sure_in_words(0.874), sure_in_words(0.9999), sure_in_words(1.0)
    ('87%', 'over 99%', 'over 99%')
    """
    return "over 99%" if probability > 0.99 else f"{probability:.0%}"


def _when(days: int, minute: float, other: float) -> str:
    gap = abs(days * 1440 + other - minute)
    if gap <= _CLOCK_MINUTES:  # False when one is not known
        return "same minute" if gap == 0 else f"{gap:.0f} min apart"
    if days == 0:
        return "same day"
    return "1 day apart" if abs(days) == 1 else f"{abs(days)} days apart"


def _where(a: Side, b: Side, i: int, j: int, gap: float) -> str:
    if not np.isfinite(gap):
        return "same county"
    far = f"{gap:,.0f} m" if gap < 1000 else f"{gap / 1000:,.1f} km"
    if a.is_point[i] and b.is_point[j]:
        return f"{far} apart"
    if not a.is_point[i] and not b.is_point[j]:
        return "same ZIP code or city" if gap <= _SAME_POINT_M else f"places {far} apart"
    if gap <= a.radius_m[i] + b.radius_m[j]:
        return "one place lies within the ZIP code or city of the other"
    return f"{far} from the middle of the other's ZIP code or city"


def _age(age: float, other: float) -> str:
    if not (np.isfinite(age) and np.isfinite(other)):
        return ""
    return f"age {age:g} in both" if age == other else f"ages {age:g} and {other:g}"


def _same(name: str, one: int, other: int) -> str:
    if one < 0 or other < 0:
        return ""
    return f"same {name}" if one == other else f"{name} differs"


def _drugs(one: int, other: int) -> str:
    if not one or not other:
        return ""
    both = [name for bit, name in enumerate(schema.DRUG_CLASSES.values()) if one & other & 1 << bit]
    return f"both with {', '.join(name.lower() for name in both)}" if both else "other drugs"
