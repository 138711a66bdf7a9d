"""Rules about the site's own files."""

from lscbsite.rules.declaration import Rule

SETTINGS = (
    Rule(
        "S001",
        "error",
        "site.yaml is missing",
        why="`site.yaml` is what makes a folder a site: it has the title and the address.",
        place="words",
        wrong="A folder with reports/ only.",
        right="A folder with reports/ and site.yaml.",
    ),
    Rule(
        "S002",
        "error",
        "base_url is not an absolute web address",
        why="Feeds, calendars and the site map need full addresses.",
        place="site",
        wrong="title: Test Board\nbase_url: example.org/reports",
        right="title: Test Board\nbase_url: https://example.org/reports/",
    ),
    Rule(
        "S003",
        "error",
        "unknown time zone",
        why="The time zone decides which day it is, and when meetings begin.",
        place="site.yaml",
        wrong="timezone: Europe/Londn",
        right="timezone: Europe/London",
    ),
    Rule(
        "S004",
        "error",
        "not a colour",
        why="The colour is used in style sheets and in pictures, by its digits.",
        place="site.yaml",
        wrong="accent: blue",
        right='accent: "#1d5b79"',
    ),
    Rule(
        "S005",
        "error",
        "the logo does not exist",
        why="Every page would have a broken picture.",
        place="site.yaml",
        wrong="logo: logo.png",
        right="logo: files/hall.png",
    ),
    Rule(
        "S006",
        "error",
        "a report outside the folders of the boards",
        why="With several boards, the folder says whose report it is.",
        place="names",
        wrong="reports/2013-01-15.md",
        right="reports/lscb/2013-01-15.md",
    ),
    Rule(
        "S007",
        "error",
        "a rule that cannot be set",
        why="Only rules that are marked as such on this page can be set.",
        place="site.yaml",
        wrong="rules: {F031: off}",
        right="rules: {M002: off}",
    ),
    Rule(
        "S008",
        "error",
        "a template cannot be used",
        why="With a template that cannot be used, there is no page.",
        place="templates/404.html",
        wrong=('{% extends "theme/404.html" %}\n{% block content %}{% if %}{% endblock %}'),
        right=('{% extends "theme/404.html" %}\n{% block content %}Nothing here.{% endblock %}'),
    ),
    Rule(
        "S009",
        "error",
        "two topics have a name in common",
        why="A name must lead to one topic.",
        place="topics.yaml",
        wrong=(
            "domestic-violence:\n"
            "  name: Domestic violence\n"
            "violence-at-home:\n"
            "  name: Violence at home\n"
            "  aliases: [Domestic violence]"
        ),
        right=("domestic-violence:\n  name: Domestic violence\n  aliases: [Violence at home]"),
    ),
    Rule(
        "S010",
        "error",
        "two people have a name in common",
        why="A name must lead to one person.",
        place="people.yaml",
        wrong="Ada Moss: {}\nAlan Moss:\n  aliases: [Ada Moss]",
        right="Ada Moss: {}\nAlan Moss:\n  aliases: [Al Moss]",
    ),
    Rule(
        "S011",
        "error",
        "a colour in which text is hard to read",
        why="Many people could not read links in this colour.",
        place="site.yaml",
        wrong='accent: "#4c9aff"',
        right='accent: "#376fb8"',
    ),
    Rule(
        "S012",
        "warning",
        "a language without headings and buttons",
        configurable=True,
        why="Headings and buttons stay in English until somebody translates them.",
        place="site.yaml",
        wrong="language: fr",
        right="language: cy",
    ),
    Rule(
        "S013",
        "error",
        "active_files names a file that does not exist",
        why="The list allows single files, so a wrong name allows nothing.",
        place="site.yaml",
        wrong="active_files: [files/maps.html]",
        right="active_files: [files/map.html]",
    ),
    Rule(
        "S014",
        "error",
        "publish names a file that does not exist",
        why="The file would not be published.",
        place="site.yaml",
        wrong="publish: [files/Form.pdf]",
        right="publish: [files/form.pdf]",
    ),
    Rule(
        "S015",
        "warning",
        "a template that the site does not use",
        configurable=True,
        why="A template under another name changes nothing.",
        place="names",
        wrong="templates/foot.html",
        right="templates/footer.html",
    ),
    Rule(
        "S016",
        "error",
        "meetings of an unknown board",
        why="Its meetings would be shown nowhere.",
        place="meetings.yaml",
        wrong="heatlh: [2013-04-23]",
        right="health: [2013-04-23]",
    ),
    Rule(
        "S017",
        "error",
        "not how long a meeting takes",
        why="A number alone can be hours or minutes.",
        place="site.yaml",
        wrong="default_length: 2",
        right="default_length: 2 hours",
    ),
    Rule(
        "S018",
        "error",
        "a file that belongs beside site.yaml",
        why="The file is read only beside site.yaml.",
        place="names",
        wrong="pages/glossary.yaml",
        right="glossary.yaml",
    ),
    Rule(
        "S019",
        "warning",
        "the address of the site is made up",
        configurable=True,
        why="A new site has an address that stands in for its own. Feeds, calendars and search engines"
        " would send readers there.",
        place="site",
        wrong="title: Test Board\nbase_url: https://example.org/",
        right="title: Test Board\nbase_url: https://reports.example.net/",
    ),
    Rule(
        "S020",
        "error",
        "not a folder that a board can have",
        why="A board's reports are in the folder with its id. Only one can have reports/ itself.",
        place="site.yaml",
        wrong="boards:\n  lscb: {name: Safeguarding, folder: safeguarding}",
        right="boards:\n  lscb: {name: Safeguarding, folder: .}",
    ),
    Rule(
        "S021",
        "error",
        "two boards have an id or a folder in common",
        why="A folder must belong to one board.",
        place="site.yaml",
        wrong=(
            "boards:\n  lscb: {name: Safeguarding, folder: .}\n  health: {name: Health, folder: .}"
        ),
        right=("boards:\n  lscb: {name: Safeguarding, folder: .}\n  health: {name: Health}"),
    ),
    Rule(
        "S022",
        "warning",
        "a published board is gone",
        configurable=True,
        why="Links to its pages, feeds and calendars would break.",
        place="words",
        wrong='The board "hwb" is taken out of site.yaml.',
        right='The board "health" has `formerly: [hwb]`.',
    ),
    Rule(
        "S023",
        "warning",
        "a published topic is gone",
        configurable=True,
        why="Links to its page and its feed would break.",
        place="words",
        wrong='The topic "violence" is taken out of topics.yaml.',
        right='The topic "domestic-violence" has `formerly: [violence]`.',
    ),
    Rule(
        "S024",
        "error",
        "the uid of the sample site",
        why=(
            "Two sites with one `uid` would give their entries the same identity: feed "
            "readers would mix them up."
        ),
        place="words",
        wrong="The `uid` of the sample site, copied with its site.yaml.",
        right="A `uid` of its own, as the message proposes it.",
    ),
    Rule(
        "S025",
        "warning",
        "the report of a new site is still there beside others",
        configurable=True,
        why="A new site begins with a report to try it out, which says nothing to readers.",
        place="text",
        wrong="This is the first report of this site, to try it out. Put what was said at your meeting"
        " in its place, beginning with a paragraph that says the most important thing.",
        right="The board agreed to run its courses in the evening.",
    ),
    Rule(
        "S026",
        "warning",
        "the repository of the form is made up",
        configurable=True,
        why="The form for editing in a browser saves into a repository, and a new site has none yet.",
        place="words",
        wrong="repo: OWNER/REPOSITORY",
        right="repo: eastmoor/reports",
    ),
    Rule(
        "S027",
        "warning",
        "the form lacks a file",
        configurable=True,
        why="Without all of its files, the form for editing in a browser shows an empty page.",
        place="words",
        wrong="admin/ without js-yaml.js.",
        right="admin/ as `lscbsite cms` writes it.",
    ),
    Rule(
        "S028",
        "warning",
        "a file in admin/ that is no part of the form",
        configurable=True,
        why="Only the form is published from there: somebody may have put the file there by mistake.",
        place="words",
        wrong="admin/notes.txt",
        right="notes.txt beside site.yaml, or files/notes.txt with a link to it in a report.",
    ),
    Rule(
        "S030",
        "error",
        "two organisations or former names of a person at one time",
        why="A report names the one employer, and the one name, of its day.",
        place="people.yaml",
        wrong=(
            "Ada Moss:\n"
            "  organisation:\n"
            "    - {name: Mill Lane Centre, until: 2013-12-31}\n"
            "    - {name: Ardenshire Carers, from: 2013-06-01}"
        ),
        right=(
            "Ada Moss:\n"
            "  organisation:\n"
            "    - {name: Mill Lane Centre, until: 2013-05-31}\n"
            "    - {name: Ardenshire Carers, from: 2013-06-01}"
        ),
    ),
    Rule(
        "S031",
        "error",
        "a period that ends before it begins",
        why="No day is in such a period.",
        place="people.yaml",
        wrong=(
            "Ada Moss:\n"
            "  organisation:\n"
            "    - {name: Mill Lane Centre, from: 2013-06-30, until: 2012-07-01}"
        ),
        right=(
            "Ada Moss:\n"
            "  organisation:\n"
            "    - {name: Mill Lane Centre, from: 2012-07-01, until: 2013-06-30}"
        ),
    ),
    Rule(
        "S032",
        "error",
        "the picture for sharing is not in files/",
        why="Other sites would show a link without a picture.",
        place="site.yaml",
        wrong="sharing_picture:\n  file: town-hall.png\n  alt: The town hall",
        right="sharing_picture:\n  file: files/town-hall.png\n  alt: The town hall",
    ),
    Rule(
        "S033",
        "error",
        "other sites cannot show the picture for sharing",
        why="Facebook, LinkedIn, X and messaging apps show only PNG, JPEG, WebP and GIF pictures, and no small ones.",
        place="site.yaml",
        wrong="sharing_picture:\n  file: files/form.pdf\n  alt: The town hall",
        right="sharing_picture:\n  file: files/town-hall.png\n  alt: The town hall",
    ),
    Rule(
        "S034",
        "error",
        "contact or email is not an address",
        why="Every page sends readers to this address; if it is wrong, their messages are lost.",
        place="site.yaml",
        wrong="contact: reports@example",
        right="contact: reports@example.org",
    ),
)
