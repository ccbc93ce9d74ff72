"""Whole sequences to a label or a number: SequenceClassifier and SequenceRegressor."""
