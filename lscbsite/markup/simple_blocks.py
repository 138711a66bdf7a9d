"""What most bodies are made of, as one pattern; and the sizes of sections."""

import re
from collections.abc import Iterator

from msgspec.structs import replace

from lscbsite.model import Section

# Simple blocks, most of a body, are copied at once: runs of paragraphs and lists, a heading, a table.
_WORDS = r"[^<]*+(?:<(?:strong|em|code|del)>[^<]*+</(?:strong|em|code|del)>[^<]*+)*+"
_ITEMS = rf"\s*+(?:<li>{_WORDS}</li>\s*+)++"
_ALIGN = r"(?: align=\"(?:left|right|center)\")?+"
_HEAD = rf"\s*+<tr>\s*+(?:<th{_ALIGN}>{_WORDS}</th>\s*+)++</tr>\s*+"
_ROWS = rf"\s*+(?:<tr>\s*+(?:<td{_ALIGN}>{_WORDS}</td>\s*+)++</tr>\s*+)++"
_AT = r" data-at=\"(?P<{}>\d+:\d+)\""
SIMPLE_BLOCKS = re.compile(
    rf"(?:\s*+<(?:p>{_WORDS}</p|ul>{_ITEMS}</ul|ol>{_ITEMS}</ol)>)++"
    rf"|\s*+<h(?P<level>[1-6]){_AT.format('heading_at')}>(?P<heading>{_WORDS})</h(?P=level)>"
    rf"|\s*+(?P<table><table{_AT.format('table_at')}>\s*+<thead>{_HEAD}</thead>\s*+<tbody>{_ROWS}</tbody>\s*+</table>)"
)


def round_up_size(size: int) -> int:
    """Round a size up, so that small changes of a text do not change it."""
    return -(-size // 512) * 512


def compute_spans(sections: list[Section]) -> Iterator[Section]:
    """Yield the sections, each with its number of subsections and their total size."""
    for index, section in enumerate(sections):
        stop = index + 1
        while stop < len(sections) and sections[stop].level > section.level:
            stop += 1
        if stop == index + 1 or not section.level:
            yield section
        else:
            size = sum(subsection.size for subsection in sections[index:stop])
            yield replace(section, span=stop - index, size=size)
