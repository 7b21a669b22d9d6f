"""The colours that a site chooses, as a stylesheet that stands after the built-in one."""

from ..core.hashes import compute_digest
from ..core.outputs import Output, OutputPlan
from ..model.colours import choose_palettes
from ..model.records import Look, Site
from .site_data import SiteData


def plan_look(site_data: SiteData) -> tuple[OutputPlan, ...]:
    """The plan of the stylesheet; none if the site has no colours of its own."""
    path = get_look_path(site_data.library.site)
    return (OutputPlan(path, build_look, site_data),) if path else ()


def build_look(site_data: SiteData) -> Output:
    """The stylesheet."""
    return Output(get_look_path(site_data.library.site), body=_write_look(site_data.library.site.look).encode())


def get_look_path(site: Site) -> str:
    """The path of the stylesheet, which changes with it, so that browsers may cache it; "" if there is none."""
    if site.look is None or not (site.look.accent or site.look.paper):
        return ""
    return f"static/look.{compute_digest(_write_look(site.look).encode())[:8]}.css"


def _write_look(look: Look | None) -> str:
    """Custom properties with the switches of style.css: light, and dark."""
    light, dark = choose_palettes(look and look.accent, look and look.paper)
    pairs = {"background": (light.paper, dark.paper), "accent": (light.accent, dark.accent)}
    rules = "".join(f" --{name}: var(--light, {pair[0]}) var(--dark, {pair[1]});" for name, pair in pairs.items())
    return f":root {{{rules} }}\n"
