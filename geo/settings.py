"""What the machine decides: folders and switches. The only reader of the environment."""

import importlib
import os
import tempfile
from pathlib import Path
from typing import Final

import platformdirs

VERSION: Final = "0.1.0"
"""Of the product; written into every export."""

ROOT: Final = Path(__file__).resolve().parent.parent
"""The checkout."""

STATIC: Final = ROOT / "static"
"""Files any browser may fetch: scripts and boundaries, never incidents."""

MAX_UPLOAD_MB: Final = 500

VECTOR_DRIVERS: Final = frozenset(
    {
        "ESRI Shapefile", "GeoJSON", "GeoJSONSeq", "GPKG", "KML", "LIBKML", "FlatGeobuf", "MEM",
    }
)  # fmt: skip
"""The only formats a file may be opened as: some others read the server's files or the network."""

_VECTOR_DRIVERS_TO_SKIP: Final = (
    "ADBC,AIVector,AmigoCloud,AVCBin,AVCE00,Carto,CSV,CSW,DGN,DXF,EDIGEO,EEDA,"
    "Elasticsearch,ESRIJSON,GDALG,GeoRSS,GML,GPSBabel,GPX,GTFS,HTTP,Idrisi,JML,JSONFG,"
    "LVBAG,MapInfo File,MapML,MBTiles,MiraMonVector,MVT,NGW,OAPIF,ODS,OGCAPI,OGR_GMT,"
    "OGR_PDS,OGR_VRT,OpenFileGDB,OSM,PCIDSK,PDF,PDS4,PGDUMP,PLSCENES,PMTiles,S57,Selafin,"
    "SQLite,SXF,TopoJSON,VDV,VFK,VICAR,WAsP,WFS,XLSX"
)


def user_data() -> Path:
    """Folder of this user's data: `HRS_ATLAS_DATA`, else where the system keeps such folders."""
    given = os.environ.get("HRS_ATLAS_DATA")
    return Path(given) if given else platformdirs.user_data_path("hrs-atlas", appauthor=False)


def store_folder() -> Path:
    """Folder of what this user imported."""
    return user_data() / "store"


def use_temporary_folder(folder: str) -> None:
    """Lay temporary files of this process and its children down in a folder of their own."""
    os.environ.update(TMPDIR=folder, TEMP=folder, TMP=folder)
    tempfile.tempdir = None  # asked anew


def close_gdal_doors() -> None:
    """Keep vector files to `VECTOR_DRIVERS`.

    Works only before pyogrio's GDAL is loaded, so `geo` does it on import. rasterio brings a GDAL
    of its own, which opens only GeoTIFF, by name; it would complain about names it does not know.
    """
    os.environ["GDAL_SKIP"] = _VECTOR_DRIVERS_TO_SKIP
    importlib.import_module("pyogrio")
    del os.environ["GDAL_SKIP"]
