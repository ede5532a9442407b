"""The trace: which algorithms ran, nested as the standard's calls are, and how each came out."""

from dataclasses import dataclass, field

from ._verdict import Finding, Step

Inputs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Algorithm:
    """An algorithm of a standard: its name there, and its address."""

    name: str
    anchor: str


@dataclass(slots=True)  # mutable: a step is known when it begins, its outcome when it ends
class OpenStep:
    """A step that is still running."""

    algorithm: Algorithm
    hop: int = 0
    inputs: Inputs = ()
    number: str = ""
    outcome: str = ""
    finding: Finding | None = None
    steps: list["OpenStep"] = field(default_factory=list)

    def closed(self) -> Step:
        """The step as a value, with all that ran within it."""
        return Step(
            algorithm=self.algorithm.name,
            anchor=self.algorithm.anchor,
            number=self.number,
            outcome=self.outcome,
            ok=self.finding is None,
            hop=self.hop,
            inputs=self.inputs,
            finding=self.finding,
            steps=tuple([step.closed() for step in self.steps]),
        )


class Trace:
    """The steps of one fetch, in the making."""

    def __init__(self) -> None:
        self.steps: list[OpenStep] = []
        self._open: list[OpenStep] = []

    def run(self, algorithm: Algorithm, *, hop: int, inputs: Inputs = ()) -> "_Run":
        """An algorithm that runs from here to the end of the block, within the one that runs already."""
        step = OpenStep(algorithm, hop, inputs)
        (self._open[-1].steps if self._open else self.steps).append(step)
        return _Run(self._open, step)

    def note(self, number: str, outcome: str, *, finding: Finding | None = None, inputs: Inputs = ()) -> None:
        """One numbered step of the algorithm that runs."""
        running = self._open[-1]
        running.steps.append(OpenStep(running.algorithm, running.hop, inputs, number, outcome, finding))

    def closed(self) -> tuple[Step, ...]:
        """The steps as values."""
        return tuple(step.closed() for step in self.steps)


class _Run:
    """The block in which an algorithm runs. A class: a generator for each of a fetch's dozen blocks is felt."""

    __slots__ = ("_open", "_step")

    def __init__(self, open_steps: list[OpenStep], step: OpenStep) -> None:
        self._open = open_steps
        self._step = step

    def __enter__(self) -> OpenStep:
        self._open.append(self._step)
        return self._step

    def __exit__(self, *details: object) -> None:
        self._open.pop()
