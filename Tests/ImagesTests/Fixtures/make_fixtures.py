#!/usr/bin/env python3
"""Writes png/*.png in every colour type, bit depth and interlacing, and expected.json.

Only the standard library is used: the encoder below is independent of libpng, and the expected
8-bit pixels are computed from the samples that were drawn, not from the files.

    python3 Tests/ImagesTests/Fixtures/make_fixtures.py
"""

import json
import pathlib
import random
import struct
import zlib

HERE = pathlib.Path(__file__).parent
GREY, RGB, PALETTE, GREY_ALPHA, RGBA = 0, 2, 3, 4, 6
CHANNELS = {GREY: 1, RGB: 3, PALETTE: 1, GREY_ALPHA: 2, RGBA: 4}
DEPTHS = {GREY: (1, 2, 4, 8, 16), RGB: (8, 16), PALETTE: (1, 2, 4, 8), GREY_ALPHA: (8, 16),
          RGBA: (8, 16)}
NAMES = {GREY: "grey", RGB: "rgb", PALETTE: "palette", GREY_ALPHA: "grey-alpha", RGBA: "rgba"}
ADAM7 = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2),
         (0, 1, 1, 2))


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(
        ">I", zlib.crc32(kind + data))


def packed(row, depth):
    """A row of samples as bytes, the first sample in the highest bits."""
    if depth == 16:
        return b"".join(struct.pack(">H", sample) for sample in row)
    bits = "".join(format(sample, f"0{depth}b") for sample in row)
    bits += "0" * (-len(bits) % 8)
    return bytes(int(bits[at:at + 8], 2) for at in range(0, len(bits), 8))


def paeth(a, b, c):
    p = a + b - c
    return min((abs(p - a), 0, a), (abs(p - b), 1, b), (abs(p - c), 2, c))[2]


def filtered(rows, pixel_bytes):
    """The rows with the five filters in turn."""
    out = b""
    above = None
    for number, row in enumerate(rows):
        above = above or bytes(len(row))
        kind = number % 5
        out += bytes([kind])
        for at, value in enumerate(row):
            a = row[at - pixel_bytes] if at >= pixel_bytes else 0
            c = above[at - pixel_bytes] if at >= pixel_bytes else 0
            b = above[at]
            predicted = (0, a, b, (a + b) // 2, paeth(a, b, c))[kind]
            out += bytes([(value - predicted) % 256])
        above = row
    return out


def png(width, height, colour, depth, interlaced, samples, before=b"", after=b""):
    """samples[y][x] is a tuple; `before` and `after` are chunks around the pixels."""
    def flat(xs, y):
        return packed([sample for x in xs for sample in samples[y][x]], depth)

    pixel_bytes = max(1, CHANNELS[colour] * depth // 8)
    data = b""
    for x0, y0, dx, dy in (ADAM7 if interlaced else ((0, 0, 1, 1),)):
        xs = range(x0, width, dx)
        ys = range(y0, height, dy)
        if xs and ys:
            data += filtered([flat(xs, y) for y in ys], pixel_bytes)
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, int(interlaced))
    # Two IDAT chunks, as files may have.
    body = zlib.compress(data, 9)
    half = len(body) // 2
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + before + chunk(b"IDAT", body[:half])
            + chunk(b"IDAT", body[half:]) + after + chunk(b"IEND", b""))


def to8(sample, depth):
    """The nearest of 0...255; halves do not occur, since 257 is odd."""
    top = 2**depth - 1
    return (2 * sample * 255 + top) // (2 * top)


def expect(colour, depth, samples, palette, transparent):
    """The format and the 8-bit pixels: the sample values alone decide."""
    pixels = []
    for row in samples:
        for pixel in row:
            if colour == PALETTE:
                index = pixel[0]
                pixels += palette[index]
                if transparent is not None:
                    pixels.append(transparent[index] if index < len(transparent) else 255)
            else:
                pixels += [to8(sample, depth) for sample in pixel]
                if transparent is not None:
                    pixels.append(0 if pixel == transparent else 255)
    colours = colour in (RGB, PALETTE, RGBA)
    alpha = transparent is not None or colour in (GREY_ALPHA, RGBA)
    form = ("rgb" if colours else "grey") + ("a" if colours and alpha else
                                             "Alpha" if alpha else "")
    return form, bytes(pixels).hex()


def main():
    draw = random.Random(20)
    expected = {}
    folder = HERE / "png"
    folder.mkdir(exist_ok=True)

    def write(name, data, width, height, form, pixels, text=()):
        (folder / f"{name}.png").write_bytes(data)
        expected[name] = {"width": width, "height": height, "format": form, "pixels": pixels,
                          "text": [list(pair) for pair in text]}

    def case(name, width, height, colour, depth, interlaced, with_trns, before=b"", after=b"",
             text=()):
        top = 2**depth - 1
        samples = [[tuple(draw.randint(0, top) for _ in range(CHANNELS[colour]))
                    for _ in range(width)] for _ in range(height)]
        samples[0][0] = (top,) * CHANNELS[colour]
        palette, transparent, chunks = None, None, b""
        if colour == PALETTE:
            palette = [[draw.randint(0, 255) for _ in range(3)] for _ in range(top + 1)]
            chunks += chunk(b"PLTE", bytes(sum(palette, [])))
        if with_trns and colour == PALETTE:
            # Shorter than the palette: the rest is opaque.
            transparent = [draw.randint(0, 255) for _ in range((top + 1) // 2 + 1)][:top + 1]
            chunks += chunk(b"tRNS", bytes(transparent))
        elif with_trns:
            transparent = samples[height // 2][width // 2]
            # A neighbour in the lowest bit alone: equal after 16 bits become 8, yet opaque.
            if depth == 16:
                samples[0][-1] = (transparent[0] ^ 1,) + transparent[1:]
            chunks += chunk(b"tRNS", struct.pack(f">{len(transparent)}H", *transparent))
        form, pixels = expect(colour, depth, samples, palette, transparent)
        data = png(width, height, colour, depth, interlaced, samples, before + chunks, after)
        write(name, data, width, height, form, pixels, text)

    for colour, depths in DEPTHS.items():
        for depth in depths:
            for interlaced in (False, True):
                for with_trns in (False, True):
                    if with_trns and colour in (GREY_ALPHA, RGBA):
                        continue
                    name = f"{NAMES[colour]}-{depth}" + ("-trns" if with_trns else "") + (
                        "-interlaced" if interlaced else "")
                    case(name, 11, 9, colour, depth, interlaced, with_trns)

    # Sizes at which passes of the interlacing are empty.
    for width, height in ((1, 1), (2, 3), (4, 5), (5, 1), (1, 6)):
        case(f"size-{width}x{height}-interlaced", width, height, RGB, 8, True, False)

    # All three kinds of text, before and after the pixels.
    def text(key, value):
        return chunk(b"tEXt", key.encode("latin-1") + b"\0" + value.encode("latin-1"))

    def compressed_text(key, value):
        return chunk(b"zTXt", key.encode("latin-1") + b"\0\0"
                     + zlib.compress(value.encode("latin-1")))

    def international_text(key, value):
        return chunk(b"iTXt", key.encode("latin-1") + b"\0\0\0en\0\0" + value.encode("utf-8"))

    case("text", 3, 2, GREY, 8, False, False,
         before=text("step", "1000") + text("Größe", "3 × 2, ÿ") + text("empty", "")
         + chunk(b"gAMA", struct.pack(">I", 45455)) + chunk(b"tIME", bytes([7, 230, 1, 1, 0, 0, 0])),
         after=compressed_text("long", "abc " * 40) + international_text("name", "σ → 東京")
         + text("step", "twice"),
         text=(("step", "1000"), ("Größe", "3 × 2, ÿ"), ("empty", ""), ("long", "abc " * 40),
               ("name", "σ → 東京"), ("step", "twice")))

    (HERE / "expected.json").write_text(
        "{\n" + ",\n".join(f'"{name}": {json.dumps(value)}'
                           for name, value in expected.items()) + "\n}\n")


main()
