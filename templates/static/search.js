/* Search in the reader's browser: loads the pieces of the index that a query needs, checks every hit against its text.
   The index is written by yishi/search; both cut texts in the same way, held by tests/search.json.
   What is asked for stands in the address (filters.js). Plain script, Chromium 80. */
(function () {
"use strict";

/* --- texts as they are searched --- */

const HAN = "\\u3005-\\u3007\\u3041-\\u3096\\u309d-\\u309f\\u30a1-\\u30fa\\u30fc-\\u30ff\\u31f0-\\u31ff\\u3400-\\u4dbf" +
  "\\u4e00-\\u9fff\\uf900-\\ufaff\\u{20000}-\\u{3ffff}";
const PIECES = new RegExp(`[${HAN}]+|(?:(?![${HAN}])[\\p{L}\\p{N}])+`, "gu");
const HAN_START = new RegExp(`^[${HAN}]`, "u");
const LETTER = new RegExp(`[\\p{L}\\p{N}${HAN}]`, "u");
const SPELT = new Map(Object.entries(
  { "ς": "σ", "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ł": "l", "ħ": "h", "ı": "i" }));
const UNSEEN = "\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180f\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u206f" +
  "\\u3164\\ufe00-\\ufe0f\\ufeff\\uffa0\\ufff0-\\ufff8\\u{1bca0}-\\u{1bca3}\\u{1d173}-\\u{1d17a}\\u{e0000}-\\u{e0fff}";
const ALL_UNSEEN = new RegExp(`[${UNSEEN}]+`, "gu");
/* What joins with the character before it: marks, the ends of Korean syllables, and what is not seen. */
const CLUSTER = new RegExp(`\\P{M}[\\p{M}\\uff9e\\uff9f\\u1160-\\u11ff\\uffa0-\\uffdc${UNSEEN}]*|\\p{M}+`, "uy");
/* The characters of Unicode 12.1, as yishi/search/characters.py has them: what a browser knows besides is no letter. */
const KNOWN =
  "0.on 3.5 5.6 2.0 2.j 2.b0 2.11 3.1d 3.2 2.1i 9.q 5.5 c.s 2.6n 2.1n 3.2s f.1m 3.1c 3.e 2.r 3.0 2.a 1i.k 2.7 m.4w " +
  "2.7 3.1 3.l 2.6 2.0 4.3 3.8 3.1 3.3 9.0 5.1 2.4 3.o 3.2 2.5 5.1 3.l 2.6 2.1 2.1 2.1 3.0 2.4 5.1 3.2 4.0 8.3 2.0 " +
  "8.g b.2 2.8 2.2 2.l 2.6 2.1 2.4 3.9 2.2 2.2 3.0 g.3 3.b 8.6 2.2 2.7 3.1 3.l 2.6 2.1 2.4 3.8 3.1 3.2 9.1 5.1 2.4 " +
  "3.h b.1 2.5 4.2 2.3 4.1 2.0 2.1 4.1 4.2 4.b 5.4 4.2 2.3 3.0 7.0 f.k 6.c 2.2 2.m 2.f 4.7 2.2 2.3 8.1 2.2 6.3 3.9 " +
  "8.l 2.2 2.m 2.9 2.4 3.8 2.2 2.3 8.1 8.0 2.3 3.9 2.1 e.3 2.7 2.2 2.1e 2.2 2.5 5.f 3.p 3.1 2.h 4.n 2.8 2.0 3.6 4.0 " +
  "5.5 2.0 2.7 7.9 3.2 d.1l 5.s 12.1 2.0 2.4 2.n 2.0 2.m 3.4 2.0 2.5 3.9 3.3 x.1z 2.z 5.12 2.z 2.e 2.c 12.5h 2.0 " +
  "6.0 3.ag 2.3 3.6 2.0 2.3 3.14 2.3 3.w 2.3 3.6 2.0 2.3 3.e 2.1k 2.3 3.1u 3.v 4.p 7.2d 3.5 3.ik 4.2g 8.c 2.6 c.m " +
  "a.j d.c 2.2 2.1 d.2l 3.9 7.9 7.e 2.9 7.2g 8.16 6.1x b.u 2.b 5.b 5.0 4.15 3.4 c.17 5.p 7.a 4.1p 3.1s 2.s 3.a 7.9 " +
  "7.d 3.e 1u.23 5.18 4.37 9.1n 4.e 4.1n 8.16 3.a 9.16 6.6x 2.7u 3.5 3.11 3.5 3.7 2.0 2.0 2.0 2.u 3.1g 2.e 2.d 3.5 " +
  "2.i 3.2 2.8 2.2s 2.b 3.q 2.c 4.v h.w g.3v 5.ie q.a m.1eb 3.v 3.46 2.1a 2.43 6.18 2.0 6.0 3.1j 8.1 f.n a.6 2.6 " +
  "2.6 2.6 2.6 2.6 2.6 2.6 2.33 1d.p 2.2g d.5x r.b 5.1r 2.2d 3.2u 6.16 2.2l 2.16 6.z d.1a 2.mlo 4.1i a.9n l.53 9.5b " +
  "3.4 1d.1g 5.9 7.1j 9.1x 9.b 7.37 c.t 4.25 2.a 5.w 2.1i a.d 3.9 3.2u p.r b.5 3.5 3.5 a.6 2.6 2.1j 9.3h 3.9 7.8mb " +
  "d.m 5.1c 1l1.5c6 d.4 6.p 2.4 2.0 2.1 2.1 2.3f i.a4 h.1r 3.1h 9.19 3.p 7.1e 2.i 2.3 5.4 2.3q 3.0 2.59 4.5 3.5 3.5 " +
  "3.2 4.6 2.6 b.i 2.p 2.i 2.1 2.e 3.d z.3e 6.2 5.18 4.2f 2.b 5.0 1c.19 3n.s 4.1c g.r 5.z a.t 6.16 6.t 2.10 5.d " +
  "17.4d 3.9 7.z 5.z 5.13 9.1f c.0 41.8m a.l b.7 49.5 3.0 2.17 2.1 4.0 3.m 2.1z 9.8 1d.i 2.1 6.w 4.q 6.0 1t.1j 5.j " +
  "3.1d 2.1 6.7 2.2 2.s 3.2 5.9 8.8 8.1r x.12 5.b a.1h 4.s 3.q 6.p 8.3 d.6 29.20 1k.1e e.1e 8.19 9.9 87.u 3m.13 " +
  "9.15 3r.m a.25 5.t g.1u c.0 3.o 8.9 7.1g 2.g a.12 a.25 3.f 2.j c.h 2.17 1u.6 2.0 2.3 2.e 2.a 7.1m 6.9 7.3 2.7 " +
  "3.1 3.l 2.6 2.1 2.4 2.9 3.1 3.2 3.0 7.0 6.6 3.6 4.4 3w.2h 2.0 2.2 x.1z 9.9 4n.1h 3.11 z.1w c.9 7.c k.1k 8.9 1j.q " +
  "3.e 5.f 5d.1n 2t.2a d.0 4h.7 3.19 3.a s.1z 9.2a u.1k 7c.8 2.18 2.d b.s 4.v 3.l 2.d 22.6 2.1 2.17 4.0 2.1 2.8 9.9 " +
  "7.5 2.1 2.10 2.1 2.5 8.9 8n.o 5k.1d e.pm 2v.32 2.4 c.5f 24d.tq 2.8 348.g6 6nu.fs 8.u 2.9 5.1 2p.t 3.5 b.1x b.9 " +
  "2.6 2.k 6.i j5.2i 2u.22 5.1k 8.g 1t.3 t.4qf 9.ky 7bi.7y 1e.2 i.3 9.az 1s5.2y 6.c 4.8 8.9 3.7 3tp.6t b.12 3.5b " +
  "o.1x 4b.j d.2e a.o 3s.2c 2.1y 2.1 3.0 3.1 3.3 2.b 2.0 2.6 2.1s 2.3 3.7 2.6 2.r 2.3 2.4 2.0 4.6 2.9f 3.83 3.jh " +
  "g.4 2.e 11t.6 2.g 3.6 2.1 2.4 5y.18 4.d 3.9 5.1 a9.1l 6.0 zl.5g 3.f 16.23 5.9 5.1 lu.1v 25.1o 5f.3 2.q 2.1 2.0 " +
  "3.0 2.9 2.3 2.0 2.0 7.0 5.0 2.0 2.0 2.2 2.1 2.0 3.0 2.0 2.0 2.0 2.0 2.1 2.0 3.3 2.6 2.3 2.3 2.0 2.9 2.g 6.2 2.4 " +
  "2.g 1h.1 7j.17 5.2r d.e 3.e 2.e 2.10 b.c 4.2k 4.1o 1m.s e.17 5.8 8.1 f.5 4b.r9 b.c 4.a 6.37 d.2g 8.b l.b 5.1j " +
  "9.9 7.13 9.t 2b.b 2.2s 2.3 4.14 3.5 4.s 3.3q d.d 3.3 5.2 6.2 e.5 12h.2t4x e1oi.0 v.2n 3l.6n";
const UNKNOWN = new RegExp(`[^${runs(KNOWN)}]`, "gu");
const PHRASE = /"([^"]*)"|“([^”]*)”|「([^」]*)」|[^"“「]+|["“「]/g;

function runs(known) {
  let at = 0;
  return known.split(" ").map((run) => {
    const [gap, length] = run.split(".").map((number) => parseInt(number, 36));
    const first = at + gap;
    at = first + length;
    return `\\u{${first.toString(16)}}-\\u{${at.toString(16)}}`;
  }).join("");
}

/* A few characters that join: NFKC, small, without accents and without what is not seen. */
function normalized(cluster) {
  return cluster.replace(ALL_UNSEEN, "").replace(UNKNOWN, " ").normalize("NFKD").toLowerCase()
    .replace(/[\u0300-\u036f]/g, "").normalize("NFKC");
}

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
    for (const letter of isPlain(text, at) ? cluster : normalized(cluster)) {
      put(LETTER.test(letter) ? folds.get(letter) || SPELT.get(letter) || letter : " ", at, end);
    }
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
  return Array.from(new Set((text.match(PIECES) || []).flatMap(tokensOfPiece)));
}

function tokensOfPiece(piece) {
  const letters = Array.from(piece);
  if (!HAN_START.test(piece)) return [letters[0], letters.slice(0, 2).join(""), piece];
  return letters.concat(letters.slice(1).map((letter, i) => letters[i] + letter));
}

/* What a query asks for: folded terms, all of which have to occur; of a quoted one, `whole`, also its last word.
   `others`: terms that will do for it as well, by `synonyms`: folded word → folded labels. */
function terms(query, folds, synonyms) {
  const list = [];
  for (const part of query.matchAll(PHRASE)) {
    const quoted = [part[1], part[2], part[3]].find((text) => text !== undefined), whole = quoted !== undefined;
    const form = folded(whole ? quoted : part[0], folds);
    for (const text of whole ? [form] : wordsOf(form, synonyms || {})) {
      if (text && !list.some((term) => term.text === text)) list.push({ text, whole, others: othersOf(text, whole, synonyms) });
    }
  }
  return list;
}

function othersOf(text, whole, synonyms) {
  const labels = !whole && synonyms && has(synonyms, text) ? synonyms[text] : [];
  return labels.map((label) => ({ text: label, whole: false, isPart: text.includes(label) }));
}

function has(table, key) {
  return Object.prototype.hasOwnProperty.call(table, key);
}

/* The words of a folded text; those that are one synonym together (hire bikes) stay together. */
function wordsOf(form, synonyms) {
  const words = form.split(" "), parts = [];
  for (let at = 0, count; at < words.length; at += count) {
    for (count = Math.min(4, words.length - at); count > 1; count -= 1) {
      if (has(synonyms, words.slice(at, at + count).join(" "))) break;
    }
    parts.push(words.slice(at, at + count).join(" "));
  }
  return parts;
}

/* The query with known words set apart where they begin or end a run of Chinese characters: 松果漏水 → 松果 漏水. */
function spaced(query, folds, synonyms) {
  const known = Object.keys(synonyms).filter((word) => word.length > 1).sort((a, b) => b.length - a.length);
  return terms(query, folds, synonyms).map((term) => (term.whole ? `"${term.text}"` : apart(term.text, known))).join(" ");
}

function apart(text, known) {
  const word = known.find((one) => text.length > one.length + 1 && (text.endsWith(one) || text.startsWith(one)));
  if (!word) return text;
  return text.endsWith(word) ? `${apart(text.slice(0, -word.length), known)} ${word}`
    : `${word} ${apart(text.slice(word.length), known)}`;
}

/* Whether the tokens of a term alone tell which records have it: a character, a pair, the beginning of a word. */
function isDecidedByTokens(term) {
  if (term.others && !term.others.every(isDecidedByTokens)) return false;
  const pieces = term.text.match(PIECES);
  return pieces.length === 1 && (HAN_START.test(term.text) ? Array.from(term.text).length < 3 : !term.whole);
}

/* The tokens to look up for a term: those that no other one holds, at most `most` of them, spread over it. */
function lookupsOf(term, most) {
  const all = tokens(term.text), longest = all.filter((one) => !all.some((other) => other !== one && other.includes(one)));
  const step = Math.max(1, longest.length / most);
  const last = term.whole ? "" : term.text.match(PIECES).pop();
  return Array.from({ length: Math.min(longest.length, most) }, (_, i) => longest[Math.floor(i * step)])
    .map((token) => ({ token, begins: token === last && !HAN_START.test(token) && Array.from(token).length > 2 }));
}

/* Where a term, or another that will do for it, occurs in a folded text. */
function occurrencesOfAny(form, term) {
  return [term, ...term.others].flatMap((one) => occurrences(form, one));
}

/* Where a term occurs in a folded text: a word from its beginning on, a whole one to its end. */
function occurrences(form, term) {
  const spans = [], isWord = (text) => LETTER.test(text) && !HAN_START.test(text);
  const first = Array.from(term.text)[0], last = Array.from(term.text).pop();
  for (let at = form.indexOf(term.text); at >= 0; at = form.indexOf(term.text, at + 1)) {
    const end = at + term.text.length;
    const isInWord = (isWord(first) && isWord(characterBefore(form, at))) ||
      (term.whole && isWord(last) && isWord(String.fromCodePoint(form.codePointAt(end) || 32)));
    if (!isInWord) spans.push([at, end]);
  }
  return spans;
}

function characterBefore(text, at) {
  return at ? Array.from(text.slice(Math.max(0, at - 2), at)).pop() : " ";
}

/* --- the files of the index --- */

const FIRST = 48, FAR = 50000;

function shardOf(token, shards) {
  return Array.from(token).slice(0, 3).reduce((number, letter) => number * 31 + letter.codePointAt(0), 0) % shards;
}

function numbersOf(text) {
  const numbers = [];
  for (let i = 0, number = 0; i < text.length; i += 1) {
    if (text[i] === "/") { number += FAR; continue; }
    number += text.charCodeAt(i) - FIRST;
    numbers.push(number);
  }
  return numbers;
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
async function loadFolds(load, query, all) {
  const letters = Array.from(query.normalize("NFKC")).filter((letter) => HAN_START.test(letter));
  const simple = all || !letters.length ? new Set() : common2312();
  return letters.some((letter) => !simple.has(letter)) ? foldsOf(await load("characters.json")) : new Map();
}

/* Loads files of the index, each once; one that failed is loaded again when it is asked for again. */
function cachedLoader(base) {
  const replies = new Map();
  return function load(name) {
    if (!replies.has(name)) {
      const reply = loadJson(base + name);
      reply.catch(() => replies.delete(name));
      replies.set(name, reply);
    }
    return replies.get(name);
  };
}

async function loadJson(url) {
  const reply = await fetch(url);
  if (!reply.ok) throw new Error(url);
  return reply.json();
}

/* --- searching --- */

const MOST_TOKENS = 5;

/* The records that have a token: all of them, and those that have it in their title. */
async function recordsWith(load, shards, lookup) {
  const shard = await load(`words/${shardOf(lookup.token, shards)}.json`);
  const isThere = has(shard, lookup.token);
  const keys = lookup.begins ? Object.keys(shard).filter((key) => key.startsWith(lookup.token))
    : isThere ? [lookup.token] : [];
  const lists = keys.map((key) => shard[key].split("!"));
  return [0, 1].map((part) => new Set(lists.flatMap((list) => numbersOf(list[part] || ""))));
}

function intersection(sets) {
  const [first, ...others] = sets.slice().sort((a, b) => a.size - b.size);
  return new Set(Array.from(first).filter((number) => others.every((set) => set.has(number))));
}

/* What one of the terms adds to the score of a record: being there as it was asked for, and being in the title. */
const AS_ASKED = 2, IN_TITLE = 1;

/* Record → its score, for the records that may have all terms. */
async function scoresOf(load, shards, asked) {
  const most = Math.max(2, Math.floor(MOST_TOKENS / asked.length));
  const found = await Promise.all(asked.map((term) =>
    Promise.all([term, ...term.others].map((one) => recordsWithTerm(load, shards, one, most)))));
  const anywhere = intersection(found.map((ofTerm) => new Set(ofTerm.flatMap(([records]) => Array.from(records)))));
  const scoreIn = (ofTerm, number) => (ofTerm[0][0].has(number) ? AS_ASKED : 0) +
    (ofTerm.some(([, titles]) => titles.has(number)) ? IN_TITLE : 0);
  return new Map(Array.from(anywhere, (number) => [number, found.reduce((sum, ofTerm) => sum + scoreIn(ofTerm, number), 0)]));
}

/* The records that may have a term, and those that may have it in their title. */
async function recordsWithTerm(load, shards, term, most) {
  const sets = await Promise.all(lookupsOf(term, most).map((lookup) => recordsWith(load, shards, lookup)));
  return [0, 1].map((part) => intersection(sets.map((one) => one[part])));
}

/* How early a record is to be shown for its kind: a place of which all words are in its name, before all others. */
function placeOrder(records, asked) {
  const order = new Map(records.places.map((number, i) => [number, i])), full = asked.length * (AS_ASKED + IN_TITLE);
  return (number, score) => (asked.length && score === full && order.has(number) ? order.get(number) : order.size);
}

function columnOf(data, name) {
  const [values, codes] = data[name];
  return (place) => values[codes.charCodeAt(place) - FIRST];
}

/* The records that may have all terms and pass the filters, in the order they are to be shown: {number, when}. */
async function candidates(load, asked, filters) {
  const records = await load("records.json"), all = numbersOf(records.numbers);
  const scores = asked.length ? await scoresOf(load, records.shards, asked) : new Map(all.map((number) => [number, 0]));
  const passes = await filterOf(load, records, filters);
  const age = (place) => records.month[1].charCodeAt(place) * 64 + records.day[1].charCodeAt(place);
  const rank = placeOrder(records, asked);
  return all.map((number, place) => ({ number, place, score: scores.get(number) }))
    .filter((one) => one.score !== undefined && passes(one.place))
    .map((one) => ({ ...one, age: age(one.place), when: whenOf(records, one.place), rank: rank(one.number, one.score) }))
    .sort((a, b) => (filters.sort === "newest" ? 0 : a.rank - b.rank || b.score - a.score) || b.age - a.age ||
      a.number - b.number);
}

function whenOf(records, place) {
  return [columnOf(records, "month")(place), columnOf(records, "day")(place)].filter(Boolean).join("-");
}

/* Whether the record at a place of the index passes the filters. */
async function filterOf(load, records, filters) {
  const month = columnOf(records, "month"), year = (place) => !filters.year || month(place).startsWith(filters.year);
  if (!["kind", "place", "topic", "status"].some((name) => filters[name])) return year;
  const data = await load("filters.json"), of = (name) => columnOf(data, name);
  const same = (name) => (place) => !filters[name] || of(name)(place) === filters[name];
  const tests = [year, same("kind"), same("status"),
    (place) => !filters.place || `${of("place")(place)}/`.startsWith(`${filters.place}/`),
    (place) => !filters.topic || of("topic")(place).split(" ").includes(filters.topic)];
  return (place) => tests.every((test) => test(place));
}

/* The record of a candidate, with the places of all terms in each of its texts; null if it lacks one. */
async function verified(load, candidate, asked) {
  const { together } = await load("records.json");
  const fields = (await load(`texts/${Math.floor(candidate.number / together)}.json`))[candidate.number];
  if (!fields) return null;
  const [url, title, text, kind, place, status, characters, titles, words, topics, translations] = fields;
  const folds = foldsOf(characters), marked = (tag, whole) => ({ tag, whole, marks: marksIn(whole, asked, folds) });
  const texts = [marked("", text), ...Object.keys(translations).map((tag) => marked(tag, translations[tag]))];
  const everywhere = [...texts, ...[title, words, ...Object.values(titles)].map((whole) => marked("", whole))];
  if (!asked.every((_, i) => everywhere.some((one) => one.marks[i].length))) return null;
  const parts = partsIn(everywhere.map((one) => one.whole), asked, folds);
  return { url, title, texts, kind, place, status, topics: topics.split(" "), titles, folds, parts, when: candidate.when };
}

/* For each term, where it begins and ends in a text: [[start, end], …]. */
function marksIn(text, asked, folds) {
  const { form, starts, ends } = aligned(text, folds);
  return asked.map((term) => occurrencesOfAny(form, term).map(([from, to]) => [starts[from], ends[to - 1]]));
}

/* --- where no record has the words as they stand --- */

/* Of records that may have a part that tokens do not decide, so many are looked at. */
const TRIED = 3;
/* Parts of a word with one of these characters say nothing; and a word is taken apart no further than this. */
const SMALL = new Set("的了着过和与及或是在有不没这那我你他们吗呢吧都也很就把被给"), LONGEST = 9, MOST_PARTS = 6;

/* The terms, with those that no record has replaced by their parts that some have (`isPart`). If one has no such parts
   it is left out, and the others are parts of what was asked for. */
async function termsInParts(load, asked, synonyms) {
  const select = withRecords(load, (await load("records.json")).shards), joined = await joinedTerms(select, asked);
  const parts = await Promise.all(joined.map((term) => partsOfTerm(load, select, term, synonyms, joined.length === 1)));
  const isPart = (one) => one.isPart || (parts.some((some) => !some.length) && isAsked(asked, one));
  return parts.filter((some) => some.length).map((some) => anyOf(some.map((one) => ({ ...one, isPart: isPart(one) }))));
}

function isAsked(asked, one) {
  return asked.some((term) => term.text === one.text);
}

/* One term for which each of these will do. */
function anyOf([first, ...others]) {
  return { ...first, others };
}

/* Those parts of words that stand in one of the texts; null where all that was asked for stands there. */
function partsIn(texts, asked, folds) {
  const parts = asked.flatMap((term) => [term, ...term.others]).filter((one) => one.isPart);
  const forms = parts.length ? texts.map((text) => folded(text, folds)) : [];
  const stands = (one) => forms.some((form) => occurrences(form, one).length);
  return asked.every((term) => !term.isPart && stands(term)) ? null : parts.filter(stands).map((one) => one.text);
}

/* A function that selects from terms those that records have, the rarest first. */
function withRecords(load, shards) {
  return async function select(all) {
    const found = await Promise.all(all.map(async (term) => {
      const [records] = await recordsWithTerm(load, shards, term, MOST_TOKENS);
      return { term, size: await isInOne(load, term, records) ? records.size : 0 };
    }));
    return found.filter(({ size }) => size).sort((a, b) => a.size - b.size).map(({ term }) => term);
  };
}

/* Whether one of the records that may have a term has it; a few tell, and a term that none of these has is given up. */
async function isInOne(load, term, records) {
  if (isDecidedByTokens(term)) return records.size > 0;
  const some = Array.from(records).slice(0, TRIED), asked = [{ ...term, others: [] }];
  return (await Promise.all(some.map((number) => verified(load, { number }, asked)))).some(Boolean);
}

function partOf(text) {
  return { text, whole: false, isPart: true };
}

/* Two words that records write as one (street light → streetlight) are one term. */
async function joinedTerms(select, asked) {
  const isWord = (term) => term && !term.whole && !HAN_START.test(term.text), list = [];
  for (let at = 0; at < asked.length; at += 1) {
    const [first, second] = asked.slice(at), isPair = isWord(first) && isWord(second);
    const [one] = isPair ? await select([partOf(singular(first.text + second.text))]) : [];
    list.push(one || asked[at]);
    if (one) at += 1;
  }
  return list;
}

/* The terms that will do for a term: itself if records may have it, else its parts that they have. One that was asked
   for alone is known to be in none. */
async function partsOfTerm(load, select, term, synonyms, isAlone) {
  if (term.whole || term.isPart) return [term];
  const own = isAlone ? [] : await select([term, ...term.others]);
  if (own.length) return own;
  const parts = HAN_START.test(term.text) ? await partsOfChinese(select, term.text, synonyms)
    : await partsOfWords(load, select, term.text, synonyms);
  return parts.slice(0, MOST_PARTS);
}

/* Of Chinese: longer words for the same thing (老人: 老年人), and the longest stretches that records have. */
async function partsOfChinese(select, text, synonyms) {
  const letters = Array.from(text).slice(0, LONGEST), runs = [];
  const pairs = letters.slice(1).map((letter, i) => letters[i] + letter);
  const known = await textsOf(select, letters.length > 2 ? pairs.filter(isTelling) : []);
  pairs.forEach((pair, i) => {
    if (known.has(pair)) runs.push(i && known.has(pairs[i - 1]) ? runs.pop() + letters[i + 1] : pair);
  });
  const like = await textsOf(select, wordsLike(text, synonyms));
  const found = await textsOf(select, runs.filter((run) => run !== text));
  const left = runs.filter((run) => !found.has(run)).flatMap(pairsOf);
  return Array.from(new Set([...like, ...found, ...left]), partOf);
}

/* A stretch in pairs side by side, as most words are; of an odd number of characters the last pair too. */
function pairsOf(run) {
  const letters = Array.from(run), pairs = letters.slice(1).map((letter, i) => letters[i] + letter);
  return pairs.filter((_, i) => i % 2 === 0 || i === pairs.length - 1);
}

/* Those of the texts that records may have, the rarest first. */
async function textsOf(select, texts) {
  return new Set((await select(texts.map(partOf))).map((one) => one.text));
}

function isTelling(pair) {
  return Array.from(pair).every((letter) => HAN_START.test(letter) && !SMALL.has(letter));
}

/* Known words for the same as `text` that have all its characters, with others between. */
function wordsLike(text, synonyms) {
  const labels = new Set(has(synonyms, text) ? synonyms[text] : []), inside = new RegExp(Array.from(text).join(".*"), "u");
  return Object.keys(synonyms).filter((word) => !word.includes(text) && inside.test(word) &&
    synonyms[word].some((label) => labels.has(label)));
}

/* Of other scripts: the word in the singular, written as one word or as two, and what a known word so written stands
   for; else each of its words. */
async function partsOfWords(load, select, text, synonyms) {
  const joined = (words) => singular(words.replace(/ /g, "")), words = text.split(" ").map(singular);
  const forms = [singular(text), joined(text)].filter((form) => form !== text).map(partOf);
  const known = Object.keys(synonyms).filter((word) => word !== text && joined(word) === joined(text));
  const labels = known.flatMap((word) => synonyms[word]).map((label) => ({ text: label, whole: false }));
  const split = words.length === 1 ? (await splitWords(load, words[0])).map(partOf) : [];
  const parts = await select([...forms, ...known.map(partOf), ...split, ...labels]);
  return parts.length || words.length === 1 ? parts : select(words.filter((word) => word.length > 2).map(partOf));
}

/* A word as two, the first of which stands in the index: streetlight → street light. Both begin with the same letters
   and stand in the same file. */
async function splitWords(load, word) {
  const shard = await load(`words/${shardOf(word, (await load("records.json")).shards)}.json`);
  return Object.keys(shard).filter((key) => key.length > 2 && word.length > key.length + 2 && word.startsWith(key))
    .map((key) => `${key} ${word.slice(key.length)}`);
}

function singular(word) {
  return word.length > 4 && word.endsWith("s") ? word.slice(0, -1) : word;
}

window.yishi = Object.assign(window.yishi || {}, { folded, numbersOf, occurrences, shardOf, terms, tokens }); /* for tests */

/* --- the page --- */

const form = document.querySelector("form[data-index]");
if (!form || location.protocol === "file:" || !window.fetch) return;

const PAGE = 10;
const language = document.documentElement.lang, load = cachedLoader(form.dataset.index), original = form.dataset.original;
const [results, list, moreButton, count, advice] = ["#found", "#results", "#more", "#count", "#nothing"].map(
  (selector) => document.querySelector(selector));
const services = Array.from(document.getElementById("services").children);
const filterNames = ["place", "topic", "status", "kind", "year", "sort"];
let latest = 0; /* the number of the latest search: what an earlier one finds is no longer shown */

function element(name, classes, ...children) {
  const made = document.createElement(name);
  if (classes) made.className = classes;
  made.append(...children);
  return made;
}

/* `text` from `start` to `end` with its marks. */
function markedParts(text, marks, start, end) {
  const parts = [];
  let at = start;
  marks.slice().sort((a, b) => a[0] - b[0]).forEach(([from, to]) => {
    if (from < at || to > end) return;
    parts.push(text.slice(at, from), element("mark", "", text.slice(from, to)));
    at = to;
  });
  return [...parts, text.slice(at, end)];
}

/* The text that is shown of a record: its translation in the language of the page, else its own. */
function textOf(record) {
  return record.texts.find((one) => one.tag === language) || record.texts[0];
}

/* The parts of the text around the first places of the terms, two at most; its beginning where it has none. */
function excerpt({ tag, whole: text, marks }) {
  const firsts = marks.filter((one) => one.length).map((one) => one[0][0]).sort((a, b) => a - b);
  const windows = [];
  (firsts.length ? firsts : [0]).forEach((first) => {
    const last = windows[windows.length - 1];
    if (windows.length < 2 && (!last || first > last[1] - 10)) windows.push(windowAround(text, first));
  });
  const parts = element("p", "excerpt");
  windows.forEach(([start, end]) => {
    parts.append(start ? "…" : "", ...markedParts(text, marks.flat(), start, end), end < text.length ? "…" : "");
  });
  if (tag !== language && (tag || original)) parts.lang = tag || original;
  return parts;
}

/* A stretch of text around a place that cuts neither words nor pairs of code units. */
function windowAround(text, place) {
  const length = /[a-z]/i.test(text[place] || "") ? 150 : 80;
  let start = Math.max(0, place - length / 4), end = Math.min(text.length, Math.floor(start) + length);
  start = Math.floor(start);
  while (start > 0 && start > place - length && /[a-z0-9\udc00-\udfff]/i.test(text[start])) start -= 1;
  while (end < text.length && end < start + 2 * length && /[a-z0-9\udc00-\udfff]/i.test(text[end])) end += 1;
  return [start, end];
}

function dateText(when) {
  const [year, month, date, by] = when.split("-");
  const parts = { year: "numeric", month: month ? "long" : undefined, day: date ? "numeric" : undefined, timeZone: "UTC" };
  const day = new Date(Date.UTC(year, (month || 1) - 1, date || 1));
  const text = day.toLocaleDateString(language === "en" ? "en-GB" : language, parts);
  return by ? results.dataset.by.replace("{day}", text) : text;
}

function optionOf(name, value) {
  return Array.from(form.elements[name].options).find((option) => option.value === value && value);
}

/* What a value of a filter is called, as a list of one element or none. */
function labels(name, value) {
  const option = optionOf(name, value);
  if (!option) return [];
  const span = element("span", "", option.textContent.trim());
  if (option.lang) span.lang = option.lang;
  return [span];
}

function resultItem(record, asked) {
  const status = labels("status", record.status);
  return element("li", "", titleLink(record, asked), " ", ...(status.length ? [element("span", "note", ...status), " "] : []),
    metaOf(record), excerpt(textOf(record)));
}

function titleLink(record, asked) {
  const translated = record.titles[language], title = translated || record.title, kind = optionOf("kind", record.kind);
  const marks = marksIn(title, asked, record.folds).flat();
  const link = element("a", "title", ...(title ? markedParts(title, marks, 0, title.length)
    : [kind ? kind.textContent.trim() : record.url]));
  link.href = form.dataset.root + record.url;
  if (!translated && original) link.lang = original;
  return link;
}

function metaOf(record) {
  const meta = element("span", "meta", ...labels("kind", record.kind), ...labels("place", record.place),
    ...record.topics.flatMap((topic) => labels("topic", topic)));
  if (record.when) meta.append(element("span", "", dateText(record.when)));
  return meta;
}

/* Says how the search goes; while it is busy, more is to come. */
function setMessage(text, isBusy) {
  count.textContent = text;
  results.setAttribute("aria-busy", String(Boolean(isBusy)));
}

function showCount(search) {
  const { one, many, most, none, onePart, manyParts, mostParts } = results.dataset;
  const left = search.order.length - search.refused, isExact = search.isExact || search.at >= search.order.length;
  const isOfParts = search.parts.size && (search.isInParts || !search.wholes);
  const [single, several, limit] = isOfParts ? [onePart, manyParts, mostParts] : [one, many, most];
  const text = !left ? none : !isExact ? limit : left === 1 ? single : several;
  setMessage(text.replace("{n}", left.toLocaleString(language)).replace("{words}", () => quoted(search.parts)));
  advice.hidden = left > 0;
  moreButton.hidden = search.at >= search.order.length;
}

/* Words in the quotation marks that Chinese and English share: “a”, “b” or “c”. */
function quoted(words) {
  return new Intl.ListFormat(language, { type: "disjunction" }).format(Array.from(words, (word) => `“${word}”`));
}

/* A search that has begun; `isWider`: also the rarer readings of its characters are folded, and known words set apart. */
async function begin(number, query, filters, isWider) {
  const [folds, synonyms] = await Promise.all([loadFolds(load, query, isWider), load("synonyms.json")]);
  return beginFor(number, terms(isWider ? spaced(query, folds, synonyms) : query, folds, synonyms), filters);
}

/* A search for terms. `at`: how many candidates have been looked at, `refused`: how many of them lack a term;
   `parts`: those parts of words that stood for them in what was found; `wholes`: how many records have no need of these;
   `isInParts`: the words were replaced by their parts, as no record has them. */
async function beginFor(number, asked, filters) {
  return { asked, isExact: asked.every(isDecidedByTokens), at: 0, refused: 0, number, parts: new Set(), wholes: 0,
    order: await candidates(load, asked, filters) };
}

/* The next records as they are shown, each verified before; at most `most` are looked at. */
async function nextItems(search, most = Infinity) {
  const items = [], end = Math.min(search.order.length, most);
  while (items.length < PAGE && search.at < end && search.number === latest) {
    const some = search.order.slice(search.at, search.at + PAGE - items.length);
    const records = (await Promise.all(some.map((one) => verified(load, one, search.asked)))).filter(Boolean);
    search.at += some.length;
    search.refused += some.length - records.length;
    records.forEach((record) => (record.parts || []).forEach((part) => search.parts.add(part)));
    search.wholes += records.filter((record) => !record.parts).length;
    items.push(...records.map((record) => resultItem(record, search.asked)));
  }
  return items;
}

function showItems(search, items) {
  if (search.number !== latest) return;
  list.append(...items);
  showCount(search);
  moreButton.onclick = () => showMore(search);
}

async function showMore(search) {
  setMessage(results.dataset.waiting, true);
  try {
    const items = await nextItems(search);
    showItems(search, items);
    if (items.length) items[0].firstChild.focus();
  } catch (error) {
    fail(search.number);
  }
}

function fail(number) {
  if (number !== latest) return;
  clear();
  setMessage(results.dataset.failed);
}

function clear() {
  list.textContent = "";
  [moreButton, advice].forEach((one) => { one.hidden = true; });
}

/* Shows the pages of the site that one of these words asks for: they tell what no record does. */
function showPages(query) {
  const asked = folded(query, new Map());
  services.forEach((one) => {
    const words = one.dataset.words.split("|").map((word) => ({ text: folded(word, new Map()), whole: true }));
    one.hidden = !words.some((word) => occurrences(asked, word).length);
  });
  services[0].parentElement.hidden = services.every((one) => one.hidden);
}

/* Shows what is found for the form as it stands. */
async function run() {
  latest += 1;
  const number = latest, query = form.elements.q.value, hasTerms = terms(query, new Map()).length > 0;
  showPages(query);
  const filters = Object.fromEntries(filterNames.map((name) => [name, form.elements[name].value]));
  clear();
  setMessage("");
  if (!hasTerms && !filterNames.some((name) => name !== "sort" && filters[name])) return;
  setMessage(results.dataset.waiting, true);
  try {
    showItems(...await firstItems(number, query, filters, hasTerms));
  } catch (error) {
    fail(number);
  }
}

/* Where nothing is found, a wider search is tried, then one for the parts of its words. */
async function firstItems(number, query, filters, hasTerms) {
  const search = await begin(number, query, filters, false), items = await nextItems(search);
  if (items.length || !hasTerms) return [search, items];
  const wider = await begin(number, query, filters, true), more = await nextItems(wider);
  return more.length ? [wider, more] : await itemsInParts(wider, filters) || [wider, more];
}

/* What is found for the parts of the words of a search: of all its words, else of any. Null if that is nothing. */
async function itemsInParts(search, filters) {
  const parts = await termsInParts(load, search.asked, await load("synonyms.json"));
  const any = parts.flatMap((term) => [term, ...term.others]).map((one) => ({ ...one, others: [],
    isPart: one.isPart || isAsked(search.asked, one) }));
  for (const asked of [parts, parts.length > 1 && !parts.some((term) => term.whole) ? [anyOf(any)] : []]) {
    const other = { ...await beginFor(search.number, asked, filters), isInParts: true };
    const items = asked.length ? await nextItems(other, 2 * PAGE) : [];
    if (items.length) return [other, items];
  }
  return null;
}

form.elements.q.addEventListener("keydown", (event) => {
  const first = services.concat(Array.from(list.querySelectorAll("a"))).find((one) => !one.hidden);
  if (event.key !== "ArrowDown" || event.isComposing || !first) return;
  event.preventDefault();
  first.focus();
});
load("records.json").catch(() => {});
load("synonyms.json").catch(() => {});
form.querySelector("details").open = filterNames.some((name) => new URLSearchParams(location.search).get(name));
document.getElementById("without").hidden = true;
results.hidden = false;
window.yishi.connectFilters({ form, fields: ["q", ...filterNames].map((name) => form.elements[name]),
  links: document.querySelectorAll(".languages a"), show: run })();
if (form.elements.q.value) form.elements.q.focus({ preventScroll: true }); /* as before the page was changed for this one */
})();
