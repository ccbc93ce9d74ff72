"""What the weights of a layer may be told by name.

The lists are here so that layers can look names up; `recurra.initializers`, `recurra.regularizers`
and `recurra.constraints` fill them.
"""

from recurra.engine.registry import Registry

INITIALIZERS = Registry("initializer", "initializers")
REGULARIZERS = Registry("regularizer", "regularizers")
CONSTRAINTS = Registry("constraint", "constraints")
