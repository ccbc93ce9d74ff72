"""The rules, one file each, in the order in which their findings are printed."""

#: Modules of this package, by the moment at which they look. What makes a program worthless stands
#: before what makes it less good.
ORDER: dict[str, tuple[str, ...]] = {
    "data": (
        # axes and order of the data
        "reshaped_not_transposed",
        "more_features_than_timesteps",
        "columns_as_timesteps",
        "one_timestep",
        "stateful_shuffle",
        "validation_other_classes",
        "overlapping_windows",
        # the last layer and the loss
        "softmax_over_one",
        "relu_before_crossentropy",
        "logits_as_probabilities",
        "negative_counts",
        "binary_loss_for_classes",
        "softmax_for_several_labels",
        "unreachable_targets",
        # values
        "padding_without_mask",
        "mask_hits_data",
        "unscaled_inputs",
        "unscaled_targets",
        "constant_columns",
        "unbalanced_classes",
        "accuracy_of_numbers",
        "more_parameters_than_data",
        "fixed_batch",
        # the model
        "relu_in_recurrence",
    ),
    "epoch": (
        "loss_is_nan",
        "exploding_loss",
    ),
    "curve": ("learning_rate_too_high",),
    "end": (
        "learning_rate_too_low",
        "no_better_than_mean",
        "no_better_than_last_value",
        "overfit",
        "underfit",
    ),
    "predict": (
        "dead_outputs",
        "constant_predictions",
        "cold_start",
        "forecasts_in_a_loop",
    ),
}
