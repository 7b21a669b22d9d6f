/* The form for an issue or a case: checks it while it is filled in, keeps a draft on the device, makes the text to pass on.
   Nothing is sent. Plain script, Chromium 80; the rules are in check.js, the notation in write.js. */
(function () {
"use strict";

const { problems, course, plainDate, personal, clean, file, fileName } = window.yishi;
const form = document.getElementById("form");
const rules = data("rules"), { texts, messages, labels, stages, locations } = data("texts");
const place = document.getElementById("place"), DRAFT = `yishi-draft:${location.pathname}`;
const touched = new Set();
let shownAll = false;

/* What the page holds for this script. */
function data(id) { return JSON.parse(document.getElementById(id).content.textContent); }

function one(selector, below = form) { return below.querySelector(selector); }

function all(selector, below = form) { return Array.from(below.querySelectorAll(selector)); }

function filled(text, values) {
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? values[name] : whole));
}

function kind() { return one("[name=kind]:checked").value; }

function section() { return one(`section[data-kind=${kind()}]`); }

/* --- the record that is filled in --- */

const LISTS = { topic: /[、,，;；]/, issues: /[、,，;；\s]+/, lessons: /\n/, transferable: /\n/ };

function valueOf(field) {
  if (field.localName === "fieldset") return all("input:checked", field).map((box) => box.value);
  const text = typed(field), path = field.dataset.path;
  return LISTS[path] ? text.split(LISTS[path]).map((part) => named(part.trim())).filter(Boolean) : text;
}

/* Dates and numbers may be typed in full width. */
function typed(field) {
  const text = clean(field.value);
  return "folded" in field.dataset ? text.normalize("NFKC") : text;
}

/* The address of a page of this site as the path of its record. */
function named(text) {
  const path = /^https?:.*?\/(places\/[^?#]*?)(?:\/(?:index\.html)?)?(?:[?#].*)?$/.exec(text);
  return path ? path[1] : text;
}

/* What is filled in, by its canonical keys; `log` by its entries. What is left empty is left out. */
function record() {
  const made = {};
  all("[data-path]", section()).filter((field) => !field.closest("li") && field.dataset.path !== "log").forEach((field) => {
    const value = valueOf(field), [part, key] = field.dataset.path.split(".");
    if (!value.length || field.closest("[hidden].field")) return;
    if (key) made[part] = Object.assign(made[part] || {}, { [key]: value });
    else made[part] = value;
  });
  const log = entries().map(entryOf).filter((entry) => Object.keys(entry).length);
  return log.length ? ordered(Object.assign(made, { log })) : ordered(made);
}

function entries() { return all(".entries > li", section()); }

function entryOf(row) {
  const entry = {};
  all("[data-path]", row).forEach((field) => {
    const value = typed(field);
    if (value) entry[field.dataset.path.split(".")[1]] = value;
  });
  return entry;
}

/* In the order in which the form asks. */
function ordered(made) {
  const order = Object.keys(rules.names[kind()]).filter((path) => !path.includes("."));
  return order.reduce((sorted, key) => (key in made ? Object.assign(sorted, { [key]: made[key] }) : sorted), {});
}

/* --- what is wrong --- */

/* Each problem with the field that it stands at, in words. */
function found() {
  const made = record(), schema = rules.schemas[kind()];
  const wrong = problems(schema, made, schema).concat(course(made, rules.reserved), silent(made.body || ""));
  const told = wrong.map((problem) => ({ field: fieldAt(problem.path), text: said(problem), level: "error" }));
  const missing = place.value ? [] : [{ field: place, text: texts.place, level: "error" }];
  return missing.concat(told, ...textsIn(made, []).map(([path, text]) => leaks(path, text)));
}

function textsIn(value, path) {
  if (typeof value === "string") return [[path, value]];
  return [].concat(...Object.keys(value).map((key) => textsIn(value[key], path.concat(key))));
}

function leaks(path, text) {
  return personal(text, rules.privacy).filter((hit) => !rules.allowed.includes(hit.text)).map((hit) => ({
    field: fieldAt(path), level: hit.level,
    text: said({ path, code: hit.kind, found: hit.masked }, true),
  }));
}

/* A picture without words. */
function silent(text) {
  const picture = /!\[\s*\]\(([^)]*)\)/.exec(text);
  return picture ? [{ path: ["body"], code: "alt_missing", found: picture[1] }] : [];
}

/* What is shown in messages without quotation marks. */
const BARE = new Set(["alt_missing", "log_out_of_order", "resolved_before_raised"]);

function said(problem, isMasked) {
  const path = problem.path.filter((key) => Number.isNaN(Number(key))).join(".");
  const key = labels[kind()][path] || labels[kind()][path.split(".")[0]] || path, field = fieldAt(problem.path);
  const value = problem.found === undefined ? "" : problem.found;
  const shown = problem.code === "too_long" ? Array.from(value).length : isMasked || BARE.has(problem.code) ? value : `'${value}'`;
  const choices = field && field.options ? Array.from(field.options).slice(1).map((option) => option.text).join(", ") : "";
  const allowed = problem.allowed === undefined ? choices : problem.allowed;
  const near = problem.code === "not_a_date" ? plainDate(value) : "", text = messages[problem.code] || messages.wrong_shape;
  return filled(text, { key, found: shown, allowed }) + (near ? (rules.chinese ? "" : " ") + filled(texts.meant, { word: near }) : "");
}

/* The field at a path of the record, or the nearest one above it. */
function fieldAt(path) {
  if (path[0] === "log" && path.length > 1) {
    const row = filledRows()[path[1]];
    return (row && one(`[data-path="log.${path[2] || "stage"}"]`, row)) || one("[data-path=log]", section());
  }
  const names = path.filter((key) => Number.isNaN(Number(key)));
  if (!names.length) names.push("issues"); /* a case that is about nothing */
  return one(`[data-path="${names.join(".")}"]`, section()) || one(`[data-path="${names[0]}"]`, section());
}

function filledRows() { return entries().filter((row) => Object.keys(entryOf(row)).length); }

/* Says beside each field what is wrong there; before the end only where the writer has been. */
function show() {
  const list = found();
  all(".wrong").forEach((note) => {
    const field = document.getElementById(note.id.replace(/-wrong$/, ""));
    const here = list.filter((problem) => problem.field === field && (shownAll || touched.has(field)));
    const text = here.map((problem) => problem.text).join(" ");
    if (note.textContent !== text) note.textContent = text;
    note.classList.toggle("is-warning", here.length > 0 && here.every((problem) => problem.level === "warning"));
    if (here.some((problem) => problem.level === "error")) field.setAttribute("aria-invalid", "true");
    else field.removeAttribute("aria-invalid");
  });
  return list;
}

/* --- what belongs to a place --- */

function fit() {
  section().querySelectorAll("[data-path='log.stage']").forEach(offerStages);
  all("[data-path=location]").forEach(offerLocations);
  all("[data-path=close_reason]").forEach((field) => {
    const closings = entries().map((row) => rules.reserved[entryOf(row).stage]).filter((key) => key && key !== "raised");
    field.closest(".field").hidden = closings.pop() !== "closed";
  });
}

function offerStages(field) {
  const method = rules.methods[place.value] || "", known = method in rules.stages ? method : "";
  offer(field, rules.stages[known].map((value, n) => [value, stages[known][n]]));
}

/* What lies in the place itself, then what lies below or above it. */
function offerLocations(field) {
  const related = (other) => other === place.value || other.startsWith(`${place.value}/`) || place.value.startsWith(`${other}/`);
  const places = Object.keys(locations).filter((other) => place.value && related(other))
    .sort((a, b) => (b === place.value) - (a === place.value));
  offer(field, [].concat(...places.map((other) => locations[other].map(([id, name]) => (
    other === place.value ? [id, name] : [`${other}/locations/${id}`, name])))));
}

/* Puts these choices below the empty one, and keeps what was chosen where it is among them. */
function offer(field, choices) {
  if (field.dataset.offers === JSON.stringify(choices)) return;
  const value = field.value;
  Array.from(field.options).slice(1).forEach((option) => option.remove());
  choices.forEach(([written, text]) => field.add(new Option(text, written)));
  field.value = choices.some(([written]) => written === value) ? value : "";
  field.dataset.offers = JSON.stringify(choices);
}

/* --- the entries of a log --- */

function add(log, values = {}) {
  const row = document.importNode(one("template", log).content, true).firstElementChild;
  one(".entries", log).append(row);
  renumber(log);
  fit();
  all("[data-path]", row).forEach((field) => { field.value = values[field.dataset.path.split(".")[1]] || ""; });
  return row;
}

function renumber(log) {
  all(".entries > li", log).forEach((row, n) => {
    one("legend", row).textContent = filled(texts.entry, { n: n + 1 });
    all("*", row).forEach((element) => Array.from(element.attributes).forEach((attribute) => {
      if (/^(?:id|for|data-for|aria-describedby)$/.test(attribute.name)) {
        attribute.value = attribute.value.replace(/-(?:#|\d+)-/g, `-${n}-`);
      }
    }));
    one(".remove", row).setAttribute("aria-label", `${one(".remove", row).textContent}: ${n + 1}`);
  });
}

function addByHand(log) {
  const row = add(log);
  tell(filled(texts.added, { n: entries().length }));
  one("input", row).focus();
}

function remove(row) {
  const log = row.closest(".log-of"), n = entries().indexOf(row);
  row.remove();
  renumber(log);
  tell(filled(texts.removed, { n: n + 1 }));
  (entries()[Math.min(n, entries().length - 1)] || log).querySelector("input, .add").focus();
  changed();
}

/* --- the draft --- */

function draft() {
  const values = {};
  all("[data-path]").forEach((field) => { if (!field.closest("li") && field.dataset.path !== "log") values[field.id] = held(field); });
  return { kind: kind(), place: place.value, values, log: entriesOf("issue") };
}

function entriesOf(name) { return all(`section[data-kind=${name}] .entries > li`).map(entryOf); }

function held(field) {
  return field.localName === "fieldset" ? all("input:checked", field).map((box) => box.value) : field.value;
}

function hold(field, value) {
  if (field.localName === "fieldset") all("input", field).forEach((box) => { box.checked = value.includes(box.value); });
  else field.value = value;
}

function keep() {
  try {
    localStorage.setItem(DRAFT, JSON.stringify(draft()));
    return texts.kept;
  } catch (error) {
    return texts.not_kept;
  }
}

function kept() {
  try {
    return JSON.parse(localStorage.getItem(DRAFT));
  } catch (error) {
    return null;
  }
}

function forget() {
  try { localStorage.removeItem(DRAFT); } catch (error) { /* then nothing was kept */ }
}

function restore(old) {
  const log = one(".log-of");
  all("[name=kind]").forEach((box) => { box.checked = box.value === old.kind; });
  if (Array.from(place.options).some((option) => option.value === old.place)) place.value = old.place;
  choose();
  Object.keys(old.values).forEach((id) => {
    const field = document.getElementById(id);
    if (field) hold(field, old.values[id]);
  });
  old.log.forEach((entry) => add(log, entry));
}

/* --- what the writer does --- */

function choose() {
  all("section[data-kind]").forEach((part) => { part.hidden = part.dataset.kind !== kind(); });
  fit();
}

function tell(text) { one("#said").textContent = text; }

function changed() {
  withoutMoving(() => {
    fit();
    show();
    one("#kept").textContent = keep();
    one("#result").hidden = true;
  });
}

let tapped = null;

/* Scrolls by as much as `change` moves what is being tapped, which otherwise slips away from under the finger. */
function withoutMoving(change) {
  const top = () => (tapped && tapped.getClientRects().length ? tapped.getBoundingClientRect().top : null);
  const before = top();
  change();
  const after = top();
  if (before !== null && after !== null) window.scrollBy({ top: after - before, behavior: "instant" });
}

function fill(button) {
  const field = document.getElementById(button.dataset.for);
  field.value = button.dataset.fill === "today" ? today() : rules.chinese ? "未知" : "unknown";
  touched.add(field);
  field.focus();
  changed();
}

function today() {
  const now = new Date(), two = (number) => String(number).padStart(2, "0");
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
}

/* Lists what is wrong, each leading to its field; or shows the text. */
function finish() {
  tell("");
  shownAll = true;
  const list = show(), errors = list.filter((problem) => problem.level === "error");
  listIn(one("#summary"), errors);
  if (errors.length) {
    one("#summary h2").textContent = errors.length === 1 ? texts.one : filled(texts.many, { n: errors.length });
    one("#result").hidden = true;
    one("#summary").focus();
    return;
  }
  listIn(one("#warnings"), list);
  one("#warnings p").textContent = texts.warning;
  one("#made").value = file(kind(), place.value, record(), rules.names[kind()], rules.entry);
  one("#result").hidden = false;
  one("#result-title").textContent = texts.ready;
  one("#result-title").focus();
}

function listIn(box, list) {
  box.hidden = list.length === 0;
  one("ul", box).textContent = "";
  list.forEach((problem) => {
    const link = document.createElement("a"), item = document.createElement("li");
    link.href = `#${problem.field.id}`;
    link.textContent = problem.text;
    item.append(link);
    one("ul", box).append(item);
  });
}

function go(link) {
  const field = document.getElementById(link.hash.slice(1));
  for (let box = field.closest("details"); box; box = box.parentElement.closest("details")) box.open = true;
  field.focus();
}

function copy() {
  const text = one("#made"), byHand = () => { tell(document.execCommand("copy") ? texts.copied : texts.by_hand); };
  text.focus();
  text.select();
  if (navigator.clipboard) navigator.clipboard.writeText(text.value).then(() => tell(texts.copied), byHand);
  else byHand();
}

function save() {
  const link = document.createElement("a"), name = fileName(kind(), record().title || "", today(), rules.chinese);
  link.href = URL.createObjectURL(new Blob([one("#made").value], { type: "text/plain;charset=utf-8" }));
  link.download = name;
  form.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  tell(filled(texts.saved, { name }));
}

function clear() {
  if (!window.confirm(texts.sure)) return;
  const chosen = kind();
  form.reset();
  all("[name=kind]").forEach((box) => { box.checked = box.value === chosen; });
  all(".entries").forEach((list) => { list.textContent = ""; });
  touched.clear();
  shownAll = false;
  begin();
  one("#summary").hidden = true;
  one("#result").hidden = true;
  one("#kept").textContent = "";
  forget();
  tell(texts.cleared);
  place.focus();
}

function begin() {
  choose();
  all(".log-of").forEach((log) => { if (!one(".entries > li", log)) add(log); });
  show();
}

document.addEventListener("pointerdown", (event) => { tapped = event.target; }, true);
document.addEventListener("keydown", () => { tapped = null; }, true);
form.addEventListener("submit", (event) => { event.preventDefault(); finish(); });
form.addEventListener("input", changed);
form.addEventListener("change", (event) => {
  touched.add(event.target.closest("fieldset[data-path]:not(.log-of)") || event.target);
  if (event.target.name === "kind") choose();
  changed();
});
form.addEventListener("click", (event) => {
  const button = event.target.closest("button"), link = event.target.closest("a[href^='#']");
  if (link) {
    event.preventDefault();
    go(link);
  } else if (button && button.dataset.fill) fill(button);
  else if (button && button.classList.contains("add")) addByHand(button.closest(".log-of"));
  else if (button && button.classList.contains("remove")) remove(button.closest("li"));
  else if (button && button.id) ({ clear, copy, save })[button.id]();
});

document.getElementById("without").hidden = true;
form.hidden = false;
const old = kept();
if (old && old.values) {
  restore(old);
  one("#kept").textContent = texts.kept;
}
begin();
})();
