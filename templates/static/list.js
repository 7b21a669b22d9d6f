/* Filters and sorts a list of records in place. What is chosen stands in the address, so that it can be shared.
   Where more records belong to the list than stand on its front page, the others are read from its other pages, which
   hold the same rows. Plain script, written for browsers from Chromium 80 on. */
(function () {
"use strict";

const MOST = 1000; /* of so many records all are looked through at once; of more, by year or when the reader asks */

/* --- rows --- */

/* What is filtered and sorted by; `base`: the address of the page that the row stands on, `at`: its place in the list. */
function rowOf(item, base, at) {
  const link = item.querySelector("a.title"), url = new URL(link.getAttribute("href"), base);
  const words = (text) => (text || "").split(" ").filter(Boolean);
  link.href = url.href;
  return { item, at, path: url.pathname, day: item.dataset.day || "", topic: words(item.dataset.topic),
    status: words(item.dataset.status) };
}

/* Whether a row has what an option stands for: a place holds those below it. `root`: the path of the site. */
function has(row, name, option, root) {
  if (name === "year") return (row.day.slice(0, 4) || "unknown") === option.value;
  if (name === "place") return row.path.startsWith(`${root}${option.value}/`);
  const values = (option.dataset.holds || option.value).split(" ");
  return row[name].some((one) => values.includes(one));
}

/* Rows without a date come last. */
function newest(a, b) {
  return (a.day < b.day) - (a.day > b.day) || a.at - b.at;
}

function oldest(a, b) {
  return !a.day - !b.day || newest(b, a);
}

/* By the first of its options that a row has: of places, which stand as a tree, by the last. */
function byOption(field, root) {
  const options = Array.from(field.options), ranks = new Map();
  function rank(row) {
    if (!ranks.has(row)) {
      const held = options.map((one, i) => (one.value && !one.dataset.holds && has(row, field.name, one, root) ? i : -1))
        .filter((i) => i >= 0);
      ranks.set(row, field.name === "place" ? Math.max(0, ...held) : Math.min(options.length, ...held));
    }
    return ranks.get(row);
  }
  return (a, b) => rank(a) - rank(b) || newest(a, b);
}

/* --- the other pages of the list --- */

/* Their addresses, each with its year ("" = any). */
function pagesOf(page, base) {
  return Array.from(page.querySelectorAll("nav.more a"), (link) => {
    const url = new URL(link.getAttribute("href"), base).href;
    const month = /\/(\d{4})\/\d\d\/(?:[0-9a-f]\/)*index\.html$/.exec(url);
    return { url, year: month ? month[1] : "" };
  });
}

function load(pages) {
  return Promise.all(pages.map((page) => fetch(page.url).then((reply) => {
    if (!reply.ok) throw new Error(page.url);
    return reply.text();
  }))).then((texts) => texts.map((text) => new DOMParser().parseFromString(text, "text/html")));
}

/* --- the page --- */

function start(form) {
  const root = new URL(form.dataset.root, location.href).pathname, total = Number(form.dataset.total);
  const told = form.querySelector("[role=status]"), clear = form.querySelector("[type=reset]");
  const further = form.querySelector("#further"), fields = Array.from(form.querySelectorAll("select"));
  const known = new Map(), left = pagesOf(document, location.href), split = left.length > 0;
  const list = document.querySelector("ul.records") || form.insertAdjacentElement("afterend", document.createElement("ul"));
  const first = Array.from(list.children), lead = document.querySelector("main > .lead");
  let asked = false, failed = location.protocol === "file:", loading = false;

  function take(page, base) {
    page.querySelectorAll("ul.records > li").forEach((item) => {
      const row = rowOf(item, base, known.size);
      if (!known.has(row.path)) known.set(row.path, row);
    });
  }

  function field(name) { return fields.find((one) => one.name === name); }

  function value(name) { return field(name) ? field(name).value : ""; }

  function fitting() {
    const chosen = fields.filter((one) => one.name !== "sort" && one.value), sort = value("sort");
    return Array.from(known.values())
      .filter((row) => chosen.every((one) => has(row, one.name, one.selectedOptions[0], root)))
      .sort(sort === "oldest" ? oldest : sort ? byOption(field(sort), root) : newest);
  }

  /* The pages that are still to be read for what is chosen. */
  function wanted() {
    const year = value("year");
    return left.filter((page) => !year || !page.year || page.year === year);
  }

  /* Shows what fits; reads on where other pages are wanted and may be read. */
  function show() {
    const active = fields.some((one) => one.value), rows = active || !split ? fitting() : null;
    const open = active && wanted().length > 0, goes = open && !failed && (asked || total <= MOST || value("year") !== "");
    put(rows ? rows.map((row) => row.item) : first);
    tell(active ? rows.length : null, !open ? "told" : goes ? "waiting" : failed ? "failed" : "part");
    clear.hidden = !active;
    if (lead && split) lead.hidden = active; /* it tells of the list as it stands without filters */
    if (further) further.hidden = !open || failed || goes;
    if (goes && !loading) read();
  }

  function put(items) {
    if (items.length === list.children.length && items.every((item, i) => item === list.children[i])) return;
    list.textContent = "";
    list.append(...items);
  }

  function tell(number, name) {
    const write = (amount) => amount.toLocaleString(document.documentElement.lang);
    told.textContent = number === null ? "" : form.dataset[name].replace("{n}", write(number))
      .replace("{total}", write(total)).replace("{shown}", write(known.size));
  }

  function read() {
    const pages = wanted().slice(0, 6);
    loading = true;
    load(pages).then((found) => found.forEach((page, i) => {
      take(page, pages[i].url);
      left.splice(left.indexOf(pages[i]), 1, ...pagesOf(page, pages[i].url));
    }), () => { failed = true; }).then(() => {
      loading = false;
      show();
    });
  }

  /* --- the address --- */

  function query() {
    const chosen = new URLSearchParams();
    fields.forEach((one) => { if (one.value) chosen.set(one.name, one.value); });
    return chosen.toString() ? `?${chosen}` : "";
  }

  /* The page in another language shows the same. */
  function passOn() {
    document.querySelectorAll(".languages a").forEach((link) => { link.search = query(); });
  }

  function changed() {
    try {
      if (query() !== location.search) history.pushState(null, "", location.pathname + query());
    } catch (error) { /* not every browser lets a page opened from disk change its address */ }
    passOn();
    show();
  }

  function fill() {
    const chosen = new URLSearchParams(location.search);
    fields.forEach((one) => {
      const wish = chosen.get(one.name) || "";
      one.value = Array.from(one.options).some((option) => option.value === wish) ? wish : "";
    });
    passOn();
    show();
  }

  /* Of a list that stands here as a whole: takes away what no record has, but for what the address asks for. */
  function prune() {
    const chosen = new URLSearchParams(location.search), rows = Array.from(known.values());
    fields.filter((one) => one.name !== "sort").forEach((one) => {
      Array.from(one.options).slice(1).forEach((option) => {
        if (option.value !== chosen.get(one.name) && !rows.some((row) => has(row, one.name, option, root))) option.remove();
      });
    });
  }

  take(document, location.href);
  if (!known.size && failed) {
    form.remove();
    return;
  }
  if (!split) prune();
  list.className = "records";
  form.addEventListener("change", changed);
  form.addEventListener("reset", (event) => {
    event.preventDefault();
    fields.forEach((one) => { one.value = ""; });
    changed();
    fields[0].focus();
  });
  if (further) {
    further.addEventListener("click", () => {
      asked = true;
      show();
      fields[0].focus();
    });
  }
  window.addEventListener("popstate", fill);
  fill();
  form.hidden = false;
}

const form = document.querySelector("form.filters[data-total]");
if (form && window.fetch && window.URLSearchParams) start(form);
})();
