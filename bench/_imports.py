"""What `import crossorigin` costs, beside what it is made of."""

import resource
import statistics
import subprocess
import sys

PROGRAMS = {"nothing": "pass", "dataclasses, re": "import dataclasses, re", "crossorigin": "import crossorigin"}


def imports(rounds: int) -> None:
    """CPU time of whole interpreters, interleaved; what the bare one takes is taken off."""
    times: dict[str, list[float]] = {name: [] for name in PROGRAMS}
    for _ in range(rounds):
        for name, program in PROGRAMS.items():
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            subprocess.run([sys.executable, "-I", "-c", program], check=True)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            times[name].append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    bare, small, ours = (statistics.median(values) * 1000 for values in times.values())
    print("\nimport crossorigin, at most 2 times `import dataclasses, re`")
    print(f"    {ours - bare:.1f} ms against {small - bare:.1f} ms  x {(ours - bare) / (small - bare):.2f}")
