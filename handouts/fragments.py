"""HTML and Markdown of a notebook -> what in it a page must not hold, if anything.

Only what is listed here is admitted: text, tables and marks, none of which runs or
fetches anything, or leaves open what a page goes on with.
"""

import re
from collections import Counter
from html.parser import HTMLParser

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.dollarmath import dollarmath_plugin

VOID = {"br", "col", "hr", "wbr"}
OPTIONAL = {  # HTML lets their end be left out
    *("caption", "colgroup", "dd", "dt", "li", "p"),
    *("tbody", "td", "tfoot", "th", "thead", "tr"),
}
ELEMENTS = {
    *VOID,
    *OPTIONAL,
    *("a", "abbr", "b", "bdi", "blockquote", "cite", "code", "del", "details", "dfn"),
    *("div", "dl", "em", "h1", "h2", "h3", "h4", "h5", "h6", "i", "ins", "kbd"),
    *("mark", "ol", "pre", "q", "s", "samp", "small", "span", "strong", "style"),
    *("sub", "summary", "sup", "table", "u", "ul", "var"),
}
ATTRIBUTES = {
    *("abbr", "align", "aria-hidden", "aria-label", "border", "class", "colspan"),
    *("dir", "headers", "href", "id", "lang", "open", "rel", "reversed", "role"),
    *("rowspan", "scope", "scoped", "span", "start", "style", "tabindex", "target"),
    *("title", "type", "valign", "value"),
}
ADDRESS = re.compile(r"(?:https?|mailto):|[^:/?#]*(?:[/?#]|$)", re.IGNORECASE)
BLANK = re.compile(r"[\x00-\x20]")  # browsers leave it out of an address's beginning
NO_STYLE = re.compile(r"[\\@<]|/\*")  # escapes, at-rules and comments
CALL = re.compile(r"([\w-]*)\s*\(")
CALLS = {  # of CSS: colours, lengths and selectors, none of which fetches
    *("", "calc", "clamp", "hsl", "hsla", "linear-gradient", "max", "min", "not"),
    *("nth-child", "nth-of-type", "rgb", "rgba", "rotate", "scale", "translate"),
    *("translatex", "translatey", "var"),
}
COMMENT = re.compile(  # after what is code: fenced, indented or in a line
    r"(^(`{3,}).*?^\2|^ {4}.*?$|`[^`\n]+`)|<!--.*?-->", re.DOTALL | re.MULTILINE
)
TAG = re.compile("<[a-zA-Z/!?]")
END = "<wbr end>"
BRACES = re.compile(  # attributes and raw text for pandoc, roles for MyST
    r"\{\s*(?:[#.=]|[\w:.-]+\s*=)[^}]*\}?|\{[\w:.+-]+\}(?=`)"
)


def find_problem_of_html(content: str) -> str:
    """Say what is wrong with HTML, if anything is.

    Examples
    --------
    >>> find_problem_of_html('<b title="x">bold</b>')
    ''
    >>> find_problem_of_html("<svg onload=f()>").partition(",")[0]
    'got <svg onload> in HTML'
    """
    found = Inspection(content).found
    if not found:
        return ""
    return (
        f"got {found[0]:.200} in HTML, wanted text, tables and marks that neither run "
        "nor fetch anything: print() it, or draw it and end with figures.show()"
    )


class Inspection(HTMLParser):
    """Lists what in HTML is not admitted."""

    def __init__(self, content: str) -> None:
        super().__init__(convert_charrefs=False)
        self.found: list[str] = []
        self.text: list[str] = []
        self.begun = Counter[str]()
        self.at_end = self.ended = False
        self.feed(content)
        self.at_end = True
        self.feed(END)  # seen only if nothing before it waits for its own end
        self.close()
        if not self.ended or TAG.search("".join(self.text)):
            self.found.insert(0, "a tag or a style without its end")
        self.found += [f"<{tag}> without its end" for tag in +self.begun]

    def handle_starttag(
        self, tag: str, attributes: list[tuple[str, str | None]]
    ) -> None:
        """Look at an element."""
        self.text.append(" ")
        if self.at_end and self.get_starttag_text() == END:
            self.ended = True
            return
        if tag not in ELEMENTS:
            names = [name for name, _ in attributes]
            self.found.append(f"<{' '.join([tag, *names])}>")
        for name, value in attributes:
            if name not in ATTRIBUTES:
                self.found.append(f"<{tag} {name}>")
            elif name == "href" and not is_address(value or ""):
                self.found.append(f"<{tag} href={value!r}>")
            elif name == "style":
                self.look_at_style(value or "")
        if tag not in VOID | OPTIONAL:
            self.begun[tag] += 1

    def handle_startendtag(
        self, tag: str, attributes: list[tuple[str, str | None]]
    ) -> None:
        """Read ``<div/>`` as browsers do: as a beginning."""
        self.handle_starttag(tag, attributes)

    def handle_endtag(self, tag: str) -> None:
        """Look for what has ended."""
        self.text.append(" ")
        if tag in OPTIONAL:
            return
        if not self.begun[tag]:
            self.found.append(f"</{tag}> without its beginning")
        self.begun[tag] -= 1

    def handle_data(self, text: str) -> None:
        """Look at text, and at what a style says."""
        if self.cdata_elem == "style":
            self.look_at_style(text)
        else:
            self.text.append(text)

    def look_at_style(self, style: str) -> None:
        """Look for what fetches."""
        odd = NO_STYLE.search(style)
        calls = [call for call in CALL.findall(style) if call.lower() not in CALLS]
        if odd:
            self.found.append(f"a style with {odd[0]}")
        self.found += [f"a style with {call}()" for call in calls]

    def handle_comment(self, _: str) -> None:
        """Refuse a comment."""
        self.found.append("a comment")

    def handle_decl(self, decl: str) -> None:
        """Refuse a declaration."""
        self.found.append(f"<!{decl}>")

    def unknown_decl(self, data: str) -> None:
        """Refuse a declaration that is none of HTML's."""
        self.found.append(f"<![{data}]>")

    def handle_pi(self, data: str) -> None:
        """Refuse a processing instruction."""
        self.found.append(f"<?{data}>")


def is_address(address: str) -> bool:
    r"""Tell whether a link may lead there: to the web, a mailbox, or a file beside.

    Examples
    --------
    >>> [is_address(a) for a in ("02_data.ipynb#top", " java\nscript:f()")]
    [True, False]
    """
    return bool(ADDRESS.match(BLANK.sub("", address)))


def parser() -> MarkdownIt:
    """Read Markdown much as pandoc and MyST do, and judge addresses here."""
    markdown = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    markdown.disable("text_join")  # else \{ would look like {
    vars(markdown)["validateLink"] = lambda _: True  # in place of the class's own
    return markdown.use(
        dollarmath_plugin, allow_space=False, allow_digits=False, double_inline=True
    )


def find_problem_of_markdown(source: str) -> str:
    """Say what is wrong with the text of a Markdown cell, if anything is.

    Examples
    --------
    >>> find_problem_of_markdown("A *word*, `<b>`, $a<b>c$ and [a link](#there)")
    ''
    >>> find_problem_of_markdown("![](p.png)").partition(",")[0]
    'got a picture by its address'
    """
    text = without_comments(source)
    blocks = parser().parse(text)
    lines = text.splitlines()
    tags = ""
    for block in blocks:
        if problem := find_problem_of_block(block, lines):
            return problem
        for part in [block, *(block.children or [])]:
            if part.type in ("html_block", "html_inline"):
                tags += part.content
    return find_problem_of_html(tags)


def without_comments(text: str) -> str:
    """Leave out HTML's comments in Markdown, except in code."""
    return COMMENT.sub(lambda found: found[1] or "", text)


def find_problem_of_block(block: Token, lines: list[str]) -> str:
    """Say what is wrong with a block, apart from its HTML."""
    if block.type == "fence" and "{" in block.info:
        return (
            f"got a block of code marked {block.info.strip():.200}, wanted a "
            "language's name: braces are orders to pandoc and MyST"
        )
    if block.type == "fence" and block.map:
        last = lines[block.map[1] - 1].lstrip(" >")
        if block.map[1] - block.map[0] < 2 or not last.startswith(block.markup):
            return f"got a block of code without its end, wanted {block.markup}"
    parts = block.children or []
    written = "".join(map(as_written, parts))
    if "![" in written:
        return (
            "got a picture by its address, wanted pictures that code draws and "
            "figures.show() shows: a page holds all that it shows"
        )
    if braces := BRACES.search(written):
        return (
            f"got {braces[0]:.200} outside of code, wanted no braces with =, . or #: "
            r"they are orders to pandoc and MyST. Write \{ for a brace"
        )
    for part in parts:
        address = part.attrGet("href")
        if address is not None and not is_address(str(address)):
            return (
                f"got a link to {address!s:.200}, wanted one to http, https or a file"
            )
    return ""


def as_written(part: Token) -> str:
    """Write out the text of a part, and what stands for code, formulas and escapes."""
    if part.type == "text":
        return part.content
    signs = {"code_inline": "`", "image": "![", "softbreak": "\n", "link_close": "]"}
    return signs.get(part.type, part.markup if part.type != "text_special" else " ")
