"""Cure for branca's double templating.

branca puts what a template has rendered into an `Element`, which compiles that text as a template
once more: a value such as ``{{ 7 * 7 }}`` in an address column would run on the server. Here the
rendered text goes into an element that gives it back untouched. `folium.Popup` and `Element(html)`
take their own text as a template by design, so no data may ever go there.
"""

from typing import Any

from branca.element import Element, Figure, MacroElement

_PARTS = ("header", "html", "script")


class Rendered(Element):  # type: ignore[misc]  # branca has no types
    """Text that is final: rendering it returns it as it is.

    Examples
    --------
    >>> Rendered("{{ 7 * 7 }}").render()
    '{{ 7 * 7 }}'
    """

    def __init__(self, text: str) -> None:
        super().__init__()
        self._text = text

    def render(self, **_: Any) -> str:  # noqa: ANN401  (branca's own signature)
        """Return the text untouched."""
        return self._text


def _render(self: MacroElement, **kwargs: Any) -> None:  # noqa: ANN401  (branca's own signature)
    """Do what `MacroElement.render` does, without the second compilation."""
    figure = self.get_root()
    if not isinstance(figure, Figure):
        raise TypeError("This element is not in a figure, so it cannot be rendered.")
    macros = self._template.module.__dict__
    for part in _PARTS:
        macro = macros.get(part)
        if macro is not None:
            getattr(figure, part).add_child(Rendered(macro(self, kwargs)), name=self.get_name())
    for child in list(self._children.values()):
        child.render(**kwargs)


def install() -> None:
    """Replace `MacroElement.render` for the whole process; safe to call again."""
    MacroElement.render = _render
