/* The form for an issue or a case: checks it while it is filled in, keeps a draft on the device, makes the text to pass on.
   Nothing is sent. Plain script, Chromium 80; the rules are in check.js, dates in dates.js, the notation in write.js. */
(function () {
"use strict";

const { problems, logProblems, isBefore, interpretDate, spellDate, parseDate, findInMarkdown, cleanText, recordFile, fileName } = window.yishi;
const form = document.getElementById("form");
const { texts, messages, labels, stages, locations, ways, editor } = data("texts");
const place = document.getElementById("place"), DRAFT = `yishi-draft:${location.pathname}`;
const touched = new Set();
let areAllShown = false, rules = null;

/* What the page holds for this script. */
function data(id) { return JSON.parse(document.getElementById(id).content.textContent); }

function one(selector, below = form) { return below.querySelector(selector); }

function all(selector, below = form) { return Array.from(below.querySelectorAll(selector)); }

function fillPlaceholders(text, values) {
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? values[name] : whole));
}

function kind() { return one("[name=kind]:checked").value; }

function section() { return one(`section[data-kind=${kind()}]`); }

/* --- the record that is filled in --- */

const LISTS = { topic: /[、,，;；]/, issues: /[、,，;；\s]+/, lessons: /\n/, transferable: /\n/ };

function valueOf(field) {
  if (field.localName === "fieldset") return all("input:checked", field).map((box) => box.value);
  const text = textOf(field), path = field.dataset.path;
  return LISTS[path] ? text.split(LISTS[path]).map((part) => pathOf(part.trim())).filter(Boolean) : text;
}

/* Numbers may be typed in full width, and dates as people write them. */
function textOf(field) {
  const text = cleanText(field.value);
  return readValue(field, text) || ("date" in field.dataset || "folded" in field.dataset ? text.normalize("NFKC") : text);
}

/* What the date in a field means: {date, proposals}; nothing where it is in the notation of records. */
function dateIn(field, text) {
  if (!text || parseDate(text)) return { date: null, proposals: [] };
  const direction = rules.directions[field.dataset.path] || "any";
  return interpretDate(text, { day: today(), order: rules.order, direction }, rules.dates);
}

/* What a field says in words, in the notation of records; "" where it needs no reading, or has none. */
function readValue(field, text) {
  if ("date" in field.dataset) return readDate(field, text);
  return "count" in field.dataset ? readCount(text.normalize("NFKC")) : "";
}

const NUMERALS = "〇一二三四五六七八九";
const COUNT = /^(?:(\d+)|(?:([一二三四五六七八九])百)?(?:([一二三四五六七八九]?)(十)([一二三四五六七八九]?)|(?<=百)〇([一二三四五六七八九])|(?<!百)([〇一二三四五六七八九]))?)\s*(?:票|人|户|名|位|votes?|people)?$/;

/* A number of people or votes in digits; "" for one that is not surely read, as 一百二. */
function readCount(text) {
  const words = text.trim().replace(/零/g, "〇").replace(/两/g, "二"), match = words && COUNT.exec(words);
  if (!match || !/[〇一二三四五六七八九十百\d]/.test(words)) return "";
  const [, number, hundreds, tens, ten, ...ones] = match, digit = (one) => (one ? NUMERALS.indexOf(one) : 0);
  if (number) return String(Number(number));
  return String(digit(hundreds) * 100 + (ten ? (digit(tens) || 1) * 10 : 0) + digit(ones.find(Boolean)));
}

/* How a date in words is written, "" where it is no date or in the notation of records. A promise is due on a day:
   the one that is named, or the last one in time. */
function readDate(field, text) {
  const { date } = dateIn(field, text), spelt = date ? spellDate(date, rules.chinese) : "";
  const day = "day" in field.dataset && /^(?:by |不晚于 )?(\d{4}-\d\d-\d\d)(?!\.\.|\/|\d)/.exec(spelt);
  return day ? day[1] : spelt;
}

/* How each date and number that is written in words was read. */
function readingNotes() {
  return all("[data-date], [data-count]", section()).flatMap((field) => {
    const found = cleanText(field.value), allowed = readValue(field, found), path = field.dataset.path.split(".");
    if (["", "未知", "unknown", found.normalize("NFKC")].includes(allowed)) return [];
    return [{ field, level: "warning", text: messageOf({ path, code: "value_read", found, allowed }) }];
  });
}

/* The address of a page of this site as the path of its record. */
function pathOf(text) {
  const path = /^https?:.*?\/(places\/[^?#]*?)(?:\/(?:index\.html)?)?(?:[?#].*)?$/.exec(text);
  return path ? path[1] : text;
}

/* What is filled in, by its canonical keys; `log` by its entries. What is left empty is left out. */
function record() {
  const made = {};
  all("[data-path]", section()).filter((field) => !field.closest("li") && field.dataset.path !== "log").forEach((field) => {
    const value = valueOf(field), [part, key] = field.dataset.path.split(".");
    if (!value.length || part === "meeting" || field.closest("[hidden].field")) return;
    if (key) made[part] = Object.assign(made[part] || {}, { [key]: value });
    else made[part] = value;
  });
  const log = steps().map((step) => step.entry);
  return log.length ? ordered(Object.assign(made, { log })) : ordered(made);
}

/* The entries of the log in order, each with the row that it stands in; the meeting, which has none, at its day. */
function steps() {
  const rows = filledRows().map((row) => ({ row, entry: entryOf(row) })), meeting = meetingEntry();
  if (!meeting) return rows;
  const end = rows.findIndex(({ entry }, n) => n && (isBefore(meeting.date, entry.date)
    || (!entry.date && !["", "raised"].includes(rules.reserved[entry.stage] || ""))));
  rows.splice(end < 0 ? rows.length : end, 0, { row: null, entry: meeting });
  return rows;
}

/* The meeting as an entry of the log; null where none is told. */
function meetingEntry() {
  const [date, text] = all("[data-path^='meeting.']", section()).map(textOf);
  const method = methodOf(rules.meetings), stage = rules.meetings[method];
  return date || text ? Object.assign(date ? { date } : {}, { stage }, text ? { text } : {}) : null;
}

/* The method of the place, if `known` has it; "" for the usual one. */
function methodOf(known) {
  const method = rules.methods[place.value] || "";
  return method in known ? method : "";
}

function entries() { return all(".entries > li", section()); }

function entryOf(row) {
  const entry = {};
  all("[data-path]", row).forEach((field) => {
    const value = textOf(field);
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
function findProblems() {
  const made = record(), schema = rules.schemas[kind()];
  const errors = problems(schema, made, schema).concat(logProblems(made, rules.reserved), missingAltTexts(made.body || ""))
    .map((problem) => ({ field: fieldAt(problem.path), text: messageOf(problem), level: "error" }));
  const noPlace = place.value ? [] : [{ field: place, text: texts.place, level: "error" }];
  return noPlace.concat(errors, readingNotes(), textsIn(made, []).flatMap(([path, text]) => privacyProblems(path, text)));
}

function textsIn(value, path) {
  if (typeof value === "string") return [[path, value]];
  return Object.keys(value).flatMap((key) => textsIn(value[key], path.concat(key)));
}

function privacyProblems(path, text) {
  return findInMarkdown(text, rules.privacy).filter((hit) => !rules.allowed.includes(hit.text)).map((hit) => ({
    field: fieldAt(path), level: hit.level,
    text: messageOf({ path, code: hit.kind, found: hit.masked }, true),
  }));
}

/* A picture without words. */
function missingAltTexts(text) {
  const picture = /!\[\s*\]\(([^)]*)\)/.exec(text);
  return picture ? [{ path: ["body"], code: "alt_missing", found: picture[1] }] : [];
}

/* What is shown in messages without quotation marks. */
const UNQUOTED = new Set(["alt_missing", "log_out_of_order", "resolved_before_raised"]);

function messageOf(problem, isMasked) {
  const text = messages[problem.code] || messages.wrong_shape;
  const values = { key: keyLabel(problem.path), found: shownValue(problem, isMasked), allowed: allowedIn(problem) };
  return fillPlaceholders(text, values) + suggestion(problem);
}

function keyLabel(path) {
  const names = namesIn(path), own = labels[kind()];
  return own[names.join(".")] || own[names[0] || ""] || names.join(".");
}

/* The keys of a path, without the numbers of entries. */
function namesIn(path) { return path.filter((key) => Number.isNaN(Number(key))); }

function shownValue({ code, found = "" }, isMasked) {
  if (code === "too_long") return Array.from(found).length;
  return isMasked || UNQUOTED.has(code) ? found : `'${found}'`;
}

function allowedIn(problem) {
  if (problem.allowed !== undefined) return problem.allowed;
  const field = fieldAt(problem.path);
  return field && field.options ? Array.from(field.options).slice(1).map((option) => option.text).join(", ") : "";
}

/* The dates that may be meant, as a sentence. */
function suggestion({ code, path }) {
  const field = code === "not_a_date" ? fieldAt(path) : null;
  const word = field ? dateIn(field, cleanText(field.value)).proposals.map((when) => spellDate(when, rules.chinese)).join(" / ") : "";
  return word && (rules.chinese ? "" : " ") + fillPlaceholders(texts.meant, { word });
}

/* The field at a path of the record, or the nearest one above it. */
function fieldAt(path) {
  if (path[0] === "log" && path.length > 1) {
    const step = steps()[path[1]], row = step && step.row;
    if (step && !row) return one(`[data-path="meeting.${path[2] === "date" ? "date" : "form"}"]`, section());
    return (row && one(`[data-path="log.${path[2] || "stage"}"]`, row)) || one("[data-path=log]", section());
  }
  const names = namesIn(path);
  if (!names.length) names.push("issues"); /* a case that is about nothing */
  return one(`[data-path="${names.join(".")}"]`, section()) || one(`[data-path="${names[0]}"]`, section());
}

function filledRows() { return entries().filter((row) => Object.keys(entryOf(row)).length); }

/* Says beside each field what is wrong there; before the end only where the writer has been. While one types nothing
   may move: what no longer holds leaves its room empty, and what is new waits until the field is left. */
function showProblems(isTyping = false) {
  const list = findProblems();
  all(".wrong[id]").forEach((note) => {
    const field = document.getElementById(note.id.replace(/-wrong$/, ""));
    showProblemsAt(field, note, list.filter((one) => one.field === field && (areAllShown || touched.has(field))), isTyping);
  });
  return list;
}

function showProblemsAt(field, note, list, isTyping) {
  const text = list.map((problem) => problem.text).join(" "), isOther = note.textContent !== text;
  if (isTyping && (!isOther || !note.textContent)) return;
  note.style.minHeight = isTyping ? `${note.offsetHeight}px` : "";
  note.classList.toggle("is-stale", isTyping);
  if (isOther) note.textContent = isTyping ? "" : text;
  note.classList.toggle("is-warning", list.length > 0 && list.every((problem) => problem.level === "warning"));
  if (list.some((problem) => problem.level === "error")) field.setAttribute("aria-invalid", "true");
  else field.removeAttribute("aria-invalid");
}

/* --- what belongs to a place --- */

function updateChoices() {
  section().querySelectorAll("[data-path='log.stage']").forEach(updateStages);
  all("[data-path=location]").forEach(updateLocations);
  all("[data-path=close_reason]").forEach((field) => {
    const closings = entries().map((row) => rules.reserved[entryOf(row).stage]).filter((key) => key && key !== "raised");
    field.closest(".field").hidden = closings.pop() !== "closed";
  });
}

function updateStages(field) {
  const known = methodOf(rules.stages);
  setOptions(field, rules.stages[known].map((value, n) => [value, stages[known][n]]));
}

/* What lies in the place itself, then what lies below or above it. */
function updateLocations(field) {
  const related = (other) => other === place.value || other.startsWith(`${place.value}/`) || place.value.startsWith(`${other}/`);
  const places = Object.keys(locations).filter((other) => place.value && related(other))
    .sort((a, b) => (b === place.value) - (a === place.value));
  setOptions(field, places.flatMap((other) => locations[other].map(([id, name]) => (
    other === place.value ? [id, name] : [`${other}/locations/${id}`, name]))));
}

/* Puts these choices below the empty one, and keeps what was chosen where it is among them. */
function setOptions(field, choices) {
  if (field.dataset.offers === JSON.stringify(choices)) return;
  const value = field.value;
  Array.from(field.options).slice(1).forEach((option) => option.remove());
  choices.forEach(([written, text]) => field.add(new Option(text, written)));
  field.value = choices.some(([written]) => written === value) ? value : "";
  field.dataset.offers = JSON.stringify(choices);
}

/* --- the entries of a log --- */

function addEntry(log, values = {}) {
  const row = document.importNode(one("template", log).content, true).firstElementChild;
  one(".entries", log).append(row);
  renumber(log);
  updateChoices();
  all("[data-path]", row).forEach((field) => { field.value = values[field.dataset.path.split(".")[1]] || ""; });
  return row;
}

function renumber(log) {
  all(".entries > li", log).forEach((row, n) => {
    one("legend", row).textContent = fillPlaceholders(texts.entry, { n: n + 1 });
    all("*", row).forEach((element) => Array.from(element.attributes).forEach((attribute) => {
      if (/^(?:id|for|data-for|aria-describedby)$/.test(attribute.name)) {
        attribute.value = attribute.value.replace(/-(?:#|\d+)-/g, `-${n}-`);
      }
    }));
    one(".remove", row).setAttribute("aria-label", `${one(".remove", row).textContent}: ${n + 1}`);
  });
}

function addEntryByHand(log) {
  const row = addEntry(log);
  announce(fillPlaceholders(texts.added, { n: entries().length }));
  one("input", row).focus();
}

function removeEntry(row) {
  const log = row.closest(".log-of"), n = entries().indexOf(row);
  row.remove();
  renumber(log);
  announce(fillPlaceholders(texts.removed, { n: n + 1 }));
  (entries()[Math.min(n, entries().length - 1)] || log).querySelector("input, .add").focus();
  update();
}

/* --- the draft --- */

function currentDraft() {
  const values = {};
  all("[data-path]").forEach((field) => { if (!field.closest("li") && field.dataset.path !== "log") values[field.id] = valueIn(field); });
  return { kind: kind(), place: place.value, values, log: entriesOf("issue") };
}

function entriesOf(name) { return all(`section[data-kind=${name}] .entries > li`).map(entryOf); }

function valueIn(field) {
  return field.localName === "fieldset" ? all("input:checked", field).map((box) => box.value) : field.value;
}

function setValue(field, value) {
  if (field.localName === "fieldset") all("input", field).forEach((box) => { box.checked = value.includes(box.value); });
  else field.value = value;
}

function saveDraft() {
  try {
    localStorage.setItem(DRAFT, JSON.stringify(currentDraft()));
    return texts.kept;
  } catch (error) {
    return texts.not_kept;
  }
}

function loadDraft() {
  try {
    return JSON.parse(localStorage.getItem(DRAFT));
  } catch (error) {
    return null;
  }
}

function removeDraft() {
  try { localStorage.removeItem(DRAFT); } catch (error) { /* then nothing was kept */ }
}

function restoreDraft(old) {
  const log = one(".log-of");
  all("[name=kind]").forEach((box) => { box.checked = box.value === old.kind; });
  if (Array.from(place.options).some((option) => option.value === old.place)) place.value = old.place;
  showKind();
  Object.keys(old.values).forEach((id) => {
    const field = document.getElementById(id);
    if (field) setValue(field, old.values[id]);
  });
  old.log.forEach((entry) => addEntry(log, entry));
}

/* --- what the writer does --- */

function showKind() {
  all("section[data-kind]").forEach((part) => { part.hidden = part.dataset.kind !== kind(); });
  updateChoices();
}

function announce(text) { one("#said").textContent = text; }

function update(isTyping = false) {
  keepInPlace(() => {
    updateChoices();
    showProblems(isTyping);
    one("#kept").textContent = saveDraft();
    one("#result").hidden = true;
  });
}

let tapped = null;

/* Scrolls by as much as `change` moves what is being tapped, which otherwise slips away from under the finger. */
function keepInPlace(change) {
  const top = () => (tapped && tapped.getClientRects().length ? tapped.getBoundingClientRect().top : null);
  const before = top();
  change();
  const after = top();
  if (before !== null && after !== null) window.scrollBy({ top: after - before, behavior: "instant" });
}

function fillDate(button) {
  const field = document.getElementById(button.dataset.for);
  field.value = button.dataset.fill === "today" ? today() : rules.chinese ? "未知" : "unknown";
  touched.add(field);
  field.focus();
  update();
}

function today() {
  const now = new Date(), two = (number) => String(number).padStart(2, "0");
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
}

/* Lists what is wrong, each leading to its field; or shows the text. */
function finish() {
  announce("");
  areAllShown = true;
  const list = showProblems(), errors = list.filter((problem) => problem.level === "error");
  listProblems(one("#summary"), errors);
  if (errors.length) showErrors(errors);
  else showResult(list);
}

function showErrors(errors) {
  one("#summary h2").textContent = errors.length === 1 ? texts.one : fillPlaceholders(texts.many, { n: errors.length });
  one("#result").hidden = true;
  one("#summary").focus();
}

function showResult(warnings) {
  listProblems(one("#warnings"), warnings);
  one("#warnings p").textContent = texts.warning;
  writeText();
  if (editor) one("#opened").textContent = "";
  showWays();
  one("#result").hidden = false;
  one("#result-title").textContent = texts.ready;
  one("#result-title").focus();
}

/* The text as it was copied or saved. */
let passedOn = "";

function writeText() {
  one("#made").value = recordFile(kind(), place.value, record(), rules.names[kind()], rules.entry, photoLines());
  if (editor) one("#editor").href = editorAddress().join("");
  if (passedOn && passedOn !== one("#made").value) {
    announce(texts.again);
    passedOn = "";
  }
}

/* What an address may have at most: hosts refuse some 8,000 characters, and who must log in first passes a longer one. */
const LONGEST_ADDRESS = 6000;

/* The address of a new file on the Git host, and what adds the text to it; "" where it would be too long. */
function editorAddress() {
  const [pattern, parameter] = editor, folder = `${place.value}/${rules.folders[kind()]}`;
  const address = pattern.replace("{name}", encodeURIComponent(ownName())).replace("{folder}", encodeURI(folder));
  const text = `&${parameter}=${encodeURIComponent(one("#made").value)}`;
  return [address, address.length + text.length > LONGEST_ADDRESS ? "" : text];
}

/* The link opens the page; a text that it cannot hold is copied, to be pasted there. */
function openEditor(link) {
  const [, text] = editorAddress(), say = (words) => { one("#opened").textContent = words; };
  if (text) return say(texts.opened);
  copyText((copied) => say(copied ? texts.paste : texts.by_hand));
  link.focus();
}

/* The photos as the record names them: in remarks, as a record whose photo is not there would not be taken in. The import
   makes keys of them where the photos lie beside the text. */
function photoLines() {
  const [photos, file, alt] = rules.photo;
  const lines = all("#smaller li").map((item) => (
    `#   - {${file}: ${one("a", item).download}, ${alt}: ${JSON.stringify(cleanText(one("input", item).value))}}`));
  return lines.length ? [`# ${photos}:`, ...lines] : [];
}

/* What keeps the photos of two people apart. */
function randomSign() { return Array.from(crypto.getRandomValues(new Uint8Array(3)), (byte) => byte.toString(16).padStart(2, "0")).join(""); }

/* One after the other, as each takes much of a phone's memory. */
function addPhotos(files) {
  return Array.from(files).reduce((before, file) => before.then(() => makeSmaller(file)).then(addPhoto, () => {
    announce(fillPlaceholders(texts.unreadable, { name: file.name }));
  }), Promise.resolve()).then(writeText);
}

/* A JPEG of at most 1600 pixels a side, upright; drawn anew, it has nothing of what the camera wrote into it. */
async function makeSmaller(file) {
  const image = await createImageBitmap(file, { imageOrientation: "from-image" }).catch(() => createImageBitmap(file));
  const canvas = document.createElement("canvas"), scale = Math.min(1, 1600 / Math.max(image.width, image.height));
  canvas.width = Math.max(1, Math.round(image.width * scale));
  canvas.height = Math.max(1, Math.round(image.height * scale));
  const pen = canvas.getContext("2d");
  pen.fillStyle = "white";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(image, 0, 0, canvas.width, canvas.height);
  image.close();
  return new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.85));
}

function addPhoto(blob) {
  const item = document.importNode(one("#photo").content, true).firstElementChild, n = all("#smaller li").length + 1;
  const [label, field, , link] = item.children, name = ownName().replace(/\.\w+$/, `-${n}-${randomSign()}.jpg`);
  field.id = `photo-${n}`;
  label.htmlFor = field.id;
  label.textContent = fillPlaceholders(texts.shows, { n });
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.textContent = fillPlaceholders(texts.save, { name });
  one("#smaller").append(item);
}

/* Says what is private in the words of a photo. */
function checkPhotoText(field) {
  const list = findInMarkdown(field.value, rules.privacy).filter((hit) => !rules.allowed.includes(hit.text));
  field.nextElementSibling.textContent = list.map((hit) => (
    messageOf({ path: ["photos"], code: hit.kind, found: hit.masked }, true))).join(" ");
}

function removePhotos() {
  all("#smaller a").forEach((link) => URL.revokeObjectURL(link.href));
  one("#smaller").textContent = "";
}

function ownName() { return fileName(kind(), record().title || "", today(), rules.chinese); }

/* Where to send it: the office of the place or the nearest one above, and those of the site. */
function showWays() {
  let at = place.value;
  while (at && !ways[at]) at = at.replace(/\/?[^/]*$/, "");
  const of = at ? ways[at].concat(ways[""].filter(([, , target]) => target.startsWith("mailto:"))) : ways[""];
  const list = one("#send dl"), subject = encodeURIComponent(fillPlaceholders(texts.subject, {
    place: place.options[place.selectedIndex].text.trim(), title: record().title }));
  list.textContent = "";
  of.forEach(([label, text, target, lang]) => {
    const row = list.appendChild(document.createElement("div"));
    row.appendChild(document.createElement("dt")).textContent = label;
    const shown = row.appendChild(document.createElement("dd")).appendChild(document.createElement(target ? "a" : "span"));
    if (target) shown.href = target.startsWith("mailto:") ? `${target}?subject=${subject}` : target;
    if (lang) shown.lang = lang;
    shown.textContent = text;
  });
  one("#send").hidden = !of.length;
}

function listProblems(box, list) {
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

function focusField(link) {
  const field = document.getElementById(link.hash.slice(1));
  for (let box = field.closest("details"); box; box = box.parentElement.closest("details")) box.open = true;
  field.focus();
}

function copy() {
  copyText((copied) => announce(copied ? texts.copied : texts.by_hand));
}

/* Copies the text, at once where it can, and tells `then` whether it was copied. */
function copyText(then) {
  const text = one("#made");
  text.focus();
  text.select();
  passedOn = text.value;
  const isCopied = document.execCommand("copy");
  if (isCopied || !navigator.clipboard) then(isCopied);
  else navigator.clipboard.writeText(text.value).then(() => then(true), () => then(false));
}

function save() {
  const link = document.createElement("a"), name = ownName();
  passedOn = one("#made").value;
  link.href = URL.createObjectURL(new Blob([one("#made").value], { type: "text/plain;charset=utf-8" }));
  link.download = name;
  form.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  announce(fillPlaceholders(texts.saved, { name }));
}

function clear() {
  if (!window.confirm(texts.sure)) return;
  resetFields();
  removePhotos();
  startEmpty();
  ["#summary", "#result"].forEach((box) => { one(box).hidden = true; });
  one("#kept").textContent = "";
  removeDraft();
  announce(texts.cleared);
  place.focus();
}

/* Empties all fields but what kind of record is written. */
function resetFields() {
  const chosen = kind();
  form.reset();
  all("[name=kind]").forEach((box) => { box.checked = box.value === chosen; });
  all(".entries").forEach((list) => { list.textContent = ""; });
  touched.clear();
  areAllShown = false;
}

function startEmpty() {
  showKind();
  all(".log-of").forEach((log) => { if (!one(".entries > li", log)) addEntry(log); });
  showProblems();
}

/* The form works once its rules are there: they are long, and come after the page is shown. */
function start() {
  rules = window.yishi.rules;
  listen();
  const old = loadDraft();
  if (old && old.values) {
    restoreDraft(old);
    one("#kept").textContent = texts.kept;
  }
  const wanted = new URLSearchParams(location.search).get("place");
  if (Array.from(place.options).some((option) => option.value && option.value === wanted)) place.value = wanted;
  startEmpty();
  keepPage().catch(() => { /* no network now, or a browser that keeps nothing: the form works all the same */ });
}

/* What the page's policy lets be loaded by a script (trusted types, where the browser knows them). */
const worker = { createScriptURL: () => "worker.js" };
const loadable = window.trustedTypes ? window.trustedTypes.createPolicy("yishi-worker", worker) : worker;

/* Keeps this page and what it is made of on the device, all or nothing, for scripts/submit_worker.js to open it without a
   network. A page opened from disk needs none. */
async function keepPage() {
  if (!navigator.serviceWorker || !/^http/.test(location.protocol)) return;
  const parts = all("script[src], link[rel=stylesheet], link[rel~=icon], img[src]", document).map((one) => one.src || one.href);
  const files = new Set(parts.concat(location.origin + location.pathname).filter((url) => url.startsWith(location.origin)));
  const { scope } = await navigator.serviceWorker.register(loadable.createScriptURL(""));
  const cache = await caches.open(`yishi-form:${new URL(scope).pathname}`);
  await cache.addAll(Array.from(files));
  (await cache.keys()).filter(({ url }) => !files.has(url)).forEach((old) => cache.delete(old));
}

function listen() {
  document.addEventListener("pointerdown", (event) => { tapped = event.target; }, true);
  document.addEventListener("keydown", () => { tapped = null; }, true);
  form.addEventListener("submit", (event) => { event.preventDefault(); finish(); });
  form.addEventListener("input", (event) => {
    if (!event.target.closest("#result")) update(true);
    else if (event.target.closest("#smaller")) writeText();
  });
  form.addEventListener("change", (event) => {
    if (event.target.id === "photos") addPhotos(event.target.files);
    if (event.target.closest("#smaller")) checkPhotoText(event.target);
    if (event.target.closest("#result")) return;
    touched.add(event.target.closest("fieldset[data-path]:not(.log-of)") || event.target);
    if (event.target.name === "kind") showKind();
    update();
  });
  form.addEventListener("click", (event) => {
    const button = event.target.closest("button"), link = event.target.closest("a[href^='#']");
    if (event.target.id === "editor") openEditor(event.target);
    else if (link) {
      event.preventDefault();
      focusField(link);
    } else if (button && button.dataset.fill) fillDate(button);
    else if (button && button.classList.contains("add")) addEntryByHand(button.closest(".log-of"));
    else if (button && button.classList.contains("remove")) removeEntry(button.closest("li"));
    else if (button && button.id) ({ clear, copy, save })[button.id]();
  });
}

document.getElementById("without").hidden = true;
form.hidden = false;
document.querySelector("script[src$='rules.js']").addEventListener("load", start);
})();
