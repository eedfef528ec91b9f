"""Where a form or link may lead to: paths of this desk."""

from __future__ import annotations


def path_here(target: str) -> str:
    """The path, / for anything else: another site's address, or what a browser could take for one."""
    is_path = target.startswith("/") and not target.startswith("//") and target.isprintable()
    return target if is_path and "\\" not in target else "/"
