"""Threads lent to blocking jobs: each job has one to itself, and one that is free again takes the next job.

What a thread keeps for itself, such as its connection to the archive, is then open already.
"""

import threading
from collections.abc import Callable
from queue import Empty, SimpleQueue

Job = Callable[[], None]

REST_S = 60.0
"""A thread without a job for so long is let go."""


class Lending:
    """Called with a job, runs it on a daemon thread: the end of the process waits for none."""

    def __init__(self, rest_s: float = REST_S) -> None:
        self._rest_s = rest_s
        self._lock = threading.Lock()
        self._free: list[SimpleQueue[Job]] = []  # of each resting thread; who worked last is called first

    def __call__(self, job: Job) -> None:
        """Run it elsewhere, at once.

        Raises:
            RuntimeError: no further thread can be started.
        """
        with self._lock:
            jobs = self._free.pop() if self._free else None
        if jobs is not None:
            jobs.put(job)
            return
        jobs = SimpleQueue()
        jobs.put(job)
        threading.Thread(target=self._work, args=(jobs,), daemon=True).start()

    def _work(self, jobs: "SimpleQueue[Job]") -> None:
        while True:
            try:
                job = jobs.get(timeout=self._rest_s)
            except Empty:
                if self._leave(jobs):
                    return
                continue  # a job is on its way
            job()
            del job  # what it holds is not kept until the next one
            with self._lock:
                self._free.append(jobs)

    def _leave(self, jobs: "SimpleQueue[Job]") -> bool:
        with self._lock:
            if jobs not in self._free:
                return False
            self._free.remove(jobs)
            return True
