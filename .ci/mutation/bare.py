"""Takes decorators off functions, so that mutmut, which leaves decorated ones alone, mutates the rules too.

@rule(7, "NAME")                def parked(case, rules): ...
def parked(case, rules): ...    parked = rule(7, "NAME")(parked)
"""

import libcst as cst

_KEPT = ("staticmethod", "classmethod", "overload")


class _Bare(cst.CSTTransformer):
    def leave_FunctionDef(self, original_node, updated_node):
        names = [
            one.decorator.value for one in updated_node.decorators if isinstance(one.decorator, cst.Name)
        ]
        if not updated_node.decorators or any(name in _KEPT for name in names):
            return updated_node
        value = updated_node.name
        for one in reversed(updated_node.decorators):
            value = cst.Call(one.decorator, [cst.Arg(value)])
        again = cst.Assign([cst.AssignTarget(updated_node.name)], value)
        bare = updated_node.with_changes(decorators=[])
        return cst.FlattenSentinel([bare, cst.SimpleStatementLine([again])])


def bare(source: str) -> str:
    """The text of a module with its functions decorated after they are defined."""
    return cst.parse_module(source).visit(_Bare()).code
