"""Ctrl-C and SIGTERM: noted from the first moment; a search ends by them with the best it has, anything else at once."""

from __future__ import annotations

import signal
import threading
from types import FrameType


class Stopping:
    """Whether somebody has asked the program to stop.

    The first signal is only noted, for a search asks `wanted` and then ends with the best it has; the second interrupts
    whatever is going on. After `at_once` the first one interrupts already.
    """

    def __init__(self) -> None:
        self.signal = 0
        self._gently = True
        self._before: dict[int, object] = {}

    def __enter__(self) -> Stopping:
        if threading.current_thread() is threading.main_thread():
            for number, default in ((signal.SIGINT, signal.default_int_handler), (signal.SIGTERM, signal.SIG_DFL)):
                if signal.getsignal(number) is default:  # what somebody else has set, or has told to ignore, stays so
                    self._before[number] = signal.signal(number, self._note)
        return self

    def __exit__(self, *_: object) -> None:
        for number, before in self._before.items():
            signal.signal(number, before)  # type: ignore[arg-type]

    def _note(self, number: int, _: FrameType | None) -> None:
        again, self.signal = self.signal != 0, number
        if again or not self._gently:
            raise KeyboardInterrupt

    def wanted(self) -> bool:
        """Whether a search is to end now."""
        return self.signal != 0

    def at_once(self) -> None:
        """From here on a signal interrupts; one that came before does so now."""
        self._gently = False
        if self.signal:
            raise KeyboardInterrupt

    @property
    def code(self) -> int:
        """The exit code of a program that a signal ended, as shells know it."""
        return 128 + (self.signal or signal.SIGINT)
