"""What a scanner makes of a sheet: one resampling, a tone curve, its dirt, one pass of noise. Pure functions.

`draw_device` draws what stays the same for a device (or a stack); `scan_page` what differs from page to page.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from sipas_forms.simulate.damages import add_specks, add_streak, see_through
from sipas_forms.simulate.photo import photograph
from sipas_forms.simulate.profiles import Container, Profile
from sipas_forms.simulate.warp import Coordinates, page_coordinates, remap

Image = NDArray[np.uint8]

# Noise is drawn once in fields a little larger than an A4 page at 300 dpi and then used from random places.
NOISE_SHAPE = (3800, 2780)
NOISE_UNIT = 32
# Kinds of noise strength that are kept at the same time (10 MB each).
NOISE_KINDS = 3
# The unsharp mask of black-and-white devices reaches about one dot at 150 dpi (mm).
SHARPEN_MM = 0.15


@dataclass(frozen=True)
class Streak:
    """A vertical line that the device draws on every page (mm from the picture's left edge; grey levels)."""

    x_mm: float
    width_mm: float
    depth: float


@dataclass(frozen=True)
class Device:
    """One scanner (or phone) as it stands in an office: drawn from a profile, the same for a whole stack."""

    profile: Profile
    dpi: int
    container: Container
    jpeg_quality: int
    blur_mm: float
    noise: float
    white: float
    black: float
    gamma: float
    light: float
    margin_mm: float
    background: float
    see_through: float
    threshold: float | None
    sharpen: float
    streaks: tuple[Streak, ...]

    @property
    def px_per_mm(self) -> float:
        """Resolution of the page that is to be given to `scan_page`."""
        return self.dpi / 25.4


def draw_device(profile: Profile, rng: np.random.Generator) -> Device:
    """One device of the profile."""
    ranges = profile.scanner
    names = [name for name, _ in ranges.containers]
    shares = [share for _, share in ranges.containers]
    streaks = tuple(
        Streak(float(rng.uniform(5, 205)), ranges.streak_mm.draw(rng), ranges.streak_depth.draw(rng))
        for _ in range(int(rng.poisson(ranges.streaks)))
    )
    return Device(
        profile=profile,
        dpi=int(rng.choice(ranges.dpi)),
        container=names[int(rng.choice(len(names), p=shares))],
        jpeg_quality=int(rng.integers(ranges.jpeg_quality[0], ranges.jpeg_quality[1] + 1)),
        blur_mm=ranges.blur_mm.draw(rng),
        noise=round(ranges.noise.draw(rng) * 2) / 2,
        white=ranges.white.draw(rng),
        black=ranges.black.draw(rng),
        gamma=ranges.gamma.draw(rng),
        light=ranges.light.draw(rng),
        margin_mm=ranges.margin_mm.draw(rng),
        background=ranges.background.draw(rng),
        see_through=max(0.0, ranges.see_through.draw(rng)),
        threshold=ranges.threshold.draw(rng) if ranges.threshold else None,
        sharpen=ranges.sharpen.draw(rng),
        streaks=streaks,
    )


def scan_page(image: Image, device: Device, rng: np.random.Generator, back: Image | None = None) -> Image:
    """The picture that the device makes of a page rendered at `device.px_per_mm`.

    Grey (height, width), 0 and 255 only for black-and-white devices. `back` is the sheet's other side, for
    devices through which it shows. Compression is not part of it: `files` writes JPEG and Group 4.
    """
    scale = device.px_per_mm
    if back is not None and device.see_through:
        image = see_through(image, back, device.see_through, scale)
    image = _blur(image, device.blur_mm * scale)
    if device.profile.camera is not None:
        upside_down = rng.random() < device.profile.scanner.upside_down
        photo = photograph(image, device.profile.camera, scale, upside_down, rng)
        return _with_noise(photo, device.noise, rng)
    picture = _feed(image, device, rng)
    if device.light:
        picture = _uneven(picture, device.light, rng)
    _soil(picture, device, rng)
    picture = _with_noise(picture, device.noise, rng)
    if device.threshold is not None:
        return _black_and_white(picture, device, device.threshold)
    return picture


def _blur(image: Image, sigma_px: float) -> Image:
    if sigma_px < 0.25:  # less than a pixel's own width: nothing to see
        return image
    return np.asarray(cv2.GaussianBlur(image, (0, 0), sigma_px), dtype=np.uint8)


def _feed(image: Image, device: Device, rng: np.random.Generator) -> Image:
    """The sheet as it went through: turned, shifted, scaled, unevenly fed, in the device's tones."""
    ranges, scale = device.profile.scanner, device.px_per_mm
    turn = np.radians(ranges.turn_degrees.draw(rng) + (180 if rng.random() < ranges.upside_down else 0))
    shift = ranges.shift_mm.draw(rng) * scale, ranges.shift_mm.draw(rng) * scale
    size = ranges.scale.draw(rng)
    sizes = size, size * ranges.stretch.draw(rng)
    wobble, wave = ranges.wobble_mm.draw(rng) * scale, ranges.wobble_wave_mm.draw(rng) * scale
    phase = rng.uniform(0, 2 * np.pi, 2)
    margin = round(device.margin_mm * scale)
    height, width = image.shape
    out_centre = (width - 1) / 2 + margin + shift[0], (height - 1) / 2 + margin + shift[1]
    shape = height + 2 * margin, width + 2 * margin

    def back(x: Coordinates, y: Coordinates) -> tuple[Coordinates, Coordinates]:
        u = x - out_centre[0] + 0.3 * wobble * np.sin(2 * np.pi * y / wave + phase[0])
        v = y - out_centre[1] + wobble * np.sin(2 * np.pi * y / wave + phase[1])
        u, v = u / sizes[0], v / sizes[1]
        page_x = np.cos(turn) * u + np.sin(turn) * v + (width - 1) / 2
        page_y = -np.sin(turn) * u + np.cos(turn) * v + (height - 1) / 2
        return page_x, page_y

    image = np.asarray(cv2.LUT(image, _tones(device, ranges.tone_spread, rng)), np.uint8)
    beyond = int(device.background)
    if wobble:
        return remap(image, *page_coordinates(shape, back), beyond)
    corners = np.array([[0.0, 1.0, 0.0], [0.0, 0.0, 1.0]])
    there = np.array(back(corners[0], corners[1]))
    matrix = np.column_stack([there[:, 1] - there[:, 0], there[:, 2] - there[:, 0], there[:, 0]])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return np.asarray(cv2.warpAffine(image, matrix, shape[::-1], flags=flags, borderValue=beyond), dtype=np.uint8)


def _tones(device: Device, spread: float, rng: np.random.Generator) -> Image:
    """From ink on paper (0 to 255) to the device's grey levels; paper differs a little from page to page."""
    white = device.white + rng.normal(0, spread)
    levels = device.black + (white - device.black) * (np.arange(256) / 255) ** device.gamma
    return np.asarray(np.clip(np.round(levels), 0, 255), dtype=np.uint8)


def _uneven(picture: Image, light: float, rng: np.random.Generator) -> Image:
    """A lamp that is weaker towards one side."""
    fade = np.linspace(0, 1, 16) if rng.random() < 0.5 else np.linspace(1, 0, 16)
    row = (255 * (1 - light * fade)).astype(np.float32)[None, :]
    field = cv2.resize(row, (picture.shape[1], 1), interpolation=cv2.INTER_LINEAR).round().astype(np.uint8)
    whole = np.repeat(field, picture.shape[0], axis=0)
    return np.asarray(cv2.multiply(picture, whole, scale=1 / 255), dtype=np.uint8)


def _soil(picture: Image, device: Device, rng: np.random.Generator) -> None:
    """The device's streaks and this page's dirt, in place."""
    ranges, scale = device.profile.scanner, device.px_per_mm
    for streak in device.streaks:
        add_streak(picture, streak.x_mm * scale, streak.width_mm * scale, streak.depth)
    count = int(rng.poisson(ranges.dirt))
    add_specks(picture, count, ranges.dirt_mm, ranges.dirt_depth, scale, rng)


def _with_noise(picture: Image, sigma: float, rng: np.random.Generator) -> Image:
    """Sensor noise of that standard deviation (grey levels)."""
    brighter, darker = _noise_fields(sigma)
    height, width = picture.shape
    more = max(0, height - NOISE_SHAPE[0]), max(0, width - NOISE_SHAPE[1])
    y = int(rng.integers(NOISE_SHAPE[0] + more[0] - height + 1))
    x = int(rng.integers(NOISE_SHAPE[1] + more[1] - width + 1))
    if any(more):
        brighter, darker = (
            np.asarray(cv2.copyMakeBorder(f, 0, more[0], 0, more[1], cv2.BORDER_WRAP), dtype=np.uint8)
            for f in (brighter, darker)
        )
    place = np.s_[y : y + height, x : x + width]
    return np.asarray(cv2.subtract(cv2.add(picture, brighter[place]), darker[place]), dtype=np.uint8)


@lru_cache(maxsize=NOISE_KINDS)
def _noise_fields(sigma: float) -> tuple[Image, Image]:
    """Noise as what is added and what is taken away, so that grey levels stay bytes."""
    level = np.round((np.arange(256) - 128) / NOISE_UNIT * sigma)
    brighter, darker = np.clip(level, 0, 255).astype(np.uint8), np.clip(-level, 0, 255).astype(np.uint8)
    field = _unit_noise()
    return np.asarray(cv2.LUT(field, brighter), np.uint8), np.asarray(cv2.LUT(field, darker), np.uint8)


@lru_cache(maxsize=1)
def _unit_noise() -> Image:
    """Noise of standard deviation one: NOISE_UNIT steps about 128; neighbours go together a little."""
    noise = np.random.default_rng(0).standard_normal(NOISE_SHAPE, dtype=np.float32)
    noise = np.asarray(cv2.GaussianBlur(noise, (3, 3), 0.5), np.float32)
    return np.asarray(cv2.convertScaleAbs(noise, alpha=NOISE_UNIT / float(noise.std()), beta=128), np.uint8)


def _black_and_white(picture: Image, device: Device, threshold: float) -> Image:
    """Sharpen, then one threshold at a share of the paper's tone, as the text mode of office devices does."""
    if device.sharpen:
        soft = cv2.GaussianBlur(picture, (0, 0), SHARPEN_MM * device.px_per_mm)
        picture = np.asarray(cv2.addWeighted(picture, 1 + device.sharpen, soft, -device.sharpen, 0), dtype=np.uint8)
    level = threshold * min(device.white, 255.0)
    return np.asarray(cv2.threshold(picture, level, 255, cv2.THRESH_BINARY)[1], dtype=np.uint8)
