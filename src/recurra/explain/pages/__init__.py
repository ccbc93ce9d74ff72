"""Longer pages on errors: a Markdown file each, found by the text of an error.

A page begins with its title and, in comments that no reader of the documentation sees, the regular
expressions of the messages it explains: recurra's own and those of Keras, TensorFlow, PyTorch,
NumPy and others for the same mistake.
"""

from recurra.explain.pages.page import Page as Page
from recurra.explain.pages.page import pages as pages
from recurra.explain.pages.search import explain_text as explain_text
