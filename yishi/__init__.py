"""Yishi (议事): a static site generator for public governance reports. As a library: `docs/library.md`."""

__version__ = "0.2.0"

LANGUAGES = ("zh-Hans", "en")
"""The languages that Yishi ships, the working language of its writers first. Others are converted from them."""

TYPE_CHECKING = False  # a type checker takes it for True; importing `typing` for it would slow every start
if TYPE_CHECKING:
    from .engine.api import InvalidContent as InvalidContent
    from .engine.api import build_folder as build
    from .engine.api import check_folder as check
    from .engine.api import compute_folder_statistics as statistics
    from .engine.api import describe_problems as describe_problems
    from .engine.api import read_published_records as records
    from .engine.assets import InvalidTemplate as InvalidTemplate
    from .search.bigrams import create_bigram_query as search_query

_PUBLIC_NAMES = {
    "InvalidContent": ("engine.api", "InvalidContent"), "InvalidTemplate": ("engine.assets", "InvalidTemplate"),
    "build": ("engine.api", "build_folder"),
    "check": ("engine.api", "check_folder"), "describe_problems": ("engine.api", "describe_problems"),
    "records": ("engine.api", "read_published_records"), "search_query": ("search.bigrams", "create_bigram_query"),
    "statistics": ("engine.api", "compute_folder_statistics"),
}
"""Name → the module and the name there, imported on first use: the command line needs none of them to start."""

__all__ = [
    "LANGUAGES", "InvalidContent", "InvalidTemplate", "__version__", "build", "check", "describe_problems", "records",
    "search_query", "statistics",
]


def __getattr__(name: str) -> object:
    """One of the public names. Raises AttributeError."""
    if name not in _PUBLIC_NAMES:
        raise AttributeError(f"module 'yishi' has no attribute {name!r}")
    from importlib import import_module

    module, attribute = _PUBLIC_NAMES[name]
    return getattr(import_module(f".{module}", __name__), attribute)
