"""Pictures of what goes into a model: how windows are cut from a series, and what a mask hides."""

from recurra.explain.drawing.mask import mask as mask
from recurra.explain.drawing.picture import Picture as Picture
from recurra.explain.drawing.windows import windows as windows
