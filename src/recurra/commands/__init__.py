"""The commands that work on tables: forecast, backtest and classify."""
