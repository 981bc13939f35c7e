"""The PostGIS tiger geocoder with Perquimans County NC, in a cluster that is thrown away.

Nothing is downloaded and no service is needed. Edges, house numbers and names come from TIGER/Line
EDGES; state, county and the post town of a ZIP code from our own boundaries. Tables and indexes are
those that the geocoder's loader makes. EDGES names no places; post towns stand for them, as the
geocoder is fastest where a place is known.
"""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyogrio
import shapely

from boundaries import load

DONE = "-- done --"
SETTINGS = {
    "listen_addresses": "''", "fsync": "off", "autovacuum": "off", "jit": "off",
    "shared_buffers": "256MB", "work_mem": "64MB", "max_parallel_workers_per_gather": "0",
}  # fmt: skip
EXTENSIONS = """
SET client_min_messages = warning;
CREATE EXTENSION postgis_tiger_geocoder CASCADE;
SET search_path = public, tiger;
"""
TABLES = """
CREATE TABLE tiger_data.state_all (
  PRIMARY KEY (statefp), UNIQUE (stusps), UNIQUE (gid)) INHERITS (tiger.state);
CREATE INDEX ON tiger_data.state_all USING gist (the_geom);
CREATE TABLE tiger_data.county_all (
  PRIMARY KEY (cntyidfp), UNIQUE (gid)) INHERITS (tiger.county);
CREATE INDEX ON tiger_data.county_all USING gist (the_geom);
CREATE UNIQUE INDEX ON tiger_data.county_all (statefp, countyfp);
CREATE TABLE tiger_data.county_all_lookup (
  PRIMARY KEY (st_code, co_code)) INHERITS (tiger.county_lookup);
CREATE TABLE tiger_data.nc_place (
  PRIMARY KEY (plcidfp), UNIQUE (gid), CHECK (statefp = '37')) INHERITS (tiger.place);
CREATE INDEX ON tiger_data.nc_place (soundex(name));
CREATE INDEX ON tiger_data.nc_place USING gist (the_geom);
CREATE TABLE tiger_data.nc_edges (
  PRIMARY KEY (gid), CHECK (statefp = '37')) INHERITS (tiger.edges);
CREATE INDEX ON tiger_data.nc_edges (tlid);
CREATE INDEX ON tiger_data.nc_edges (tfidr);
CREATE INDEX ON tiger_data.nc_edges (tfidl);
CREATE INDEX ON tiger_data.nc_edges (countyfp);
CREATE INDEX ON tiger_data.nc_edges USING gist (the_geom);
CREATE INDEX ON tiger_data.nc_edges (zipl);
CREATE TABLE tiger_data.nc_faces (
  PRIMARY KEY (gid), CHECK (statefp = '37')) INHERITS (tiger.faces);
CREATE INDEX ON tiger_data.nc_faces (tfid);
CREATE INDEX ON tiger_data.nc_faces (countyfp);
CREATE TABLE tiger_data.nc_featnames (
  PRIMARY KEY (gid), CHECK (statefp = '37')) INHERITS (tiger.featnames);
CREATE INDEX ON tiger_data.nc_featnames (soundex(name));
CREATE INDEX ON tiger_data.nc_featnames (lower(name));
CREATE INDEX ON tiger_data.nc_featnames (tlid, statefp);
CREATE TABLE tiger_data.nc_addr (
  PRIMARY KEY (gid), CHECK (statefp = '37')) INHERITS (tiger.addr);
CREATE INDEX ON tiger_data.nc_addr (least_hn(fromhn, tohn));
CREATE INDEX ON tiger_data.nc_addr (tlid, statefp);
CREATE INDEX ON tiger_data.nc_addr (zip);
CREATE TABLE tiger_data.nc_zip_state (
  PRIMARY KEY (zip, stusps), CHECK (statefp = '37')) INHERITS (tiger.zip_state);
CREATE TABLE tiger_data.nc_zip_state_loc (
  PRIMARY KEY (zip, stusps, place), CHECK (statefp = '37')) INHERITS (tiger.zip_state_loc);
CREATE INDEX ON tiger_data.nc_zip_state_loc (soundex(place));
CREATE TABLE tiger_data.nc_zip_lookup_base (
  PRIMARY KEY (zip, state, county, city, statefp), CHECK (statefp = '37')
) INHERITS (tiger.zip_lookup_base);
CREATE INDEX ON tiger_data.nc_zip_lookup_base (soundex(city));
CREATE TEMPORARY TABLE post_town (zip text, name text, placefp text);
CREATE TEMPORARY TABLE asked (id integer, address text);
"""

DERIVED = """
INSERT INTO tiger_data.county_all_lookup (st_code, state, co_code, name)
SELECT statefp::integer, 'NC', countyfp::integer, name FROM tiger_data.county_all;

INSERT INTO tiger_data.nc_place (statefp, placefp, plcidfp, name)
SELECT DISTINCT '37', placefp, '37' || placefp, name FROM post_town;

INSERT INTO tiger_data.nc_addr (statefp, tlid, side, fromhn, tohn, zip)
SELECT '37', tlid, 'L', lfromadd, ltoadd, zipl FROM tiger_data.nc_edges WHERE lfromadd > ''
UNION ALL
SELECT '37', tlid, 'R', rfromadd, rtoadd, zipr FROM tiger_data.nc_edges WHERE rfromadd > '';

-- A face lies in the post town of the ZIP code that most of its edges name.
INSERT INTO tiger_data.nc_faces (statefp, countyfp, tfid, placefp)
SELECT DISTINCT ON (tfid) '37', '143', tfid, placefp
FROM (
  SELECT tfidl AS tfid, zipl AS zip FROM tiger_data.nc_edges
  UNION ALL
  SELECT tfidr, zipr FROM tiger_data.nc_edges
) AS side LEFT JOIN post_town USING (zip)
WHERE tfid > 0
GROUP BY tfid, placefp
ORDER BY tfid, placefp IS NULL, count(*) DESC, placefp;

-- Main St, N Main St, Main St N, US Hwy 17: in the geocoder's own words for directions and types.
INSERT INTO tiger_data.nc_featnames
  (statefp, tlid, mtfcc, paflag, fullname, predirabrv, pretypabrv, name, suftypabrv, sufdirabrv)
SELECT '37', tlid, mtfcc, 'P', fullname, part[1], part[2], part[3], part[4], part[5]
FROM tiger_data.nc_edges, (
  SELECT string_agg(DISTINCT abbrev, '|') FILTER (WHERE is_hw) AS highway,
         string_agg(DISTINCT abbrev, '|') FILTER (WHERE NOT is_hw) AS type
  FROM tiger.street_type_lookup WHERE abbrev ~ '^[A-Za-z ]+$'
) AS words, regexp_match(
  fullname,
  '^(?:(N|S|E|W|NE|NW|SE|SW) )?(?:(' || highway || ') (?=[0-9]))?(.+?)(?: (' || type
    || '|Hwy))?(?: (N|S|E|W|NE|NW|SE|SW))?$'
) AS part
WHERE fullname > '';

INSERT INTO tiger_data.nc_zip_state (zip, stusps, statefp)
SELECT DISTINCT zip, 'NC', '37' FROM tiger_data.nc_addr WHERE zip > '';

INSERT INTO tiger_data.nc_zip_state_loc (zip, stusps, statefp, place)
SELECT DISTINCT e.zipl, 'NC', '37', p.name
FROM tiger_data.nc_edges e JOIN tiger_data.nc_faces f ON f.tfid IN (e.tfidl, e.tfidr)
JOIN tiger_data.nc_place p ON p.placefp = f.placefp WHERE e.zipl > '';

INSERT INTO tiger_data.nc_zip_lookup_base (zip, state, county, city, statefp)
SELECT zip, 'NC', c.name, place, '37' FROM tiger_data.nc_zip_state_loc, tiger_data.county_all c;

VACUUM ANALYZE;
"""


class Session:
    """One psql and its one backend: SQL in, rows of text out."""

    def __init__(self, psql: Path, socket: str) -> None:
        self._psql = subprocess.Popen(
            [psql, "-X", "-q", "-A", "-t", "-F", "\t", "-v", "ON_ERROR_STOP=1",
             "-h", socket, "-U", "tiger", "-d", "postgres"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8",
        )  # fmt: skip
        self.backend = int(self.ask("SELECT pg_backend_pid();")[0][0])

    def ask(self, sql: str) -> list[list[str]]:
        """Run SQL and wait for its rows; psql tells its own errors and ends."""
        assert self._psql.stdin is not None
        assert self._psql.stdout is not None
        self._psql.stdin.write(f"{sql}\n\\echo {DONE}\n")
        self._psql.stdin.flush()
        found = []
        for line in self._psql.stdout:
            if line.strip() == DONE:
                return found
            found.append(line.rstrip("\n").split("\t"))
        raise RuntimeError("psql stopped at an error, told above.")

    def copy(self, table: str, rows: pd.DataFrame) -> None:
        """Put rows into the columns of a table that have their names."""
        text = rows.to_csv(index=False, header=False)
        self.ask(f"COPY {table} ({', '.join(rows.columns)}) FROM STDIN (FORMAT csv);\n{text}\\.")

    def cpu_s(self) -> float:
        """CPU seconds of the backend so far, user and system, as the kernel counts them."""
        after_name = Path(f"/proc/{self.backend}/stat").read_text().rpartition(")")[2].split()
        return (int(after_name[11]) + int(after_name[12])) / os.sysconf("SC_CLK_TCK")

    def close(self) -> None:
        with self._psql:
            self._psql.kill()


def programs() -> Path | None:
    """The folder with initdb and its like: on the path, or the newest where Debian puts them."""
    debian = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    newest = sorted(debian, key=lambda path: float(path.parents[1].name))
    found = shutil.which("initdb") or (newest[-1] if newest else None)
    return Path(found).resolve().parent if found else None


@contextmanager
def session(folder: Path) -> Iterator[Session]:
    """A session of a new cluster; session and cluster end with it, whatever happens."""
    # Not in pytest's own folder: that is closed to others, and PostgreSQL refuses to run as root.
    with tempfile.TemporaryDirectory(prefix="tiger-") as home:
        other = _another_user() if os.geteuid() == 0 else {}
        if other:
            shutil.chown(home, other["user"], other["group"])

        def run(program: str, *words: str, check: bool = True) -> None:
            subprocess.run(
                [folder / program, "-D", f"{home}/data", *words],
                check=check, cwd=home, **other,
            )  # fmt: skip

        run("initdb", "--auth=trust", "--username=tiger", "--encoding=UTF8", "--locale=C",
            "--no-sync")  # fmt: skip
        options = " ".join(f"-c {name}={value}" for name, value in SETTINGS.items())
        try:
            run("pg_ctl", "-w", "-o", f"-k {home} {options}", "start")
            opened = Session(folder / "psql", home)
            try:
                yield opened
            finally:
                opened.close()
        finally:
            run("pg_ctl", "-w", "-m", "immediate", "stop", check=False)


def available(session: Session) -> bool:
    """Whether the geocoder is installed beside PostgreSQL."""
    known = "SELECT 1 FROM pg_available_extensions WHERE name = 'postgis_tiger_geocoder';"
    return bool(session.ask(known))


def fill(session: Session, path: Path) -> None:
    """Load the county from its EDGES file."""
    session.ask(EXTENSIONS + TABLES)
    edges = pyogrio.read_dataframe(path).rename(columns=str.lower)
    lines = shapely.multilinestrings(edges.geometry.to_numpy(), indices=np.arange(len(edges)))
    session.copy(
        "tiger_data.nc_edges",
        pd.DataFrame(edges.drop(columns="geometry")).assign(the_geom=_hex(lines)),
    )
    state, county = load.states().loc["NC"], load.counties().loc["37143"]
    session.copy("tiger_data.state_all", _one(
        statefp="37", stusps="NC", name=state["name"], the_geom=_polygons(state.geometry),
    ))  # fmt: skip
    session.copy("tiger_data.county_all", _one(
        statefp="37", countyfp="143", cntyidfp="37143", namelsad=county["name"],
        name=county["name"].removesuffix(" County"), the_geom=_polygons(county.geometry),
    ))  # fmt: skip
    zips = load.zips()
    zips = zips[zips["zip"].isin([*edges["zipl"], *edges["zipr"]]) & (zips["state"] == "NC")]
    session.copy("post_town", pd.DataFrame({
        "zip": zips["zip"], "name": zips["city"],
        "placefp": [f"{code + 1:05d}" for code in pd.factorize(zips["city"])[0]],
    }))  # fmt: skip
    session.ask(DERIVED)


def forget_places(session: Session) -> None:
    """Leave the county as EDGES alone tells it: no street lies in a place."""
    session.ask("UPDATE tiger_data.nc_faces SET placefp = NULL; VACUUM ANALYZE;")


def _another_user() -> dict[str, Any]:
    for name in ("postgres", "nobody"):
        with suppress(KeyError):
            return {"user": name, "group": pwd.getpwnam(name).pw_gid, "extra_groups": []}
    raise RuntimeError("There is no user postgres or nobody to run PostgreSQL as.")


def _one(**columns: str) -> pd.DataFrame:
    return pd.DataFrame([columns])


def _polygons(shape: shapely.Geometry) -> str:
    return _hex(shapely.multipolygons(shapely.get_parts(shape)))


def _hex(shapes: Any) -> Any:
    return shapely.to_wkb(shapely.set_srid(shapes, 4269), hex=True, include_srid=True)
