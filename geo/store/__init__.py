"""What came in, kept: every import with its history, corrections and quarantine."""
