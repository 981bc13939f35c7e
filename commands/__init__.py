"""The shell's counterpart of the pages: a command takes flags, makes one call, and says it."""
