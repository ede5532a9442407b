// The page: fetches the predictions, makes every request in turn, hands in what was seen, and shows the two side by side.
// What is compared, and how, is decided on the server (_result.py), in the same words for both.

import { attempt, UNAVAILABLE } from "/attempts.js";
import { cardOf, element, finish, sectionOf, show, tally } from "/view.js";

const $ = (id) => document.getElementById(id);
const FRAME_PATIENCE = 8000;

async function post(path, value) {
  const response = await fetch(path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(value),
  });
  if (!response.ok) throw new Error(`${path} answered ${response.status}: ${(await response.text()).trim()}`);
  return response.json();
}

// The stranger answers from a frame on its own origin; see stranger.js.
class Stranger {
  constructor(origin) {
    this.origin = origin;
    this.waiting = new Map();
    this.frame = element("iframe", { src: `${origin}/stranger.html`, title: "A stranger: another origin", hidden: true });
    this.ready = new Promise((done) => {
      this.listen = (event) => {
        if (event.origin !== origin || event.source !== this.frame.contentWindow) return;
        if (event.data.ready) done(true);
        else this.waiting.get(event.data.id)?.(event.data.seen);
      };
      setTimeout(done, FRAME_PATIENCE, false);
    });
    addEventListener("message", this.listen);
    document.body.append(this.frame);
  }

  async attempt(row) {
    if (!(await this.ready)) {
      return { outcome: UNAVAILABLE, saw: "nothing", said: `no page came from ${this.origin}` };
    }
    const answer = new Promise((done) => this.waiting.set(row.id, done));
    this.frame.contentWindow.postMessage(row, this.origin);
    return answer;
  }

  leave() {
    removeEventListener("message", this.listen);
    this.frame.remove();
  }
}

async function run() {
  const counts = { done: 0, all: 0, agree: 0, differ: 0, unavailable: 0, ran: 0 };
  document.body.dataset.state = "running";
  for (const button of [$("again"), $("unfold")]) button.disabled = true;
  $("status").textContent = "Asking crossorigin for its predictions …";
  const plan = await post("/runs", {});
  for (const node of document.querySelectorAll("[data-origin]")) node.textContent = plan.origins[node.dataset.origin];
  const sections = plan.groups.map(sectionOf);
  $("groups").replaceChildren(...sections.map((section) => section.node));
  $("contents").replaceChildren(...sections.map((section) => section.link));
  counts.all = plan.groups.reduce((sum, group) => sum + group.rows.length, 0);
  $("progress").max = counts.all;
  tally($("tally"), counts);
  $("unfold").disabled = false;

  const stranger = new Stranger(plan.origins.stranger);
  try {
    for (const [index, group] of plan.groups.entries()) {
      $("status").textContent = `Running ${index + 1} of ${plan.groups.length}: ${group.title} …`;
      let differ = 0;
      for (const row of group.rows) {
        const card = cardOf(row);
        card.dataset.state = "running";
        const { exhibit, ...seen } = await (row.actor === "stranger" ? stranger.attempt(row) : attempt(row));
        const report = await post(`/runs/${plan.run}/rows/${row.id}`, seen);
        const state = show(row, seen, report, exhibit);
        counts.done += 1;
        counts[state] += 1;
        if (report.result.blockedButRan) counts.ran += 1;
        if (state === "differ") differ += 1;
        $("progress").value = counts.done;
        tally($("tally"), counts);
      }
      finish(sections[index], differ);
    }
  } finally {
    stranger.leave();
  }
  $("status").textContent = verdict(counts, plan.profile);
  document.body.dataset.state = counts.differ ? "differs" : "agrees";
}

const PROFILES = { chromium: "Chromium", firefox: "Firefox", webkit: "WebKit", standard: "the standard" };

function verdict(counts, name) {
  const profile = PROFILES[name];
  const ran = counts.all - counts.unavailable;
  const missing = counts.unavailable ? ` ${counts.unavailable} could not be run here.` : "";
  if (counts.differ) {
    return `${counts.differ} of ${ran} requests ended otherwise than predicted for ${profile}. They are marked ≠.${missing}`;
  }
  return `Done. This browser did with all ${ran} requests exactly what crossorigin predicted for ${profile}.${missing}`;
}

async function start() {
  try {
    await run();
  } catch (error) {
    document.body.dataset.state = "failed";
    $("status").textContent = `This went wrong: ${error.message}. Is the demonstration still running in its terminal?`;
  }
  $("again").disabled = false;
}

$("again").addEventListener("click", start);
$("unfold").addEventListener("click", ({ currentTarget: button }) => {
  const open = button.getAttribute("aria-pressed") !== "true";
  button.setAttribute("aria-pressed", String(open));
  for (const details of document.querySelectorAll("details.wire")) details.open = open;
});
start();
