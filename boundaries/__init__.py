"""What does not move: counties, states, HIDTAs, corridors, population, analysis grids."""
