"""Checks that flow, depth and second eye of a generated scene agree: uv run check_scene.py FOLDER..."""

from __future__ import annotations

import sys
from pathlib import Path

import cv2
import numpy as np

from scene_folder import SceneFolder


def psnr(a: np.ndarray, b: np.ndarray, seen: np.ndarray) -> float:
    square = ((a.astype(np.float32) - b.astype(np.float32)) ** 2)[seen > 0]
    return float(10 * np.log10(255**2 / max(square.mean(), 1e-9))) if square.size else float("nan")


def fetched(picture: np.ndarray, dx: np.ndarray, dy: np.ndarray) -> np.ndarray:
    y, x = np.mgrid[: dx.shape[0], : dx.shape[1]].astype(np.float32)
    return cv2.remap(np.ascontiguousarray(picture), x + dx, y + dy, cv2.INTER_LINEAR)


def check(scene: SceneFolder) -> None:
    left, right, flow = scene.array("left"), scene.array("right"), scene.array("flow")
    frame = min(1, len(left) - 2)
    step = np.nan_to_num(np.array(flow[frame]))
    next_frame = fetched(left[frame + 1], step[..., 0], step[..., 1])
    shift = scene.disparity(frame).astype(np.float32)
    second = fetched(right[frame], -shift, np.zeros_like(shift))
    print(
        f"{scene.path.name}: flow {psnr(left[frame], next_frame, scene.array('flow_seen')[frame]):.1f} dB"
        f" (none {psnr(left[frame], left[frame + 1], scene.array('flow_seen')[frame]):.1f}),"
        f" disparity {psnr(left[frame], second, scene.array('right_seen')[frame]):.1f} dB"
        f" (none {psnr(left[frame], right[frame], scene.array('right_seen')[frame]):.1f})"
    )


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    for folder in sys.argv[1:]:
        check(SceneFolder(Path(folder)))
