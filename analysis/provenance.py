"""What a result was made from, so that it can be made again and shown to be the same."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.metadata import version
from typing import Any, Final

from analysis.study import Study
from boundaries import registry
from geo.schema import Records
from geo.settings import VERSION

PACKAGES: Final = ("numpy", "scipy", "pandas", "geopandas", "shapely", "pyproj")


def provenance(
    study: Study,
    records: Sequence[Records],
    tally: Mapping[str, int],
    streets: Sequence[str] = (),
) -> dict[str, Any]:
    """Say what went in: choices, files, boundaries, versions; plain JSON values.

    `streets` are the vintages of the street indexes a result is made on.

    `id` is a digest of all the rest: the same study of the same files by the same versions has the
    same id, on any day and any machine.
    """
    made_of: dict[str, Any] = {
        "study": study.to_json(),
        "records": [
            {
                "digest": one.digest,
                "source": one.source,
                "rows": len(one.table),
                "incidents": one.incidents,
                "synthetic": one.synthetic,
                "handling": one.handling,
            }
            for one in records
        ],
        "tally": dict(tally),
        "versions": dict(_versions()),
        "boundaries": _manifest(),
        **({"streets": list(streets)} if streets else {}),
    }
    plain = json.dumps(made_of, sort_keys=True, separators=(",", ":"))
    return {"id": hashlib.blake2b(plain.encode(), digest_size=16).hexdigest(), **made_of}


@cache
def _versions() -> tuple[tuple[str, str], ...]:
    return (("hrs-atlas", VERSION), *((name, version(name)) for name in PACKAGES))


@cache
def _manifest() -> str:
    """SHA-256 of the list of shipped boundary files, which names the digest of each."""
    return hashlib.sha256((registry.DATA / "manifest.json").read_bytes()).hexdigest()
