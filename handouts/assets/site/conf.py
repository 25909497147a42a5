"""How Sphinx makes the site; ``handouts/sources.py`` writes what it reads."""

project = "From the LSTM's equations to a named-entity tagger"
html_title = project
html_short_title = "LSTM course"
language = "en"
html_theme = "furo"
extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "handouts.formulas",
    "handouts.docstrings",
]
html_static_path = ["static", "../stix-two-math.woff2", "../STIX-LICENSE.txt"]
html_css_files = ["site.css"]
html_math_renderer = "mathml"
html_copy_source = False
html_show_sourcelink = False
html_show_copyright = False
html_show_search_summary = False  # its texts cannot be fetched from a folder
html_use_index = False
html_domain_indices = False
html_theme_options: dict[str, list[str]] = {"top_of_page_buttons": []}
highlight_language = "none"
smartquotes_action = "D"  # dashes; the quotes stay as they were typed

nb_execution_mode = "off"
nb_code_prompt_show = "Show the solution"
nb_code_prompt_hide = "Hide the solution"
myst_enable_extensions = ["dollarmath"]
myst_dmath_double_inline = True
myst_dmath_allow_space = False  # $30 and $50 are prices
myst_heading_anchors = 4  # the pages' links name headings as GitHub does
myst_update_mathjax = False

add_module_names = False
autodoc_member_order = "bysource"
autodoc_typehints = "none"  # the docstrings say them in words
autodoc_preserve_defaults = True  # no path of this machine
napoleon_google_docstring = False
napoleon_use_rtype = False
