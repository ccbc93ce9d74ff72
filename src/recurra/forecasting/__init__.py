"""From a table to a forecast: estimators, their baselines and scores."""
