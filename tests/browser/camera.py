"""The film that a browser's false camera plays."""

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

WIDTH, HEIGHT, FRAMES = 640, 480, 10


def write_video(path: Path, picture: NDArray[np.uint8]) -> None:
    """Write *picture* (BGR) as a still film of 640 x 480, YUV 4:2:0, to *path*."""
    side = cv2.resize(picture, (HEIGHT, HEIGHT), interpolation=cv2.INTER_AREA)
    margin = (WIDTH - HEIGHT) // 2
    desk = cv2.copyMakeBorder(side, 0, 0, margin, margin, cv2.BORDER_REPLICATE)
    frame = b"FRAME\n" + cv2.cvtColor(desk, cv2.COLOR_BGR2YUV_I420).tobytes()
    header = f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F10:1 Ip A1:1 C420jpeg\n".encode()
    path.write_bytes(header + frame * FRAMES)
