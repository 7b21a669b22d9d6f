/* Chooses among the notes of a wall by place, topic and colour (filters.js). Plain script, Chromium 80. */
(function () {
"use strict";

const form = document.querySelector(".filters");
if (!form) return;
const fields = Array.from(form.querySelectorAll("select")), notes = Array.from(document.querySelectorAll(".paper"));
const status = form.querySelector("[role=status]"), resetButton = form.querySelector("[type=reset]");

function matches(note, field) {
  return !field.value || note.getAttribute(`data-${field.name}`).split(" ").includes(field.value);
}

function show() {
  notes.forEach((note) => { note.hidden = !fields.every((field) => matches(note, field)); });
  document.querySelectorAll(".column .number").forEach(showNumber);
  const shown = notes.filter((note) => !note.hidden).length;
  resetButton.hidden = shown === notes.length;
  status.textContent = form.dataset.count.replace("{shown}", shown).replace("{all}", notes.length);
}

/* How many notes of a column are shown, of how many. */
function showNumber(number) {
  const column = number.closest(".column"), count = (selector) => column.querySelectorAll(selector).length;
  number.dataset.whole = number.dataset.whole || number.textContent;
  const shown = count(".paper:not([hidden])");
  number.textContent = shown < count(".paper") ? `${shown} / ${number.dataset.whole}` : number.dataset.whole;
}

const links = document.querySelectorAll(".switch a, .languages a");
window.yishi.connectFilters({ form, fields, links, show, method: "replaceState" })();
})();
