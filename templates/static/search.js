/* Search in the reader's browser: loads the pieces of the index that a query needs, checks every hit against its text.
   The index is written by yishi/search; both cut texts in the same way, held by tests/search.json.
   Plain script, written for browsers from Chromium 80 on. */
(function () {
"use strict";

/* --- texts as they are searched --- */

const HAN = "\\u3005-\\u3007\\u3041-\\u3096\\u309d-\\u309f\\u30a1-\\u30fa\\u30fc-\\u30ff\\u31f0-\\u31ff\\u3400-\\u4dbf" +
  "\\u4e00-\\u9fff\\uf900-\\ufaff\\u{20000}-\\u{3ffff}";
const PIECES = new RegExp(`[${HAN}]+|(?:(?![${HAN}])[\\p{L}\\p{N}])+`, "gu");
const HAN_START = new RegExp(`^[${HAN}]`, "u");
const LETTER = /[\p{L}\p{N}]/u;
const CLUSTER = /\P{M}[\p{M}\uff9e\uff9f]*|\p{M}+/uy;
const PHRASE = /"([^"]*)"|“([^”]*)”|「([^」]*)」|[^"“「]+|["“「]/g;

/* The form that is compared, and where in `text` each of its characters begins and ends. */
function aligned(text, folds) {
  const starts = [], ends = [];
  let form = "";
  function put(plain, start, end) {
    if (plain === " " && (!form || form.endsWith(" "))) return;
    form += plain;
    for (let i = 0; i < plain.length; i += 1) { starts.push(start); ends.push(end); }
  }
  for (let at = 0; at < text.length;) {
    const end = isPlain(text, at) ? at + 1 : clusterEnd(text, at);
    const cluster = end === at + 1 ? text[at] : text.slice(at, end);
    const same = isPlain(text, at) ? cluster : cluster.normalize("NFKC").toLowerCase().replace(/ς/g, "σ");
    for (const letter of same) put(LETTER.test(letter) ? folds.get(letter) || letter : " ", at, end);
    at = end;
  }
  return { form, starts, ends };
}

/* A Chinese character of the main block: most are, and nothing joins or changes them. */
function isPlain(text, at) {
  const code = text.charCodeAt(at);
  return code >= 0x4e00 && code <= 0x9fff;
}

function clusterEnd(text, at) {
  CLUSTER.lastIndex = at;
  CLUSTER.exec(text);
  return CLUSTER.lastIndex;
}

function folded(text, folds) {
  return aligned(text, folds).form.trim();
}

/* The tokens of a folded text: Chinese in single characters and pairs, words whole and by their first two letters. */
function tokens(text) {
  const found = new Set();
  for (const piece of text.match(PIECES) || []) {
    const letters = Array.from(piece);
    if (HAN_START.test(piece)) {
      letters.forEach((letter, i) => { found.add(letter); if (i) found.add(letters[i - 1] + letter); });
    } else {
      found.add(letters[0]).add(letters.slice(0, 2).join("")).add(piece);
    }
  }
  return Array.from(found);
}

/* What a query asks for: folded terms, all of which have to occur; of a quoted one, `whole`, also its last word. */
function terms(query, folds) {
  const found = [];
  for (const part of query.matchAll(PHRASE)) {
    const quoted = [part[1], part[2], part[3]].find((text) => text !== undefined);
    const form = folded(quoted === undefined ? part[0] : quoted, folds);
    for (const text of quoted === undefined ? form.split(" ") : [form]) {
      if (text && !found.some((one) => one.text === text)) found.push({ text, whole: quoted !== undefined });
    }
  }
  return found;
}

/* Whether the tokens of a term alone tell who has it: a character, a pair, the beginning of a word. */
function certain(term) {
  const pieces = term.text.match(PIECES);
  return pieces.length === 1 && (HAN_START.test(term.text) ? Array.from(term.text).length < 3 : !term.whole);
}

/* The tokens to look up for a term: those that no other one holds, at most `most` of them, spread over it. */
function needed(term, most) {
  const all = tokens(term.text), kept = all.filter((one) => !all.some((other) => other !== one && other.includes(one)));
  const step = Math.max(1, kept.length / most);
  const last = term.whole ? "" : term.text.match(PIECES).pop();
  return Array.from({ length: Math.min(kept.length, most) }, (_, i) => kept[Math.floor(i * step)])
    .map((token) => ({ token, begins: token === last && !HAN_START.test(token) && Array.from(token).length > 2 }));
}

/* Where a term occurs in a folded text: a word from its beginning on, a whole one to its end. */
function places(form, term) {
  const found = [], isWord = (text) => LETTER.test(text) && !HAN_START.test(text);
  const first = Array.from(term.text)[0], last = Array.from(term.text).pop();
  for (let at = form.indexOf(term.text); at >= 0; at = form.indexOf(term.text, at + 1)) {
    const end = at + term.text.length;
    const joined = (isWord(first) && isWord(before(form, at))) ||
      (term.whole && isWord(last) && isWord(String.fromCodePoint(form.codePointAt(end) || 32)));
    if (!joined) found.push([at, end]);
  }
  return found;
}

function before(text, at) {
  return at ? Array.from(text.slice(Math.max(0, at - 2), at)).pop() : " ";
}

/* --- the files of the index --- */

const FIRST = 48, FAR = 50000;

function shardOf(token, shards) {
  return Array.from(token).slice(0, 3).reduce((number, letter) => number * 31 + letter.codePointAt(0), 0) % shards;
}

function numbersOf(text) {
  const found = [];
  for (let i = 0, number = 0; i < text.length; i += 1) {
    if (text[i] === "/") { number += FAR; continue; }
    number += text.charCodeAt(i) - FIRST;
    found.push(number);
  }
  return found;
}

function foldsOf(characters) {
  const all = Array.from(characters), half = all.length / 2;
  return new Map(all.slice(0, half).map((letter, i) => [letter, all[half + i]]));
}

/* The characters of GB 2312, the common simplified ones, as the browser knows them. */
function common2312() {
  const bytes = [];
  for (let row = 0xb0; row < 0xf8; row += 1) {
    for (let cell = 0xa1; cell < 0xff; cell += 1) bytes.push(row, cell);
  }
  return new Set(new TextDecoder("gb2312").decode(new Uint8Array(bytes)));
}

/* The folds of a query's characters: of those that may be traditional, or of `all`. */
async function foldsFor(load, query, all) {
  const letters = Array.from(query.normalize("NFKC")).filter((letter) => HAN_START.test(letter));
  const simple = all || !letters.length ? new Set() : common2312();
  const files = new Set(letters.filter((letter) => !simple.has(letter)).map((letter) => letter.codePointAt(0) % 16));
  const parts = await Promise.all(Array.from(files, (file) => load(`characters/${file}.json`)));
  return new Map([].concat(...parts.map((part) => Array.from(foldsOf(part)))));
}

/* Loads and keeps what has been asked for once. */
function library(base) {
  const kept = new Map();
  return function load(name) {
    if (!kept.has(name)) {
      const answer = fetch(base + name).then((reply) => {
        if (!reply.ok) throw new Error(name);
        return reply.json();
      });
      answer.catch(() => kept.delete(name));
      kept.set(name, answer);
    }
    return kept.get(name);
  };
}

/* --- searching --- */

const MOST_TOKENS = 5;

/* The records that have a token: all of them, and those that have it in their title. */
async function havers(load, shards, wanted) {
  const shard = await load(`words/${shardOf(wanted.token, shards)}.json`);
  const own = (token) => Object.prototype.hasOwnProperty.call(shard, token);
  const keys = wanted.begins ? Object.keys(shard).filter((key) => key.startsWith(wanted.token))
    : own(wanted.token) ? [wanted.token] : [];
  const lists = keys.map((key) => shard[key].split("!"));
  return [0, 1].map((part) => new Set([].concat(...lists.map((list) => numbersOf(list[part] || "")))));
}

function common(sets) {
  const [first, ...others] = sets.slice().sort((a, b) => a.size - b.size);
  return new Set(Array.from(first).filter((number) => others.every((set) => set.has(number))));
}

/* Record → how many of the terms its title has, for the records that may have all terms. */
async function candidates(load, shards, asked) {
  const most = Math.max(2, Math.floor(MOST_TOKENS / asked.length));
  const found = await Promise.all(asked.map((term) =>
    Promise.all(needed(term, most).map((wanted) => havers(load, shards, wanted)))));
  const anywhere = common([].concat(...found.map((lists) => lists.map((one) => one[0]))));
  const titles = found.map((lists) => common(lists.map((one) => one[1])));
  return new Map(Array.from(anywhere, (number) => [number, titles.filter((set) => set.has(number)).length]));
}

function column(data, name) {
  const [values, codes] = data[name];
  return (place) => values[codes.charCodeAt(place) - FIRST];
}

/* The numbers of the records that pass the filters, in the order they are to be shown. */
async function chosen(load, asked, filters, newest) {
  const records = await load("records.json"), all = numbersOf(records.numbers);
  const scores = asked.length ? await candidates(load, records.shards, asked) : new Map(all.map((number) => [number, 0]));
  const passes = await sieve(load, records, filters);
  const age = (place) => records.month[1].charCodeAt(place) * 64 + records.day[1].charCodeAt(place);
  const found = [];
  all.forEach((number, place) => {
    if (scores.has(number) && passes(place)) found.push({ number, place, age: age(place), score: scores.get(number) });
  });
  found.sort((a, b) => (newest ? 0 : b.score - a.score) || b.age - a.age || a.number - b.number);
  return found.map((one) => ({ number: one.number, when: whenOf(records, one.place) }));
}

function whenOf(records, place) {
  return [column(records, "month")(place), column(records, "day")(place)].filter(Boolean).join("-");
}

async function sieve(load, records, filters) {
  const month = column(records, "month"), year = (place) => !filters.year || month(place).startsWith(filters.year);
  if (!["kind", "place", "topic", "status"].some((name) => filters[name])) return year;
  const data = await load("filters.json"), of = (name) => column(data, name);
  const same = (name) => (place) => !filters[name] || of(name)(place) === filters[name];
  const tests = [year, same("kind"), same("status"),
    (place) => !filters.place || `${of("place")(place)}/`.startsWith(`${filters.place}/`),
    (place) => !filters.topic || of("topic")(place).split(" ").includes(filters.topic)];
  return (place) => tests.every((test) => test(place));
}

/* A record with the places of all terms in its title and text; null if it lacks one. */
async function checked(load, one, asked) {
  const { together } = await load("records.json");
  const told = (await load(`texts/${Math.floor(one.number / together)}.json`))[one.number];
  if (!told) return null;
  const [url, title, text, kind, place, status, characters, titles] = told, folds = foldsOf(characters);
  const marks = [title, text].map((whole) => {
    const { form, starts, ends } = aligned(whole, folds);
    return asked.map((term) => places(form, term).map(([from, to]) => [starts[from], ends[to - 1]]));
  });
  if (!asked.every((_, i) => marks[0][i].length || marks[1][i].length)) return null;
  return { url, title, text, kind, place, status, titles, folds, marks, when: one.when };
}

/* --- the page --- */

const PAGE = 10;

function element(name, classes, ...children) {
  const made = document.createElement(name);
  if (classes) made.className = classes;
  made.append(...children);
  return made;
}

/* `text` from `start` to `end` with its marks. */
function marked(text, marks, start, end) {
  const parts = [];
  let at = start;
  marks.slice().sort((a, b) => a[0] - b[0]).forEach(([from, to]) => {
    if (from < at || to > end) return;
    parts.push(text.slice(at, from), element("mark", "", text.slice(from, to)));
    at = to;
  });
  return [...parts, text.slice(at, end)];
}

/* The parts of the text around the first places of the terms, two at most; its beginning where it has none. */
function excerpt(text, marks) {
  const firsts = marks.filter((one) => one.length).map((one) => one[0][0]).sort((a, b) => a - b);
  const windows = [];
  (firsts.length ? firsts : [0]).forEach((first) => {
    const last = windows[windows.length - 1];
    if (windows.length < 2 && (!last || first > last[1] - 10)) windows.push(around(text, first));
  });
  const all = [].concat(...marks), parts = element("p", "excerpt");
  windows.forEach(([start, end]) => {
    parts.append(start ? "…" : "", ...marked(text, all, start, end), end < text.length ? "…" : "");
  });
  return parts;
}

/* A stretch of text around a place that cuts neither words nor pairs of code units. */
function around(text, place) {
  const length = /[a-z]/i.test(text[place] || "") ? 150 : 80;
  let start = Math.max(0, place - length / 4), end = Math.min(text.length, Math.floor(start) + length);
  start = Math.floor(start);
  while (start > 0 && start > place - length && /[a-z0-9\udc00-\udfff]/i.test(text[start])) start -= 1;
  while (end < text.length && end < start + 2 * length && /[a-z0-9\udc00-\udfff]/i.test(text[end])) end += 1;
  return [start, end];
}

function day(when, tag) {
  const [year, month, date] = when.split("-");
  const parts = { year: "numeric", month: month ? "long" : undefined, day: date ? "numeric" : undefined, timeZone: "UTC" };
  return new Date(Date.UTC(year, (month || 1) - 1, date || 1)).toLocaleDateString(tag === "en" ? "en-GB" : tag, parts);
}

function start(form) {
  const find = (selector) => document.querySelector(selector), words = find("#found").dataset;
  const tag = document.documentElement.lang, load = library(form.dataset.index);
  const names = ["place", "topic", "status", "kind", "year", "sort"];
  const list = find("#results"), more = find("#more"), count = find("#count"), nothing = find("#nothing");
  let turn = 0;

  function label(name, value) {
    const option = Array.from(form.elements[name].options).find((one) => one.value === value && value);
    return option ? { text: option.textContent.trim(), lang: option.lang } : null;
  }

  function said(name, value) {
    const found = label(name, value), span = element("span", "", found ? found.text : "");
    if (found && found.lang) span.lang = found.lang;
    return found ? [span] : [];
  }

  function shown(one, asked) {
    const item = element("li"), link = element("a", "title"), title = one.titles[tag] || one.title;
    const kind = label("kind", one.kind), own = one.titles[tag] ? "" : form.dataset.original;
    const { form: titleForm, starts, ends } = aligned(title, one.folds);
    const titleMarks = [].concat(...asked.map((term) => places(titleForm, term).map(([a, b]) => [starts[a], ends[b - 1]])));
    link.append(...(title ? marked(title, titleMarks, 0, title.length) : [kind ? kind.text : one.url]));
    link.href = form.dataset.root + one.url;
    if (own) link.lang = own;
    const meta = element("span", "meta", ...said("kind", one.kind), ...said("place", one.place));
    if (one.when) meta.append(element("span", "", day(one.when, tag)));
    const status = said("status", one.status);
    const text = excerpt(one.text, one.marks[1]);
    if (form.dataset.original) text.lang = form.dataset.original;
    item.append(link, " ", ...(status.length ? [element("span", "note", ...status), " "] : []), meta, text);
    return item;
  }

  /* What is told; while `busy`, more is to come. */
  function tell(text, busy) {
    count.textContent = text;
    find("#found").setAttribute("aria-busy", String(Boolean(busy)));
  }

  function number(n) { return Number(n).toLocaleString(tag); }

  function told(search) {
    const left = search.order.length - search.refused;
    nothing.hidden = left > 0;
    const exact = search.exact || search.at >= search.order.length;
    tell(!left ? words.none : (exact ? (left === 1 ? words.one : words.many) : words.most).replace("{n}", number(left)));
    more.hidden = search.at >= search.order.length;
  }

  /* The next records as they are shown, each checked before. */
  async function next(search) {
    const items = [];
    while (items.length < PAGE && search.at < search.order.length && search.turn === turn) {
      const some = search.order.slice(search.at, search.at + PAGE - items.length);
      const records = await Promise.all(some.map((one) => checked(load, one, search.asked)));
      search.at += some.length;
      search.refused += records.filter((one) => !one).length;
      items.push(...records.filter(Boolean).map((one) => shown(one, search.asked)));
    }
    return items;
  }

  function show(search, items) {
    if (search.turn !== turn) return;
    list.append(...items);
    told(search);
    more.onclick = () => {
      tell(words.waiting, true);
      next(search).then((further) => {
        show(search, further);
        if (further.length) further[0].firstChild.focus();
      }, fail);
    };
  }

  async function found(own, query, filters, all) {
    const asked = terms(query, await foldsFor(load, query, all));
    return { asked, exact: asked.every(certain), at: 0, refused: 0, turn: own,
      order: await chosen(load, asked, filters, filters.sort === "newest") };
  }

  /* What is shown for the form as it stands. Where nothing is found, also its rarer readings are folded. */
  async function run() {
    turn += 1;
    const own = turn, query = form.elements.q.value, filters = {};
    names.forEach((name) => { filters[name] = form.elements[name].value; });
    list.textContent = "";
    [more, nothing].forEach((one) => { one.hidden = true; });
    const asks = terms(query, new Map()).length > 0;
    if (!asks && !names.some((name) => name !== "sort" && filters[name])) { tell(""); return; }
    tell(words.waiting, true);
    try {
      let search = await found(own, query, filters, false), items = await next(search);
      if (!items.length && asks) {
        search = await found(own, query, filters, true);
        items = await next(search);
      }
      if (own === turn) show(search, items);
    } catch (error) {
      if (own === turn) fail();
    }
  }

  function fail() { list.textContent = ""; more.hidden = true; tell(words.failed); }

  function address() {
    const asked = new URLSearchParams();
    ["q", ...names].forEach((name) => {
      const value = form.elements[name].value.trim();
      if (value) asked.set(name, value);
    });
    return `${location.pathname}${asked.toString() ? `?${asked}` : ""}`;
  }

  function fill() {
    const asked = new URLSearchParams(location.search);
    form.elements.q.value = asked.get("q") || "";
    names.forEach((name) => {
      const field = form.elements[name], value = asked.get(name) || "";
      field.value = Array.from(field.options).some((one) => one.value === value) ? value : "";
    });
    run();
  }

  function submit(event) {
    if (event) event.preventDefault();
    if (address() !== location.pathname + location.search) history.pushState(null, "", address());
    run();
  }

  form.addEventListener("submit", submit);
  names.forEach((name) => form.elements[name].addEventListener("change", () => submit()));
  window.addEventListener("popstate", fill);
  document.querySelectorAll(".languages a").forEach((link) => {
    link.addEventListener("click", () => { link.search = location.search; });
  });
  load("records.json").catch(() => {});
  find("#without").hidden = true;
  form.hidden = false;
  find("#found").hidden = false;
  fill();
}

window.yishiSearch = { aligned, certain, folded, foldsOf, needed, numbersOf, places, shardOf, terms, tokens };
const form = document.querySelector("form[data-index]");
if (form && location.protocol !== "file:" && window.fetch) start(form);
})();
