"""Attempts to run a script in a reader's browser, each with a number of its own.

Whatever a vector makes a browser run calls ``trip`` with that number. They are made from lists that
can be read: schemes, disguises, places, pieces of raw HTML, and the fields of an author's files.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from html import escape
from itertools import count, cycle
from operator import add
from urllib.parse import quote

import msgspec


class Vector(msgspec.Struct, frozen=True):
    """One attempt: ``number`` is what it calls ``trip`` with."""

    number: int
    name: str
    text: str


class Part(msgspec.Struct, frozen=True):
    """A part of a file that can be left out, with the numbers of the vectors in it."""

    text: str
    numbers: tuple[int, ...] = ()


class Vectors:
    """All vectors by number, and the files that hold them, in parts."""

    def __init__(self) -> None:
        self.by_number: dict[int, Vector] = {}
        self.files: dict[str, list[Part]] = {}
        self.days = _days()
        self._numbers = count(1)

    def add(self, name: str, make: Callable[[str], str]) -> Vector:
        """Add a vector, whose text ``make`` makes of the call that it is to run."""
        number = next(self._numbers)
        vector = Vector(number, name, make(f"trip({number})"))
        self.by_number[number] = vector
        return vector

    def report(self, front: Iterable[Part], body: Iterable[Part], folder: str = "") -> None:
        """Add a report of the next day."""
        name = next(self.days)
        self.files[f"reports/{folder}{name}.md"] = [Part(f"---\ndate: {name}\n"), *front, *body]


def _days() -> Iterator[str]:
    for year in range(2005, 2013):
        for month in range(1, 13):
            for day in range(1, 29):
                yield f"{year}-{month:02}-{day:02}"


# --- addresses ------------------------------------------------------------------------------------

_SVG = 'xmlns="http://www.w3.org/2000/svg"'
_XHTML = 'xmlns="http://www.w3.org/1999/xhtml"'
# What a browser or a reader of feeds may run, or open although it is none of a reader's business.
SCHEMES: dict[str, Callable[[str], str]] = {
    "javascript": lambda call: f"javascript:{call}",
    "vbscript": lambda call: f"vbscript:{call}",
    "livescript": lambda call: f"livescript:{call}",
    "mocha": lambda call: f"mocha:{call}",
    "jscript": lambda call: f"jscript:{call}",
    "data: page": lambda call: f"data:text/html,<script>{call}</script>",
    "data: page, encoded": lambda call: f"data:text/html,{quote(f'<script>{call}</script>')}",
    "data: picture": lambda call: "data:image/svg+xml," + quote(f"<svg {_SVG} onload='{call}'/>"),
    "data: XHTML": lambda call: (
        "data:application/xhtml+xml," + quote(f"<script {_XHTML}>{call}</script>")
    ),
    "data: no type": lambda call: f"data:,{call}",
    "blob": lambda call: f"blob:https://e.example/{call}",
    "filesystem": lambda call: f"filesystem:https://e.example/temporary/{call}",
    "view-source": lambda call: f"view-source:javascript:{call}",
    "feed": lambda call: f"feed:javascript:{call}",
    "pcast": lambda call: f"pcast:javascript:{call}",
    "jar": lambda call: f"jar:https://e.example!/{call}",
    "about": lambda call: f"about:blank#{call}",
    "file": lambda call: f"file:///etc/{call}",
    "res": lambda call: f"res://{call}",
    "mhtml": lambda call: f"mhtml:https://e.example/{call}",
    "ms-its": lambda call: f"ms-its:{call}",
    "wyciwyg": lambda call: f"wyciwyg://{call}",
    "chrome": lambda call: f"chrome://settings/{call}",
    "intent": lambda call: f"intent://e.example#{call}",
    "search-ms": lambda call: f"search-ms:query={call}",
    "ms-word": lambda call: f"ms-word:ofe|u|https://e.example/{call}",
    "ws": lambda call: f"ws://e.example/{call}",
    "report-name": lambda call: f"report-name:javascript:{call}",
    "ref": lambda call: f"ref:javascript:{call}",
}

_JAVASCRIPT = "javascript:"
# Besides the controls: what is not seen, what is blank, what stands for no character.
UNSEEN = [
    *(0xA0, 0xAD, 0x34F, 0x61C, 0x115F, 0x1680, 0x17B4, 0x180B, 0x180E, *range(0x2000, 0x2010)),
    *range(0x2028, 0x2030),
    *(0x205F, *range(0x2060, 0x2070), 0x3000, 0x3164, 0xD7FF, 0xE000, 0xFE0F, 0xFEFF, 0xFFA0),
    *(0xFFF9, 0xFFFB, 0xFFFC, 0xFFFD, 0xFFFE, 0xFFFF, 0xFDD0, 0xFDEF, 0x1FFFE, 0xE0001),
    *(0xE0020, 0x10FFFE, 0x10FFFF),
]
CONTROLS = [*range(1, 0x20), *range(0x7F, 0xA0)]
# No character of HTML: a browser replaces or drops them.
NONE_AT_ALL = [0, 0xD800, 0xDFFF, 0x110000, 0xFFFFFFFF]
_BREAKS_A_LINE = {0xA, 0xD}


# The disguises that are no single sign.
SPELLED: list[tuple[str, str]] = [
    ("plain", _JAVASCRIPT),
    ("mixed case", "jAvAsCrIpT:"),
    ("blank before", " javascript:"),
    ("several controls", "&#1;&#x2;j&#x0B;a&#14;v&Tab;a&#x81;script&#x7F;:"),
    ("line break inside, as a reference", "java&NewLine;script:"),
    ("tab inside, as a reference", "java&Tab;script:"),
    ("CRLF inside, as references", "java&#13;&#10;script:"),
    ("no-break space by name", "&nbsp;javascript:"),
    ("soft hyphen by name", "java&shy;script:"),
    ("joiners by name", "java&zwj;&zwnj;script:"),
    ("thin space by name", "&thinsp;&ensp;&emsp;javascript:"),
    ("direction marks by name", "&lrm;java&rlm;script:"),
    ("invisible times by name", "java&InvisibleTimes;script:"),
    ("zero width space by name", "java&ZeroWidthSpace;script:"),
    ("decimal references", "".join(f"&#{ord(sign)};" for sign in _JAVASCRIPT)),
    ("decimal without semicolons", "".join(f"&#{ord(sign)}" for sign in _JAVASCRIPT)),
    ("decimal with zeros", "".join(f"&#{ord(sign):07};" for sign in _JAVASCRIPT)),
    ("hexadecimal references", "".join(f"&#x{ord(sign):x};" for sign in _JAVASCRIPT)),
    ("hexadecimal, capitals", "".join(f"&#X{ord(sign):X};" for sign in _JAVASCRIPT)),
    ("hexadecimal with zeros", "".join(f"&#x{ord(sign):08x};" for sign in _JAVASCRIPT)),
    ("encoded twice", "".join(f"&amp;#{ord(sign)};" for sign in _JAVASCRIPT)),
    ("control encoded twice", "java&amp;#1;script:"),
    ("tab encoded twice", "java&amp;Tab;script:"),
    ("encoded three times", "java&amp;amp;#1;script:"),
    ("percent-encoded", "".join(f"%{ord(sign):02X}" for sign in _JAVASCRIPT)),
    ("percent-encoded letter", "java%73cript:"),
    ("percent-encoded colon", "javascript%3A"),
    ("percent-encoded tab", "java%09script:"),
    ("percent-encoded control", "java%01script:"),
    ("percent-encoded NUL", "java%00script:"),
    ("percent-encoded line break before", "%0Ajavascript:"),
    ("percent-encoded C1 control", "java%C2%81script:"),
    ("percent-encoded no-break space before", "%C2%A0javascript:"),
    ("fullwidth letters", "ｊａｖａｓｃｒｉｐｔ:"),
    ("fullwidth colon", "javascript："),
    ("fullwidth colon as a reference", "javascript&#xFF1A;"),
    ("colon by name", "javascript&colon;"),
    ("colon, decimal", "javascript&#58;"),
    ("colon, decimal without semicolon", "javascript&#58"),
    ("colon, hexadecimal", "javascript&#x3a;"),
    ("colon and control", "javascript&#1;&colon;"),
    ("dotless i", "javascr\u0131pt:"),
    ("long s", "java\u017fcript:"),
    ("long s as a reference", "java&#x17F;cript:"),
    ("Cyrillic a", "j\u0430vascript:"),
    ("ratio for colon", "javascript\u2236"),
    ("small colon", "javascript\ufe55"),
    ("combining mark", "javascri\u0301pt:"),
    ("escaped as in CSS", "\\6aavascript:"),
    ("escaped as in a script", "\\u006aavascript:"),
    ("backslashes before", "\\\\javascript:"),
    ("escaped colon", "javascript\\:"),
    ("escaped letter", "java\\script:"),
    ("two slashes before", "//javascript:"),
    ("dot before", "./javascript:"),
    ("question mark before", "?javascript:"),
    ("number sign before", "#javascript:"),
    ("another scheme before", "https:javascript:"),
    ("another scheme and control before", "http&#1;:javascript:"),
    ("mail and control", "mailto&#1;:javascript:"),
    ("comment inside", "java<!-- -->script:"),
    ("comment inside, as references", "java&lt;!-- --&gt;script:"),
    ("zero-width no-break space and tab", "&#xFEFF;&Tab;javascript:"),
    ("line separator and tab", "&#x2028;&#9;javascript:"),
    ("C1 control and blank", "&#x85; javascript:"),
    ("quotation mark before", "&quot;javascript:"),
    ("angle bracket before", "&lt;javascript:"),
    ("sign of a reference", "&amp;javascript:"),
    ("two at once", "javascript:javascript:"),
    ("a comment after", "javascript://e.example/%0A"),
    ("a comment and control after", "javascript&#1;://e.example/%0A"),
    ("user before", "javascript://user@e.example/%0A"),
    ("name of a report before", "report-name:javascript:"),
    ("name of a report, percent-encoded", "report-name:java%01script:"),
    ("name of a report and control", "report&#1;-name:javascript:"),
    ("placeholder before", "ref:0:javascript:"),
    ("placeholder of a label", "java&#0;0&#0;script:"),
]


def _reference(code: int) -> str:
    return f"&#x{code:X};"


def disguises() -> Iterator[tuple[str, str]]:
    """Yield names of disguises, and what ``javascript:`` looks like in each."""
    for code in [*CONTROLS, *UNSEEN, *NONE_AT_ALL]:
        sign = _reference(code)
        yield f"U+{code:04X} inside, as a reference", f"java{sign}script:"
        yield f"U+{code:04X} before, as a reference", f"{sign}javascript:"
        yield f"U+{code:04X} after, as a reference", f"javascript{sign}:"
    yield from SPELLED


def unseen_disguises() -> Iterator[tuple[str, str]]:
    """Yield the same of signs that are in the file themselves."""
    for code in [*CONTROLS, *UNSEEN]:
        if code not in _BREAKS_A_LINE:
            yield f"U+{code:04X} inside", f"java{chr(code)}script:"
            yield f"U+{code:04X} before", f"{chr(code)}javascript:"


# How an address stands in Markdown, a paragraph each.
IN_MARKDOWN: dict[str, Callable[[str, str], str]] = {
    "link": lambda address, label: f"[{label}]({address})",
    "link in angle brackets": lambda address, label: f"[{label}](<{address}>)",
    "link with a title": lambda address, label: f'[{label}]({address} "words")',
    "reference link": lambda address, label: f"[{label}][r-{label}]\n\n[r-{label}]: {address}",
    "reference in angle brackets": lambda address, label: (
        f"[{label}][q-{label}]\n\n[q-{label}]: <{address}>"
    ),
    "automatic link": lambda address, label: f"{label} <{address}>",
    "attribute list": lambda address, label: f'[{label}](http://e.example){{: href="{address}" }}',
    "attribute list, unquoted": lambda address, label: (
        f"[{label}](http://e.example){{: href={address} }}"
    ),
    "attribute list, capitals": lambda address, label: (
        f'[{label}](http://e.example){{: HREF="{address}" xlink:href="{address}" }}'
    ),
    "link of a footnote": lambda address, label: (
        f'[{label}](http://e.example){{: .footnote-ref href="{address}" }}'
    ),
    "way back of a footnote": lambda address, label: (
        f'[{label}](http://e.example){{: .footnote-backref href="{address}" }}'
    ),
    "a": lambda address, label: f'{label} <a href="{address}">{label}</a>',
    "a, single quotes": lambda address, label: f"{label} <a href='{address}'>{label}</a>",
    "a, unquoted": lambda address, label: f"{label} <a href={address}>{label}</a>",
    "a, capitals": lambda address, label: f'{label} <A HREF = "{address}" >{label}</A>',
    "a of a footnote": lambda address, label: (
        f'{label} <a class="footnote-ref" href="{address}">{label}</a>'
    ),
    "a of a footnote, back": lambda address, label: (
        f'{label} <a class="footnote-backref" href="{address}">{label}</a>'
    ),
    "a within a link": lambda address, label: (
        f'[{label} <a href="{address}">{label}</a>](http://e.example)'
    ),
    "a without words": lambda address, label: f'{label} <a href="{address}"></a>',
    "picture": lambda address, label: f"![{label}]({address})",
    "picture in a link": lambda address, label: f"[![{label}]({address})]({address})",
    "img": lambda address, label: f'{label} <img src="{address}" alt="{label}">',
    "img of the attribute list": lambda address, label: (
        f'![{label}](../files/a.png){{: src="{address}" }}'
    ),
    "name of a report": lambda address, label: f"{label} [[{address}|{label}]]",
}
# Every disguise stands in these, and every scheme in all.
PLACES_OF_UNSEEN = ("link", "a")
MAIN_PLACES = ("link", "reference link", "attribute list", "a", "a of a footnote", "img")

# How an address stands in raw HTML that a body may not have; a report each.
IN_HTML: dict[str, str] = {
    "area": '<img usemap="#m" src="a.png"><map name="m"><area href="{}" shape="default"></map>',
    "form": '<form action="{}"><button>x</button><input type="submit"></form>',
    "button": '<form><button formaction="{}">x</button></form>',
    "input": '<form><input type="image" formaction="{}" src="a.png"></form>',
    "iframe": '<iframe src="{}"></iframe>',
    "frame": '<frameset><frame src="{}"></frameset>',
    "object": '<object data="{}"></object>',
    "embed": '<embed src="{}">',
    "applet": '<applet code="{}" codebase="{}"></applet>',
    "base": '<base href="{}//"><a href="x">x</a>',
    "meta": '<meta http-equiv="refresh" content="0;url={}">',
    "link": '<link rel="stylesheet" href="{}">',
    "link, import": '<link rel="import" href="{}">',
    "script": '<script src="{}"></script>',
    "svg a": '<svg><a xlink:href="{}"><text x="20" y="20">x</text></a></svg>',
    "svg a, href": '<svg><a href="{}"><text x="20" y="20">x</text></a></svg>',
    "svg use": '<svg><use href="{}#x"/><use xlink:href="{}#x"/></svg>',
    "svg image": '<svg><image href="{}"/></svg>',
    "svg script": '<svg><script href="{}"/></svg>',
    "svg animate": (
        '<svg><a><animate attributeName="href" values="{}"/><text y="20">x</text></a></svg>'
    ),
    "svg set": '<svg><a><set attributeName="href" to="{}"/><text y="20">x</text></a></svg>',
    "svg feImage": '<svg><feImage xlink:href="{}"/></svg>',
    "math": '<math href="{}">x</math>',
    "maction": '<math><maction actiontype="statusline" xlink:href="{}">x</maction></math>',
    "blockquote": '<blockquote cite="{}">x</blockquote><q cite="{}">x</q><del cite="{}">x</del>',
    "video": '<video poster="{}" src="{}"><source src="{}"><track src="{}"></video>',
    "audio": '<audio src="{}" controls></audio>',
    "body": '<body background="{}">x</body>',
    "table": '<table background="{}"><tr><td background="{}">x</td></tr></table>',
    "ping": '<a href="http://e.example" ping="{}">x</a>',
    "srcset": '<img src="a.png" alt="x" srcset="{} 2x"><picture><source srcset="{}"></picture>',
    "longdesc": '<img src="a.png" alt="x" longdesc="{}" lowsrc="{}" dynsrc="{}">',
    "style": '<p style="background:url({})">x</p><style>p {{ background: url("{}") }}</style>',
    "bgsound": '<bgsound src="{}"><layer src="{}"></layer><ilayer src="{}"></ilayer>',
    "isindex": '<isindex action="{}" prompt="x" type="image">',
    "manifest": '<html manifest="{}" profile="{}">x</html>',
    "portal": '<portal src="{}"></portal><fencedframe src="{}"></fencedframe>',
    "template": '<template><a href="{}">x</a></template>',
    "heading": '<h2><a href="{}">x</a></h2>',
    "summary": '<details><summary><a href="{}">x</a></summary></details>',
    "table cell": "| a | b |\n|---|---|\n| [x]({}) | x |",
    "list": '- <a href="{}">x</a>\n    - [x]({})',
    "footnote": 'Note[^1].\n\n[^1]: [x]({}) <a href="{}">x</a>',
    "footnote's name": 'Note[^"{}].\n\n[^"{}]: x',
}

IN_HTML_ADDRESSES = {
    "plain": "javascript:{}",
    "control": "java&#1;script:{}",
    "data": "data:text/html,&lt;script&gt;parent.{}&lt;/script&gt;",
}

# Raw HTML, Markdown and text of all kinds that run a call, a report each.
CLASSICS: list[str] = [
    "<script>{}</script>",
    "<SCRIPT>{}</SCRIPT >",
    "<script/x>{}</script/x>",
    "<script\n>{}</script\n>",
    "<scr<script>ipt>{}</scr</script>ipt>",
    "<<script>{}//<</script>",
    '<script type="module">{}</script>',
    "<script>{}",
    "x <script>{}</script> x",
    "<p><script>{}</script></p>",
    "> <script>{}</script>",
    "- <script>{}</script>",
    "# <script>{}</script>",
    "| a |\n|---|\n| <script>{}</script> |",
    "<svg><script>{}</script></svg>",
    "<svg><script>&#x74;rip{}</script></svg>",
    "<math><script>{}</script></math>",
    "<img src=x onerror={}>",
    '<img src=x onerror="{}">',
    "<img src=x onerror='{}'>",
    "<img src=x onerror=`{}`>",
    "<img src=x\nonerror\n=\n{}>",
    "<img/src=x/onerror={}>",
    '<img src="x"onerror="{}">',
    '<img """><img src=x onerror={}>">',
    '<img src=x alt="x" oNeRrOr={}>',
    "<image src=x onerror={}>",
    '<img src="x` `onerror={}"` `>',
    "<img src=x onerror&#61;{}>",
    "![x](x){{: onerror={} }}",
    '![x](x){{: onerror="{}" }}',
    '![x](x" onerror="{})',
    '![x" onerror="{}](x)',
    '![x](x "a\\" onerror={} b=\\"")',
    '![" onerror="{}" x="](../files/a.png)',
    "![&quot; onerror=&quot;{}&quot; x=&quot;](../files/a.png)",
    '![x](../files/a.png "\\" onerror=\\"{}")',
    '![x](../files/a.png "><img src=x onerror={}>")',
    "![x](../files/a.png '><script>{}</script>')",
    "![><script>{}</script>](../files/a.png)",
    "![\"><img src=x onerror={}>](../files/a.png 'x')",
    '[x](http://e.example "a><script>{}</script>")',
    '[x](http://e.example "a><img src=x onerror={}>")',
    "[x](http://e.example 'a\"><img src=x onerror={}>')",
    "[x](http://e.example 'a\" onmouseover=\"{}')",
    '[x](http://e.example "a\' onmouseover={} ")',
    '[x](http://e.example){{: title="a><script>{}</script>" }}',
    '[x](http://e.example){{: title="a&quot; onfocus=&quot;{}" }}',
    "[x](http://e.example){{: onclick={} }}",
    '[x](http://e.example){{: onclick="{}" onmouseover="{}" onfocus="{}" }}',
    '[x](http://e.example){{: style="behavior:url({})" }}',
    '[x](http://e.example){{: class="a><img src=x onerror={}>" }}',
    '[x](http://e.example){{: id="a><img src=x onerror={}>" }}',
    "[x](http://e.example){{: a><img src=x onerror={}> }}",
    '[x](http://e.example"onmouseover="{})',
    "[x](http://e.example'onmouseover='{})",
    "[x](http://e.example/><script>{}</script>)",
    "[x](<http://e.example/><img src=x onerror={}>>)",
    "<http://e.example/onmouseover={}>",
    '<http://e.example/"onmouseover="{}">',
    "<http://e.example/><script>{}</script>",
    "[x][y]\n\n[y]: http://e.example 'a><script>{}</script>'",
    '[x][y]\n\n[y]: http://e.example "a\\" onclick=\\"{}"',
    "[<img src=x onerror={}>](http://e.example)",
    "[x](http://e.example)<img src=x onerror={}>",
    "Text.\n{{: onclick={} }}",
    'Text.\n{{: onclick="{}" onmouseover="{}" tabindex="0" onfocus="{}" autofocus="" }}',
    '## Words {{: onclick="{}" }}',
    '## Words {{#a" onclick="{} }}',
    "## Words {{#a><img/src/onerror={}> }}",
    "## <img src=x onerror={}>",
    "## &lt;img src=x onerror={}&gt;",
    "## `<img src=x onerror={}>`",
    "## Words &lt;script&gt;{}&lt;/script&gt;",
    '## "><img src=x onerror={}>',
    "## [x](javascript:{})",
    '## ![x" onerror="{}](../files/a.png)',
    "## ![<img src=x onerror={}>](../files/a.png)",
    "```html\n<img src=x onerror={}>\n```",
    '```"><img src=x onerror={}>\nx\n```',
    "```{{.a onclick={} }}\nx\n```",
    '``` {{ .a title="><script>{}</script>" }}\nx\n```',
    "~~~<script>{}</script>\nx\n~~~",
    "    <img src=x onerror={}>",
    "`<img src=x onerror={}>`",
    "``<script>{}</script>``",
    "`</code><img src=x onerror={}>`",
    "&lt;img src=x onerror={}&gt;",
    "&#60;img src=x onerror={}&#62;",
    "&lt;script&gt;{}&lt;/script&gt;",
    "&amp;lt;img src=x onerror={}&amp;gt;",
    "\\<img src=x onerror={}\\>",
    "\\<script>{}\\</script>",
    "<img src=x onerror={}",
    "<img src=x onerror={} x",
    "<img src=x onerror={} <p>",
    'X stands here.\n\n*[X]: "><img src=x onerror={}>',
    'X stands here.\n\n*[X]: " onmouseover="{}',
    "X stands here.\n\n*[X]: ><script>{}</script>",
    '<abbr title="a><img src=x onerror={}>">x</abbr>',
    "Note[^a].\n\n[^a]: <img src=x onerror={}>",
    'Note[^a].\n\n[^a]: Words. [x](http://e.example "a><script>{}</script>")',
    'Note[^"><img/src/onerror={}>].\n\n[^"><img/src/onerror={}>]: Words.',
    "Note[^<script>{}</script>].\n\n[^<script>{}</script>]: Words.",
    "[[2004-01-01|<img src=x onerror={}>]]",
    '[[2004-01-01|"><script>{}</script>]]',
    "[[2004-01-01#words|&lt;img src=x onerror={}&gt;]]",
    '[[2004-01-01#"><img src=x onerror={}>|x]]',
    "[[<img src=x onerror={}>]]",
    "<!--><script>{}</script>-->",
    "<!---><script>{}</script>-->",
    "<!-- --!><script>{}</script>-->",
    "<!-- -- ><script>{}</script>-->",
    "<!--x--><img src=x onerror={}><!--x-->",
    "<!-- <!-- --><img src=x onerror={}> -->",
    "<!--[if gte IE 4]><script>{}</script><![endif]-->",
    "<! foo='><script>{}</script>'>",
    "<!DOCTYPE x [<!ENTITY y '<script>{}</script>'>]>",
    "<![CDATA[<script>{}</script>]]>",
    "<![CDATA[><img src=x onerror={}>]]>",
    "<svg><![CDATA[><img src=x onerror={}>]]></svg>",
    "<?php ?><script>{}</script>",
    "<?xml version='1.0'><img src=x onerror={}>?>",
    '<?xml-stylesheet href="javascript:{}"?>',
    "<? foo='><script>{}</script>'>",
    "</ foo='><script>{}</script>'>",
    "<% x %><img src=x onerror={}>",
    "<%><img src=x onerror={}>",
    "<a\x0bhref='x'\x0bonclick={}>x</a>",
    "<a/onclick={} href='http://e.example'>x</a>",
    "<a href='http://e.example' onclick={}>x</a>",
    '<a href="http://e.example"onfocus="{}">x</a>',
    "<a href=http://e.example/onclick={}>x</a>",
    '<a href="http://e.example" title="><img src=x onerror={}>">x</a>',
    '<a href="http://e.example?a=><script>{}</script>">x</a>',
    '<a href="http://e.example#><img src=x onerror={}>">x</a>',
    '<a name="><img src=x onerror={}>">x</a>',
    '<p id="><img src=x onerror={}>">x</p>',
    '<p lang="><img src=x onerror={}>">x</p>',
    '<p class="><img src=x onerror={}>">x</p>',
    '<div class="footnote"><img src=x onerror={}></div>',
    '<sup id="fnref:1"><a class="footnote-ref" href="http://e.example" onclick={}>x</a></sup>',
    '<table><tr><td colspan="1><img src=x onerror={}>">x</td></tr></table>',
    '<div class="table" onmouseover={}>x</div>',
    '<ol start="1 onmouseover={}"><li value="x onmouseover={}">x</li></ol>',
    '<img src="../files/a.png" alt="><script>{}</script>">',
    '<img src="../files/a.png" alt="x" width="1 onerror={}">',
    "<details open ontoggle={}><summary>x</summary>x</details>",
    "<details><summary onclick={}>x</summary>x</details>",
    "<body onload={}>",
    "<body onpageshow={}>",
    "<svg onload={}>",
    "<svg/onload={}>",
    "<svg><animate onbegin={} attributeName=x dur=1s>",
    "<svg><style>@import 'x'</style><g onload={}></g></svg>",
    "<svg><foreignObject><img src=x onerror={}></foreignObject></svg>",
    "<svg><desc><img src=x onerror={}></desc></svg>",
    "<svg><title><img src=x onerror={}></title></svg>",
    "<math><mi//xlink:href='data:x,<script>{}</script>'>",
    "<math><mtext><img src=x onerror={}></mtext></math>",
    "<input onfocus={} autofocus>",
    "<select onfocus={} autofocus></select>",
    "<textarea onfocus={} autofocus></textarea>",
    "<textarea><img src=x onerror={}></textarea>",
    "<textarea></textarea><img src=x onerror={}>",
    "<video><source onerror={}></video>",
    "<video src=x onerror={}></video>",
    "<audio src=x onerror={}></audio>",
    "<marquee onstart={}>x</marquee>",
    "<object data=x onerror={}></object>",
    '<object type="text/x-scriptlet" data="data:text/html,<script>{}</script>"></object>',
    "<embed src=x onload={}>",
    "<iframe onload={}></iframe>",
    '<iframe srcdoc="<script>parent.{}</script>"></iframe>',
    '<iframe srcdoc="&lt;img src=x onerror=parent.{}&gt;"></iframe>',
    "<iframe><img src=x onerror={}></iframe>",
    "<link rel=stylesheet href=x onerror={}>",
    "<style onload={}></style>",
    "<style>@import url(x);</style><img src=x onerror={}>",
    "<style><img src='</style><img src=x onerror={}//'></style>",
    "<style><!--</style><script>{}</script>",
    "<title><img src=x onerror={}></title>",
    "<title></title><script>{}</script>",
    "<keygen autofocus onfocus={}>",
    "<form><button formaction=javascript:{}>x</button></form>",
    "<form id=f></form><button form=f formaction=javascript:{}>x</button>",
    "<form onsubmit={}><button>x</button></form>",
    "<form><input name=attributes><input name=action></form><img src=x onerror={}>",
    "<label for=a onclick={}>x</label>",
    "<div popover id=p onbeforetoggle={}>x</div><button popovertarget=p>x</button>",
    "<p contenteditable onblur={} tabindex=0>x</p>",
    "<p onanimationstart={} style='animation:x 1s'>x</p>",
    "<p onpointerrawupdate={} onscroll={} onwheel={}>x</p>",
    "<x onclick={}>x</x>",
    "<x:script xmlns:x='http://www.w3.org/1999/xhtml'>{}</x:script>",
    "<custom-element onmouseover={}>x</custom-element>",
    # What is safe until it is read once more: mutations.
    '<noscript><p title="</noscript><img src=x onerror={}>"></noscript>',
    '<noframes><p title="</noframes><img src=x onerror={}>"></noframes>',
    '<noembed><p title="</noembed><img src=x onerror={}>"></noembed>',
    '<xmp><p title="</xmp><img src=x onerror={}>"></xmp>',
    '<plaintext><p title="</plaintext><img src=x onerror={}>">',
    "<listing>&lt;img src=x onerror={}&gt;</listing>",
    "<listing><img src=x onerror={}></listing>",
    '<textarea><p title="</textarea><img src=x onerror={}>"></textarea>',
    '<title><p title="</title><img src=x onerror={}>"></title>',
    '<iframe><p title="</iframe><img src=x onerror={}>"></iframe>',
    '<style><p title="</style><img src=x onerror={}>"></style>',
    '<script><p title="</script><img src=x onerror={}>"></script>',
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=x onerror={}&gt;">',
    "<math><mtext><table><mglyph><style><math><img src=x onerror={}></style>",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror={}>",
    '<svg></p><style><a id="</style><img src=x onerror={}>">',
    '<svg><p><style><a id="</style><img src=x onerror={}>"></svg>',
    "<svg><style><img src=x onerror={}></style></svg>",
    "<svg><style>&lt;img src=x onerror={}&gt;</style></svg>",
    "<svg></br><style><img src='</style><img src=x onerror={}>'>",
    "<math></p><style><!--</style><img src/onerror={}>--></style></math>",
    "<math><annotation-xml encoding='text/html'><style><img src=x onerror={}></style>",
    "<math><annotation-xml><style><img src=x onerror={}></style></annotation-xml></math>",
    "<svg><title><style><img src='</style><img src=x onerror={}>'></title></svg>",
    "<svg><desc><style><p title='</style><img src=x onerror={}>'></desc></svg>",
    "<template><script>{}</script></template>",
    "<template><img src=x onerror={}></template>",
    "<div><template shadowrootmode=open><img src=x onerror={}></template></div>",
    "<table><td><template><style></table><img src=x onerror={}></style></template>",
    "<table><a href='<img src=x onerror={}>'>x</table>",
    "<select><template><style><!--</template><img src=x onerror={}>--></style></select>",
    "<select><iframe><select><img src=x onerror={}></iframe></select>",
    "<a><table><a href='javascript:{}'>x",
    "<form><div></form><div><form><img src=x onerror={}></form>",
    "<b><p><b><p><img src=x onerror={}",
    "<p><svg><p title='</svg><img src=x onerror={}>'>",
    "<dl><dt><math><dd><style><img src='</style><img src=x onerror={}>'>",
    "<caption><svg><style></caption><img src=x onerror={}></style>",
    "<rt><ruby><xmp><rp></xmp><img src=x onerror={}>",
    "<li><ul><svg><li><style></ul><img src=x onerror={}></style>",
    "<h1><h2><svg><h3><style><img src='</style><img src=x onerror={}>'>",
    "<pre>\n\n<textarea>\n</pre><img src=x onerror={}>",
    "<p>x</p\x0c<script>{}</script>",
    "<a href='x\ufeff'\u2028onclick={}>x</a>",
    "<img\u3000src=x\u3000onerror={}>",
    "<img src=x onerror\u200b={}>",
    "<img src=x on\x01error={}>",
    "<scr\x01ipt>{}</scr\x01ipt>",
    "<scr&#1;ipt>{}</scr&#1;ipt>",
    "<\ufeffscript>{}</script>",
    "<\x81script>{}</script>",
    "<scr\x7fipt>{}</script>",
    "&#1;<script>{}</script>",
    "\ufdd0<script>{}</script>",
    # The marks that this program and its engine use for themselves.
    "\x02wzxhzdk:0\x03<script>{}</script>",
    "klzzwxh:0000 <script>{}</script>",
    '<a href="ref:0">x</a><a href="ref:0"><img src=x onerror={}></a>',
    '<a href="report-name:2004-01-01"><img src=x onerror={}></a>',
    '<a href="report-name:x&quot; onclick=&quot;{}">x</a>',
    '<img src="ref:0" alt="x" title="><img src=x onerror={}>">',
    '<div class="table"><img src=x onerror={}></div>',
    '<p id="part:main" onclick={}>x</p>',
    "<p id=\"ask:x\" title='</main><script>{}</script>'>x</p>",
    "</main><script>{}</script>",
    "</main></body></html><script>{}</script>",
    "</div></div></article><img src=x onerror={}>",
    "]]><script>{}</script>",
    "]]&gt;&lt;script&gt;{}&lt;/script&gt;",
    "</script><script>{}</script>",
    "{{{{ '<script>{}</script>' | safe }}}}",
    "{{% raw %}}<img src=x onerror={}>{{% endraw %}}",
    "GLOSS </abbr><img src=x onerror={}>",
    '<b title="GLOSS"><img src=x onerror={}></b> GLOSS',
]

# A word that is in every report with text that looks like HTML, for the search.
WORD = "zebra"


def body_vectors() -> Vectors:
    """Return the vectors in the bodies of reports."""
    vectors = Vectors()
    vectors.files["reports/2004-01-01.md"] = [
        Part("---\ndate: 2004-01-01\n---\n## Words\n\nText.\n")
    ]
    vectors.files["glossary.yaml"] = [Part("GLOSS: A word with a meaning\n")]
    vectors.files["topics.yaml"] = [Part("vectors: {name: Vectors}\n")]
    vectors.files["files/a.png"] = [Part("BM, which begins a picture\n")]
    for place, put in IN_MARKDOWN.items():
        paragraphs = []
        for scheme, address in SCHEMES.items():
            paragraphs.append(_linked(vectors, f"{place}: {scheme}", put, address))
        _group(vectors, paragraphs)
    hidden = list(disguises())
    for place, put in IN_MARKDOWN.items():
        chosen = hidden if place in MAIN_PLACES else SPELLED
        if place in PLACES_OF_UNSEEN:
            chosen = [*chosen, *unseen_disguises()]
        for start in range(0, len(chosen), 200):
            paragraphs = [
                _linked(vectors, f"{place}: {name}", put, partial(add, scheme))
                for name, scheme in chosen[start : start + 200]
            ]
            _group(vectors, paragraphs)
    for place, html in IN_HTML.items():
        _together(
            vectors,
            [
                (f"{place}: {name}", html.replace("{}", address))
                for name, address in IN_HTML_ADDRESSES.items()
            ],
        )
    for html in CLASSICS:
        _together(vectors, [(html, html)])
    return vectors


def _linked(
    vectors: Vectors, name: str, put: Callable[[str, str], str], address: Callable[[str], str]
) -> Vector:
    return vectors.add(name, lambda call: put(address(call), f"v{call[5:-1]}"))


def _group(vectors: Vectors, paragraphs: list[Vector]) -> None:
    """Add a report with a paragraph for each vector: what Markdown closes hides nothing."""
    parts = [Part(f"{vector.text}\n\n", (vector.number,)) for vector in paragraphs]
    vectors.report([Part("topics: [vectors]\n---\n## Vectors\n\n")], parts)


def _together(vectors: Vectors, given: list[tuple[str, str]]) -> None:
    """Add a report with vectors before all headings, and again in a section that is on a topic."""
    added = [
        vectors.add(name, lambda call, text=text: text.format(*[call] * text.count("{}")))  # type: ignore[misc]
        for name, text in given
    ]
    front = Part("feedback: [{ask: What do you think?}]\n---\n")
    parts = [Part(f"{vector.text}\n\n", (vector.number,)) for vector in added]
    heading, end = Part("## Vectors\n\n"), Part(f"{WORD}\n")
    vectors.report([front], [*parts, heading, *parts, end])


# --- fields ---------------------------------------------------------------------------------------

# What a field may hold to get out of where it stands.
PAYLOADS: dict[str, str] = {
    "element": "<script>{}</script>",
    "picture": "<img src=x onerror={}>",
    "double quote": '"><img src=x onerror={}>',
    "single quote": "'><img src=x onerror={}>",
    "attribute": 'a" onmouseover="{}" onfocus="{}" autofocus tabindex="0" x="',
    "attribute, single quotes": "a' onmouseover='{}' onfocus='{}' autofocus tabindex='0' x='",
    "attribute, unquoted": "a onmouseover={} onfocus={} autofocus tabindex=0",
    "end of a script": "</script><script>{}</script>",
    "end of a title": "</title></textarea></style><script>{}</script>",
    "end of a comment": "--><script>{}</script>",
    "end of CDATA": "]]><script>{}</script>",
    "references": "&lt;img src=x onerror={}&gt;",
    "references, twice": "&amp;lt;img src=x onerror={}&amp;gt;",
    "numbers": "&#60;script&#62;{}&#60;/script&#62;",
    "Markdown": "[x](javascript:{}) <javascript:{}>",
    "Markdown, references": "[x](javascript&colon;{}) [y](&#1;java&Tab;script:{}) **z**",
    "Markdown, attributes": '[x](<https://e.example/"onmouseover="{}> "z&quot; onfocus={} y=") *w*',
    "Markdown, code": "`<script>{}</script>` *<img src=x onerror={}>* [<img src=x onerror={}>](#a)",
    "address": "javascript:{}",
    "address and mail": "javascript:{} a@e.example",
    "template": "{{{{ '<script>{}</script>' | safe }}}}{{% raw %}}",
    "line separators": "\u2028<img src=x onerror={}>\u2029",
    "script": '";{};//\\";{};//\';{};//`${{{}}}`',
    "script, in JSON": "\\u003cscript>{}\\u003c/script>",
    "controls": "<\x01script>{}</\x81script>",
    "placeholder": "%(report)s%s{{}}<img src=x onerror={}>",
}
# The front matter of three reports, as lines. Where a line has a name, it is a vector's field.
LINES_OF_REPORTS: list[list[tuple[str, str]]] = [
    [
        ("title", "title: {}"),
        ("summary", "summary: {}"),
        ("author", "author: {}"),
        ("place", "place: {}"),
        ("", "attendees:"),
        ("attendee", "  - {{name: {}, organisation: Carers}}"),
        ("attendee's organisation", "  - {{name: Ada, organisation: {}}}"),
        ("attendee's role", "  - {{name: Ben, role: {}}}"),
        ("attendee in a line", "  - {}"),
        ("apologies", "apologies: [{{name: {}, organisation: Carers}}]"),
        ("", "feedback:"),
        ("ask", "  - {{ask: {}, reply_to: a@e.example}}"),
        ("audience", "  - {{ask: What?, audience: {}}}"),
        ("reply", "  - {{ask: Where?, reply_to: {}}}"),
        ("id of an ask", "  - {{ask: Who?, id: {}}}"),
        ("", "outcomes:"),
        ("outcome", "  - {{ask: a/2004-01-01/venue, outcome: {}}}"),
        ("ask of an outcome", "  - {{ask: {}, outcome: Words}}"),
        ("topic", "topics: [{}]"),
        ("next place", "next_meeting: {{date: 2013-12-31, place: {}}}"),
        ("correction", "corrections: [{{date: 2013-01-01, note: {}}}]"),
        ("", "aliases:"),
        ("", "  - /old/[day]"),
        ("alias", "  - {}"),
        ("alias below", "  - {}"),
        ("waiver", "waivers: [{{rule: P104, text: {}, reason: {}}}]"),
    ],
    [
        ("cancelled", "cancelled: {}"),
        ("language", "language: {}"),
        ("announced", "announced_for: {}"),
        ("next day", "next_meeting: {}"),
    ],
    [
        ("withdrawal", "withdrawn: {{date: 2013-01-01, reason: {}}}"),
        ("title of what is withdrawn", "title: {}"),
    ],
]
LINES_WITH_ADDRESSES = [
    ("", "feedback:"),
    ("", "  - ask: What?"),
    ("reply", "  - {{ask: Where?, reply_to: {}}}"),
    ("reply in words", "  - {{ask: Who?, reply_to: {}}}"),
    ("next address", "next_meeting: {{date: 2013-12-31, url: {}}}"),
    ("place", "place: {}"),
]
# What may stand before a script in a field that holds an address.
ADDRESSES = [
    *("javascript:{}", "JaVaScRiPt:{}", " javascript:{}", "java\tscript:{}", "java\u200bscript:{}"),
    *("\xa0javascript:{}", "\ufeffjavascript:{}", "\u2028javascript:{}", "java\x01script:{}"),
    *("java\x81script:{}", "java&#1;script:{}", "javascript&colon;{}", "vbscript:{}"),
    *("data:text/html,<script>{}</script>", "//javascript:{}", "https:javascript:{}"),
    *('http://e.example/"onmouseover="{}', "http://e.example/><script>{}</script>"),
    *("http://javascript:{}@e.example/", "javascript://e.example/%0A{}", "blob:{}", "file:///{}"),
    *('www.e.example"><img/src/onerror={}>', 'mailto:a@e.example?x="onfocus={}'),
    *('tel:+44"onfocus={}', 'a@e.example"><img/src/onerror={}>', 'https://[::1"onfocus={}]/'),
    *("Ada <javascript:{}>", "Ada <a@e.example> <script>{}</script>", "tel:javascript:{}"),
]
# What stands before a payload.
BEFORE = {"alias below": "/", "reply in words": "Write to "}
BOARDS = ("a", "b", "c", "d", "e", "f")


def quoted(text: str) -> str:
    """Return a text in the double quotes of YAML; controls are written as they are."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\t", "\\t") + '"'


def field_vectors() -> Vectors:
    """Return the vectors in fields of front matter and in the site's own files."""
    vectors = Vectors()
    first = "---\ndate: 2004-01-01\nfeedback: [{ask: Where?, id: venue}]\n---\nText.\n"
    vectors.files["reports/a/2004-01-01.md"] = [Part(first)]
    boards = cycle(BOARDS)
    for name, payload in PAYLOADS.items():
        for lines in LINES_OF_REPORTS:
            _front(vectors, name, payload, lines, next(boards))
    for address in ADDRESSES:
        _front(vectors, address, address, LINES_WITH_ADDRESSES, next(boards))
    _add_site(vectors)
    return vectors


def _front(
    vectors: Vectors, name: str, payload: str, lines: list[tuple[str, str]], board: str
) -> None:
    """Add a report with a payload in each field of its front matter."""
    front = []
    day = f"{len(vectors.files)}"
    for field, line in lines:
        numbers = []
        values = []
        for _ in range(line.count("{}") if field else 0):
            value, number = _filled(vectors, f"{field}: {name}", payload)
            numbers.append(number)
            values.append(quoted(BEFORE.get(field, "") + value))
        text = line.format(*values).replace("[day]", day) if field else line.replace("[day]", day)
        front.append(Part(f"{text}\n", tuple(numbers)))
    body = "---\nText of [[a/2004-01-01]].\n\n## Words\n\nText.\n"
    vectors.report(front, [Part(body)], f"{board}/")


def _filled(vectors: Vectors, name: str, payload: str) -> tuple[str, int]:
    vector = vectors.add(name, lambda call: payload.format(*[call] * payload.count("{}")))
    return vector.text, vector.number


def _add_site(vectors: Vectors) -> None:
    """Add the files that are the site's, the pages and the attachments."""
    payloads = list(PAYLOADS.items())
    site: list[Part] = [
        Part("base_url: https://example.org/a/b/\nsearch: false\nattendance: true\n")
    ]
    site.append(Part("feed_size: 1000\n"))
    everything = " ".join(text for name, text in payloads if name != "controls")
    for field in ("title", "description", "notice", "uid"):
        value, number = _filled(vectors, f"site's {field}", everything)
        site.append(Part(f"{field}: {quoted(value)}\n", (number,) if field != "title" else ()))
    for field in ("repository", "logo", "language", "accent", "timezone"):
        for address in ADDRESSES[:1]:
            value, number = _filled(vectors, f"site's {field}", address)
            site.append(Part(f"{field}: {quoted(value)}\n", (number,)))
    site.append(Part("boards:\n"))
    for board, (name, text) in zip(BOARDS, payloads, strict=False):
        value, number = _filled(vectors, f"board: {name}", text)
        told, other = _filled(vectors, f"board's description: {name}", text)
        site.append(
            Part(
                f"  {board}: {{name: {quoted(value)}, description: {quoted(told)}}}\n",
                (number, other),
            )
        )
    topics = [Part("known: {name: Known}\n")]
    glossary = [Part("GLOSS: A word\n")]
    people = [Part("Ada Moss: {organisation: Carers}\n")]
    said = []
    for turn, (name, text) in enumerate(payloads):
        values = [
            _filled(vectors, f"{what}: {name}", text)
            for what in (
                "topic's name",
                "topic's description",
                "meaning",
                "term",
                "person",
                "theirs",
            )
        ]
        texts = [quoted(value) for value, _ in values]
        numbers = [number for _, number in values]
        topics.append(
            Part(f"t{turn}: {{name: {texts[0]}, description: {texts[1]}}}\n", (*numbers[:2],))
        )
        glossary.append(Part(f"TERM{turn}: {texts[2]}\n", (numbers[2],)))
        glossary.append(Part(f"{texts[3]}: Words\n", (numbers[3],)))
        people.append(Part(f"{texts[4]}: {{organisation: {texts[5]}}}\n", (*numbers[4:],)))
        said.append(f"TERM{turn} is said here.\n\n")
        vectors.report([], [Part(f"topics: [t{turn}]\n---\nText.\n", (*numbers[:2],))], "b/")
        title, number = _filled(vectors, f"page: {name}", text)
        vectors.files[f"pages/p{turn}.md"] = [
            Part(f"---\ntitle: {quoted(title)}\nnav: true\nfooter: true\n---\nText.\n", (number,))
        ]
    vectors.report([], [Part("---\n"), *map(Part, said)], "a/")
    vectors.files |= {"site.yaml": site, "topics.yaml": topics, "glossary.yaml": glossary}
    vectors.files["people.yaml"] = people
    for turn, (name, text) in enumerate(payloads):
        for kind in ("reports/a/2013-01-{:02} {}.md", "pages/{:02} {}.md", "files/{:02} {}.pdf"):
            value, number = _filled(vectors, f"{kind.partition('/')[0]}: name, {name}", text)
            if "/" in value or "\x01" in value or len(value) > 90:
                del vectors.by_number[number]
                continue
            path = kind.format(turn + 1, value)
            if kind.startswith("files"):
                vectors.files[path] = [Part("words\n", (number,))]
                link = f"<../../{quote(path)}>"
                vectors.report(
                    [], [Part(f"---\n[x]({link}) [y](<../../{escape(path)}>)\n", (number,))], "c/"
                )
            else:
                front = f"date: 2013-01-{turn + 1:02}" if kind.startswith("reports") else "title: x"
                vectors.files[path] = [Part(f"---\n{front}\n---\nText.\n", (number,))]
