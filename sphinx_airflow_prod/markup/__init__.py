"""Documents to raw directives: what Sphinx, Sybil and the command line read alike.

Both markups are read by their own parsers, docutils' for reStructuredText and
MyST-Parser for Markdown, so that an example is found in whatever it stands:
lists, admonitions, tabs, included files, ``eval-rst`` blocks.
"""
