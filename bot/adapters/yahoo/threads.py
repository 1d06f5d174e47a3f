"""Where can a call block without keeping the process from ending?"""

from collections.abc import Callable
from concurrent.futures import Executor, Future
from queue import SimpleQueue
from threading import Lock, Thread
from typing import ParamSpec, TypeVar

_P = ParamSpec("_P")
_T = TypeVar("_T")
_Job = tuple[Future[_T], Callable[[], _T]]


class DaemonThreads(Executor):
    """A few threads that wait for work and are left behind at exit.

    The standard library's `ThreadPoolExecutor` joins its threads when the interpreter ends: a server that never
    answers would hold back the exit for as long as a call may take.
    """

    def __init__(self, count: int, name: str) -> None:
        """Allow for ``count`` threads; each is started when there is first work for it."""
        self._count = count
        self._name = name
        self._jobs: SimpleQueue[tuple[Future[object], Callable[[], object]] | None] = SimpleQueue()
        self._threads: list[Thread] = []
        self._idle = 0
        self._lock = Lock()
        self._closed = False

    def submit(self, fn: Callable[_P, _T], /, *args: _P.args, **kwargs: _P.kwargs) -> Future[_T]:
        """Run a call in the next free thread; RuntimeError after `shutdown`."""
        future: Future[_T] = Future()
        with self._lock:
            if self._closed:
                raise RuntimeError("the threads have been dismissed")
            self._jobs.put((future, lambda: fn(*args, **kwargs)))  # type: ignore[arg-type]  # Future is invariant
            if self._idle:
                self._idle -= 1
            elif len(self._threads) < self._count:
                thread = Thread(target=self._work, name=f"{self._name}-{len(self._threads)}", daemon=True)
                self._threads.append(thread)
                thread.start()
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: FBT001, FBT002, ARG002 - the standard library's signature
        """Let the threads end when they are done with their present call; nobody is waited for."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
            while not self._jobs.empty():
                if job := self._jobs.get():
                    job[0].cancel()
            for _ in self._threads:
                self._jobs.put(None)

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            self._run(*job)
            del job  # neither the arguments nor the outcome are kept until the next call
            with self._lock:
                self._idle += 1

    @staticmethod
    def _run(future: Future[object], call: Callable[[], object]) -> None:
        if not future.set_running_or_notify_cancel():
            return
        try:
            outcome = call()
        except BaseException as error:  # noqa: BLE001 - whoever waits is told
            future.set_exception(error)
        else:
            future.set_result(outcome)
