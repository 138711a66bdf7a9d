"""The pages: PAGES has the declaration of each kind, in the order of the sitemap.

Each module has a page's view, planner, renderer and declaration. ``frame``, ``components`` and the
like have what several pages share.
"""

from lscbsite.outputs.declaration import OutputKind
from lscbsite.outputs.pages.archives import ALL_REPORTS, BOARDS, YEARS
from lscbsite.outputs.pages.asks import ASKS, ASKS_OF_YEARS
from lscbsite.outputs.pages.attendance import ATTENDANCE
from lscbsite.outputs.pages.glossary import GLOSSARY
from lscbsite.outputs.pages.home import HOME
from lscbsite.outputs.pages.new import NEW
from lscbsite.outputs.pages.ordinary import NOT_FOUND, ORDINARY_PAGES
from lscbsite.outputs.pages.report import REPORTS
from lscbsite.outputs.pages.search import SEARCH
from lscbsite.outputs.pages.subscribe import SUBSCRIBE
from lscbsite.outputs.pages.thread import THREADS
from lscbsite.outputs.pages.topics import TOPICS

PAGES: tuple[OutputKind, ...] = (
    HOME,
    ALL_REPORTS,
    REPORTS,
    ORDINARY_PAGES,
    YEARS,
    BOARDS,
    GLOSSARY,
    ATTENDANCE,
    TOPICS,
    THREADS,
    ASKS,
    ASKS_OF_YEARS,
    NEW,
    SUBSCRIBE,
    SEARCH,
    NOT_FOUND,
)
