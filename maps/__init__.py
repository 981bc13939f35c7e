"""Results made visible: layers drawn with Folium, static figures, files for GIS teams."""
