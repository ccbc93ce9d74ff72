"""Errors in words: facts become a message with its fixes when somebody reads it.

Importing this module lets every `RecurraError` speak; it needs the engine alone.
"""

from recurra.engine import errors
from recurra.explain.render import render as render

errors.renderer = render
