"""Convolution and its transpose, pooling and up-sampling, on images [N, H, W, C]."""

import torch
from torch.nn import functional as F

from collection import Collection, on_images


def convolution():
    cases = Collection("convolution", seed=11)

    def add(case, image, out, kernel, stride=(1, 1), padding=(0, 0), dilation=(1, 1), groups=1,
            bias=False):
        channels = image[3]
        inputs = {
            "x": cases.normal(*image),
            "weight": cases.normal(out, channels // groups, *kernel),
        }
        if bias:
            inputs["bias"] = cases.normal(out)

        def conv2d(x, weight, bias=None):
            return F.conv2d(x, weight, bias, stride, padding, dilation, groups)

        parameters = {
            "stride": list(stride),
            "padding": list(padding),
            "dilation": list(dilation),
            "groups": groups,
        }
        cases.add("conv2d", case, on_images(conv2d), inputs, parameters)

    for size, kernel in (("1x1", (1, 1)), ("3x3", (3, 3)), ("4x4", (4, 4)), ("3x2", (3, 2))):
        for stride in (1, 2):
            for padding in (0, 1):
                if kernel == (1, 1) and padding == 1:
                    continue
                add(
                    f"{size}-stride{stride}-pad{padding}",
                    (2, 7, 6, 3), 4, kernel, (stride, stride), (padding, padding),
                )
    for stride in (1, 2):
        for padding in (0, 2):
            add(
                f"3x3-dilation2-stride{stride}-pad{padding}",
                (1, 8, 7, 2), 3, (3, 3), (stride, stride), (padding, padding), (2, 2),
            )
    for stride in (1, 2):
        for dilation in (1, 2):
            add(
                f"3x3-groups2-stride{stride}-pad1-dilation{dilation}",
                (2, 6, 7, 4), 6, (3, 3), (stride, stride), (1, 1), (dilation, dilation), 2,
            )
    add("3x3-depthwise", (2, 5, 5, 4), 4, (3, 3), padding=(1, 1), groups=4)
    add("3x3-depthwise-multiplier", (1, 5, 6, 3), 6, (3, 3), (2, 2), (1, 1), groups=3)
    add("asymmetric", (2, 7, 9, 2), 3, (3, 5), (2, 1), (0, 2), (1, 2))
    add("stride3-leftover", (1, 9, 8, 2), 2, (3, 3), (3, 3))
    add("whole-image", (3, 4, 4, 5), 2, (4, 4))
    add("one-channel", (2, 8, 8, 1), 3, (4, 4), (2, 2), (1, 1))
    add("4x4-stride2-pad1-bias", (2, 6, 6, 3), 4, (4, 4), (2, 2), (1, 1), bias=True)
    add("3x3-groups2-bias", (2, 5, 5, 4), 4, (3, 3), padding=(1, 1), groups=2, bias=True)
    cases.write()


def transposed_convolution():
    cases = Collection("transposed-convolution", seed=12)

    def add(case, image, out, kernel, stride=(1, 1), padding=(0, 0), output_padding=(0, 0),
            dilation=(1, 1), groups=1, bias=False):
        inputs = {
            "x": cases.normal(*image),
            "weight": cases.normal(image[3], out // groups, *kernel),
        }
        if bias:
            inputs["bias"] = cases.normal(out)

        def conv_transpose2d(x, weight, bias=None):
            return F.conv_transpose2d(
                x, weight, bias, stride, padding, output_padding, groups, dilation
            )

        parameters = {
            "stride": list(stride),
            "padding": list(padding),
            "outputPadding": list(output_padding),
            "dilation": list(dilation),
            "groups": groups,
        }
        cases.add("convTranspose2d", case, on_images(conv_transpose2d), inputs, parameters)

    for size in (1, 3, 4):
        for stride in (1, 2):
            for padding in (0, 1):
                if size == 1 and padding == 1:
                    continue
                add(
                    f"{size}x{size}-stride{stride}-pad{padding}",
                    (2, 4, 3, 3), 2, (size, size), (stride, stride), (padding, padding),
                )
    add("3x3-stride2-pad1-outpad1", (2, 4, 3, 3), 2, (3, 3), (2, 2), (1, 1), (1, 1))
    add("3x3-stride3-outpad2-1", (1, 3, 4, 2), 3, (3, 3), (3, 3), (0, 0), (2, 1))
    add("3x3-dilation2", (1, 4, 5, 2), 3, (3, 3), (1, 1), (1, 1), dilation=(2, 2))
    add("3x3-dilation2-stride2-outpad1", (1, 4, 3, 2), 3, (3, 3), (2, 2), (2, 2), (1, 1), (2, 2))
    add("3x3-groups2", (2, 4, 4, 4), 6, (3, 3), (2, 2), (1, 1), groups=2)
    add("3x3-groups2-outpad1", (2, 3, 4, 4), 6, (3, 3), (2, 2), (1, 1), (1, 1), groups=2)
    add("3x3-depthwise", (1, 4, 4, 3), 3, (3, 3), (2, 2), (1, 1), groups=3)
    add("asymmetric", (2, 3, 5, 2), 3, (2, 5), (1, 2), (0, 2), (0, 1))
    add("from-a-point", (3, 1, 1, 6), 4, (4, 4))
    add("one-channel", (2, 4, 4, 3), 1, (4, 4), (2, 2), (1, 1))
    add("4x4-stride2-pad1-bias", (2, 4, 4, 3), 4, (4, 4), (2, 2), (1, 1), bias=True)
    add("3x3-groups2-bias", (1, 4, 4, 4), 4, (3, 3), (1, 1), (1, 1), groups=2, bias=True)
    cases.write()


def pooling():
    cases = Collection("pooling", seed=13)
    arrangements = {
        "2x2": ((2, 2), (2, 2), (0, 0)),
        "2x2-stride1": ((2, 2), (1, 1), (0, 0)),
        "3x3-stride2-pad1": ((3, 3), (2, 2), (1, 1)),
        "3x3-stride1-pad1": ((3, 3), (1, 1), (1, 1)),
        "asymmetric": ((2, 3), (1, 2), (1, 0)),
    }
    for case, (kernel, stride, padding) in arrangements.items():
        for number, shape in enumerate(((2, 6, 6, 3), (1, 5, 7, 2))):
            name = case if number == 0 else f"{case}-odd"
            parameters = {"kernel": list(kernel), "stride": list(stride), "padding": list(padding)}
            # A permutation of evenly spaced values: no two are equal, so the maximum is unique.
            count = torch.Size(shape).numel()
            order = torch.randperm(count, generator=cases.random)
            x = (order.double() / count * 4 - 2).reshape(shape)
            cases.add(
                "maxPool2d",
                name,
                on_images(lambda x: F.max_pool2d(x, kernel, stride, padding)),
                {"x": x},
                parameters,
            )
            for counted in (False, True):
                cases.add(
                    "averagePool2d",
                    f"{name}-counted" if counted else name,
                    on_images(
                        lambda x: F.avg_pool2d(
                            x, kernel, stride, padding, count_include_pad=counted
                        )
                    ),
                    {"x": cases.normal(*shape)},
                    parameters | {"countPadding": counted},
                )
    cases.write()


def upsampling():
    cases = Collection("upsampling", seed=14)
    for scale in (2, 3):
        for case, shape in (("square", (2, 3, 3, 2)), ("oblong", (1, 2, 5, 3))):
            for op, mode in (("upsampleNearest", "nearest"), ("upsampleBilinear", "bilinear")):
                align = {} if mode == "nearest" else {"align_corners": False}
                cases.add(
                    op,
                    f"{case}-x{scale}",
                    on_images(lambda x: F.interpolate(x, scale_factor=scale, mode=mode, **align)),
                    {"x": cases.normal(*shape)},
                    {"scale": scale},
                )
    cases.write()


if __name__ == "__main__":
    convolution()
    transposed_convolution()
    pooling()
    upsampling()
