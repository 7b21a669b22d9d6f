/* Filters and sorts a list of records in place. What is chosen stands in the address (filters.js).
   Where more records belong to the list than stand on its front page, the others are read from its other pages, which
   hold the same rows. Plain script, Chromium 80. */
(function () {
"use strict";

const form = document.querySelector("form.filters[data-total]");
if (!form || !window.URLSearchParams) return;

const MOST = 1000; /* of so many records all are looked through at once; of more, by year or when the reader asks */
const AT_ONCE = 6; /* so many pages are read at the same time */

const root = new URL(form.dataset.root, location.href).pathname, total = Number(form.dataset.total);
const fields = Array.from(form.querySelectorAll("select")), filters = fields.filter((field) => field.name !== "sort");
const status = form.querySelector("[role=status]"), resetButton = form.querySelector("[type=reset]");
const furtherButton = form.querySelector("#further"), lead = document.querySelector("main > .lead");
const list = document.querySelector("ul.records") || form.insertAdjacentElement("afterend", document.createElement("ul"));
const firstItems = Array.from(list.children), rows = new Map(); /* path → row of each record that has been read */
const unread = pagesOf(document, location.href), isSplit = unread.length > 0;
let mayReadAll = false, hasFailed = location.protocol === "file:", isReading = false;

/* --- rows --- */

/* What is filtered and sorted by; `base`: the address of the page that the row stands on, `at`: its place in the list. */
function rowOf(item, base, at) {
  const link = item.querySelector("a.title"), url = new URL(link.getAttribute("href"), base);
  const words = (text) => (text || "").split(" ").filter(Boolean);
  link.href = url.href;
  return { item, at, path: url.pathname, day: item.dataset.day || "", topic: words(item.dataset.topic),
    status: words(item.dataset.status) };
}

/* Whether a row has what an option stands for: a place holds those below it. */
function hasOption(row, name, option) {
  if (name === "year") return (row.day.slice(0, 4) || "unknown") === option.value;
  if (name === "place") return row.path.startsWith(`${root}${option.value}/`);
  const values = (option.dataset.holds || option.value).split(" ");
  return row[name].some((value) => values.includes(value));
}

/* The rows that have what is chosen, in the chosen order. */
function matchingRows() {
  const chosen = filters.filter((field) => field.value), sort = valueOf("sort");
  return Array.from(rows.values())
    .filter((row) => chosen.every((field) => hasOption(row, field.name, field.selectedOptions[0])))
    .sort(sort === "oldest" ? oldestFirst : sort ? byOption(fieldOf(sort)) : newestFirst);
}

function fieldOf(name) { return fields.find((field) => field.name === name); }

function valueOf(name) { return fieldOf(name) ? fieldOf(name).value : ""; }

/* Rows without a date come last. */
function newestFirst(a, b) {
  return (a.day < b.day) - (a.day > b.day) || a.at - b.at;
}

function oldestFirst(a, b) {
  return !a.day - !b.day || newestFirst(b, a);
}

function byOption(field) {
  const ranks = new Map(Array.from(rows.values(), (row) => [row, rankOf(row, field)]));
  return (a, b) => ranks.get(a) - ranks.get(b) || newestFirst(a, b);
}

/* The first of its options that a row has: of places, which stand as a tree, the last. */
function rankOf(row, field) {
  const options = Array.from(field.options);
  const ranks = options.map((option, i) => (
    option.value && !option.dataset.holds && hasOption(row, field.name, option) ? i : -1)).filter((i) => i >= 0);
  return field.name === "place" ? Math.max(0, ...ranks) : Math.min(options.length, ...ranks);
}

/* --- the other pages of the list --- */

/* Their addresses, each with its year ("" = any). */
function pagesOf(page, base) {
  return Array.from(page.querySelectorAll("nav.more a"), (link) => {
    const url = new URL(link.getAttribute("href"), base).href;
    const period = /\/(\d{4})\/(?:\d\d\/(?:\d+\/)?)?index\.html$/.exec(url);
    return { url, year: period ? period[1] : "" };
  });
}

/* The pages that are still to be read for what is chosen. */
function wantedPages() {
  const year = valueOf("year");
  return unread.filter((page) => !year || !page.year || page.year === year);
}

function addRows(page, base) {
  page.querySelectorAll("ul.records > li").forEach((item) => {
    const row = rowOf(item, base, rows.size);
    if (!rows.has(row.path)) rows.set(row.path, row);
  });
}

/* The document of a page; a request for it parses what a script may not. */
function loadPage(page) {
  return new Promise((done, failed) => {
    const request = Object.assign(new XMLHttpRequest(), { onerror: failed });
    request.onload = () => (request.status === 200 && request.response ? done(request.response) : failed(new Error(page.url)));
    request.open("GET", page.url);
    request.responseType = "document";
    request.send();
  });
}

/* Reads the next pages; each may lead to further ones. */
async function readOn() {
  const pages = wantedPages().slice(0, AT_ONCE);
  isReading = true;
  try {
    (await Promise.all(pages.map(loadPage))).forEach((loaded, i) => {
      addRows(loaded, pages[i].url);
      unread.splice(unread.indexOf(pages[i]), 1, ...pagesOf(loaded, pages[i].url));
    });
  } catch (error) {
    hasFailed = true;
  }
  isReading = false;
  show();
}

/* --- the page --- */

/* Shows what fits; reads on where other pages are wanted and may be read. */
function show() {
  const isActive = fields.some((field) => field.value), state = stateOf(isActive);
  const matching = isActive || !isSplit ? matchingRows().map((row) => row.item) : firstItems;
  setItems(matching);
  status.textContent = isActive ? message(state, matching.length) : "";
  resetButton.hidden = !isActive;
  if (lead && isSplit) lead.hidden = isActive; /* it tells of the list as it stands without filters */
  if (furtherButton) furtherButton.hidden = state !== "part";
  if (state === "waiting" && !isReading) readOn();
}

/* Which of the messages of the form says how far the list has been looked through. */
function stateOf(isActive) {
  if (!isActive || !wantedPages().length) return "count";
  if (hasFailed) return "failed";
  return mayReadAll || total <= MOST || valueOf("year") ? "waiting" : "part";
}

function message(state, number) {
  const values = { n: number, total, shown: rows.size };
  return form.dataset[state].replace(/\{(\w+)\}/g, (_, name) => values[name].toLocaleString(document.documentElement.lang));
}

function setItems(items) {
  if (items.length === list.children.length && items.every((item, i) => item === list.children[i])) return;
  list.textContent = "";
  list.append(...items);
}

/* Of a list that stands here as a whole: takes away what no record has, but for what the address asks for. */
function removeIdleOptions() {
  const chosen = new URLSearchParams(location.search), all = Array.from(rows.values());
  filters.forEach((field) => Array.from(field.options).slice(1).forEach((option) => {
    const isIdle = !all.some((row) => hasOption(row, field.name, option));
    if (isIdle && option.value !== chosen.get(field.name)) option.remove();
  }));
}

function readAll() {
  mayReadAll = true;
  show();
  fields[0].focus();
}

addRows(document, location.href);
if (!rows.size && hasFailed) {
  form.remove();
  return;
}
if (!isSplit) removeIdleOptions();
list.className = "records";
if (furtherButton) furtherButton.addEventListener("click", readAll);
window.yishi.connectFilters({ form, fields, links: document.querySelectorAll(".languages a"), show })();
})();
