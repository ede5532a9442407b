// What the page looks like while it runs: sections, rows, exchanges. Text goes in as text, never as markup.

const MARKS = {
  waiting: ["…", "predicted"],
  running: ["›", "running"],
  agree: ["=", "as predicted"],
  differ: ["≠", "differs from the prediction"],
  unavailable: ["–", "could not be run here"],
};
const COOKIES = [
  { part: "request", name: "cookie", words: "with its cookie" },
  { part: "response", name: "set-cookie", words: "sets a cookie" },
];
const WIDE = matchMedia("(min-width: 60rem)");
const SIGNS = { allowed: "✓", BLOCKED: "✕", opaque: "◐" };

export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === true) made.setAttribute(key, "");
    else if (value !== false && value !== null && value !== undefined) made.setAttribute(key, value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return made;
}

// A sign for the eye; the words beside it say the same to everybody.
function sign(text) {
  return element("span", { "aria-hidden": "true" }, `${text} `);
}

export function sectionOf(group, index) {
  const id = `group-${index + 1}`;
  const mark = element("span", { class: "mark" }, sign("…"));
  const link = element("li", {}, element("a", { href: `#${id}` }, group.title), " ", mark);
  const node = element(
    "section",
    { id, "aria-labelledby": `${id}-title`, class: "group" },
    element("h2", { id: `${id}-title` }, group.title),
    element("p", { class: "about" }, group.about),
    element("ol", { class: "rows", role: "list" }, ...group.rows.map(rowOf)),
  );
  return { node, link, mark };
}

export function finish(section, differ) {
  section.mark.replaceChildren(
    sign(differ ? `≠ ${differ}` : "="),
    element("span", { class: "quiet" }, differ ? `${differ} differ` : "as predicted"),
  );
  section.mark.dataset.state = differ ? "differ" : "agree";
}

export function tally(list, counts) {
  const pairs = [
    [`of ${counts.all} done`, counts.done],
    ["as predicted", counts.agree],
    ["differ", counts.differ],
    ["blocked, though the server ran", counts.ran],
  ];
  if (counts.unavailable) pairs.push(["could not be run", counts.unavailable]);
  list.replaceChildren(
    ...pairs.map(([name, value]) => element("div", {}, element("dt", {}, name), element("dd", {}, String(value)))),
  );
}

export function cardOf(row) {
  return document.getElementById(`row-${row.id}`);
}

function rowOf(row) {
  const title = `row-${row.id}-title`;
  return element(
    "li",
    { id: `row-${row.id}`, class: "row", "data-state": "waiting" },
    element("article", { "aria-labelledby": title }, ...contents(row, "waiting", { open: row.example && WIDE.matches })),
  );
}

// Puts the outcome into its row and returns its state: agree, differ or unavailable.
export function show(row, seen, report, exhibit) {
  const card = cardOf(row);
  const state = report.differences === null ? "unavailable" : report.differences.length ? "differ" : "agree";
  card.dataset.state = state;
  const open = state === "differ" || card.querySelector("details").open;
  card.firstElementChild.replaceChildren(...contents(row, state, { open, seen, report, exhibit }));
  return state;
}

function contents(row, state, { open, seen = null, report = null, exhibit = null }) {
  const predicted = row.prediction.result;
  const result = report === null ? predicted : report.result;
  const [mark, words] = MARKS[state];
  return [
    element(
      "header",
      {},
      element(
        "h3",
        { id: `row-${row.id}-title` },
        element("code", {}, row.request),
        " ",
        element("span", { class: "how" }, row.how),
        row.actor === "stranger" && element("span", { class: "stranger" }, " from the stranger"),
      ),
      element("p", { class: "shows" }, row.shows),
    ),
    row.prediction.why && element("p", { class: "why" }, row.prediction.why, " ", element("code", {}, row.prediction.reason)),
    element(
      "dl",
      { class: "outcomes" },
      outcome("predicted", predicted.facts),
      report === null ? pending() : outcome("this browser", result.facts, report.differences),
    ),
    element(
      "div",
      { class: "passage" },
      element("p", { class: "state" }, sign(mark), words),
      element("ol", { class: "hops", role: "list", "aria-label": "Requests sent" }, ...result.exchanges.map((exchange, index) => hop(exchange, index === row.prediction.failing))),
      result.blockedButRan && element("p", { class: "ran" }, sign("!"), "the server ran all the same"),
      exhibit && element("figure", { class: "exhibit" }, exhibit, element("figcaption", { class: "quiet" }, "What the page shows")),
    ),
    details(row, open, seen, report),
  ].filter(Boolean);
}

function outcome(name, facts, differences = []) {
  const differs = differences?.includes("Outcome") || differences?.includes("Script gets");
  return element(
    "div",
    { class: differs ? "differs" : null },
    element("dt", {}, name),
    element("dd", {}, badge(facts.Outcome), element("span", { class: "gets" }, facts["Script gets"].split(";")[0])),
  );
}

function pending() {
  return element("div", {}, element("dt", {}, "this browser"), element("dd", { class: "pending" }, "…"));
}

function badge(outcome) {
  return element("span", { class: `badge ${outcome.replaceAll(" ", "-")}` }, SIGNS[outcome] ? sign(SIGNS[outcome]) : null, outcome);
}

function hop(exchange, failed) {
  return element(
    "li",
    { class: failed ? "failed" : null },
    exchange.preflight && element("span", { class: "kind" }, "preflight "),
    element("code", {}, `${exchange.method} → ${exchange.status}`),
    ...COOKIES.filter(({ part, name }) => exchange[part].some(([each]) => each === name)).map(({ words }) =>
      element("span", { class: "kind" }, ` ${words}`),
    ),
    failed && element("span", {}, element("span", { "aria-hidden": "true" }, " ✕"), element("span", { class: "quiet" }, " failed here")),
  );
}

function details(row, open, seen, report) {
  const predicted = row.prediction.result.exchanges;
  return element(
    "details",
    { class: "wire", open },
    element("summary", {}, "What was sent, and why", element("span", { class: "quiet" }, ` in ${row.request}`)),
    element(
      "div",
      { class: "sheet" },
      element("div", { class: "judgement" }, table(row, report), advice(row, seen)),
      element(
        "div",
        { class: "exchanges" },
        element("h4", {}, report === null ? "As crossorigin sent it" : "As this browser sent it"),
        exchanges(report === null ? predicted : report.result.exchanges, row),
        report?.differences?.includes("On the wire") && element("h4", {}, "As crossorigin sent it"),
        report?.differences?.includes("On the wire") && exchanges(predicted, row),
      ),
    ),
  );
}

function table(row, report) {
  const lines = Object.entries(row.prediction.result.facts).map(([name, value]) => {
    const differs = report?.differences?.includes(name) ?? false;
    return element(
      "tr",
      { class: differs ? "differs" : null },
      element("th", { scope: "row" }, name),
      element("td", {}, value),
      element("td", {}, report === null ? "…" : report.result.facts[name], differs && element("strong", { class: "note" }, " ≠ differs")),
    );
  });
  const heads = ["predicted", "this browser"].map((name) => element("th", { scope: "col" }, name));
  return element(
    "table",
    {},
    element("caption", { class: "quiet" }, "What crossorigin predicted, and what this browser did"),
    element("thead", {}, element("tr", {}, element("td", {}), ...heads)),
    element("tbody", {}, ...lines),
  );
}

function advice(row, seen) {
  const { fixes, console: words } = row.prediction;
  return element(
    "div",
    { class: "advice" },
    ...fixes.map((fix) =>
      element(
        "div",
        { class: "fix" },
        element("p", {}, element("strong", {}, "To allow it: "), fix.text),
        ...fix.fields.map((field) => element("code", { class: "line" }, field)),
      ),
    ),
    seen?.said && element("p", { class: "said" }, "The script was told: ", element("q", {}, seen.said)),
    words && element("p", { class: "said" }, "The console says: ", element("q", {}, words)),
  );
}

function exchanges(list, row) {
  if (list.length === 0) return element("p", {}, "Nothing was sent.");
  return element("ol", { role: "list" }, ...list.map((exchange, index) => exchangeOf(exchange, index === row.prediction.failing, row)));
}

function exchangeOf(exchange, failed, row) {
  const evidence = failed ? row.prediction.evidence : [];
  return element(
    "li",
    { class: failed ? "failed" : null },
    line("→", exchange.method, exchange.path, exchange.preflight ? "preflight" : ""),
    fields(exchange.request),
    line("←", exchange.status, "", exchange.ran ? "the API's code ran" : "the API's code was not called"),
    fields(exchange.response),
    evidence.length > 0 && element("div", { class: "evidence" }, element("p", {}, sign("✕"), "It failed here"), fields(evidence)),
  );
}

function line(arrow, strong, rest, note) {
  return element(
    "p",
    { class: "sent" },
    sign(arrow),
    element("strong", {}, String(strong)),
    rest && ` ${rest}`,
    note && element("span", { class: "kind" }, ` ${note}`),
  );
}

function fields(pairs) {
  if (pairs.length === 0) return element("p", { class: "none" }, "no CORS fields");
  return element(
    "dl",
    { class: "fields" },
    ...pairs.map(([name, value]) => element("div", {}, element("dt", {}, spelled(name)), element("dd", {}, value))),
  );
}

// Field names travel in small letters over HTTP/2 and as they like over HTTP/1.1; people know them in capitals.
function spelled(name) {
  return /^[a-z-]+$/.test(name) ? name.replace(/(^|-)[a-z]/g, (letters) => letters.toUpperCase()) : name;
}
