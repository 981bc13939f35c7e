"""Maps and what stands around them."""
