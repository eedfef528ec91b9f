"""Lets go of code that is needed once or seldom: it is imported where it is used, and released after."""

import sys


def once(module, function, *arguments):
    """What a function gives, of a module below the package firmware that is loaded for this one call."""
    holder = __import__("firmware." + module, None, None, (function,))
    try:
        return getattr(holder, function)(*arguments)
    finally:
        release(module)


def release(*names):
    """Drop modules, by their names below the package firmware; one that something still holds stays alive.

    The next import loads them anew. On CPython nothing happens: there it would free nothing that matters, and
    two copies of a module would not know each other's classes.
    """
    if sys.implementation.name == "micropython":
        drop(*names)


def drop(*names):
    """As release, on CPython too: for modules that hold nothing but texts."""
    for name in names:
        package, _, last = ("firmware." + name).rpartition(".")
        holder = sys.modules.get(package)
        if sys.modules.pop(package + "." + last, None) is not None and hasattr(holder, last):
            delattr(holder, last)
