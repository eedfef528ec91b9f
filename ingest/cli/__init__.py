"""The command hourfence: words on a command line in, a sentence or a table out.

In: arguments, the environment (ingest.settings), files the user names.
Out: exit code 0, or 2 with one sentence on standard error when the user can mend it.
demo/ runs a training day on real parts and is the only place that imports simulators.
"""
