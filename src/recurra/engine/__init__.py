"""The engine: variables, scopes, declared arguments, shape rules, symbolic tensors and layers."""
