"""Reports as files and text: one file a format, each with `render(report, options, out)`; the only writer."""

from slaaudit.render.formats import FORMATS, Format, format_of
from slaaudit.render.options import RenderOptions
from slaaudit.render.writing import rendered, write

__all__ = ["FORMATS", "Format", "RenderOptions", "format_of", "rendered", "write"]
