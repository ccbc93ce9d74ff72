"""Learning rates that change from step to step."""

from recurra.training.optimizers.schedules import CosineDecay as CosineDecay
from recurra.training.optimizers.schedules import CosineDecayRestarts as CosineDecayRestarts
from recurra.training.optimizers.schedules import ExponentialDecay as ExponentialDecay
from recurra.training.optimizers.schedules import InverseTimeDecay as InverseTimeDecay
from recurra.training.optimizers.schedules import LearningRateSchedule as LearningRateSchedule
from recurra.training.optimizers.schedules import PiecewiseConstantDecay as PiecewiseConstantDecay
from recurra.training.optimizers.schedules import PolynomialDecay as PolynomialDecay
from recurra.training.optimizers.schedules import deserialize as deserialize
from recurra.training.optimizers.schedules import serialize as serialize
