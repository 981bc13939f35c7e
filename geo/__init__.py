"""Records and places: read, check, geocode, locate, project.

Importing this package closes GDAL's dangerous doors first (see `geo.settings`).
"""

from geo import settings

settings.close_gdal_doors()
