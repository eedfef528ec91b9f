"""What each module leaves on the heap: imports those named and prints "bytes module" for every new one.

Bytes are those that stay after a collection, without what the modules below it leave. Names, which all
modules share, count for the first that uses them.
"""

import builtins
import gc
import sys

_plain = builtins.__import__
_inner = [0]
_told = set(sys.modules)


def _live():
    gc.collect()
    return gc.mem_alloc()


def _import(*arguments):
    there = set(sys.modules)
    before = _live()
    _inner.append(0)
    made = _plain(*arguments)
    below = _inner.pop()
    new = set(sys.modules) - there - _told
    if new:
        _told.update(new)
        there = None
        taken = _live() - before
        _inner[-1] += taken
        print(taken - below, " ".join(sorted(new)))
    return made


builtins.__import__ = _import
print(_live(), "(interpreter)")
for _name in sys.argv[1:]:
    try:
        __import__(_name)
    except ImportError as error:
        print(0, _name, error)
print(_live(), "(all)")
