"""What is wrong with the data, what it does to a map, and what to do: one module a subject."""

from analysis.quality.overview import Quality, look

__all__ = ["Quality", "look"]
