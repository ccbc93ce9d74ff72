"""From tables and series to samples: splits, scaling, filling, calendar, and lazy windows."""

from recurra.data.bucketing import Buckets as Buckets
from recurra.data.bucketing import bucket as bucket
from recurra.data.calendar import calendar_features as calendar_features
from recurra.data.missing import fill as fill
from recurra.data.padding import pad as pad
from recurra.data.rates import find_step as find_step
from recurra.data.rates import usual_step as usual_step
from recurra.data.resampled import Resampled as Resampled
from recurra.data.resampling import resample as resample
from recurra.data.scaling import MinMax as MinMax
from recurra.data.scaling import Robust as Robust
from recurra.data.scaling import Standard as Standard
from recurra.data.splitting import TimeSplit as TimeSplit
from recurra.data.splitting import rolling_origins as rolling_origins
from recurra.data.splitting import split as split
from recurra.data.steps import Step as Step
from recurra.data.trailing import trailing_means as trailing_means
from recurra.data.windows import windows as windows
from recurra.engine.lazy import Windows as Windows
from recurra.engine.suggestions import names_of as _names_of

__getattr__ = _names_of(__name__)
