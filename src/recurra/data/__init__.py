"""From tables and series to samples: windows that are never copied."""

from recurra.data.lazy import Windows as Windows
from recurra.data.windows import windows as windows
