"""The trace: which algorithms ran, nested as the standard's calls are, and how each came out."""

from dataclasses import dataclass

from ._verdict import Finding, Step

Inputs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Algorithm:
    """An algorithm of a standard: its name there, and its address."""

    name: str
    anchor: str


@dataclass(slots=True)  # mutable: a step is known when it begins, its outcome when it ends
class OpenStep:
    """A Step that is still running: the same fields, to be written."""

    algorithm: str
    anchor: str
    hop: int
    inputs: Inputs = ()
    number: str = ""
    outcome: str = ""
    ok: bool = True
    finding: Finding | None = None
    steps: tuple[Step, ...] = ()


class Trace:
    """The steps of one fetch, in the making. It is the context manager of each block in which an algorithm runs."""

    __slots__ = ("_open", "steps")

    def __init__(self) -> None:
        self.steps: tuple[Step, ...] = ()
        self._open: list[OpenStep] = []

    def run(self, algorithm: Algorithm, *, hop: int, inputs: Inputs = ()) -> "Trace":
        """An algorithm that runs from here to the end of the block, within the one that runs already."""
        self._open.append(OpenStep(algorithm.name, algorithm.anchor, hop, inputs))
        return self

    def note(self, number: str, outcome: str, *, finding: Finding | None = None) -> None:
        """One numbered step of the algorithm that runs."""
        running = self._open[-1]
        step = OpenStep(running.algorithm, running.anchor, running.hop, (), number, outcome, finding is None, finding)
        running.steps = (*running.steps, _closed(step))

    def __enter__(self) -> OpenStep:
        return self._open[-1]

    def __exit__(self, *_: object) -> None:
        step = self._open.pop()
        step.ok = step.finding is None
        within = self._open[-1] if self._open else self
        within.steps = (*within.steps, _closed(step))


def _closed(step: OpenStep) -> Step:
    """The very same object, from now on a frozen Step: to copy it would cost more than all the rest of the trace."""
    step.__class__ = Step  # type: ignore[assignment]  # the two have the same slots
    return step  # type: ignore[return-value]  # so it is one now
