"""Batch, layer, instance and group normalisation. The channel is the last axis."""

import torch
from torch.nn import functional as F

from collection import Collection, channels_first, channels_last

EPSILON = 1e-5


def channel_second(function):
    """`function` of [N, C] or [N, C, H, W] as one of [N, C] or [N, H, W, C]."""

    def wrapped(x, *rest):
        if x.dim() == 2:
            return function(x, *rest)
        return channels_last(function(channels_first(x), *rest))

    return wrapped


def batch_norm(cases):
    momentum = 0.1
    for case, shape in (("vectors", (6, 4)), ("images", (3, 4, 3, 5)), ("one-pixel", (5, 1, 1, 3))):
        channels = shape[-1]

        def inputs():
            return {
                "x": 2 * cases.normal(*shape) + cases.normal(channels),
                "weight": cases.uniform(channels, low=0.5, high=1.5),
                "bias": cases.normal(channels),
            }

        def running():
            return {
                "running_mean": cases.normal(channels),
                "running_var": cases.uniform(channels, low=0.5, high=2),
            }

        def train(x, weight, bias, mean, variance):
            mean, variance = mean.clone(), variance.clone()
            output = channel_second(
                lambda x: F.batch_norm(x, mean, variance, weight, bias, True, momentum, EPSILON)
            )(x)
            return output, {"running_mean_after": mean, "running_var_after": variance}

        def evaluate(x, weight, bias, mean, variance):
            return channel_second(
                lambda x: F.batch_norm(x, mean, variance, weight, bias, False, momentum, EPSILON)
            )(x)

        parameters = {"epsilon": EPSILON, "momentum": momentum}
        cases.add("batchNormTrain", case, train, inputs(), parameters, running())
        cases.add("batchNormEvaluate", case, evaluate, inputs(), parameters, running())


def layer_norm(cases):
    for case, shape, axes in (
        ("vectors", (5, 7), 1),
        ("sequence", (2, 3, 6), 1),
        ("two-axes", (3, 4, 5), 2),
    ):
        normalised = shape[-axes:]
        inputs = {
            "x": 2 * cases.normal(*shape) + 1,
            "weight": cases.uniform(*normalised, low=0.5, high=1.5),
            "bias": cases.normal(*normalised),
        }
        cases.add(
            "layerNorm",
            case,
            lambda x, weight, bias: F.layer_norm(x, normalised, weight, bias, EPSILON),
            inputs,
            {"epsilon": EPSILON, "normalizedShape": list(normalised)},
        )


def instance_and_group_norm(cases):
    def instance(x, weight=None, bias=None):
        return channel_second(
            lambda x: F.instance_norm(x, weight=weight, bias=bias, eps=EPSILON)
        )(x)

    for case, shape in (("images", (2, 4, 3, 3)), ("oblong", (3, 2, 5, 2))):
        channels = shape[-1]
        x = 2 * cases.normal(*shape) + 1
        affine = {
            "weight": cases.uniform(channels, low=0.5, high=1.5),
            "bias": cases.normal(channels),
        }
        parameters = {"epsilon": EPSILON}
        cases.add("instanceNorm", case, instance, {"x": x}, parameters)
        cases.add("instanceNorm", f"{case}-affine", instance, {"x": x} | affine, parameters)

    for case, shape, groups in (
        ("two", (2, 3, 4, 6), 2),
        ("three", (3, 2, 2, 6), 3),
        ("all-channels", (2, 3, 3, 4), 1),
        ("vectors", (4, 8), 4),
    ):
        inputs = {
            "x": 2 * cases.normal(*shape) + 1,
            "weight": cases.uniform(shape[-1], low=0.5, high=1.5),
            "bias": cases.normal(shape[-1]),
        }
        cases.add(
            "groupNorm",
            case,
            lambda x, weight, bias: channel_second(
                lambda x: F.group_norm(x, groups, weight, bias, EPSILON)
            )(x),
            inputs,
            {"epsilon": EPSILON, "groups": groups},
        )


if __name__ == "__main__":
    collection = Collection("normalisation", seed=21)
    batch_norm(collection)
    layer_norm(collection)
    instance_and_group_norm(collection)
    collection.write()
