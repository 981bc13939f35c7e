"""One city for several addresses serves the one that is placed; one state serves them all."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from geo.ingest.columns import PLACE_ROLES, Mapping
from geo.ingest.nemsis import spelled_out
from geo.ingest.notes import named
from geo.ingest.words import ELSEWHERE, RESIDENCE, UNCLEAR, owner_of

SHARED: Final = "once for several addresses"
"""Part of every sentence about it."""

SURE: Final = 0.5
"""How sure such a column is at most."""

_ADDRESSES: Final = frozenset({"address", "address_part"})
_NEARER: Final = frozenset({"city", "zip"})
_SERVING: Final = _NEARER | {"county", "county_fips", "state"}


@dataclass(frozen=True)
class SharedPlace:
    """Columns that serve an address with a city, ZIP code or county: none where there are none.

    `owner` is whose the address is that is placed, `served` its columns, `besides` the addresses of
    others.
    """

    owner: str = ""
    columns: tuple[str, ...] = ()
    served: tuple[str, ...] = ()
    besides: tuple[str, ...] = ()


def shared_place(
    roles: Iterable[tuple[str, str]], header: tuple[str, ...], bare: Iterable[str]
) -> SharedPlace:
    """Find a city or ZIP code that is given once, before or behind the addresses of several.

    All of them stand side by side. A file that names another city or ZIP code apart, or an address
    of a hospital or an agency, is none of these: there the name right before says more.

    Parameters
    ----------
    roles : iterable of (role, column)
        What the columns are, with whose they are.
    header : tuple of str
        All columns, in order.
    bare : iterable of str
        Columns whose names do not say whose place they are.

    Examples
    --------
    >>> header = ("death_address", "home_address", "city")
    >>> roles = zip(("death.address", "residence.address", "residence.city"), header)
    >>> shared_place(roles, header, ("city",)).owner
    'death'
    """
    unsaid = set(bare)
    owners: dict[str, list[str]] = {}
    fields: dict[str, list[str]] = {}
    for role, column in roles:
        owner, _, field = role.rpartition(".")
        if field in _ADDRESSES:
            owners.setdefault(owner, []).append(column)
        elif field in _SERVING and owner:
            fields.setdefault(field, []).append(column)
    used = next((one for one in PLACE_ROLES if one in owners and one != RESIDENCE), "")
    columns = [column for given in fields.values() for column in given]
    near = [column for field in _NEARER for column in fields.get(field, ())]
    once = all(len(given) == 1 for given in fields.values()) and set(columns) <= unsaid
    if not used or not near or len(owners) < 2 or not once or {ELSEWHERE, UNCLEAR} & owners.keys():
        return SharedPlace()
    place = {column: at for at, column in enumerate(header)}
    serving = sorted(place[column] for column in columns)
    addresses = sorted(place[column] for given in owners.values() for column in given)
    outside = serving[0] > addresses[-1] or serving[-1] < addresses[0]
    every = serving + addresses
    if not outside or max(every) - min(every) + 1 != len(every):
        return SharedPlace()
    besides = [c for owner, given in owners.items() if owner != used for c in given]
    in_order = tuple(header[at] for at in serving)
    return SharedPlace(used, in_order, tuple(owners[used]), tuple(besides))


def sole_state(columns: Iterable[str]) -> str:
    """Name the state's column, where only one is given and its name does not say whose it is.

    Examples
    --------
    >>> sole_state(["State"]), sole_state(["Injury State"]), sole_state(["State", "Death State"])
    ('State', '', '')
    """
    named = list(columns)
    return named[0] if len(named) == 1 and not owner_of(spelled_out(named[0]), "place") else ""


def told_of_shared(mapping: Mapping) -> list[str]:
    """Say in a sentence which columns serve which of several addresses, as the choices are now."""
    roles = {c.column: c.role for c in (*mapping.others, *mapping.choices)}
    bare = [column for column in roles if not owner_of(spelled_out(column), "place")]
    found = shared_place(((role, c) for c, role in roles.items()), mapping.header, bare)
    used = {c.column for c in mapping.choices if c.role.startswith(f"{found.owner}.")}
    serving = [column for column in found.columns if column in used]
    if not serving or not set(found.served) <= used:
        return []
    stands = "stands" if len(serving) == 1 else "stand"
    said = (
        f"{named(serving)} {stands} {SHARED}: taken for {named(found.served)}, which is placed, "
        f"not for {named(found.besides)}. Change it if that is wrong: streets would be looked for "
        "in the wrong town."
    )
    return [said]
