"""A small MLP GAN on eight Gaussians on a ring: 2-128-128-2 against 2-128-128-1, batch 256."""

import math

import torch
from torch import nn

import measure
from gan import training_step

VARIANTS = ("eager", "compile", "compile_step")
BATCH = 256
HIDDEN = 128


def perceptron(inputs, outputs, activation):
    return nn.Sequential(
        nn.Linear(inputs, HIDDEN),
        activation(),
        nn.Linear(HIDDEN, HIDDEN),
        activation(),
        nn.Linear(HIDDEN, outputs),
    )


def ring(count, modes=8, radius=1.0, deviation=0.01):
    """Points [count, 2] of a mixture of Gaussians whose means stand on a circle."""
    angles = torch.randint(modes, (count,)) * (2 * math.pi / modes)
    means = radius * torch.stack((angles.cos(), angles.sin()), 1)
    return means + deviation * torch.randn(count, 2)


def main():
    chosen = measure.options("Times training steps of a small MLP GAN.", VARIANTS)
    train = training_step(
        perceptron(2, 2, nn.ReLU),
        perceptron(2, 1, lambda: nn.LeakyReLU(0.2)),
        chosen.variant,
    )
    real = ring(BATCH)
    measure.run("ring", chosen, lambda: train(real, torch.randn(BATCH, 2)))


if __name__ == "__main__":
    main()
