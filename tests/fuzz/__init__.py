"""Inputs that nobody would write, by the hundred thousand: `make fuzz`; a few of each in the tests."""
