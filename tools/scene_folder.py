"""Folders that make_scenes writes, as arrays; tools/README.md says what is in them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np


@dataclass(frozen=True)
class SceneFolder:
    path: Path

    @cached_property
    def about(self) -> dict:
        return json.loads((self.path / "scene.json").read_text())

    def array(self, name: str) -> np.ndarray:
        """left, right, depth, flow, flow_seen, right_seen or moves; read from the file as needed."""
        return np.load(self.path / f"{name}.npy", mmap_mode="r")

    def disparity(self, frame: int) -> np.ndarray:
        """Pixels between the two eyes, 0 for the sky."""
        focal = self.about["cameras"][frame]["focal_px"]
        return focal * self.about["baseline_m"] / self.array("depth")[frame]
