"""Results made visible: layers drawn with Folium, static figures, files for GIS teams."""

from maps import safe

safe.install()  # before any map is rendered: values must never be compiled as templates
