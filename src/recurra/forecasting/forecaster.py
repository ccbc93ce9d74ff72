"""Forecaster: a scikit-learn estimator from a table of series to forecasts of what comes next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.utils.validation import check_is_fitted

from recurra.engine.arguments import COUNT
from recurra.engine.errors import DataError, StateError
from recurra.forecasting.apart import Apart
from recurra.forecasting.backtest import Backtest, backtest
from recurra.forecasting.explained import explained
from recurra.forecasting.history import History
from recurra.forecasting.learned import learn
from recurra.forecasting.options import is_share, options_of, refuse_unless, rows_to_forecast
from recurra.forecasting.tables.table import Table


class Forecaster(RegressorMixin, BaseEstimator):
    r"""Forecasts the next values of one or many series in a table.

    The forecast is the last value plus a linear map of the window, solved in closed form, plus a
    network's correction, of which as much is kept as pays on the last part of the history. That
    part also gives the width of the intervals, and no scale, no window and no filled value looks
    ahead of its row.

    Args:
        horizon: rows to forecast.
        lookback: rows a window looks at; None takes three seasons and a row, or 24 rows.
        model: "lstm", "gru", "tcn" or "seq2seq"; a recurra model from (lookback, columns) to
            `horizon` x targets numbers; or a function that makes one, which is given those of
            `lookback`, `features`, `horizon` and `targets` that it has arguments for.
        strategy: "direct" forecasts the whole horizon from a window; "recursive" learns the next
            row, carries the network's states over the whole history, and goes on from its own
            forecasts ("lstm", "gru", or a model from (None, columns) to (None, targets)).
        time: the column of times; None finds it.
        target: the column to forecast, or several; None finds it.
        by: the column that tells which series a row belongs to; one model learns all series.
        known: columns that are known of the future too, such as prices and holidays.
        past: columns that are known up to now only.
        static: columns with one value a series.
        categorical: which of these are categories; columns of text are.
        season: rows a season has; None finds it, 1 is none.
        levels: of the intervals, shares between 0 and 1.
        quantiles: to forecast by the pinball loss instead of the median alone, such as
            (0.05, 0.5, 0.95): rising, an odd number of them, 0.5 in the middle.
        missing: how holes in what a window looks at are filled, by `recurra.data.fill`; "skip"
            leaves out windows with holes. What is forecast is never filled.
        validation: the share of each history that is held out to stop and to calibrate on.
        units: of the network.
        members: networks that are trained from different starts; their mean is the forecast.
        epochs: at most.
        batch_size: windows a step; None takes 32 for few windows and up to 512 for many.
        learning_rate: of Adam, at first.
        patience: epochs without a better forecast until training stops.
        random_state: a whole number makes results repeat.
        verbose: 0 is silent; 1 says what was found in the table and shows a bar, 2 a line an epoch.

    Attributes:
        learned_: what was learnt: networks, scales, errors.
        model_: the (first) network, a recurra model.
        season_: rows a season has.
        lookback_: rows a window looks at.
        notes_: what was found in the table and done to it, in sentences.
        table_: the history as a `Table`.
        roles_: which column is what.
        step_: from one row of a series to the next.

    Example:
        >>> import numpy as np
        >>> months = np.arange("2010-01", "2020-01", dtype="M8[M]")
        >>> sales = 10 + np.sin(2 * np.pi * np.arange(120) / 12)
        >>> forecaster = Forecaster(horizon=2, epochs=1, random_state=0)
        >>> made = forecaster.fit({"month": months, "sales": sales}).forecast()
        >>> made["month"].astype(str).tolist()
        ['2020-01', '2020-02']
        >>> bool(np.abs(made["forecast"] - [10.0, 10.5]).max() < 0.05)
        True
    """

    #: Told of the training: how a command shows its progress.
    _callbacks: tuple[Any, ...] = ()
    #: None in a forecaster from a file.
    _kept: History | None = None

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.non_deterministic = self.random_state is None
        tags.target_tags.multi_output = True
        tags.regressor_tags.poor_score = True  # rows without an order in time are not forecast
        return tags

    def __init__(
        self,
        *,
        horizon: int = 1,
        lookback: int | None = None,
        model: Any = "lstm",
        strategy: str = "direct",
        time: str | None = None,
        target: str | Sequence[str] | None = None,
        by: str | None = None,
        known: str | Sequence[str] = (),
        past: str | Sequence[str] = (),
        static: str | Sequence[str] = (),
        categorical: str | Sequence[str] = (),
        season: int | None = None,
        levels: Sequence[float] = (0.9,),
        quantiles: Sequence[float] = (),
        missing: str = "forward",
        validation: float = 0.2,
        units: int = 32,
        members: int = 1,
        epochs: int = 100,
        batch_size: int | None = None,
        learning_rate: float = 0.005,
        patience: int = 12,
        random_state: int | None = None,
        verbose: Any = 0,
    ) -> None:
        self.horizon, self.lookback, self.model = horizon, lookback, model
        self.strategy = strategy
        self.time, self.target, self.by = time, target, by
        self.known, self.past, self.static = known, past, static
        self.categorical, self.season = categorical, season
        self.levels, self.quantiles, self.missing = levels, quantiles, missing
        self.validation, self.units, self.members = validation, units, members
        self.epochs, self.batch_size, self.learning_rate = epochs, batch_size, learning_rate
        self.patience, self.random_state, self.verbose = patience, random_state, verbose

    # Learning ------------------------------------------------------------------------------------

    def fit(self, X: Any, y: Any = None) -> Forecaster:
        """Learn from a table of series.

        Args:
            X: a table (pandas, polars, PyArrow, a dict of arrays, a NumPy array whose rows are
                steps in time). Rows at its end without a target are the future.
            y: what is to be forecast, (rows,) or (rows, targets), where it is no column of X. The
                columns of X are then known of the future too, and `predict(X)` forecasts the rows
                that follow.

        Returns:
            The forecaster.

        Raises:
            DataError: for a table that is no series, with row and column, or is too short.
            ArgumentError: for arguments that mean nothing.
        """
        options = options_of(self)
        history = self._asked(X, y)
        table = history.table
        if self.verbose and table.notes:
            print(*table.notes, sep="\n")
        self.learned_ = learn(table, options)
        if self.verbose and self.notes_ != table.notes:
            print(*(n for n in self.notes_ if n not in table.notes), sep="\n")
        self.roles_, self.step_, self._kept = table.roles, table.step, history
        return self

    def _asked(self, X: Any, y: Any) -> History:
        """What `fit` is given, read."""
        apart, frame = (None, X) if y is None else Apart.of(self, X, y)
        self.apart_: Apart | None = apart
        roles = self._roles() if apart is None else apart.roles()
        return History(Table.read(frame, roles), frame)

    @property
    def model_(self) -> Any:
        """The (first) network."""
        check_is_fitted(self, "learned_")
        return self.learned_.trained[0].network.model

    @property
    def season_(self) -> int:
        """Rows a season has; 1 for none."""
        check_is_fitted(self, "learned_")
        return self.learned_.preparation.season

    @property
    def lookback_(self) -> int:
        """Rows a window looks at."""
        check_is_fitted(self, "learned_")
        return self.learned_.plan.lookback

    @property
    def notes_(self) -> list[str]:
        """What was found in the table and done to it, in sentences."""
        check_is_fitted(self, "learned_")
        return self.learned_.notes

    @property
    def table_(self) -> Table:
        """The history, as it was read."""
        check_is_fitted(self, "learned_")
        return self._history().table

    # Forecasting ---------------------------------------------------------------------------------

    def forecast(self, horizon: int | None = None, future: Any = None) -> Any:
        """Forecast what follows the history.

        Args:
            horizon: rows to forecast, if other than the horizon that was learnt; further ones are
                forecast from the forecasts before them.
            future: a table with the times to forecast and the `known` columns there, where they do
                not stand in the history's last rows. Targets in it are not looked at.

        Returns:
            A table of the kind that `fit` got: times, series ids, `forecast`, and `lower_90` and
            `upper_90` for each level. Several targets have columns `<target>_forecast`, ...

        Raises:
            DataError: where known columns are missing, with the times.
        """
        table = self._with_future(future)
        return self.learned_.behind(table, self._steps(horizon)).as_table(table)

    def update(self, rows: Any) -> Forecaster:
        """Take in rows that have come since: the next forecast goes on from them.

        The network stays as it is; the errors of its forecasts of these rows count for the
        intervals from now on.

        Args:
            rows: a table of the kind that `fit` got, later than the history. A forecaster from a
                file has no history yet: it takes the table as that.

        Returns:
            The forecaster.

        Raises:
            DataError: for rows that do not lie behind the history, and columns that lack.

        Example:
            >>> import numpy as np
            >>> days = np.arange("2024-01-01", "2024-02-10", dtype="M8[D]")
            >>> table = {"day": days, "y": np.arange(40.0)}
            >>> forecaster = Forecaster(epochs=1, random_state=0).fit(table)
            >>> forecaster.update({"day": days[-1:] + 1, "y": [40.0]}).forecast()["day"].tolist()
            [datetime.date(2024, 2, 11)]
        """
        check_is_fitted(self, "learned_")
        kept = self._kept
        self._kept = History(self._read(rows), rows) if kept is None else kept.followed_by(rows)
        return self

    def predict(self, X: Any = None) -> Any:
        """Forecast what follows a table, or the rows of X after `fit(X, y)`.

        Args:
            X: a table with its own history, also of series that `fit` did not see; None is the
                history of `fit`. After `fit(X, y)`: the known columns of the rows that follow the
                history, (rows, columns).

        Returns:
            A table, as from `forecast`; after `fit(X, y)` an array (rows,) or (rows, targets).

        Raises:
            DataError: for a history that is too short, and known columns that are missing.
        """
        check_is_fitted(self, "learned_")
        if self.apart_ is not None and X is not None:
            table = self._with_future(X)
            steps = int(table.future_rows.max())
            made = self.learned_.behind(table, steps, intervals=False).point
            return self.apart_.in_order(table, made, X)
        if X is None:
            return self.forecast()
        table = self._read(X)
        return self.learned_.behind(table, self._steps(None)).as_table(table)

    def score(self, X: Any, y: Any = None, sample_weight: Any = None) -> float:
        r"""The share of the variance that forecasts explain, \(R^2\).

        Args:
            X: rows that follow the history, a table of the kind that `fit` got: forecasts are made
                before each of them, from what was known there. After `fit(X, y)` they are
                forecast at once.
            y: what came, after `fit(X, y)`.
            sample_weight: of the rows, (rows,), after `fit(X, y)`.

        Returns:
            1 for forecasts without an error, 0 for those as good as the mean of what came.

        Raises:
            DataError: where not one forecast can be compared with what came.
        """
        check_is_fitted(self, "learned_")
        if self.apart_ is not None:
            return super().score(X, y, sample_weight)
        history = self._history()
        return explained(self.learned_, history.table, history.followed_by(X).table)

    def backtest(
        self,
        X: Any = None,
        *,
        horizon: int | None = None,
        test: float = 0.25,
        origins: int = 60,
        refit: bool = True,
    ) -> Backtest:
        """Try out on the past how good forecasts are, beside the baselines.

        A network like this one learns from the first part of the history alone and forecasts the
        last part from many origins, at each from what was known there.

        Args:
            X: a table; None is the history of `fit`.
            horizon: rows to forecast from each origin, if other than the forecaster's.
            test: the share of each history that is forecast.
            origins: how many forecasts at most, evenly spread.
            refit: False takes this forecaster as it is, for a table that it did not learn from.

        Returns:
            A `Backtest` with `scores`, `verdict`, `rows()` and what was forecast.

        Raises:
            DataError: where the history is too short.
            ArgumentError: for arguments that mean nothing.
        """
        refuse_unless(is_share(test), self, "test", "a share between 0 and 1", test)
        refuse_unless(COUNT.ok(origins), self, "origins", "a whole number from 1 on", origins)
        if X is None or not refit:
            check_is_fitted(self, "learned_")
        if X is None:
            table = self._history().table
        elif refit:
            table = Table.read(X, getattr(self, "roles_", None) or self._roles())
        else:
            table = self._read(X)
        options = options_of(self)
        steps = options.horizon if horizon is None else self._steps(horizon)
        learned = None if refit else self.learned_
        return backtest(table, options, steps, test, origins, learned)

    def tune(
        self,
        X: Any,
        y: Any = None,
        *,
        space: Mapping[str, Sequence[Any]] | None = None,
        trials: int = 12,
        file: Any = None,
        jobs: int = 1,
    ) -> Forecaster:
        """Find good settings by backtests within the history, and fit with the best.

        A dozen settings are tried for a few epochs, the better third of them for three times as
        many, and so on.

        Args:
            X: a table, as for `fit`.
            y: targets apart from it, as for `fit`.
            space: the values to try of `model`, `lookback`, `units`, `members`, `missing`,
                `season`, `learning_rate`, `batch_size` and `patience`; None tries networks,
                look-backs, units and learning rates.
            trials: settings to begin with.
            file: keeps the scores, so that a tuning that was stopped goes on where it was.
            jobs: processes that try settings side by side.

        Returns:
            The forecaster, fitted, with the best values as its parameters and all `trials_`, the
            best first.

        Raises:
            ArgumentError: for a space that cannot be tuned.
            DataError: where the table does not fit any setting.
        """
        from recurra.forecasting.tuning import tune, usual_space

        options = options_of(self)
        table = self._asked(X, y).table
        refuse_unless(COUNT.ok(trials), self, "trials", "a whole number from 1 on", trials)
        refuse_unless(COUNT.ok(jobs), self, "jobs", "a whole number from 1 on", jobs)
        told = print if self.verbose else None
        space = usual_space(table, options) if space is None else space
        tried = tune(table, options, space, trials, file, jobs, told)
        self.set_params(**tried[0].parameters)
        self.trials_ = tried
        return self.fit(X, y)

    def report(
        self,
        path: Any,
        *,
        horizon: int | None = None,
        future: Any = None,
        backtest: Backtest | None = None,
    ) -> None:
        """Write one HTML file on the forecast: charts, backtest, errors, the model, advice.

        Args:
            path: ends in .html.
            horizon: rows to forecast, as in `forecast`.
            future: as in `forecast`.
            backtest: from `backtest`; None makes one, where the history is long enough.

        Raises:
            FileError: where the file cannot be written.
        """
        from recurra.forecasting.report import Subject, write_report

        table = self._with_future(future)
        steps, why = self._steps(horizon), ""
        made = self.learned_.behind(table, steps)
        if backtest is None:
            try:
                backtest = self.backtest(horizon=steps)
            except DataError as error:
                why = error.problem
        write_report(path, Subject(self.learned_, table, made, backtest, why, self.notes_))

    def _with_future(self, future: Any) -> Table:
        """The history, followed by what is known of the rows to forecast."""
        history = self._history()
        if future is None:
            return history.table
        return history.with_future(
            future if self.apart_ is None else self.apart_.rows(self, future)
        )

    def _read(self, frame: Any) -> Table:
        """A table with the columns and the step that were learnt."""
        return Table.read(frame, self.roles_, step=self.step_)

    def _history(self) -> History:
        check_is_fitted(self, "learned_")
        if self._kept is None:
            raise StateError(
                "Forecaster: a forecaster from a file does not have the history that it learnt "
                "from.",
                fixes=[
                    "forecaster.predict(table)  # forecasts what follows a table",
                    "forecaster.update(table)  # takes a table as the history",
                ],
            )
        return self._kept

    def save(self, path: Any, overwrite: bool = True) -> None:
        """Write the fitted forecaster to a file, without the history; see `load_forecaster`.

        Args:
            path: of the file, with any ending.
            overwrite: whether an existing file may be replaced.

        Raises:
            FileError: where the file cannot be written.
        """
        from recurra.forecasting.keeping import save_forecaster

        save_forecaster(self, path, overwrite)

    def _steps(self, horizon: Any) -> int:
        return self.learned_.plan.horizon if horizon is None else rows_to_forecast(horizon)

    # Arguments -----------------------------------------------------------------------------------

    def _roles(self) -> dict[str, Any]:
        """The roles of columns that were named; the others are found."""
        one = {"time": self.time, "target": self.target, "by": self.by}
        several = {k: getattr(self, k) for k in ("known", "past", "static", "categorical")}
        named = {k: v for k, v in one.items() if v is not None}
        return named | {
            k: v for k, v in several.items() if v is not None and (isinstance(v, int) or len(v))
        }
