"""The rules, one file each, in the order in which their findings are printed."""

#: Modules of this package.
ORDER = ("unscaled_inputs",)
