"""The theme: Jinja2 templates; those of the site override the built-in ones."""

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from functools import lru_cache, partial
from pathlib import PurePath
from pickle import PickleError
from typing import Any

import markupsafe
from jinja2 import (
    BaseLoader,
    ChoiceLoader,
    Environment,
    FileSystemBytecodeCache,
    FileSystemLoader,
    PrefixLoader,
    StrictUndefined,
    TemplateError,
    TemplateNotFound,
    TemplateSyntaxError,
    nodes,
    select_autoescape,
)
from jinja2.bccache import Bucket
from jinja2.ext import InternationalizationExtension
from jinja2.visitor import NodeTransformer
from markupsafe import Markup, escape
from msgspec.structs import replace

from lscbsite.dates import get_direction
from lscbsite.i18n import (
    MarkedTranslations,
    find_catalogue,
    get_translations,
    isolate,
    label_english,
    read_catalogue,
)
from lscbsite.incremental.fingerprint import TEMPLATES, digest
from lscbsite.problems import Problem, TemplateFaultError

# The path of a site's template in a traceback begins with this.
_SITE_PREFIX = "templates/"


class _Texts(BaseLoader):
    """Loads the site's templates."""

    def __init__(self, texts: dict[str, str]) -> None:
        self._texts = texts

    def get_source(
        self,
        environment: Environment,  # noqa: ARG002 (the library's signature)
        template: str,
    ) -> tuple[str, str, None]:
        if template not in self._texts:
            raise TemplateNotFound(template)
        return self._texts[template], _SITE_PREFIX + template, None


class _CompiledTemplates(FileSystemBytecodeCache):
    """Stores compiled templates; each is only used with its own source and translations.

    They are code: nobody but this user may be able to write to the folder.
    """

    def __init__(self, folder: str, language: str) -> None:
        super().__init__(folder, "%s")
        self._language = language

    def get_cache_key(self, name: str, filename: str | None = None) -> str:
        return f"{super().get_cache_key(name, filename)}-{find_catalogue(self._language)}"

    def get_source_checksum(self, source: str) -> str:
        return super().get_source_checksum(source) + digest(read_catalogue(self._language)).hex()

    def load_bytecode(self, bucket: Bucket) -> None:
        try:
            super().load_bytecode(bucket)
        except (OSError, PickleError, EOFError, ValueError, TypeError):  # the file is damaged
            bucket.reset()

    def dump_bytecode(self, bucket: Bucket) -> None:
        with suppress(OSError):  # a full disk or a missing folder: compile again next time
            super().dump_bytecode(bucket)


class _Trans(InternationalizationExtension):
    """``{% trans %}``: translate sentences when a template is compiled.

    Only the plural form of a sentence is chosen when a page is rendered.
    """

    def _make_node(
        self,
        singular: str,
        plural: str | None,
        _context: str | None,
        variables: dict[str, nodes.Expr],
        plural_expr: nodes.Expr | None,
        *_: object,
    ) -> nodes.Output:
        words = self.environment.words  # type: ignore[attr-defined]
        if plural_expr is None or plural is None:
            return nodes.Output(list(_split_sentence(words.gettext(singular), variables)))
        chosen = nodes.Call(
            nodes.EnvironmentAttribute("choose_plural"),
            [nodes.Const(singular), nodes.Const(plural), plural_expr],
            [],
            None,
            None,
        )
        values = [nodes.Pair(nodes.Const(name), value) for name, value in variables.items()]
        return nodes.Output([nodes.Mod(nodes.MarkSafe(chosen), nodes.Dict(values))])


def _split_sentence(sentence: str, variables: dict[str, nodes.Expr]) -> Iterator[nodes.Expr]:
    """Yield the parts of a sentence with ``%(name)s`` in it: HTML, and the variables."""
    for index, part in enumerate(re.split(r"%\((\w+)\)s", sentence)):
        if index % 2:
            yield variables[part]
        elif part:
            yield nodes.TemplateData(part.replace("%%", "%"))


class _Words(NodeTransformer):
    """Replaces ``_("...")`` with its translation."""

    def visit_Call(self, node: nodes.Call, *args: Any, **kwargs: Any) -> nodes.Node:  # noqa: N802
        match node:
            case nodes.Call(node=nodes.Name(name="_"), args=[nodes.Const(value=str(text))]):
                words = node.environment.words  # type: ignore[union-attr]
                return nodes.Const(
                    words.gettext(text), lineno=node.lineno, environment=node.environment
                )
        return self.generic_visit(node, *args, **kwargs)


class _Environment(Environment):
    """Compiles templates in a language; values are escaped by ``escape_value``.

    The library's escape function wraps each text in an object before the texts are joined, which
    took a third of a page's time.
    """

    def __init__(self, language: str, **settings: Any) -> None:
        translated = find_catalogue(language)
        self.words = get_translations(language) if translated else MarkedTranslations()
        self.finish = str if translated else label_english
        super().__init__(extensions=[_Trans], **settings)
        self.policies["ext.i18n.trimmed"] = True
        self.globals["interface_lang"] = "" if translated else Markup(' lang="en" dir="ltr"')
        self.filters["isolate"] = partial(isolate, direction=get_direction(language))

    def choose_plural(self, singular: str, plural: str, number: int) -> str:
        """Return the translated singular or plural form of a sentence for a number."""
        return self.words.ngettext(singular, plural, number)

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        parsed = super()._parse(source, name, filename)
        return _Words().visit(parsed)  # type: ignore[no-any-return]

    @staticmethod
    def escape_value(value: Any) -> str:
        """Return a value as HTML."""
        if type(value) is str:
            return _escape_text(value)
        if type(value) is Markup:
            return value
        if type(value) is int:
            return str(value)
        as_html: Callable[[], str] | None = getattr(value, "__html__", None)
        return as_html() if as_html else escape(value)

    @staticmethod
    def call_macro(
        function: Callable[..., Any],
        *arguments: Any,
        _block_vars: object = None,
        _loop_vars: object = None,
        **named: Any,
    ) -> Any:
        """Call a macro directly, without the checks that the library makes for all functions."""
        return function(*arguments, **named)

    def _generate(
        self,
        source: Any,
        name: str | None,
        filename: str | None,
        defer_init: bool = False,
    ) -> str:
        code = super()._generate(source, name, filename, defer_init)
        if not (filename or "").startswith(_SITE_PREFIX):
            # Built-in templates use only attributes that exist, and call only macros. A site's need
            # the library's functions, which report undefined names and also look for items.
            code = code.replace("environment.getattr(", "getattr(")
            code = code.replace("context.call(", "environment.call_macro(")
        # On the line of the import, so that the line numbers of errors stay right.
        start, end, rest = code.partition("\n")
        return f"{start}; escape = environment.escape_value{end}{rest}"


# The fast path of ``escape`` for texts, which is not public; fall back to the whole function.
_escape_text = getattr(markupsafe, "_escape_inner", markupsafe.escape)


# Stands for a page's own address in the footer, which many pages share. No author can write this
# noncharacter.
_MISTAKE_URL = "\ufdd2"


class ProgramTemplateError(Exception):
    """A built-in template failed: a defect of the program, not of a site."""


class Theme:
    """Renders templates by name; ``theme/NAME`` is the built-in one, for others to extend."""

    def __init__(self, texts: tuple[tuple[str, str], ...], cache_dir: str | None) -> None:
        builtin_templates = FileSystemLoader(TEMPLATES)
        self._texts = dict(texts)
        self._loader = ChoiceLoader(
            [_Texts(self._texts), builtin_templates, PrefixLoader({"theme": builtin_templates})]
        )
        self._parts: dict[tuple[bytes, str, str, str | None], tuple[str, ...]] = {}
        self._cache_dir = cache_dir
        self._environments: dict[str, _Environment] = {}

    def render(self, name: str, view: Any) -> str:
        """Return a template filled with a view.

        If the view has a frame, ``root`` and an address below the base URL make one for the page;
        ``home`` leads to the home page. ``json_ld`` is the view's, if it has any.

        Raises:
            TemplateFaultError: a template of the site is at fault.
            ProgramTemplateError: a built-in template is at fault.

        """
        try:
            return self._fill(name, view)
        except MemoryError:  # not a fault of a template
            raise
        except Exception as error:
            template_lines = list(_list_template_lines(error))
            if not template_lines:
                raise
            if fault := self._find_fault(template_lines, name, view):
                raise TemplateFaultError(_describe_fault(error, *fault)) from error
            explanation = _explain_builtin_fault(*template_lines[-1])
            if isinstance(error, TemplateError):
                raise ProgramTemplateError(f"{explanation} ({_describe_error(error)})") from error
            error.add_note(explanation)
            raise

    def _fill(self, name: str, view: Any) -> str:
        frame = getattr(view, "frame", None)
        environment = self._get_environment(getattr(frame or view, "language", ""))
        frame_parts = self._render_frame(frame, environment) if frame else {}
        json_ld = getattr(view, "json_ld", "")
        page = environment.get_template(name).render(view=view, json_ld=json_ld, **frame_parts)
        return environment.finish(page)

    def _get_environment(self, language: str) -> _Environment:
        """Return the environment for a language."""
        if environment := self._environments.get(language):
            return environment
        compiled = _CompiledTemplates(self._cache_dir, language) if self._cache_dir else None
        self._environments[language] = _Environment(
            language,
            loader=self._loader,
            autoescape=select_autoescape(["html", "svg"]),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
            bytecode_cache=compiled,
        )
        return self._environments[language]

    def _render_frame(self, frame: Any, environment: _Environment) -> dict[str, str]:
        """Return the root, header and footer of a page; each header is rendered once for many pages."""
        home, site = frame.root, frame.site
        root = "" if home == "./" else home
        menu = site.value.menu
        links = (*site.value.boards, *site.value.navigation, *site.value.footer, *menu)
        # The site's title leads to the home page.
        current = frame.url if frame.url in {"", *[link.url for link in links]} else None
        key = (site.digest, frame.language, home, current)
        if key not in self._parts:
            frame_view = {
                "site": site.value,
                "site_lang": frame.site_lang,
                "root": root,
                "home": home,
                "current": current,
                "mistake_url": _MISTAKE_URL,
                "menu": [
                    replace(entry, label=environment.words.gettext(entry.label)) for entry in menu
                ],
            }
            self._parts[key] = tuple(
                Markup(environment.get_template(name).render(**frame_view))  # noqa: S704 (ours)
                for name in ("header.html", "footer.html")
            )
        header, footer = (
            part.replace(_MISTAKE_URL, frame.mistake_url) for part in self._parts[key]
        )
        return {"root": root, "home": home, "header": header, "footer": footer}

    def prepare(self, names: Iterable[str], language: str) -> None:
        """Compile templates before they are needed; leave errors to ``render``."""
        for name in names:
            with suppress(TemplateError):  # reported when a page is rendered
                self._get_environment(language).get_template(name)

    def _find_fault(
        self, template_lines: list[tuple[str, int]], name: str, view: Any
    ) -> tuple[str, int] | None:
        """Return the path and line of the site's template that is at fault, or None if ours is.

        An error in a built-in template can come from the site, for example if its parts.html lacks a
        macro. To find out, render again: if it fails without any template of the site, ours is at
        fault; otherwise the template without which it succeeds.
        """
        if self._is_site_template(template_lines[-1][0]):
            return template_lines[-1]
        if not self._is_rendered_without(set(self._texts), name, view):
            return None
        lines = {file: line for file, line in template_lines if self._is_site_template(file)}
        # First the templates in the traceback, the deepest first.
        candidates = [
            *reversed(lines),
            *(_SITE_PREFIX + template_name for template_name in sorted(self._texts)),
        ]
        for file in candidates:
            if self._is_rendered_without({file.removeprefix(_SITE_PREFIX)}, name, view):
                return file, lines.get(file, 1)
        return candidates[0], lines.get(candidates[0], 1)  # several are at fault

    def _is_rendered_without(self, names: set[str], name: str, view: Any) -> bool:
        """Return whether a page can be rendered without some templates of the site."""
        texts = tuple((key, text) for key, text in self._texts.items() if key not in names)
        try:
            Theme(texts, self._cache_dir)._fill(name, view)
        except Exception:
            return False
        return True

    def _is_site_template(self, file: str) -> bool:
        """Return whether a file in a traceback is a template of the site."""
        return file.startswith(_SITE_PREFIX) and file.removeprefix(_SITE_PREFIX) in self._texts


def _list_template_lines(error: Exception) -> Iterator[tuple[str, int]]:
    """Yield the files and lines of templates in a traceback, the deepest last."""
    trace = error.__traceback__
    while trace is not None:
        file = trace.tb_frame.f_code.co_filename
        if file.startswith((_SITE_PREFIX, str(TEMPLATES))):
            yield file, trace.tb_lineno
        trace = trace.tb_next
    if isinstance(error, TemplateSyntaxError) and error.filename:
        yield error.filename, error.lineno


def _describe_fault(error: Exception, path: str, line: int) -> Problem:
    """Return the problem of a site's template."""
    return Problem(
        path,
        line,
        1,
        "S008",
        f"a template error ({_describe_error(error)})",
        "a template that works with this version",
        "correct it, or delete the file to use the built-in one",
    )


def _describe_error(error: Exception) -> str:
    description = (
        str(error) if isinstance(error, TemplateError) else f"{type(error).__name__}: {error}"
    )
    description = re.sub(r"'lscbsite\.[\w.]*?(\w+) object'", r"the \1", description)
    if isinstance(error, TemplateNotFound):
        description = f"the unknown template {description}"
    return " ".join(description.split()).rstrip(".")


def _explain_builtin_fault(file: str, line: int) -> str:
    """Return a note for the traceback that says that the program is at fault."""
    return (
        f"This is a fault of lscbsite in its own {_SITE_PREFIX}{PurePath(file).name}, line {line}, not of"
        " your site; please report it."
    )


@lru_cache(maxsize=2)
def load_theme(texts: tuple[tuple[str, str], ...], cache_dir: str | None) -> Theme:
    """Return the theme of a site with its own templates (name and text of each).

    ``cache_dir`` is the folder of compiled templates, None to keep none.
    """
    return Theme(texts, cache_dir)
