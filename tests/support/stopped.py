"""A build that is stopped at a chosen moment: `python tests/support/stopped.py HOW MOMENT ARGUMENTS-OF-BUILD…`.

The moments are the build's own steps on the disk: each file that it opens to write, moves or deletes, each folder that
it makes or deletes, below the output folder and in the cache. They are the same in every run, unlike moments in time.
"""

import errno
import itertools
import os
import signal
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

PROGRAM = Path(__file__).parents[2]
MOVING = {"os.remove", "os.rename", "os.rmdir", "os.mkdir"}
ALTERING = os.O_WRONLY | os.O_RDWR | os.O_CREAT


def kill() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def kill_parent() -> None:
    os.kill(os.getppid(), signal.SIGKILL)


def cut() -> None:
    """The file about to be opened is cut short, and the process ends within its write."""
    import resource

    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50, 50))


def limit() -> None:
    """From now on the disk takes no file of more than a few bytes."""
    import resource

    resource.setrlimit(resource.RLIMIT_FSIZE, (50, 50))


def refuse(number: int) -> None:
    raise OSError(number, os.strerror(number))


def pause() -> None:
    print("paused", flush=True)
    sys.stdin.readline()


AT: dict[str, Callable[[], None]] = {"kill": kill, "kill-worker": kill, "kill-parent": kill_parent, "cut": cut,
                                     "limit": limit, "pause": pause}
"""What happens at the moment; with `-worker` and `-parent` the steps counted are those of a worker."""
FROM: dict[str, int] = {"full": errno.ENOSPC, "denied": errno.EACCES}
"""What every step is refused with from the moment on."""


def steps_on(folders: tuple[str, ...]) -> Callable[[str, tuple[object, ...]], bool]:
    """Whether an audit event is a step that alters something in one of these folders."""

    def is_step(event: str, arguments: tuple[object, ...]) -> bool:
        if event == "open":
            path, _, flags = arguments
            altering = isinstance(flags, int) and bool(flags & ALTERING)
        else:
            path, altering = arguments[0], event in MOVING
        return altering and isinstance(path, str) and os.path.abspath(path).startswith(folders)

    return is_step


def main(how: str, moment: int, arguments: list[str]) -> None:
    content, output = (os.path.abspath(arguments[arguments.index(name) + 1]) for name in ("--content", "--output"))
    is_step, me = steps_on((output, str(Path(content).parent / ".build-cache"))), os.getpid()
    numbers = itertools.count(1)

    def hook(event: str, event_arguments: tuple[object, ...]) -> None:
        if event != "open" and event not in MOVING:
            return  # soon: there are a great many others
        if is_step(event, event_arguments) and (os.getpid() == me) != (how in ("kill-worker", "kill-parent")):
            number = next(numbers)
            if how in FROM and number >= moment:
                refuse(FROM[how])
            elif number == moment:
                AT[how]()

    sys.addaudithook(hook)
    sys.path[0] = str(PROGRAM)
    try:
        import_module("yishi.cli").main(arguments)
    finally:
        if how == "count":
            print(next(numbers) - 1)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3:])
