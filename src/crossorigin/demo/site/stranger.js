// The stranger: this document stands in a hidden frame of the page, on an origin of its own, and makes the requests that
// the page hands it. The page's origin is this one's under the other name; no other window is listened to.

import { attempt } from "/attempts.js";

const PAGE = `http://localhost:${location.port}`;

addEventListener("message", async (event) => {
  if (event.origin !== PAGE || event.source !== parent) return;
  const row = event.data;
  const { exhibit, ...seen } = await attempt(row);
  parent.postMessage({ id: row.id, seen }, PAGE);
});

parent.postMessage({ ready: true }, PAGE);
