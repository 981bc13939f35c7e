"""Any table in: read, understand, clean. Every row is kept or dropped with a reason."""
