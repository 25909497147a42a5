"""HTML and Markdown that pages may hold, and what would run or fetch."""

import pandas as pd
import pytest

from handouts.fragments import find_problem_of_html, find_problem_of_markdown
from lstm_helpers.prediction import TaggedWord, render_html

TABLE = pd.DataFrame({"a": [1.0, 2.0], "b": ["<x>", "https://a.invalid/"]})


@pytest.mark.parametrize(
    "content",
    [
        "",
        "a < b, 1 <2, &lt;script&gt; x<",
        "<p>one<p>two<br/><ul><li>x</ul>",
        '<a href="https://a.invalid/?q=a:b" target="_blank">x</a>',
        '<A HREF="02_data.ipynb#x">x</A> <a href="mailto:a@b.invalid">y</a>',
        TABLE.to_html(render_links=True, show_dimensions=True),
        TABLE[["a"]].style.bar(subset="a").set_caption("x").to_html(),
        TABLE[["a"]].style.background_gradient(subset="a").highlight_max("a").to_html(),
        TABLE[["a"]].style.set_tooltips(pd.DataFrame({"a": ["tip", ""]})).to_html(),
    ],
)
def test_text_tables_and_marks_are_admitted(content):
    assert find_problem_of_html(content) == ""


@pytest.mark.parametrize(
    ("content", "got"),
    [
        ('<object data="x.svg"></object>', "<object data>"),
        ("<EMBED SRC=x>", "<embed src>"),
        ('<form action="x"><input></form>', "<form action>"),
        ('<meta http-equiv="refresh" content="0;url=x">', "<meta http-equiv content>"),
        ('<base href="https://a.invalid/">', "<base href>"),
        ('<svg onload="f()"></svg>', "<svg onload>"),
        ("<math><mtext></mtext></math>", "<math>"),
        ('<img src="data:image/png;base64,AA">', "<img src>"),
        ("<video poster=x>", "<video poster>"),
        ("<table background=x>", "<table background>"),
        ("<td OnClick=f()>x</td>", "<td onclick>"),
        ("<b/onclick=f()>x</b>", "<b onclick>"),
        ('<div data-background-iframe="x"></div>', "<div data-background-iframe>"),
        ('<a href="javascript:f()">x</a>', "<a href='javascript:f()'>"),
        ('<a href="&#106;avascript&colon;f()">x</a>', "<a href='javascript:f()'>"),
        ('<a href=" java&#10;script:f()">x</a>', r"<a href=' java\nscript:f()'>"),
        ('<a href="data:text/html,x">x</a>', "<a href='data:text/html,x'>"),
        ('<a href="file:///etc/passwd">x</a>', "<a href='file:///etc/passwd'>"),
        ('<p style="background:url(x.png)">', "a style with url()"),
        ('<p style="background:URL (x.png)">', "a style with URL()"),
        ('<p style="background:u&#114;l(x.png)">', "a style with url()"),
        (r'<p style="background:\75rl(x.png)">', "a style with \\"),
        ("<p style=\"background:image-set('x')\">", "a style with image-set()"),
        ('<p style="width:expression(f())">', "a style with expression()"),
        ('<style>@import "x.css";</style>', "a style with @"),
        ("<style>p { background: url(x) }</style>", "a style with url()"),
        ("<style>p { /* x */ }</style>", "a style with /*"),
        ("<!-- x -->", "a comment"),
        ("<!doctype html>", "<!doctype html>"),
        ("<?xml version='1.0'?>", "<?xml version='1.0'?>"),
        ("<![CDATA[x]]>", "<![CDATA[x]>"),
        ("x</div>", "</div> without its beginning"),
        ("<div>x", "<div> without its end"),
        ("<div/>", "<div> without its end"),
        ("x <object data=", "a tag or a style without its end"),
        ('x <a href="', "a tag or a style without its end"),
        ("x <object data='", "a tag or a style without its end"),
        ("<!-- <wbr end>", "a tag or a style without its end"),
        ("<style>p {}", "a tag or a style without its end"),
        ("<style>p {}</style", "a tag or a style without its end"),
    ],
)
def test_all_else_is_refused(content, got):
    problem = find_problem_of_html(content)
    assert problem.startswith(f"got {got} in HTML, wanted ")
    assert "print() it, or draw it" in problem


def test_rendered_text_is_admitted():
    text = "Rome & Ada"
    tagged = [TaggedWord("Rome", 0, 4, "B-geo", True)]
    tagged.append(TaggedWord("Ada", 7, 10, "O", False))
    assert find_problem_of_html(render_html(text, tagged)) == ""


@pytest.mark.parametrize(
    "source",
    [
        "2<sup>nd</sup>, *a* **b** [c](02_data.ipynb#d) <https://a.invalid>",
        "<div>\n\n*x*\n\n</div>",
        "`<script>` ``![](p.png)`` `{.x}`\n\n    <script>\n\n~~~html\n<script>\n~~~",
        "- ```\n  x\n  ```\n- y\n\n> ```\n> x\n> ```",
        "a <!-- gone --> b",
        r"$a<b onclick=1>c$ and $$\begin{aligned}[t] x_{i=1} \end{aligned}$$",
        r"\<script> \![x](y) \{.x} {B, I, O} {x: 1}",
        "Hello! [a](b)",
    ],
)
def test_markdown_without_addresses_and_orders_is_admitted(source):
    assert find_problem_of_markdown(source) == ""


@pytest.mark.parametrize(
    ("source", "got"),
    [
        ("a <object data=x> b", "<object data> in HTML"),
        ("<svg onload=f()>", "<svg onload> in HTML"),
        ("| a |\n|---|\n| <img src=x> |", "<img src> in HTML"),
        ("<div>\n\nx", "<div> without its end in HTML"),
        ("$30 <b onclick=f()> $50</b>", "<b onclick> in HTML"),
        ("![a](https://a.invalid/p.png)", "a picture by its address"),
        ("![a](p.png)", "a picture by its address"),
        ("# x ![a][b]\n\n[b]: p.png", "a picture by its address"),
        ("![a][defined elsewhere]", "a picture by its address"),
        ("[![a](b)](c)", "a picture by its address"),
        ("[a](javascript:f())", "a link to javascript:f()"),
        ("<javascript:f()>", "a link to javascript:f()"),
        ("[a][b]\n\n[b]: data:text/html,x", "a link to data:text/html,x"),
        ("[a](&#106;avascript:f())", "a link to javascript:f()"),
        ("*a*{onclick=f()}", "{onclick=f()} outside of code"),
        ("# x {.unnumbered}", "{.unnumbered} outside of code"),
        ('*a*{title="*b*" onclick=f()}', '{title="*b*" onclick=f()} outside of code'),
        (r"*a*\\{#b}", "{#b} outside of code"),
        ("`<b>`{=html}", "{=html} outside of code"),
        ("{download}`x`", "{download} outside of code"),
        ("``` {=html}\n<b>\n```", "a block of code marked {=html}"),
        ("~~~{include} x\n~~~", "a block of code marked {include} x"),
        ("```\nx", "a block of code without its end"),
        ("x\n\n```", "a block of code without its end"),
    ],
)
def test_what_runs_or_fetches_in_markdown_is_refused(source, got):
    assert find_problem_of_markdown(source).startswith(f"got {got}, wanted ")
