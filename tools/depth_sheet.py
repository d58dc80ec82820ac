"""Pictures, true and predicted depth side by side:

uv run depth_sheet.py OUT.png SCENE_FOLDER [MAPS.npy] (maps as judge_depth --keep writes them)
"""

from __future__ import annotations

import sys
from pathlib import Path

import cv2
import numpy as np

from scene_folder import SceneFolder

WIDTH = 420


def shown(nearness: np.ndarray, height: int) -> np.ndarray:
    grey = (np.clip(nearness, 0, 1) * 255).astype(np.uint8)
    return cv2.applyColorMap(cv2.resize(grey, (WIDTH, height)), cv2.COLORMAP_INFERNO)


def sheet(scene: SceneFolder, maps: np.ndarray | None, rows: int = 4) -> np.ndarray:
    left, depth = scene.array("left"), scene.array("depth")
    height = WIDTH * left.shape[1] // left.shape[2]
    lines = []
    for frame in np.linspace(0, len(left) - 1, rows).astype(int):
        inverse = 1 / depth[frame]
        line = [
            cv2.resize(left[frame], (WIDTH, height), interpolation=cv2.INTER_AREA)[:, :, ::-1],
            shown(inverse / np.percentile(inverse, 99), height),
        ]
        if maps is not None and frame < len(maps):
            line.append(shown(maps[frame], height))
        lines.append(np.hstack(line))
    return np.vstack(lines)


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    predicted = np.load(sys.argv[3], mmap_mode="r") if len(sys.argv) > 3 else None
    cv2.imwrite(sys.argv[1], sheet(SceneFolder(Path(sys.argv[2])), predicted))
