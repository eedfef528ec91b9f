"""A pytest plugin: Hypothesis draws the same examples each time, at most MUTANT_EXAMPLES; none shrinks."""

import os

from hypothesis import Phase, settings

EXAMPLES = int(os.environ.get("MUTANT_EXAMPLES", "0"))


def pytest_collection_modifyitems(items):
    for item in items:
        drawn = getattr(item.obj, "_hypothesis_internal_use_settings", None)
        if drawn is not None:
            item.obj._hypothesis_internal_use_settings = settings(
                drawn,
                max_examples=min(drawn.max_examples, EXAMPLES or drawn.max_examples),
                derandomize=True,
                database=None,
                phases=(Phase.explicit, Phase.generate),
            )
