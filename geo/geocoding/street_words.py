"""The words of street names: directions, types, ordinals, routes, units. Tables, nothing else.

References
----------
USPS Publication 28, "Postal addressing standards", appendices B, C1, C2 and F.
"""

from collections.abc import Mapping
from typing import Final

DIRECTIONS: Final[Mapping[str, str]] = {
    "N": "N", "S": "S", "E": "E", "W": "W", "NE": "NE", "NW": "NW", "SE": "SE", "SW": "SW",
    "NORTH": "N", "SOUTH": "S", "EAST": "E", "WEST": "W",
    "NORTHEAST": "NE", "NORTHWEST": "NW", "SOUTHEAST": "SE", "SOUTHWEST": "SW",
    "NO": "N", "SO": "S", "NTH": "N", "STH": "S", "NORTE": "N", "SUR": "S",
    "NORTHBOUND": "N", "SOUTHBOUND": "S", "EASTBOUND": "E", "WESTBOUND": "W",
    "NB": "N", "SB": "S", "EB": "E", "WB": "W",
}  # fmt: skip
"""Any way to write a direction -> the short one."""

DIRECTION_NAMES: Final[Mapping[str, str]] = {
    "N": "NORTH", "S": "SOUTH", "E": "EAST", "W": "WEST",
    "NE": "NORTHEAST", "NW": "NORTHWEST", "SE": "SOUTHEAST", "SW": "SOUTHWEST",
}  # fmt: skip

# One type a line: the whole word, the postal abbreviation, then other ways to write it.
_TYPES = """
ALLEY ALY ALLEE ALLY
ANNEX ANX ANEX
ARCADE ARC
AVENUE AVE AV AVEN AVENU AVN AVNUE AVENUES AVES
BAYOU BYU
BEACH BCH
BEND BND
BLUFF BLF
BLUFFS BLFS
BOTTOM BTM
BOULEVARD BLVD BOUL BOULV BL BLV BVLD BD BLVRD BOULEVARDE
BRANCH BR BRNCH
BRIDGE BRG
BROOK BRK
BYPASS BYP BYPA BYPAS BYPS
CAMP CP
CANYON CYN CANYN CNYN
CAPE CPE
CAUSEWAY CSWY CAUSWAY
CENTER CTR CENTRE CNTR CENTR CEN
CHASE
CIRCLE CIR CIRC CRCL CRCLE CIRCL CI
CLIFFS CLFS
CLUB CLB
COMMON CMN
COMMONS CMNS
CORNER COR
CORNERS CORS
COURSE CRSE
COURT CT CRT
COURTS CTS
COVE CV
CREEK CRK
CRESCENT CRES CRSENT CRESC
CREST CRST
CROSSING XING CRSSNG
CROSSROAD XRD
CROSSROADS XRDS
CURVE CURV
DALE DL
DAM DM
DRIVE DR DRV DRIV
DRIVES DRS
ESTATE EST
ESTATES ESTS
EXPRESSWAY EXPY EXPR EXP EXPW EXPRESS
EXTENSION EXT EXTN
FALLS FLS
FERRY FRY
FIELD FLD
FIELDS FLDS
FLAT FLT
FLATS FLTS
FORD FRD
FOREST FRST
FORGE FRG
FORK FRK
FORKS FRKS
FREEWAY FWY FRWY FREEWY
GARDEN GDN
GARDENS GDNS
GATEWAY GTWY
GLEN GLN
GREEN GRN
GROVE GRV
HARBOR HBR HARBR
HAVEN HVN
HEIGHTS HTS HEIGHT HT
HIGHWAY HWY HIWAY HIGHWY HWAY HIWY HWYS
HILL HL
HILLS HLS
HOLLOW HOLW HLLW
INLET INLT
ISLAND IS ISLND
ISLE
JUNCTION JCT JCTN
KEY KY
KNOLL KNL
KNOLLS KNLS
LAKE LK
LAKES LKS
LANDING LNDG
LANE LN LA LANES
LIGHT LGT
LODGE LDG
LOOP LOOP LP LOOPS
MALL
MANOR MNR
MEADOW MDW
MEADOWS MDWS
MEWS
MILL ML
MILLS MLS
MISSION MSN
MOTORWAY MTWY
MOUNTAIN MTN MNTN
NECK NCK
ORCHARD ORCH
OVAL
OVERPASS OPAS
PARK PARK PRK PARKS
PARKWAY PKWY PKY PARKWY PKWAY PWY PKWYS
PASS
PASSAGE PSGE
PATH PATH PATHS
PIKE PIKE PIKES PK
PINE PNE
PINES PNES
PLACE PL
PLAIN PLN
PLAINS PLNS
PLAZA PLZ PLZA
POINT PT
POINTS PTS
PORT PRT
PRAIRIE PR
RAMP
RANCH RNCH
RAPIDS RPDS
RIDGE RDG RDGE
RIDGES RDGS
RIVER RIV
ROAD RD ROADS RDS
ROUTE RTE
ROW
RUE
RUN
SHOAL SHL
SHORE SHR
SHORES SHRS
SKYWAY SKWY
SPRING SPG
SPRINGS SPGS
SPUR SPUR SPURS
SQUARE SQ SQR
STATION STA
STREAM STRM
STREET ST STR STRT STREETS STREE STRET STS
SUMMIT SMT
TERRACE TER TERR TERACE
THROUGHWAY TRWY
TRACE TRCE
TRACK TRAK
TRAFFICWAY TRFY
TRAIL TRL TRAILS TR TRLS
TUNNEL TUNL
TURNPIKE TPKE TRNPK TPK TNPK TURNPK
UNDERPASS UPAS
UNION UN
VALLEY VLY
VIADUCT VIA
VIEW VW
VILLAGE VLG VILL
VILLE VL
VISTA VIS
WALK WALK WALKS
WALL
WAY WAY WY WAYS
WELLS WLS
WHARF WHRF
"""
_LINES = [line.split() for line in _TYPES.split("\n") if line]

TYPES: Final[Mapping[str, str]] = {
    word: line[min(1, len(line) - 1)] for line in _LINES for word in line
}
"""Any way to write a street's type -> the postal abbreviation."""

TYPE_NAMES: Final[Mapping[str, str]] = {line[min(1, len(line) - 1)]: line[0] for line in _LINES}
"""Postal abbreviation -> the whole word."""

PLAIN_TYPES: Final = frozenset({
    "ALY", "AVE", "BLVD", "CIR", "CT", "DR", "EXPY", "FWY", "HWY", "LN", "LOOP", "PKWY", "PL",
    "PLZ", "RD", "SQ", "ST", "TER", "TPKE", "TRL", "WAY", "PATH", "ROW", "CRES", "PIKE", "CV",
})  # fmt: skip
"""Types that are hardly ever the last word of a city: they part street and city safely."""

ENDING_TYPES: Final = PLAIN_TYPES | {"BND", "LNDG", "RUN", "TRCE", "WALK", "XING"}
"""Types behind which other words than `AFTER_TYPES` are no part of the name."""

AFTER_TYPES: Final = frozenset({
    "ACCESS", "ALT", "ALTERNATE", "BUS", "BUSINESS", "BUSN", "CONNECTOR", "EXTD", "EXTENDED",
    "FRONTAGE", "INNER", "OLD", "OUTER", "SERVICE", "TRUCK",
})  # fmt: skip
"""Words that may follow a type within a name, beside types and directions."""

INNER_WORDS: Final[Mapping[str, str]] = {
    "MT": "MOUNT", "FT": "FORT", "DR": "DOCTOR", "JR": "JUNIOR", "SR": "SENIOR", "ST": "SAINT",
    "STE": "SAINTE", "GEN": "GENERAL", "CAPT": "CAPTAIN", "COL": "COLONEL", "LT": "LIEUTENANT",
    "SGT": "SERGEANT", "PRES": "PRESIDENT", "REV": "REVEREND", "BRO": "BROTHER", "COMM": "COMMON",
    "CNTRY": "COUNTRY", "CHPL": "CHAPEL", "CH": "CHURCH", "CHR": "CHURCH", "CMTRY": "CEMETERY",
    "CEM": "CEMETERY", "SCH": "SCHOOL", "OL": "OLD", "LTL": "LITTLE", "GRT": "GREAT",
    "UNIV": "UNIVERSITY", "HOSP": "HOSPITAL", "IND": "INDUSTRIAL", "MEM": "MEMORIAL",
    "ARPT": "AIRPORT", "CNTY": "COUNTY", "NATL": "NATIONAL", "MLK": "MARTINLUTHERKING",
}  # fmt: skip
"""Abbreviations within a street's name -> the whole word. "TYPES" come after these."""

LATER_WORDS: Final[Mapping[str, str]] = {"MT": "MOUNTAIN", "ST": "STREET", "DR": "DRIVE"}
"""The same where another word stands before them."""

ORDINALS: Final[Mapping[str, str]] = {
    "FIRST": "1ST", "SECOND": "2ND", "THIRD": "3RD", "FOURTH": "4TH", "FIFTH": "5TH",
    "SIXTH": "6TH", "SEVENTH": "7TH", "EIGHTH": "8TH", "NINTH": "9TH", "TENTH": "10TH",
    "ELEVENTH": "11TH", "TWELFTH": "12TH", "THIRTEENTH": "13TH", "FOURTEENTH": "14TH",
    "FIFTEENTH": "15TH", "SIXTEENTH": "16TH", "SEVENTEENTH": "17TH", "EIGHTEENTH": "18TH",
    "NINETEENTH": "19TH", "TWENTIETH": "20TH", "THIRTIETH": "30TH", "FORTIETH": "40TH",
    "FIFTIETH": "50TH", "SIXTIETH": "60TH", "SEVENTIETH": "70TH", "EIGHTIETH": "80TH",
    "NINETIETH": "90TH", "HUNDREDTH": "100TH",
}  # fmt: skip

TENS: Final[Mapping[str, str]] = {
    "TWENTY": "2", "THIRTY": "3", "FORTY": "4", "FIFTY": "5", "SIXTY": "6", "SEVENTY": "7",
    "EIGHTY": "8", "NINETY": "9",
}  # fmt: skip

NUMBERS: Final[Mapping[str, int]] = {
    "ONE": 1, "TWO": 2, "THREE": 3, "FOUR": 4, "FIVE": 5, "SIX": 6, "SEVEN": 7, "EIGHT": 8,
    "NINE": 9, "TEN": 10,
}  # fmt: skip
"""House numbers written as words."""

UNITS: Final = frozenset({
    "APT", "APARTMENT", "APTS", "APMT", "APRT", "UNIT", "UNT", "STE", "SUITE", "RM", "ROOM", "FL",
    "FLOOR", "FLR", "BLDG", "BUILDING", "BLD", "LOT", "TRLR", "TRAILER", "SPC", "SPACE", "DEPT",
    "DEPARTMENT", "HNGR", "HANGAR", "PIER", "SLIP", "STOP", "CONDO", "CELL", "DORM", "BED", "NUM",
    "PMB",
})  # fmt: skip
"""Words for a part of a building, followed by its number or letter."""

BARE_UNITS: Final = frozenset({
    "REAR", "BSMT", "BASEMENT", "FRNT", "FRONT", "LOWR", "LOWER", "UPPR", "UPPER", "LBBY", "LOBBY",
    "PH", "PENTHOUSE", "OFC", "OFFICE", "GARAGE", "GAR", "ATTIC", "COACHHOUSE", "GARDEN", "BACK",
    "GF", "BSE", "BSM", "BSMNT", "PORCH", "HALLWAY", "STAIRWELL", "ROOFTOP", "UPSTAIRS",
    "DOWNSTAIRS",
})  # fmt: skip
"""Words for a part of a building that need no number."""

SURE_UNITS: Final = frozenset({
    "REAR", "BSMT", "BASEMENT", "FRNT", "LOWR", "UPPR", "LBBY", "LOBBY", "PH", "PENTHOUSE", "OFC",
    "ATTIC", "BSM", "BSMNT", "STAIRWELL", "ROOFTOP", "UPSTAIRS", "DOWNSTAIRS",
})  # fmt: skip
"""Those of them that hardly ever begin a street's name."""

LOOSE_UNITS: Final = frozenset({
    "TOWER", "TWR", "WING", "CABIN", "HOUSE", "HSE", "STORE", "SHOP", "BOOTH", "BAY", "SP", "SITE",
    "HALL", "VILLA", "BOX", "PH", "OFC", "OFFICE", "STUDIO", "COTTAGE", "DUPLEX", "LEVEL", "LVL",
    "PAD", "KEY", "FLAT", "APTO", "APARTAMENTO", "PISO", "CASA", "DEPTO",
})  # fmt: skip
"""Words for a part of a building with its number, which begin names of streets as well."""

SIDES: Final = frozenset({
    "LEFT", "RIGHT", "UPPER", "LOWER", "UPPR", "LOWR", "REAR", "FRONT", "FRNT", "BACK", "SIDE",
    "UPSTAIRS", "DOWNSTAIRS", "BASEMENT", "BSMT", "UP", "DOWN",
})  # fmt: skip
"""Where in a building: "APT LEFT", "UPPER UNIT"."""

SURE_SIDES: Final = SIDES - {
    "UPPER", "LOWER", "FRONT", "BACK", "SIDE", "UP", "DOWN", "LEFT", "RIGHT",
}  # fmt: skip
"""Those of them that hardly ever begin a street's name."""

NO_PLACE: Final = frozenset({
    "UNKNOWN", "UNK", "UNKN", "HOMELESS", "TRANSIENT", "NONE", "NA", "NULL", "UNDETERMINED",
    "UNDOMICILED", "NAN", "PENDING", "REDACTED", "WITHHELD", "CONFIDENTIAL", "REFUSED", "VARIOUS",
    "UNSPECIFIED",
})  # fmt: skip
"""A first word that says that no place is known."""

NO_PLACE_PHRASES: Final = (
    "NO FIXED ADDRESS", "NO KNOWN ADDRESS", "NO ADDRESS", "GENERAL DELIVERY", "NOT AVAILABLE",
    "NOT GIVEN", "NOT STATED", "AT LARGE", "LOCATION UNKNOWN", "CURRENTLY UNKNOWN", "NO PERMANENT",
    "NOT APPLICABLE", "NO STREET",
)  # fmt: skip

REMARKS: Final = frozenset({
    "AKA", "BATHROOM", "BEDROOM", "CPR", "DECEASED", "DOA", "DOB", "ETOH", "FEMALE", "FENTANYL",
    "HEROIN", "MALE", "MRN", "NALOXONE", "NARCAN", "OD", "ODED", "OVERDOSE", "OVERDOSED",
    "PATIENT", "ROSC", "SSN", "UNCONSCIOUS", "UNRESPONSIVE", "YO", "YOA",
})  # fmt: skip
"""Words of remarks behind an address that are part of no street's name."""

REMARKS_AFTER_TYPE: Final = frozenset({
    "ACROSS", "AGE", "AGED", "ARRESTED", "BEHIND", "BF", "BM", "BY", "CALLED", "CALLER", "CASE",
    "COLLAPSED", "DEAD", "DOSE", "DRIVEWAY", "EMS", "FOUND", "HX", "IN", "INC", "INCIDENT",
    "INSIDE", "KITCHEN", "MG", "NAME", "NEXT", "OUTSIDE", "PHONE", "POLICE", "PTS", "REF", "REPORT",
    "RP", "SEIZED", "SUBJ", "SUBJECT", "SUSPECT", "TEL", "VIC", "VICTIM", "WF", "WITH", "WM",
    "YARD",
})  # fmt: skip
"""Words that are remarks where they stand behind a street's type."""
