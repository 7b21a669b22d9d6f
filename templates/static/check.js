/* Checks a record as a build does: by its JSON Schema, by the order of its log, and for personal data. The rules come with
   the page, made of those of the program; only the few checks that no rule can say stand here. Plain script, Chromium 80. */
(function () {
"use strict";

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

function matches(pattern, text) {
  if (!patterns.has(pattern)) patterns.set(pattern, new RegExp(pattern, "u"));
  return patterns.get(pattern).test(text);
}

/* What each keyword asks: whether `value` keeps to it. */
const HOLDS = {
  type: (asked, value) => [].concat(asked).some((name) => TYPES[name](value)),
  enum: (asked, value) => asked.includes(value),
  pattern: (asked, value) => typeof value !== "string" || matches(asked, value),
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
  $ref: (asked, value, root, path) => problems(at(root, asked), value, root, path),
  allOf: (asked, value, root, path) => [].concat(...asked.map((one) => problems(one, value, root, path))),
  anyOf: (asked, value, root, path) => best(asked.map((one) => problems(one, value, root, path))),
  properties: (asked, value, root, path) => each(isObject(value) ? Object.keys(value).filter((key) => key in asked) : [],
    (key) => problems(asked[key], value[key], root, path.concat(key))),
  items: (asked, value, root, path) => each(Array.isArray(value) ? value : [],
    (one, n) => problems(asked, one, root, path.concat(n))),
  prefixItems: (asked, value, root, path) => each(Array.isArray(value) ? asked.slice(0, value.length) : [],
    (one, n) => problems(one, value[n], root, path.concat(n))),
};

function each(list, find) {
  return [].concat(...list.map(find));
}

/* Of several ways to be right, the one that was meant: where the problem lies deepest, and is not of what kind it is. */
function best(ways) {
  const rank = (list) => Math.max(...list.map((one) => 2 * one.path.length + (one.mistyped ? 0 : 1)));
  return ways.reduce((one, other) => (!one.length || (other.length && rank(other) <= rank(one)) ? one : other));
}

function at(root, reference) {
  return reference.split("/").slice(1).reduce((schema, key) => schema[key], root);
}

/* The problems of `value` by `schema`, a part of `root`. */
function problems(schema, value, root, path = []) {
  if (schema === false) return [{ path, code: "unknown_key" }];
  const broken = Object.keys(HOLDS).filter((key) => key in schema && !HOLDS[key](schema[key], value, root));
  const inside = each(Object.keys(FINDS).filter((key) => key in schema),
    (key) => FINDS[key](schema[key], value, root, path)).concat(others(schema, value, root, path));
  if ("if" in schema) inside.push(...conditional(schema, value, root, path));
  if (!broken.length && !inside.length) return [];
  const mistyped = broken.includes("type") || (inside.length > 0 && inside.every((one) => one.mistyped));
  if (!schema.problem) return broken.length ? [{ path, code: "wrong_shape", found: value, mistyped }] : inside;
  const where = schema.key ? path.concat(schema.key) : path;
  return [{ path: where, code: named(schema.problem, value), found: value, allowed: schema.maxLength, mistyped }];
}

const NOTATION = /^(?:by\s+|不晚于\s*)?\d{4}(?:[-/年]\d{1,2}(?:[-/月]\d{1,2}日?|月)?|年)?$/;

/* A date that is written as dates are, but that no calendar has, is called so. */
function named(code, value) {
  return (code === "not_a_date" || code === "not_a_day") && NOTATION.test(value) ? "no_such_day" : code;
}

function others(schema, value, root, path) {
  if (!("additionalProperties" in schema) || !isObject(value)) return [];
  const further = Object.keys(value).filter((key) => !(key in (schema.properties || {})));
  return each(further, (key) => problems(schema.additionalProperties, value[key], root, path.concat(key)));
}

function conditional(schema, value, root, path) {
  const branch = problems(schema.if, value, root, path).length ? schema.else : schema.then;
  return branch === undefined ? [] : problems(branch, value, root, path);
}

const OTHERWISE = /^(by\s+|不晚于\s*)?(\d{4})(?:\s?[-./年]\s?(\d{1,2})(?:\s?[-./月]\s?(\d{1,2})\s?[日号]?|月)?|(\d\d)(\d\d))$/;

/* The date that is meant by another notation, as it must be written: `2025.9.11` is 2025-09-11 ("" = none). */
function plainDate(text) {
  const date = OTHERWISE.exec(text);
  if (!date) return "";
  const numbers = [date[3] || date[5], date[4] || date[6]].filter(Boolean).map((number) => number.padStart(2, "0"));
  const day = new Date(Date.UTC(date[2], (numbers[0] || 1) - 1, numbers[1] || 1));
  const isThere = day.getUTCMonth() + 1 === Number(numbers[0] || 1) && day.getUTCDate() === Number(numbers[1] || 1);
  return isThere ? (date[1] || "") + [date[2]].concat(numbers).join("-") : "";
}

/* --- by the order of its log --- */

/* The first and the last day that a date can be of ("" = nothing bounds it); of what is no date, none. */
function span(text) {
  const date = /^(by\s+|不晚于\s*)?(\d{4})(?:[-/年](\d{1,2}))?(?:[-/月](\d{1,2}))?/.exec((text || "").normalize("NFKC").trim());
  if (!date) return { first: "", last: "" };
  const day = (month, number) => `${date[2]}-${month.padStart(2, "0")}-${number.padStart(2, "0")}`;
  const last = day(date[3] || "12", date[4] || "31");
  return { first: date[1] ? "" : day(date[3] || "1", date[4] || "1"), last };
}

/* `reserved`: a stage as it is written → what it is in every method. */
function course(record, reserved) {
  const log = record.log || [], raised = span(record.raised).first, found = [];
  let before = null, closing = "";
  log.forEach((entry, n) => {
    const day = span(entry.date), stage = reserved[entry.stage] || "", path = ["log", n, "date"];
    if (before && span(before).first && day.last && day.last < span(before).first) {
      found.push({ path, code: "log_out_of_order", found: entry.date, allowed: before });
    }
    if (day.first && (!before || day.first > span(before).first)) before = entry.date;
    if (raised && stage === "resolved" && day.last && day.last < raised) {
      found.push({ path, code: "resolved_before_raised", found: entry.date, allowed: record.raised });
    }
    closing = stage && stage !== "raised" ? stage : closing;
  });
  if (closing === "closed" && !record.close_reason) found.push({ path: ["close_reason"], code: "close_reason_missing" });
  return found;
}

/* --- for personal data: each hit is {kind, level, text, masked} --- */

const URL_IN_TEXT = /(?:(?:https?|ftp):\/\/|www\.)[!#-&*-;=?-Z_a-z~]+/g;
const UNSEEN = /[\u200b\u200c\u200d\u2060\ufeff\u00ad]/;

/* The text as it is compared, and where each of its characters came from. */
function folded(text) {
  const origins = [];
  let whole = "", from = 0;
  for (const character of text) {
    const piece = UNSEEN.test(character) ? "" : character.normalize("NFKC");
    for (let i = 0; i < piece.length; i += 1) origins.push(from);
    whole += piece;
    from += character.length;
  }
  return { whole, origins: origins.concat(from) };
}

function digits(text) {
  return Array.from(text.replace(/\D/g, ""), Number);
}

/* Each has the last word on what a pattern found: its level, or "" for nothing. */
const CHECKS = {
  resident_id(match, level) {
    const number = match.groups.value.replace(" ", "").toUpperCase();
    const day = new Date(Date.UTC(number.slice(6, 10), number.slice(10, 12) - 1, number.slice(12, 14)));
    if (day.getUTCDate() !== Number(number.slice(12, 14))) return "";
    const total = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2].reduce((sum, weight, i) => sum + weight * number[i], 0);
    const isOrder = /(?:工单|编号|单号|流水号|案号)[^。!?\n]{0,6}$/.test(before(match));
    return "10X98765432"[total % 11] === number[17] && !isOrder ? level : "warning";
  },
  bank_card(match, level) {
    const number = digits(match.groups.value).reverse();
    const sum = number.reduce((total, digit, i) => total + (i % 2 ? digit * 2 - (digit > 4 ? 9 : 0) : digit), 0);
    if (number.length < 15 || number.length > 19 || sum % 10) return "";
    const end = match.index + match[0].length;
    const around = `${before(match)} ${match.input.slice(end, end + 10)}`;
    return /卡|[账帐][号户]|银行/.test(around) ? level : "warning";
  },
  plate(match, level) {
    const rest = match.groups.value.slice(1), numbers = digits(rest).length;
    return numbers >= 3 && (rest === rest.toUpperCase() || /^[ ·•.-]*\d+[ ·•.-]*$/.test(rest.slice(1))) ? level : "";
  },
  account(match, level) {
    return match.groups.said.trim() || /[0-9_]/.test(match.groups.value) ? level : "";
  },
  door_number(match, level) {
    const [first, second, room] = match.groups.value.split("-").map(Number);
    const isDay = room >= 1900 && room <= 2099 && first <= 31 && second <= 31 && Math.min(first, second) <= 12;
    return isDay ? "" : level;
  },
};

function before(match) {
  return match.input.slice(Math.max(match.index - 20, 0), match.index);
}

/* An expression of the list; null in a browser that cannot read it: the build will look again. */
function compiled(pattern) {
  try {
    return new RegExp(pattern.finds, "gu");
  } catch (error) {
    return null;
  }
}

function found(pattern, text, near) {
  const expression = pattern.expression === undefined ? compiled(pattern) : pattern.expression, hits = [];
  pattern.expression = expression;
  if (expression) expression.lastIndex = 0;
  for (let match = expression && expression.exec(text); match; match = expression.exec(text)) {
    const level = pattern.check ? CHECKS[pattern.check](match, pattern.level) : pattern.level;
    const start = match.index + match[0].indexOf(match.groups.value, offset(match));
    if (level && near(start)) hits.push({ kind: pattern.kind, level, start, end: start + match.groups.value.length, pattern });
  }
  return hits;
}

/* Where in a match its value begins: behind what announces it. */
function offset(match) {
  return match[0].endsWith(match.groups.value) ? match[0].length - match.groups.value.length : 0;
}

/* Whether a place in the text stands in one sentence with one of `hits`. */
function nearTo(hits, text) {
  return (place) => hits.some((hit) => {
    const left = text.slice(Math.max(hit.start - 30, 0), hit.start).split(/[。!?\n]/).pop().length;
    const right = text.slice(hit.end, hit.end + 30).split(/[。!?\n]/)[0].length;
    return place >= hit.start - left && place < hit.end + right;
  });
}

function masked(value, [first, last]) {
  const shown = last > 1 ? value.replace(/[^0-9A-Za-z]/g, "") : value;
  return `${shown.slice(0, first)}****${last ? shown.slice(-last) : ""}`;
}

/* The personal data in a text, none within another, of two kinds in one place the graver one. */
function personal(text, list) {
  const { whole, origins } = folded(text), hits = [], kept = [];
  list.forEach((pattern) => {
    const others = hits.filter((hit) => pattern.near.includes(hit.kind));
    hits.push(...found(pattern, whole, pattern.near.length ? nearTo(others, whole) : () => true));
  });
  const taken = Array.from(text.matchAll(URL_IN_TEXT), (match) => [match.index, match.index + match[0].length]);
  const order = (hit) => (hit.level === "error" ? 0 : 1);
  hits.map((hit) => Object.assign(hit, { from: origins[hit.start], to: origins[hit.end] }))
    .sort((a, b) => order(a) - order(b) || a.from - b.from || b.to - a.to)
    .forEach((hit) => {
      if (taken.some(([from, to]) => hit.from < to && hit.to > from)) return;
      taken.push([hit.from, hit.to]);
      kept.push({ kind: hit.kind, level: hit.level, at: hit.from, text: text.slice(hit.from, hit.to),
        masked: masked(whole.slice(hit.start, hit.end), hit.pattern.shows) });
    });
  return kept.sort((a, b) => a.at - b.at);
}

window.yishi = Object.assign(window.yishi || {}, { problems, course, plainDate, personal });
})();
