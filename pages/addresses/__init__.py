"""Addresses looked up on this machine."""
