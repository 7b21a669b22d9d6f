"""What holds for all tests: the same examples in every run, however slow the machine."""

from hypothesis import settings

settings.register_profile("yishi", derandomize=True, deadline=None)
settings.load_profile("yishi")
