"""Pictures: a scene of boxes, arrows and words, written as SVG or PNG."""
