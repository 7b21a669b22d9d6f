/* Opens the form without a network, from what its page has kept on the device (submit.js). While there is a network, its
   answer counts; nothing else is ever answered from here. Plain script, Chromium 80. */
"use strict";

const FOLDER = new URL(self.registration.scope).pathname, KEPT = { cacheName: `yishi-form:${FOLDER}` };
/* Milliseconds until a network that says nothing counts as none. */
const PATIENCE = 4000;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  if (event.request.method === "GET") event.respondWith(answer(event.request));
});

async function answer(request) {
  const kept = await findKept(request);
  if (!kept) return fetch(request);
  if (/\/static\/[^/]+$/.test(request.url)) return kept; /* its name changes with what is in it */
  const fresh = fetch(request).then((response) => checkFresh(request, response, kept), () => kept);
  return Promise.race([fresh, new Promise((done) => setTimeout(done, PATIENCE, kept))]);
}

/* What is kept of a file; of the page, whether or not its address ends in its name. */
async function findKept(request) {
  const { pathname } = new URL(request.url), page = `${FOLDER}index.html`;
  const names = [FOLDER, page].includes(pathname) ? [FOLDER, page] : [pathname];
  const found = await Promise.all(names.map((name) => caches.match(name, { ...KEPT, ignoreVary: true })));
  return found.find(Boolean);
}

/* A host in trouble is no answer. One that has no form any more is: then nothing of it stays here. */
async function checkFresh(request, response, kept) {
  if (response.status >= 500) return kept;
  if ([404, 410].includes(response.status) && request.mode === "navigate") {
    await caches.delete(KEPT.cacheName);
    await self.registration.unregister();
  }
  return response;
}
