/* Writes a record as a text file: YAML, and for a case Markdown below it. Plain script, Chromium 80. */
(function () {
"use strict";

/* What needs no quotes, wherever it stands: no sign that YAML reads, and no word that it takes for something else. */
const PLAIN = /^[\p{L}\p{N}](?:[\p{L}\p{N} ，。、；！？“”《》（）·…-]*[\p{L}\p{N}，。、；！？”》）…])?$/u;
const WORDS = /^(?:true|false|yes|no|on|off|null|y|n)$/i;
/* What no file may hold. */
const CONTROL = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]/g;

/* A text as it may stand in a file: lines end in one way, what is no character is left out. */
function cleanText(text) {
  return text.replace(/\r\n?/g, "\n").replace(CONTROL, "").replace(/\p{Surrogate}/gu, "").trim();
}

function isPlain(text) {
  return PLAIN.test(text) && !WORDS.test(text);
}

/* JSON is YAML: in double quotes everything can stand. */
function scalarText(text) {
  return isPlain(text) ? text : JSON.stringify(text);
}

/* The lines of a mapping; `names`: the path of a key → how it is written. */
function mappingLines(record, names, path, indent, entry) {
  return Object.keys(record).flatMap((key) => {
    const inner = path ? `${path}.${key}` : key, head = `${indent}${names[inner]}:`, value = record[key];
    if (typeof value === "string") return [`${head} ${scalarText(value)}`];
    if (!Array.isArray(value)) return [head, ...mappingLines(value, names, inner, `${indent}  `, entry)];
    if (inner === "log") return [head, ...value.flatMap((one) => entryLines(one, names, `${indent}  `, entry))];
    if (value.every(isPlain)) return [`${head} [${value.join(", ")}]`];
    return [head, ...value.map((one) => `${indent}  - ${scalarText(one)}`)];
  });
}

/* An entry of a log: in one line where it can be, else key by key. `entry`: the names of its keys. */
function entryLines(one, names, indent, entry) {
  if (!one.by && one.stage && isPlain(one.stage) && !entry.includes(one.stage)) {
    const head = one.date ? `${one.date} ${one.stage}` : one.stage;
    if (isPlain(head)) return [`${indent}- ${head}: ${one.text ? scalarText(one.text) : ""}`.trimEnd()];
  }
  const lines = mappingLines(one, names, "log", `${indent}  `, entry);
  return [`${indent}- ${lines[0].trim()}`, ...lines.slice(1)];
}

/* The file of a record: its first line names the place, `remarks` stand below. */
function recordFile(kind, place, record, names, entry, remarks = []) {
  const { body, ...rest } = record, story = kind === "case";
  const lines = [`# ${place}`, ...remarks, ...mappingLines(story ? rest : record, names, "", "", entry)];
  return `${(story ? ["---", ...lines, "---", ...(body ? [body] : [])] : lines).join("\n")}\n`;
}

/* A name for it, which whoever takes it in may change. */
function fileName(kind, title, day, chinese) {
  const words = /^[\x20-\x7e]+$/.test(title) ? title.toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "").slice(0, 40) : "";
  const stem = words.replace(/-$/, "") || (chinese ? { issue: "yiti", case: "anli" } : { issue: "issue", case: "case" })[kind];
  return `${stem}-${day}.${kind === "case" ? "md" : "yaml"}`;
}

window.yishi = Object.assign(window.yishi || {}, { cleanText, recordFile, fileName });
})();
