"""Whose a bare "City" is: of the incident, unless the file gives a reason to think otherwise."""

from typing import Final

from geo.ingest.columns import PLACE_FIELDS, PLACE_ROLES
from geo.ingest.meanings import meaning_of
from geo.ingest.nemsis import spelled_out
from geo.ingest.shared_places import SURE, shared_place, sole_state
from geo.ingest.words import (
    DEATH,
    ELSEWHERE,
    INCIDENT,
    INJURY,
    RESIDENCE,
    SCENE,
    UNCLEAR,
    group_of,
    owner_of,
    split_words,
)

Candidate = tuple[str, str, float]
"""Role, column, how sure."""

_MOVED: Final = frozenset({
    "address", "address_part", "city", "zip", "county", "county_fips", "state",
})  # fmt: skip
"""Coordinates stay: homes are hardly ever given as coordinates."""
_VISITS: Final = frozenset({
    "discharge", "discharged", "triage", "ccdd", "biosense", "sense", "essence", "admit",
    "admitted", "admitting", "admission", "mrn", "inpatient", "outpatient",
})  # fmt: skip
"""Words of lists of hospital visits, which know where patients live and nothing else."""
_MAYBE_VISITS: Final = frozenset({
    "ed", "er", "dx", "icd", "chief", "complaint", "encounter", "diagnosis", "visit",
})  # fmt: skip
_RUNS: Final = frozenset({
    "ems", "scene", "dispatch", "dispatched", "enroute", "unit", "run", "pcr", "incident", "call",
    "psap", "offense", "occurred",
})  # fmt: skip
"""Words of ambulance and police, beside which those before say nothing."""
_DEATHS: Final = frozenset({"dod", "autopsy", "decedent", "decd"})
_PERSON: Final = frozenset({
    "name", "first", "last", "middle", "dob", "birth", "ssn", "phone", "mrn", "firstname",
    "lastname", "fname", "lname", "surname",
})  # fmt: skip
_NO_PERSON: Final = frozenset({
    "agency", "county", "city", "drug", "common", "location", "business", "place", "landmark",
    "street", "road", "building", "premise", "premises", "site", "establishment", "venue",
})  # fmt: skip
"""Beside these words a name is that of a place or a thing."""
_ABOUT_PEOPLE: Final = frozenset({"age", "sex", "gender", "race", "ethnicity", "suffix"})


def settle(
    candidates: list[Candidate], header: tuple[str, ...], *, of_areas: bool
) -> list[Candidate]:
    """Say whose the places are whose names do not say it.

    A bare place right behind one that says whose it is belongs to the same ("Home Address, City"),
    unless it is given once beside the addresses of several (`shared_places`).
    Others are of the incident, unless the file names the place of injury, scene or death apart, is
    a list of visits to hospitals or of deaths, or gives the place right behind a person's name:
    then they are most likely homes, and are not used until someone says so. A state given once is
    everybody's (`places.read_places`): it stays with those who are placed.

    Parameters
    ----------
    candidates : list of (role, column, confidence)
        What the columns seem to be.
    header : tuple of str
        All columns, in order.
    of_areas : bool
        Whether rows are counts of areas: those are no lists of people.

    Examples
    --------
    >>> settle([("incident.city", "City", 0.9)], ("MRN", "City"), of_areas=False)
    [('residence.city', 'City', 0.3)]
    """
    bare = {
        column
        for role, column, _ in candidates
        if role.startswith(f"{INCIDENT}.")
        and _may_move(role.rpartition(".")[2], column)
        and not owner_of(spelled_out(column), "place")
    }
    owners = {} if of_areas else _inherited(candidates, header, bare)
    homes = not of_areas and (_apart(candidates) or _is_of_people(candidates, header))
    shared = _shared(candidates, header, bare, owners, homes=homes) if not of_areas else {}
    owners |= {} if of_areas else _of_state(candidates, bare)
    owners |= shared
    named = {role for role, column, _ in candidates if column not in bare}
    settled: list[Candidate] = []
    for role, column, confidence in candidates:
        field = role.rpartition(".")[2]
        owner = owners.get(column, RESIDENCE if homes else INCIDENT)
        if column not in bare:
            settled.append((role, column, confidence))
        elif column in shared:
            settled.append((f"{owner}.{field}", column, min(SURE, confidence)))
        elif owner == INCIDENT:  # behind one that says so
            weaker = role in named
            settled.append((role, column, confidence * 0.8 if weaker else confidence))
        else:
            sure = 0.3 if owner in {RESIDENCE, ELSEWHERE, UNCLEAR} else confidence
            settled.append((f"{owner}.{field}", column, sure))
    return settled if _is_placed(settled) else _with_states(settled, candidates, bare)


def _shared(
    candidates: list[Candidate],
    header: tuple[str, ...],
    bare: set[str],
    owners: dict[str, str],
    *,
    homes: bool,
) -> dict[str, str]:
    """Owner of each bare place that is given once for the addresses of several."""
    other = RESIDENCE if homes else INCIDENT
    roles = [
        (f"{owners.get(c, other)}.{role.rpartition('.')[2]}" if c in bare else role, c)
        for role, c, _ in candidates
    ]
    found = shared_place(roles, header, bare)
    return dict.fromkeys(found.columns, found.owner)


def _of_state(candidates: list[Candidate], bare: set[str]) -> dict[str, str]:
    """Owner of the only state: the first whose place is named apart, and not just a home."""
    state = sole_state(c for role, c, _ in candidates if role.rpartition(".")[2] == "state")
    owners = {
        role.partition(".")[0]
        for role, column, _ in candidates
        if column not in bare and role.rpartition(".")[2] in _MOVED
    }
    used = next((one for one in PLACE_ROLES if one in owners and one != RESIDENCE), "")
    return {state: used} if state in bare and used else {}


def _may_move(field: str, column: str) -> bool:
    """Whether a bare place may be a home: text called an address may, though it gives degrees."""
    if field != "geo":
        return field in _MOVED
    named = meaning_of(column)
    return named is not None and named.field == "address"


def _is_placed(settled: list[Candidate]) -> bool:
    """Whether something is left that says where it happened, more closely than by state."""
    owners = {INCIDENT, INJURY, SCENE, DEATH}
    fields = set(PLACE_FIELDS) - {"state", "state_fips"}
    return any(
        role.partition(".")[0] in owners and role.partition(".")[2] in fields
        for role, _, _ in settled
    )


def _with_states(
    settled: list[Candidate], candidates: list[Candidate], bare: set[str]
) -> list[Candidate]:
    """Leave a bare state to the incident: alone it places nothing, and a chosen home needs it."""
    return [
        before if before[1] in bare and before[0] == f"{INCIDENT}.state" else after
        for before, after in zip(candidates, settled, strict=True)
    ]


def _inherited(
    candidates: list[Candidate], header: tuple[str, ...], bare: set[str]
) -> dict[str, str]:
    """Owner of each bare place that stands right behind a place, or a name, with an owner."""
    roles = {column: role for role, column, _ in candidates}
    found: dict[str, str] = {}
    owner, fields = "", set[str]()
    for column in header:
        group, _, field = roles.get(column, "").rpartition(".")
        words = set(split_words(column))
        if column in bare:
            if field in fields:
                owner, fields = "", {field}  # another block begins
            elif owner:
                found[column] = owner
            fields.add(field)
        elif field in PLACE_FIELDS:
            if group != owner:
                fields = set()
            owner, fields = group, fields | {field}
        elif words & _PERSON and not words & _NO_PERSON:
            owner, fields = _of_name(column), set()
        elif not words & _ABOUT_PEOPLE:
            owner, fields = "", set()
    return found


def _of_name(column: str) -> str:
    """Whose the address behind a name is: of the person, or of the hospital, so called."""
    return ELSEWHERE if group_of(split_words(column)) == ELSEWHERE else RESIDENCE


def _apart(candidates: list[Candidate]) -> bool:
    """Whether the place of injury, scene or death is named apart."""
    return any(
        role.partition(".")[0] in {INJURY, SCENE, DEATH}
        and role.partition(".")[2] in {"address", "city", "zip", "county", "geo"}
        for role, _, _ in candidates
    )


def _is_of_people(candidates: list[Candidate], header: tuple[str, ...]) -> bool:
    """Whether the file is a list of patients or of the dead: their addresses are known best."""
    said = {word for column in header for word in split_words(column)}
    if said & _VISITS or (said & _MAYBE_VISITS and not said & _RUNS):
        return True
    named = " ".join(" ".join(split_words(column)) for column in header)
    dead = bool(said & _DEATHS) or "cause of death" in named or "place of death" in named
    return dead or any(role == f"{DEATH}.date" for role, _, _ in candidates)
