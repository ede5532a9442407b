"""Records what the real `cors` package answers to the requests of the differential test: `express.json`.

    npm install cors@2.8.6 && python -m tests.migrate.record_express path/to/node_modules/cors

It needs node. The package itself is asked, with nothing of Express around it: it takes (request, response, next).
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from crossorigin import migrate
from tests.migrate import cases, peers
from tests.migrate.judge import Eye, complaints, probes

SCRIPT = """
const cors = require(process.argv[1]);
const revive = v => Array.isArray(v) ? v.map(revive)
  : v && typeof v === 'object' ? new RegExp(v.regex, v.flags || '') : v;
require('readline').createInterface({ input: process.stdin }).on('line', line => {
  const { options, method, headers } = JSON.parse(line);
  const revived = 'origin' in options ? { ...options, origin: revive(options.origin) } : options;
  const fields = {};
  const response = {
    statusCode: 200,
    setHeader: (name, value) => { fields[name.toLowerCase()] = String(value); },
    getHeader: name => fields[name.toLowerCase()],
    end: () => {},
  };
  let called = false;
  cors(revived)({ method, headers }, response, () => { called = true; });
  console.log(JSON.stringify({ status: response.statusCode, headers: fields, called }));
});
"""


def main(package: str) -> None:
    with subprocess.Popen(
        ["node", "-e", SCRIPT, str(Path(package).resolve())], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as node:

        def ask(key: str) -> Any:
            assert node.stdin is not None
            assert node.stdout is not None
            node.stdin.write(f"{key}\n")
            node.stdin.flush()
            return json.loads(node.stdout.readline())

        answers = peers.ExpressAnswers(ask)
        for options in cases.EXPRESS.values():
            migration = migrate.from_express(options)
            old, new = Eye(peers.express(options, answers)), Eye(peers.migrated_asgi(migration))
            with old, new:
                complaints(old, new, migration, probes(seed=repr(options)))
                # What a difference leads to is asked too, whether or not there is one now.
                for probe in probes(seed=repr(options)):
                    for each in (probe, probe._replace(method="GET", headers={}), probe._replace(headers={})):
                        old.look(each)
                        old.look(each._replace(credentials="same-origin"))
    answers.save()


if __name__ == "__main__":
    main(sys.argv[1])
