/* Checks a record as a build does: by its JSON Schema, by the order of its log, and for personal data. The rules come with
   the page, made of those of the program; only the few checks that no rule can say stand here. Plain script, Chromium 80. */
(function () {
"use strict";

const { daySpan } = window.yishi;

/* --- by its schema: each problem is {path, code, found, allowed} --- */

const TYPES = {
  null: (value) => value === null,
  boolean: (value) => typeof value === "boolean",
  number: (value) => typeof value === "number",
  integer: (value) => Number.isInteger(value),
  string: (value) => typeof value === "string",
  array: Array.isArray,
  object: isObject,
};

function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const patterns = new Map();

function matchesPattern(pattern, text) {
  if (!patterns.has(pattern)) patterns.set(pattern, new RegExp(pattern, "u"));
  return patterns.get(pattern).test(text);
}

/* What each keyword asks: whether `value` keeps to it. */
const HOLDS = {
  type: (asked, value) => [].concat(asked).some((name) => TYPES[name](value)),
  enum: (asked, value) => asked.includes(value),
  pattern: (asked, value) => typeof value !== "string" || matchesPattern(asked, value),
  maxLength: (asked, value) => typeof value !== "string" || Array.from(value).length <= asked,
  minimum: (asked, value) => typeof value !== "number" || value >= asked,
  maximum: (asked, value) => typeof value !== "number" || value <= asked,
  minItems: (asked, value) => !Array.isArray(value) || value.length >= asked,
  maxItems: (asked, value) => !Array.isArray(value) || value.length <= asked,
  minProperties: (asked, value) => !isObject(value) || Object.keys(value).length >= asked,
  maxProperties: (asked, value) => !isObject(value) || Object.keys(value).length <= asked,
  required: (asked, value) => !isObject(value) || asked.every((key) => key in value),
  not: (asked, value, root) => problems(asked, value, root).length > 0,
  contains: (asked, value, root) => !Array.isArray(value) || value.some((one) => !problems(asked, one, root).length),
  propertyNames: (asked, value, root) => !isObject(value)
    || Object.keys(value).every((key) => !problems(asked, key, root).length),
};

/* What each keyword finds in the parts of `value`, or by other schemas. */
const FINDS = {
  $ref: (asked, value, root, path) => problems(resolveReference(root, asked), value, root, path),
  allOf: (asked, value, root, path) => asked.flatMap((one) => problems(one, value, root, path)),
  anyOf: (asked, value, root, path) => likeliest(asked.map((one) => problems(one, value, root, path))),
  properties: (asked, value, root, path) => Object.keys(isObject(value) ? value : {}).filter((key) => key in asked).flatMap(
    (key) => problems(asked[key], value[key], root, path.concat(key))),
  items: (asked, value, root, path) => (Array.isArray(value) ? value : []).flatMap(
    (one, n) => problems(asked, one, root, path.concat(n))),
  prefixItems: (asked, value, root, path) => (Array.isArray(value) ? asked.slice(0, value.length) : []).flatMap(
    (one, n) => problems(one, value[n], root, path.concat(n))),
};

/* Of several ways to be right, the one that was meant: where the problem lies deepest, and is not of what kind it is. */
function likeliest(ways) {
  const rank = (list) => Math.max(...list.map((one) => 2 * one.path.length + (one.mistyped ? 0 : 1)));
  return ways.reduce((one, other) => (!one.length || (other.length && rank(other) <= rank(one)) ? one : other));
}

function resolveReference(root, reference) {
  return reference.split("/").slice(1).reduce((schema, key) => schema[key], root);
}

/* The problems of `value` by `schema`, a part of `root`. */
function problems(schema, value, root, path = []) {
  if (schema === false) return [{ path, code: "unknown_key" }];
  const broken = Object.keys(HOLDS).filter((key) => key in schema && !HOLDS[key](schema[key], value, root));
  const inside = Object.keys(FINDS).filter((key) => key in schema).flatMap(
    (key) => FINDS[key](schema[key], value, root, path)).concat(unlistedKeys(schema, value, root, path));
  if ("if" in schema) inside.push(...branchProblems(schema, value, root, path));
  if (!broken.length && !inside.length) return [];
  const mistyped = broken.includes("type") || (inside.length > 0 && inside.every((one) => one.mistyped));
  if (!schema.problem) return broken.length ? [{ path, code: "wrong_shape", found: value, mistyped }] : inside;
  const where = schema.key ? path.concat(schema.key) : path;
  return [{ path: where, code: codeOf(schema.problem, value), found: value, allowed: schema.maxLength, mistyped }];
}

const NOTATION = /^(?:by\s+|不晚于\s*|about\s+|约\s*)?\d{4}(?:[-/年]\d{1,2}(?:[-/月]\d{1,2}日?|月)?|年)?$/;

/* A date that is written as dates are, but that no calendar has, is called so. */
function codeOf(code, value) {
  return (code === "not_a_date" || code === "not_a_day") && NOTATION.test(value) ? "no_such_day" : code;
}

function unlistedKeys(schema, value, root, path) {
  if (!("additionalProperties" in schema) || !isObject(value)) return [];
  const further = Object.keys(value).filter((key) => !(key in (schema.properties || {})));
  return further.flatMap((key) => problems(schema.additionalProperties, value[key], root, path.concat(key)));
}

function branchProblems(schema, value, root, path) {
  const branch = problems(schema.if, value, root, path).length ? schema.else : schema.then;
  return branch === undefined ? [] : problems(branch, value, root, path);
}

/* --- by the order of its log --- */

/* What is wrong with the order of a log. `reserved`: a stage as it is written → what it is in every method. */
function logProblems(record, reserved) {
  const log = record.log || [], stages = log.map((entry) => reserved[entry.stage] || "");
  const closing = stages.filter((stage) => stage && stage !== "raised").pop();
  const list = orderProblems(log).concat(log.flatMap((entry, n) => (
    stages[n] === "resolved" && isBefore(entry.date, record.raised) ?
      [{ path: ["log", n, "date"], code: "resolved_before_raised", found: entry.date, allowed: record.raised }] : [])));
  if (closing === "closed" && !record.close_reason) list.push({ path: ["close_reason"], code: "close_reason_missing" });
  return list;
}

/* The entries that are surely earlier than the latest one that stands above them. */
function orderProblems(log) {
  const list = [];
  let latest = "";
  log.forEach(({ date }, n) => {
    if (isBefore(date, latest)) list.push({ path: ["log", n, "date"], code: "log_out_of_order", found: date, allowed: latest });
    if (daySpan(date).first > daySpan(latest).first) latest = date;
  });
  return list;
}

/* Whether a date is surely earlier than another: what nothing bounds is not. */
function isBefore(date, other) {
  const { last } = daySpan(date), { first } = daySpan(other);
  return last !== "" && first !== "" && last < first;
}

/* --- for personal data: each hit is {kind, level, at, text, masked}. The steps are those of the program's `privacy.py`,
   which says why; the list of patterns is its own. --- */

const URL_IN_TEXT = /(?:(?:https?|ftp):\/\/|www\.)(?!(?:wa|t)\.me\/)[!#-&*-;=@-Z_a-z~]+/g;

/* The text as it is compared, and where each of its characters came from. */
function foldWithOrigins(text, list) {
  const origins = [];
  let whole = "", from = 0;
  for (const character of text) {
    const pieces = list.drop.includes(character) ? "" : character.normalize("NFKC");
    for (const piece of pieces) {
      if (list.drop.includes(piece)) continue;
      const folded = list.as[piece] || piece;
      for (let i = 0; i < folded.length; i += 1) origins.push(from);
      whole += folded;
    }
    from += character.length;
  }
  return { whole, origins: origins.concat(from) };
}

/* The same with numerals as digits. */
function foldDigits(folded, list) {
  const digits = Array.from(folded, (character) => list.digits[character] || character).join("");
  return digits.replace(/(?<=[0-9])[oO]{1,4}(?![A-Za-z])|(?<![A-Za-z])[oO]{1,4}(?=[0-9])/g, (found) => "0".repeat(found.length));
}

function digitsOf(text) {
  return Array.from(text.replace(/[^0-9]/g, ""), Number);
}

function isLuhn(number) {
  const sum = number.slice().reverse().reduce((all, digit, i) => all + (i % 2 ? digit * 2 - (digit > 4 ? 9 : 0) : digit), 0);
  return sum % 10 === 0;
}

const DAY = /^(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])$/;
const GROUPS = ["2,2,2,2,2,1", "2,3,3,3", "4,3,4", "4,4,3"];

/* Whether a number is by itself what its pattern looks for. */
const CHECKS = {
  groups(value) {
    const groups = value.match(/[0-9]+/g), sizes = groups.map((group) => group.length), all = sizes.join();
    const around = value[0] === "0" ? /^[ ()]+|[ ()]+$/g : /^ +| +$/g;
    const separators = Array.from(new Set((value.match(/[^0-9]+/g) || []).map((one) => one.replace(around, ""))));
    if (all === "11" || all === "3,4,4") return true;
    if (separators.includes(",") || (value[0] === "0" && sizes[0] === 4) || all === "3,4,2,2") return false;
    if (sizes.length === 2) return !(separators.join() === "." || DAY.test(groups[1]));
    return sizes.every((size) => size === 1)
      || (separators.length === 1 && separators[0] !== "*" && ([3, 5].includes(sizes[0]) || GROUPS.includes(all)));
  },
  resident_id(value) {
    const number = value.replace(/[^0-9Xx]/g, "").toUpperCase().slice(0, 18);
    const day = new Date(Date.UTC(number.slice(6, 10), number.slice(10, 12) - 1, number.slice(12, 14)));
    if (!/^......(?:19|20)/.test(number) || /^[0-9]{1,2}[^0-9]/.test(value)) return false;
    if (day.getUTCMonth() + 1 !== Number(number.slice(10, 12)) || day.getUTCDate() !== Number(number.slice(12, 14))) return false;
    const total = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2].reduce((sum, weight, i) => sum + weight * number[i], 0);
    return "10X98765432"[total % 11] === number[17] || /^(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3])/.test(number);
  },
  bank_card(value) {
    const number = digitsOf(value), text = number.join("");
    const isRounded = number.length > 15 && /^.{15}0+$/.test(text) && !text.endsWith("00000000");
    return (text[0] !== "9" || text.startsWith("9558")) && (isLuhn(number) || isRounded);
  },
  nhs(value) {
    const number = digitsOf(value), total = number.slice(0, 9).reduce((sum, digit, i) => sum + digit * (10 - i), 0);
    return (11 - (total % 11)) % 11 === number[9];
  },
  iban(value) {
    const number = value.toUpperCase().replace(/[^0-9A-Z]/g, ""), moved = number.slice(4) + number.slice(0, 4);
    return Array.from(moved).reduce((rest, one) => Number(String(rest) + parseInt(one, 36)) % 97, 0) === 1;
  },
  door_number(value) {
    const [first, second, room] = value.match(/[0-9]+/g).map(Number);
    return !(room >= 1900 && room <= 2099 && first <= 31 && second <= 31 && Math.min(first, second) <= 12);
  },
  not_a_day: (value) => !DAY.test(value.replace(/[^0-9]/g, "")),
};

/* An expression of the list; one that never matches in a browser that cannot read it: the build will look again. */
function compilePattern(expression, flags) {
  try {
    return new RegExp(expression, flags);
  } catch (error) {
    return /(?!)/g;
  }
}

const CONTEXTS = [["none_by", "none"], ["warning_by", "warning"], ["error_by", "error"]];

/* The level by the words around a find, else that of its pattern; "" for nothing. */
function levelInContext(pattern, text, start, end) {
  const around = `${text.slice(Math.max(start - 32, 0), start).split("\n").pop()}\n${text.slice(end, end + 12).split("\n")[0]}`;
  const own = CONTEXTS.filter(([key]) => key in pattern);
  const said = own.find(([key]) => compilePattern(pattern[key], "u").test(around));
  const level = said ? said[1] : pattern.level;
  return level === "none" && own.length ? "" : level;
}

function findMatches(pattern, text, near) {
  const expression = compilePattern(pattern.finds, "gu"), hits = [];
  for (let match = expression.exec(text); match; match = expression.exec(text)) {
    const { value } = match.groups, start = match.index + valueOffset(match[0], value);
    const isOne = (!pattern.check || CHECKS[pattern.check](value)) && near(start);
    const level = isOne ? levelInContext(pattern, text, start, start + value.length) : "";
    if (level) hits.push({ kind: pattern.kind, level, start, end: start + value.length, pattern });
  }
  return hits;
}

/* Where in a find its value begins: behind what announces it. */
function valueOffset(found, value) {
  return found.endsWith(value) ? found.length - value.length : found.indexOf(value);
}

/* Whether a place in the text stands in one sentence with one of `hits`. */
function nearTo(hits, text) {
  return (place) => hits.some((hit) => {
    const left = text.slice(Math.max(hit.start - 30, 0), hit.start).split(/[。!?\n]/).pop().length;
    const right = text.slice(hit.end, hit.end + 30).split(/[。!?\n]/)[0].length;
    return place >= hit.start - left && place < hit.end + right;
  });
}

function maskValue(value, [first, last]) {
  const shown = last > 1 ? value.replace(/[^0-9A-Za-z]/g, "") : value;
  return `${shown.length > first ? shown.slice(0, first) : ""}****${last ? shown.slice(-last) : ""}`;
}

/* The personal data in a text, none within another, of two kinds in one place the graver one. */
function findPersonalData(text, list) {
  const { whole, origins } = foldWithOrigins(text, list), order = (hit) => (hit.level === "error" ? 0 : 1);
  const hits = allMatches(whole, foldDigits(whole, list), list.patterns).filter((hit) => hit.level !== "none")
    .map((hit) => Object.assign(hit, { from: origins[hit.start], to: origins[hit.end - 1] + 1 }))
    .sort((a, b) => order(a) - order(b) || a.from - b.from || b.to - a.to);
  return withoutOverlaps(hits, urlsIn(text)).map((hit) => ({ kind: hit.kind, level: hit.level, at: hit.from,
    text: text.slice(hit.from, hit.to), masked: maskValue(whole.slice(hit.start, hit.end), hit.pattern.shows) }))
    .sort((a, b) => a.at - b.at);
}

/* What the page's policy lets be parsed (trusted types, where the browser knows them): text without elements. */
const tagless = { createHTML: (text) => text.replace(/</g, "&lt;") };
const parsable = window.trustedTypes ? window.trustedTypes.createPolicy("yishi-text", tagless) : tagless;

/* Emphasis, escapes and links; and what parts two lines of a paragraph. */
const MARKS = /[*~`]|\\(?=[!-/:-@[-`{-~])|!?\[(?=[^[\]\n]{0,99}\]\()|\]\([^()\n]{0,299}\)/g;
const LINE_BREAK = /(?<=[^\n])\n[ \t]{0,9}(?![ \t\n>#|+-]|[0-9]{1,9}[.)] )/g;

/* The same in a text that will be read as Markdown: also what its marks, tags and entities hide. Only the entities are
   left to the browser: of an element with a handler it would tell that the page's policy forbids it. */
function findInMarkdown(text, list) {
  const untagged = text.replace(MARKS, "").replace(/<!--[^]*?-->|<\/?[a-z][^<>]*>/gi, "").replace(LINE_BREAK, " ");
  const page = new DOMParser().parseFromString(parsable.createHTML(untagged), "text/html");
  const bare = (hit) => hit.kind + hit.text.replace(/[^\p{L}\p{N}]/gu, "");
  const typed = findPersonalData(text, list), known = typed.map(bare);
  return typed.concat(findPersonalData(page.body.textContent, list).filter((hit) => !known.includes(bare(hit))));
}

/* What the patterns find; some count only near to what an earlier one has found. */
function allMatches(folded, digits, patterns) {
  return patterns.reduce((hits, pattern) => {
    const others = hits.filter((hit) => pattern.near.includes(hit.kind));
    const texts = pattern.form && digits !== folded ? [folded, digits] : [folded];
    return hits.concat(...texts.map((text) => findMatches(pattern, text, pattern.near.length ? nearTo(others, text) : () => true)));
  }, []);
}

/* Where addresses of the web stand, up to their query: numbers in them are no personal data. */
function urlsIn(text) {
  return Array.from(text.matchAll(URL_IN_TEXT), (match) => ({ from: match.index, to: match.index + match[0].length }));
}

/* The hits that overlap neither `taken` nor an earlier hit. */
function withoutOverlaps(hits, taken) {
  return hits.reduce((kept, hit) => (
    taken.concat(kept).some((one) => hit.from < one.to && hit.to > one.from) ? kept : kept.concat(hit)), []);
}

window.yishi = Object.assign(window.yishi || {}, { problems, logProblems, isBefore, findPersonalData, findInMarkdown });
})();
