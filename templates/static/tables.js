/* Sorts a table by a column: the largest first, the smallest first, then again in the fixed order of places; and opens
   what the address leads to, if it is folded. Plain script, Chromium 80. */
(function () {
"use strict";

const ORDERS = ["descending", "ascending", "none"];

/* What a row is sorted by: the number of the cell, else its text; a row without a value comes last. */
function keyOf(row, at) {
  const cell = row.cells[at], data = cell && cell.querySelector("data");
  return data ? Number.parseFloat(data.getAttribute("value")) : NaN;
}

function sortBy(body, rows, at, order) {
  const up = order === "ascending" ? 1 : -1;
  const sorted = order === "none" ? rows : rows.slice().sort((one, other) => {
    const a = keyOf(one, at), b = keyOf(other, at);
    if (Number.isNaN(a) || Number.isNaN(b)) return Number.isNaN(a) - Number.isNaN(b);
    return up * (a - b);
  });
  sorted.forEach((row) => body.appendChild(row));
}

function offerSorting(table) {
  const body = table.tBodies[0], rows = Array.from(body.rows), heads = table.querySelectorAll("thead th.number");
  heads.forEach((head) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    head.setAttribute("aria-sort", "none");
    button.addEventListener("click", () => {
      const order = ORDERS[(ORDERS.indexOf(head.getAttribute("aria-sort")) + 1) % ORDERS.length];
      heads.forEach((other) => other.setAttribute("aria-sort", "none"));
      head.setAttribute("aria-sort", order);
      sortBy(body, rows, head.cellIndex, order);
    });
  });
}

function openTarget() {
  const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!target || target.tagName !== "DETAILS") return;
  target.open = true;
  target.scrollIntoView();
}

document.querySelectorAll("table.sortable").forEach(offerSorting);
window.addEventListener("hashchange", openTarget);
openTarget();
})();
