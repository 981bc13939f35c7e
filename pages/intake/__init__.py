"""Files taken in, and what is kept of them."""
