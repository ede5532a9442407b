// What a case's page can do. Each function makes one attempt and answers with what a script could see of it: plain data,
// never an exception, so that the recording of a case is one line of JSON. Loaded by every page of the harness.

"use strict";

const PATIENCE = 15000;

function within(promise, what = "timeout") {
  return Promise.race([promise, new Promise((done) => setTimeout(done, PATIENCE, { event: what }))]);
}

function failure(error) {
  return { error: error.name, message: error.message };
}

function attempt(work, fallback = failure) {
  try {
    return work();
  } catch (error) {
    return fallback(error);
  }
}

// The events an element answers with, once it is in the document.
function settled(element, parent = document.head, events = ["load", "error"]) {
  return within(
    new Promise((done) => {
      for (const name of events) element.addEventListener(name, () => done({ event: name }), { once: true });
      if (parent) parent.append(element);
    }),
  );
}

function pause(seconds) {
  return new Promise((done) => setTimeout(done, 1000 * seconds));
}

// Of what has no event: until the browser has written down that the fetch of `url` is over.
const awaited = new Map();
new PerformanceObserver((list) => {
  for (const { name } of list.getEntries()) awaited.get(name)?.();
}).observe({ type: "resource" });

function over(url) {
  return within(new Promise((done) => awaited.set(url, () => done({ event: "none" }))));
}

// What nothing tells a script of, but that it never ended.
function silent({ event }) {
  return { event: event === "timeout" ? event : "none" };
}

function frame() {
  return new Promise((done) => requestAnimationFrame(done));
}

function element(name, attributes) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== null) made.setAttribute(key, value);
  }
  return made;
}

async function viaFetch(url, init = {}) {
  try {
    const response = await fetch(url, init);
    const seen = {
      type: response.type,
      status: response.status,
      redirected: response.redirected,
      headers: Object.fromEntries(response.headers),
    };
    seen.body = await response.text();
    return seen;
  } catch (error) {
    return failure(error);
  }
}

function viaXhr(url, { method = "GET", headers = [], body = null, credentials = false, upload = false } = {}) {
  return within(
    new Promise((done) => {
      const request = new XMLHttpRequest();
      const answer = (event) => done({
        event: event.type,
        status: request.status,
        headers: request.getAllResponseHeaders(),
        body: request.responseText,
      });
      for (const name of ["load", "error", "abort", "timeout"]) request.addEventListener(name, answer);
      if (upload) request.upload.addEventListener("progress", () => {});
      try {
        request.open(method, url);
        for (const [name, value] of headers) request.setRequestHeader(name, value);
        request.withCredentials = credentials;
        request.send(body);
      } catch (error) {
        done(failure(error));
      }
    }),
  );
}

// Browsers keep few contexts of WebGL alive: all images share one.
let gl;

// An image, and what canvas and WebGL let a script do with it.
async function viaImage(url, crossorigin) {
  const image = element("img", { crossorigin });
  const seen = settled(image, null);
  image.src = url;
  const outcome = await seen;
  if (outcome.event !== "load") return outcome;
  const canvas = element("canvas", { width: 1, height: 1 });
  const context = canvas.getContext("2d");
  context.drawImage(image, 0, 0);
  outcome.pixels = attempt(() => context.getImageData(0, 0, 1, 1) && "readable", (error) => error.name);
  outcome.export = attempt(() => canvas.toDataURL() && "readable", (error) => error.name);
  outcome.blob = await new Promise((done) => canvas.toBlob(() => done("readable"))).catch((error) => error.name);
  gl ??= element("canvas", {}).getContext("webgl");
  outcome.texture = gl === null ? "no WebGL" : attempt(() => {
    gl.bindTexture(gl.TEXTURE_2D, gl.createTexture());
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, gl.RGBA, gl.UNSIGNED_BYTE, image);
    return "readable";
  }, (error) => error.name);
  return outcome;
}

// A script that throws, so that muted errors can be told from spoken ones: one at a time, since muted errors are anonymous.
let lastScript = Promise.resolve();

function viaScript(url, crossorigin, type) {
  const script = async () => {
    const errors = [];
    const listen = (event) => errors.push(event.error ? "spoken" : "muted");
    addEventListener("error", listen);
    const outcome = await settled(element("script", { src: url, crossorigin, type }));
    removeEventListener("error", listen);
    if (errors.length) outcome.errors = errors.join();
    return outcome;
  };
  lastScript = lastScript.then(script, script);
  return lastScript;
}

async function viaStylesheet(url, crossorigin) {
  const link = element("link", { rel: "stylesheet", href: url, crossorigin });
  const outcome = await settled(link);
  if (outcome.event === "load") outcome.rules = attempt(() => link.sheet.cssRules && "readable", (error) => error.name);
  link.remove();
  return outcome;
}

async function viaFontFace(url) {
  const face = new FontFace("probe", `url("${url}")`);
  return within(face.load().then(() => ({ event: "load" }), (error) => ({ event: "error", ...failure(error) })));
}

async function viaFontRule(url) {
  const family = `probe${Math.random().toString(36).slice(2)}`;
  const style = element("style", {});
  style.textContent = `@font-face { font-family: "${family}"; src: url("${url}"); }`;
  document.head.append(style);
  const loaded = await within(
    document.fonts.load(`16px "${family}"`).then((faces) => ({ event: "load", status: faces.map((face) => face.status) }),
      (error) => ({ event: "error", ...failure(error) })),
  );
  return loaded;
}

function viaImport(url) {
  return within(import(url).then(() => ({ event: "load" }), (error) => ({ event: "error", ...failure(error) })));
}

function viaLink(rel, href, attributes = {}) {
  return settled(element("link", { rel, href, ...attributes }));
}

function viaMedia(name, url, crossorigin) {
  const media = element(name, { crossorigin, preload: "auto" });
  media.muted = true;
  const outcome = settled(media, document.body, ["canplaythrough", "error"]);
  media.src = url;
  return outcome.finally(() => media.remove());
}

async function viaTrack(url, crossorigin, mediaUrl) {
  const media = element("video", { crossorigin, src: mediaUrl, preload: "auto" });
  media.muted = true;
  const track = element("track", { src: url, kind: "subtitles", default: "" });
  media.append(track);
  document.body.append(media);
  track.track.mode = "showing";
  return settled(track, null).finally(() => media.remove());
}

// shape-outside and mask-image tell a script nothing; a float's shape shows in the layout of the text beside it.
async function viaShape(property, url) {
  const box = element("div", { style: "display:flow-root;width:300px;font:10px monospace" }); // no other box's float is beside it
  const float = element("div", { style: `float:left;width:100px;height:100px;${property}:url("${url}")` });
  const text = element("span", {});
  text.textContent = "x";
  box.append(float, text);
  const done = over(url);
  document.body.append(box);
  const seen = await done;
  await frame();
  await frame(); // by now it is laid out anew
  const left = Math.round(text.getBoundingClientRect().left - box.getBoundingClientRect().left);
  box.remove();
  return { ...seen, shape: left < 100 ? "used" : "ignored" };
}

function viaWorker(url, options = {}, Kind = Worker) {
  return within(
    new Promise((done) => {
      try {
        const worker = new Kind(url, options);
        worker.onerror = (event) => done({ event: "error", message: event.message ?? "" });
        (worker.port ?? worker).onmessage = (event) => done({ event: "message", data: event.data });
      } catch (error) {
        done({ event: "throws", ...failure(error) });
      }
    }),
  );
}

function viaImportScripts(url) {
  const source = `try { importScripts(${JSON.stringify(url)}); postMessage("loaded"); } catch (e) { postMessage(e.name); }`;
  return viaWorker(URL.createObjectURL(new Blob([source], { type: "text/javascript" })));
}

async function viaWorklet(url) {
  try {
    await within(new OfflineAudioContext(1, 1, 44100).audioWorklet.addModule(url));
    return { event: "load" };
  } catch (error) {
    return { event: "error", ...failure(error) };
  }
}

function viaEventSource(url, withCredentials = false) {
  return within(
    new Promise((done) => {
      const source = new EventSource(url, { withCredentials });
      source.onmessage = (event) => { source.close(); done({ event: "message", data: event.data }); };
      source.onerror = () => { const state = source.readyState; source.close(); done({ event: "error", readyState: state }); };
    }),
  );
}

function viaWebSocket(url) {
  return within(
    new Promise((done) => {
      const socket = new WebSocket(url.replace("http", "ws"));
      socket.onopen = () => { socket.close(); done({ event: "open" }); };
      socket.onerror = () => done({ event: "error" });
    }),
  );
}

async function viaBeacon(url, type) {
  const done = over(url);
  const sent = navigator.sendBeacon(url, new Blob(["x"], { type }));
  return { ...(await done), sent };
}

async function viaForm(url, method = "POST") {
  const frame = element("iframe", { name: `frame${Math.random()}` });
  document.body.append(frame);
  const form = element("form", { action: url, method, target: frame.name });
  form.append(element("input", { name: "a", value: "b" }));
  document.body.append(form);
  const outcome = settled(frame, null, ["load"]);
  form.submit();
  const seen = await outcome;
  seen.document = frame.contentDocument === null ? "hidden" : "visible";
  return seen;
}

async function viaFrame(url) {
  const frame = element("iframe", { src: url });
  const seen = await settled(frame, document.body);
  seen.document = frame.contentDocument === null ? "hidden" : "visible";
  frame.remove();
  return seen;
}

function viaBackground(url) {
  const box = element("div", { style: `width:9px;height:9px;background-image:url("${url}")` });
  const done = over(url);
  document.body.append(box);
  return done.finally(() => box.remove());
}

// Of another origin it is refused while the document is laid out. Of its own, Firefox writes it down, Chromium has events.
async function viaUse(url) {
  const box = element("div", {});
  box.innerHTML = `<svg width=9 height=9><use href="${url}#a"></use></svg>`;
  const done = Promise.race([over(url), settled(box.querySelector("use"), null)]);
  document.body.append(box);
  const laidOut = frame().then(frame).then(() => ({ event: "none" }));
  const seen = await (new URL(url).origin === location.origin ? done : laidOut);
  box.remove();
  return silent(seen);
}

function viaServiceWorker(url) {
  return within(navigator.serviceWorker.register(url).then(() => ({ event: "load" }), (error) => ({ event: "error", ...failure(error) })));
}

function viaEmbedded(name, url) {
  const attributes = name === "object" ? { data: url, type: "text/html" } : { src: url, type: "text/html" };
  const made = element(name, { width: 9, height: 9, ...attributes });
  return settled(made, document.body).finally(() => made.remove());
}

async function viaPing(url) {
  const frame = element("iframe", { name: `frame${Math.random()}` }); // so that the page's own URL stays
  const link = element("a", { href: "about:blank", target: frame.name, ping: url });
  document.body.append(frame, link);
  const done = navigator.userAgent.includes("Firefox") ? settled(frame, null) : over(url); // Firefox sends no ping
  link.click();
  return silent(await done);
}

// The names of `crossorigin.browser.FEATURES`, and what attempts them.
const ATTEMPTS = {
  fetch: viaFetch,
  xhr: viaXhr,
  wait: (_, { seconds }) => pause(seconds).then(() => ({ event: "none" })),
  audio: (url, { crossorigin }) => viaMedia("audio", url, crossorigin),
  "audio-worklet": viaWorklet,
  "background-image": viaBackground,
  beacon: (url, { contentType }) => viaBeacon(url, contentType),
  embed: (url) => viaEmbedded("embed", url),
  "event-source": (url, { withCredentials }) => viaEventSource(url, withCredentials),
  font: viaFontFace,
  form: (url) => viaForm(url),
  iframe: viaFrame,
  image: (url, { crossorigin }) => viaImage(url, crossorigin),
  import: viaImport,
  "import-scripts": viaImportScripts,
  "mask-image": (url) => viaShape("mask-image", url),
  module: (url, { crossorigin }) => viaScript(url, crossorigin, "module"),
  modulepreload: (url, { crossorigin }) => viaLink("modulepreload", url, { crossorigin }),
  object: (url) => viaEmbedded("object", url),
  ping: viaPing,
  prefetch: (url, { crossorigin }) => viaLink("prefetch", url, { crossorigin }),
  preload: (url, { crossorigin, destination }) => viaLink("preload", url, { crossorigin, as: destination }),
  script: (url, { crossorigin }) => viaScript(url, crossorigin),
  "service-worker": viaServiceWorker,
  "shape-outside": (url) => viaShape("shape-outside", url),
  "shared-worker": (url) => viaWorker(url, {}, SharedWorker),
  stylesheet: (url, { crossorigin }) => viaStylesheet(url, crossorigin),
  "svg-use": viaUse,
  track: (url, { crossorigin }) => viaTrack(url, crossorigin, null),
  video: (url, { crossorigin }) => viaMedia("video", url, crossorigin),
  websocket: viaWebSocket,
  worker: viaWorker,
};

// Some constructors throw before there is a promise.
function begun(work, url, options) {
  return Promise.resolve().then(() => work(url, options)).catch((error) => ({ event: "throws", ...failure(error) }));
}

// Many cases at once, `width` of them at any time; the calls of each, [name, url, options], one after the other.
const running = new Set();

async function runCases(cases, width) {
  const outcomes = {};
  const waiting = cases.slice();
  async function work() {
    while (waiting.length) {
      const [name, calls] = waiting.shift();
      running.add(name);
      outcomes[name] = [];
      for (const [kind, url, options] of calls) {
        outcomes[name].push(await within(begun(ATTEMPTS[kind], url, options)));
      }
      running.delete(name);
    }
  }
  await Promise.all(Array.from({ length: width }, work));
  return outcomes;
}
