// One attempt a kind of request: makes it, and says what a script could see of the end. The words are those of _result.py,
// but each is put together from what really happened here; `said` keeps the browser's own, which are not compared.

const PATIENCE = 10_000;

export const ALLOWED = "allowed";
export const BLOCKED = "BLOCKED";
export const OPAQUE = "opaque";
export const UNAVAILABLE = "not available";

export async function attempt(row) {
  const patience = new Promise((done) => {
    setTimeout(done, PATIENCE, { outcome: "no answer", saw: "nothing", said: `after ${PATIENCE / 1000} seconds` });
  });
  return Promise.race([KINDS[row.how](row), patience]);
}

const KINDS = { fetch: viaFetch, xhr: viaXhr, font: viaFont, module: viaModule, canvas: viaCanvas, webgl: viaWebGL };

function readable(status, names) {
  return { outcome: ALLOWED, saw: `status ${status}; ${names.sort().join(", ") || "no fields"}` };
}

async function viaFetch(row) {
  try {
    const response = await fetch(row.url, {
      method: row.method,
      headers: row.headers,
      body: row.body,
      credentials: row.credentials,
      mode: row.mode,
    });
    const names = [...response.headers.keys()];
    const body = await response.text();
    if (response.type === "opaque") {
      const fields = names.length ? names.join(", ") : "no fields";
      return { outcome: OPAQUE, saw: `status ${response.status}, ${fields}, ${body ? "a body" : "no body"}` };
    }
    return { ...readable(response.status, names), said: body.trim() };
  } catch (error) {
    return { outcome: BLOCKED, saw: error.name, said: error.message };
  }
}

function viaXhr(row) {
  return new Promise((done) => {
    const request = new XMLHttpRequest();
    request.onload = () => {
      const lines = request.getAllResponseHeaders().split("\r\n").filter(Boolean);
      const names = lines.map((line) => line.slice(0, line.indexOf(":")).toLowerCase());
      done({ ...readable(request.status, names), said: request.responseText.trim() });
    };
    request.onerror = (event) => done({ outcome: BLOCKED, saw: `${event.type} event, status ${request.status}` });
    if (row.uploadListener) request.upload.onprogress = () => {};
    request.open(row.method, row.url);
    for (const [name, value] of row.headers) request.setRequestHeader(name, value);
    request.withCredentials = row.credentials === "include";
    request.send(row.body);
  });
}

// A real @font-face rule, put into a style sheet of the page's own.
async function viaFont(row) {
  const family = `demo-${row.id}-${crypto.randomUUID()}`;
  const sheet = new CSSStyleSheet();
  sheet.insertRule(`@font-face { font-family: "${family}"; src: url("${row.url}"); }`);
  document.adoptedStyleSheets.push(sheet);
  const exhibit = document.createElement("p");
  exhibit.className = "specimen";
  exhibit.textContent = "across origins";
  exhibit.style.fontFamily = `"${family}", serif`;
  try {
    const faces = await document.fonts.load(`16px "${family}"`);
    const loaded = faces.length > 0 && faces.every((face) => face.status === "loaded");
    return { outcome: loaded ? ALLOWED : BLOCKED, saw: loaded ? "the font" : "the fallback font", exhibit };
  } catch (error) {
    return { outcome: BLOCKED, saw: "the fallback font", said: `${error.name}: ${error.message}`, exhibit };
  }
}

async function viaModule(row) {
  try {
    const module = await import(row.url);
    const exported = typeof module.greeting === "string";
    return { outcome: ALLOWED, saw: exported ? "the module's exports" : "no exports", said: module.greeting };
  } catch (error) {
    return { outcome: BLOCKED, saw: error.name, said: error.message };
  }
}

async function image(row) {
  const exhibit = new Image(96, 48);
  exhibit.alt = "Two arches on one pillar, drawn by the API";
  if (row.crossorigin !== null) exhibit.crossOrigin = row.crossorigin;
  const loaded = new Promise((done) => {
    exhibit.onload = () => done(true);
    exhibit.onerror = () => done(false);
  });
  exhibit.src = row.url;
  return (await loaded) ? exhibit : null;
}

const NO_IMAGE = { outcome: BLOCKED, saw: "error event, no image" };

async function viaCanvas(row) {
  const exhibit = await image(row);
  if (exhibit === null) return NO_IMAGE;
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [96, 48];
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.drawImage(exhibit, 0, 0);
  try {
    const pixels = context.getImageData(0, 0, 96, 48).data;
    const drawn = pixels.some((value) => value !== 0);
    return { outcome: ALLOWED, saw: drawn ? "the pixels" : "blank pixels", exhibit };
  } catch (error) {
    return { outcome: OPAQUE, saw: `getImageData: ${error.name}`, said: error.message, exhibit };
  }
}

async function viaWebGL(row) {
  const exhibit = await image(row);
  if (exhibit === null) return NO_IMAGE;
  const gl = document.createElement("canvas").getContext("webgl");
  if (gl === null) return { outcome: UNAVAILABLE, saw: "nothing", said: "this browser has no WebGL here", exhibit };
  try {
    gl.bindTexture(gl.TEXTURE_2D, gl.createTexture());
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, gl.RGBA, gl.UNSIGNED_BYTE, exhibit);
    const error = gl.getError();
    return { outcome: ALLOWED, saw: error === gl.NO_ERROR ? "a texture" : `WebGL error ${error}`, exhibit };
  } catch (error) {
    return { outcome: OPAQUE, saw: `texImage2D: ${error.name}`, said: error.message, exhibit };
  } finally {
    gl.getExtension("WEBGL_lose_context")?.loseContext();
  }
}
