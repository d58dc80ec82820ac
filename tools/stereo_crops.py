"""Hard places of right views, enlarged, side by side:

uv run --project tools tools/stereo_crops.py OUT.jpg PAIRS LABEL=FOLDER... [--place PAIR:X,Y]...

PAIRS has a folder for each pair with left.* and right.*; each FOLDER holds PAIR.png, right views that tools/score_stereo.sh
made. Columns: the left view, one for each FOLDER, the photographed right view. X,Y is the place's upper left corner.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import cv2
import numpy as np

SIZE, ZOOM, HEAD, GAP = (96, 72), 2, 22, 4
# Spokes and tubes, sticks before cones, leaves before leaves, an arm of a lamp.
PLACES = ["mb2014_motorcycle:60,270", "mb2003_cones:60,120", "mb2006_aloe:690,180", "mb2001_tsukuba:270,110"]


def read(folder: Path, name: str) -> np.ndarray:
    found = sorted(folder.glob(f"{name}.*"))
    picture = cv2.imread(str(found[0])) if found else None
    if picture is None:
        raise SystemExit(f"{folder} has no picture '{name}'; see --help for what it must hold")
    return picture


def crop(picture: np.ndarray, x: int, y: int) -> np.ndarray:
    width, height = SIZE
    if not (0 <= x <= picture.shape[1] - width and 0 <= y <= picture.shape[0] - height):
        raise SystemExit(f"the place {x},{y} does not lie in a picture of {picture.shape[1]}x{picture.shape[0]}")
    # Enlarged without smoothing, so that every pixel is to be seen.
    part = picture[y : y + height, x : x + width]
    return cv2.resize(part, None, fx=ZOOM, fy=ZOOM, interpolation=cv2.INTER_NEAREST)


def titled(column: list[np.ndarray], title: str) -> np.ndarray:
    width = column[0].shape[1]
    head = np.full((HEAD, width, 3), 255, np.uint8)
    cv2.putText(head, title, (2, 16), cv2.FONT_HERSHEY_SIMPLEX, 0.5, (0, 0, 0), 1, cv2.LINE_AA)
    gap = np.full((GAP, width, 3), 255, np.uint8)
    return np.vstack([head] + [part for picture in column for part in (picture, gap)])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out")
    parser.add_argument("pairs", type=Path)
    parser.add_argument("views", nargs="+", metavar="LABEL=FOLDER")
    parser.add_argument("--place", action="append", help="PAIR:X,Y; default: four places of the Middlebury pairs")
    args = parser.parse_args()
    places = [(p.split(":")[0], *map(int, p.split(":")[1].split(","))) for p in args.place or PLACES]
    columns = [("left view", lambda pair: read(args.pairs / pair, "left"))]
    for view in args.views:
        label, folder = view.split("=", 1)
        columns.append((label, lambda pair, folder=folder: read(Path(folder), pair)))
    columns.append(("truth", lambda pair: read(args.pairs / pair, "right")))
    made = [titled([crop(load(pair), x, y) for pair, x, y in places], title) for title, load in columns]
    gap = np.full((made[0].shape[0], GAP, 3), 255, np.uint8)
    sheet = np.hstack([part for column in made for part in (column, gap)][:-1])
    if not cv2.imwrite(args.out, sheet, [cv2.IMWRITE_JPEG_QUALITY, 88]):
        raise SystemExit(f"{args.out} cannot be written")


if __name__ == "__main__":
    main()
