"""What every chart is made of: escaped elements, a title and a description, classes in place of styles."""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup, escape


def element(name: str, body: Iterable[Markup] | str | None = None, **attributes: object) -> Markup:
    """An element; a trailing _ of an attribute's name is dropped, other _ become -."""
    told = Markup("").join(
        Markup(' {}="{}"').format(Markup(key.rstrip("_").replace("_", "-")), _number(value))
        for key, value in attributes.items()
        if value is not None
    )
    if body is None:
        return Markup("<{}{}/>").format(Markup(name), told)
    inner = escape(body) if isinstance(body, str) else Markup("").join(body)
    return Markup("<{0}{1}>{2}</{0}>").format(Markup(name), told, inner)


def drawing(
    ident: str, width: float, height: float, title: str, description: str, body: Iterable[Markup], kind: str
) -> Markup:
    """A whole chart. ident: unique on the page; kind: the class after ``chart``."""
    parts = [
        element("title", title, id=f"{ident}-title"),
        element("desc", description, id=f"{ident}-desc"),
        *body,
    ]
    return element(
        "svg",
        parts,
        class_=f"chart {kind}",
        viewBox=f"0 0 {_number(width)} {_number(height)}",
        role="img",
        aria_labelledby=f"{ident}-title {ident}-desc",
        xmlns="http://www.w3.org/2000/svg",
    )


def path(points: Iterable[tuple[float, float]], kind: str) -> Markup:
    """A line through points; none where there are fewer than two."""
    steps = [f"{_number(x)} {_number(y)}" for x, y in points]
    return element("path", d="M" + " L".join(steps), class_=kind) if len(steps) > 1 else Markup("")


def percent(share: float, digits: int = 1) -> str:
    """0.853 -> 85.3 %."""
    return f"{100 * share:.{digits}f} %"


def _number(value: object) -> object:
    return f"{value:.1f}".removesuffix(".0") if isinstance(value, float) else value
