"""NEMSIS v3 element numbers and REDCap checkbox names, in the words they stand for."""

import re
from typing import Final

from geo.ingest import drugs

_ELEMENT = re.compile(r"^\W*e([A-Za-z]+)[._ ](\d{2,3})\b\s*[-:]*\s*(.*)$")
_OUTCOME = re.compile(r"^\W*eOutcome[._ ]0[12]\b", re.IGNORECASE)
_CHECKBOX = re.compile(r"^(.+?)___(\w+)$")

EXPIRED: Final = "20"
"""The code of discharge of a patient who died."""

LABELS: Final = {
    "response.01": "", "response.02": "EMS Agency Name", "response.03": "Incident Number",
    "response.04": "", "record.01": "Patient Care Report Number",
    "times.01": "Call Date/Time", "times.03": "Unit Notified by Dispatch Date/Time",
    "times.06": "Unit Arrived on Scene Date/Time",
    "scene.11": "Incident GPS Location", "scene.15": "Incident Street Address",
    "scene.17": "Incident City", "scene.18": "Incident State", "scene.19": "Incident ZIP Code",
    "scene.21": "Incident County FIPS",
    "patient.05": "Patient Home Address", "patient.06": "Patient Home City",
    "patient.07": "Patient Home County", "patient.08": "Patient Home State",
    "patient.09": "Patient Home ZIP Code", "patient.13": "Gender", "patient.25": "Sex",
    "patient.14": "Race", "patient.15": "Age", "patient.16": "Age Units",
    "situation.11": "Primary Impression", "situation.12": "Secondary Impression",
    "medications.03": "Medication Given", "medications.05": "Medication Dosage",
    "disposition.12": "Incident/Patient Disposition",
    "outcome.01": "Discharge Coded", "outcome.02": "Discharge Coded",
}  # fmt: skip
"""Elements of the national data standard that say something we use, and their names there."""


def spelled_out(name: str) -> str:
    """Column name with an element number of NEMSIS v3 put in words; "" when it is of no use here.

    Examples
    --------
    >>> spelled_out("eScene.17"), spelled_out("eVitals.06 - Systolic"), spelled_out("Event")
    ('Incident City', 'Systolic', 'Event')
    >>> spelled_out("eVitals.06")
    ''
    """
    found = _ELEMENT.match(name)
    if not found:
        return name
    return LABELS.get(f"{found[1].lower()}.{found[2]}") or found[3]


def is_outcome(name: str) -> bool:
    """Whether a name is that of what became of the patient in a hospital, in codes of discharge.

    Examples
    --------
    >>> is_outcome("eOutcome.01 - Emergency Department Disposition"), is_outcome("Outcome")
    (True, False)
    """
    return bool(_OUTCOME.match(name))


def is_checkbox(name: str) -> bool:
    """Whether a name is that of a REDCap checkbox: a field, three underscores, a choice.

    Examples
    --------
    >>> is_checkbox("cod_drugs___86"), is_checkbox("record_id")
    (True, False)
    """
    return bool(_CHECKBOX.match(name))


def checkbox_drugs(name: str) -> tuple[str, ...]:
    """Drug classes a checkbox stands for; none when its choice is only a number of a codebook.

    Examples
    --------
    >>> checkbox_drugs("tox___fentanyl"), checkbox_drugs("heroin___1"), checkbox_drugs("cod___86")
    (('fentanyl',), ('heroin',), ())
    """
    found = _CHECKBOX.match(name)
    if not found:
        return ()
    named = drugs.classes_in(found[2])
    return drugs.classes_in(found[1]) if not named and found[2] in {"1", "yes", "y"} else named
