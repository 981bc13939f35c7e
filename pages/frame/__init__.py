"""What several pages share: choices, session, map, tables, jobs."""
