/* Drops files into the form of the office page, and selects a whole reply when it is focused. */

"use strict";

const form = document.getElementById("receive"), field = document.getElementById("files");

document.addEventListener("dragover", (event) => {
  event.preventDefault();
  document.body.classList.add("is-dropping");
});

document.addEventListener("dragleave", (event) => {
  if (!event.relatedTarget) document.body.classList.remove("is-dropping");
});

document.addEventListener("drop", (event) => {
  event.preventDefault();
  document.body.classList.remove("is-dropping");
  if (!event.dataTransfer.files.length) return;
  field.files = event.dataTransfer.files;
  form.requestSubmit(form.querySelector("[name=action]"));
});

document.querySelectorAll("textarea[readonly]").forEach((box) => {
  box.addEventListener("focus", () => { box.select(); });
});
