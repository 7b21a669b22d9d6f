/* Puts two to four chosen places side by side, one number in a line. The choice stands in the address (filters.js); all
   numbers are those of the table of the page. Plain script, Chromium 80. */
(function () {
"use strict";

const form = document.querySelector("form.filters"), chosen = document.getElementById("chosen");
const every = document.getElementById("every"), hint = document.querySelector(".goes-on");
if (!form || !every) return;
const fields = Array.from(form.querySelectorAll("select")), table = every.querySelector("table");
const heads = Array.from(table.tHead.rows[0].cells).map((cell) => cell.cloneNode(true));

/* The cell at `at` of a row, as a cell of another table; a place without records says so in each line. */
function cellOf(row, at) {
  const cell = document.createElement("td");
  const source = row.cells[Math.min(at, row.cells.length - 1)];
  cell.append(...Array.from(source.childNodes).map((node) => node.cloneNode(true)));
  cell.className = source.className;
  return cell;
}

function headOf(source, scope) {
  const head = document.createElement("th");
  head.scope = scope;
  head.append(...Array.from(source.childNodes).map((node) => node.cloneNode(true)));
  return head;
}

function sideBySide(rows) {
  const made = document.createElement("table"), head = made.createTHead().insertRow(), body = made.createTBody();
  head.append(document.createElement("td"), ...rows.map((row) => headOf(row.cells[0], "col")));
  heads.slice(1).forEach((name, n) => {
    const line = body.insertRow();
    line.append(headOf(name, "row"), ...rows.map((row) => cellOf(row, n + 1)));
  });
  return made;
}

function show() {
  const paths = Array.from(new Set(fields.map((field) => field.value).filter(Boolean)));
  const isChosen = paths.length > 1;
  chosen.textContent = "";
  if (isChosen) chosen.append(sideBySide(paths.map((path) => document.getElementById(path))));
  chosen.hidden = !isChosen;
  every.hidden = isChosen;
  tellWhetherItGoesOn();
}

/* The hint stands only where a part of the table is hidden. */
function tellWhetherItGoesOn() {
  hint.hidden = every.scrollWidth <= every.clientWidth;
}

window.addEventListener("resize", tellWhetherItGoesOn);
window.yishi.connectFilters({ form, fields, links: document.querySelectorAll(".languages a"), show })();
})();
