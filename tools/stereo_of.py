"""What an FFmpeg much newer than the one that this program is built with says of films: python tools/stereo_of.py FILE...

For each file the stream side data that libavformat prints, one line each: "FILE: Stereo 3D: side by side, view: packed, ...".
The library is the one inside the `av` wheel, called directly: its Python side shows no side data of streams.
"""

import ctypes
import re
import sys
from pathlib import Path

import av

LINE = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_void_p)


def library(name):
    """The very file that `import av` has loaded."""
    package = Path(av.__file__).parent
    for folder in (package.parent / "av.libs", package / ".dylibs"):
        for file in folder.glob(f"lib{name}[-.]*"):
            return ctypes.CDLL(str(file))
    raise SystemExit(f"no {name} in the av wheel at {package}")


def dump(path, util, formats):
    """Everything that av_dump_format() prints of a file."""
    text = []
    format_line = util.av_log_format_line2
    prefix = ctypes.c_int(1)

    def on_line(context, level, template, arguments):
        room = ctypes.create_string_buffer(4096)
        # Nothing of a struct is needed: the library formats its own line.
        format_line(ctypes.c_void_p(context), level, template, ctypes.c_void_p(arguments), room, len(room),
                    ctypes.byref(prefix))
        text.append(room.value.decode(errors="replace"))

    callback = LINE(on_line)
    util.av_log_set_callback(callback)
    context = ctypes.c_void_p()
    formats.avformat_open_input.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p, ctypes.c_void_p]
    if formats.avformat_open_input(ctypes.byref(context), str(path).encode(), None, None) < 0:
        raise SystemExit(f"{path} cannot be opened")
    formats.avformat_find_stream_info(context, None)
    text.clear()
    formats.av_dump_format(context, 0, str(path).encode(), 0)
    formats.avformat_close_input(ctypes.byref(context))
    util.av_log_set_callback(util.av_log_default_callback)
    return "".join(text)


def main():
    util, formats = library("avutil"), library("avformat")
    for path in sys.argv[1:]:
        for line in re.findall(r"^\s+((?:Stereo 3D|Spherical Mapping): .*?)\s*$", dump(path, util, formats), re.M):
            print(f"{path}: {line}")


if __name__ == "__main__":
    main()
