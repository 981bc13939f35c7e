"""Statistics: numbers and tables in, numbers and tables out. Knows no screen and no file format."""
