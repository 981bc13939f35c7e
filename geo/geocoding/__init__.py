"""From words to places, all on this machine."""
