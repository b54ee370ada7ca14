"""DCGAN (Radford et al. 2016): convolutional generator and discriminator, batch 64.

32x32: generator 100-256-128-64-1, discriminator 1-64-128-256-1.
64x64: generator 100-512-256-128-64-3, discriminator 3-64-128-256-512-1.
"""

import torch
from torch import nn

import measure
from gan import training_step

LATENT = 100
BATCH = 64
VARIANTS = ("eager", "channels_last", "compile", "compile_channels_last")
CHANNELS = {32: (256, 128, 64, 1), 64: (512, 256, 128, 64, 3)}


def generator(latent, channels):
    """[N, latent, 1, 1] to [N, channels.last, S, S] in (-1, 1), S = 4 * 2^(channels.count - 1)."""
    layers = [nn.ConvTranspose2d(latent, channels[0], 4, 1, 0, bias=False)]
    for inputs, outputs in zip(channels, channels[1:]):
        layers += [nn.BatchNorm2d(inputs), nn.ReLU(inplace=True)]
        layers += [nn.ConvTranspose2d(inputs, outputs, 4, 2, 1, bias=False)]
    return nn.Sequential(*layers, nn.Tanh())


def discriminator(channels):
    """[N, channels.last, S, S] to logits [N, 1, 1, 1]: the generator's channels, mirrored."""
    widths = channels[::-1]
    layers = []
    for index, (inputs, outputs) in enumerate(zip(widths, widths[1:])):
        layers += [nn.Conv2d(inputs, outputs, 4, 2, 1, bias=False)]
        layers += [nn.BatchNorm2d(outputs)] if index > 0 else []
        layers += [nn.LeakyReLU(0.2, inplace=True)]
    return nn.Sequential(*layers, nn.Conv2d(widths[-1], 1, 4, 1, 0, bias=False))


def initialise(module):
    """The paper's: weights N(0, 0.02), scales of batch norm N(1, 0.02)."""
    if isinstance(module, (nn.Conv2d, nn.ConvTranspose2d)):
        nn.init.normal_(module.weight, 0.0, 0.02)
    elif isinstance(module, nn.BatchNorm2d):
        nn.init.normal_(module.weight, 1.0, 0.02)
        nn.init.zeros_(module.bias)


def main():
    chosen = measure.options(
        "Times training steps of DCGAN.",
        VARIANTS,
        size={"type": int, "choices": sorted(CHANNELS), "default": 32},
    )
    layout = (
        torch.channels_last if "channels_last" in chosen.variant else torch.contiguous_format
    )
    channels = CHANNELS[chosen.size]
    networks = [generator(LATENT, channels), discriminator(channels)]
    for network in networks:
        network.apply(initialise).to(memory_format=layout)
    train = training_step(*networks, chosen.variant)
    real = torch.rand(BATCH, channels[-1], chosen.size, chosen.size) * 2 - 1
    real = real.to(memory_format=layout)
    measure.run(
        f"dcgan-{chosen.size}", chosen, lambda: train(real, torch.randn(BATCH, LATENT, 1, 1))
    )


if __name__ == "__main__":
    main()
