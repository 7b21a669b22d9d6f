"""The pictures of the README, taken from the demonstration site: `make pictures` writes them into docs/images/."""

import io
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image

from tests.support.chromium import launched, looking, served
from tests.support.workshop import PROJECT, SITES, Workshop

FOLDER = PROJECT / "docs" / "images"
PICTURES = {"home": "index.html", "wall": "places/shili-zhen/wall/index.html"}
"""Name of a picture → the page that it shows."""
WINDOW = (1280, 1120)
SIZE = (880, 770)
MAX_BYTES = 60_000


def encode_picture(screenshot: bytes) -> bytes:
    """The PNG `screenshot` as a WebP file of the size of the README's pictures."""
    file = io.BytesIO()
    image = Image.open(io.BytesIO(screenshot)).convert("RGB").resize(SIZE, Image.Resampling.LANCZOS)
    image.save(file, "WEBP", quality=75, method=6)
    return file.getvalue()


def take_pictures(site: Path, folder: Path) -> None:
    """Photographs the built `site`, in light colours, into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    with served(site) as address, launched() as browser:
        for name, page in PICTURES.items():
            with looking(browser, *WINDOW, color_scheme="light") as window:
                window.goto(f"{address}{page}")
                (folder / f"{name}.webp").write_bytes(encode_picture(window.screenshot()))


if __name__ == "__main__":
    with TemporaryDirectory() as scratch:
        workshop = Workshop(Path(scratch), SITES / "showcase")
        workshop.build()
        take_pictures(workshop.output, FOLDER)
