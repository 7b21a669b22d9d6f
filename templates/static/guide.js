/* The guide: a button on each example copies it. Plain script, Chromium 80. */
(function () {
"use strict";

const [template, copied] = document.getElementById("copy").content.children;

/* What is passed on leads back here, also where the site was built without knowing its address. */
function textOf(example) {
  const text = example.textContent, isPassedOn = example.closest(".to-pass-on") && location.protocol !== "file:";
  return isPassedOn && !text.includes("://") ? `${text}\n\n${location.origin}${location.pathname}` : text;
}

/* Calls `done` once the text of the example is on the clipboard. */
function copy(example, done) {
  const copySelected = () => {
    getSelection().selectAllChildren(example);
    if (document.execCommand("copy")) done();
  };
  if (navigator.clipboard) navigator.clipboard.writeText(textOf(example)).then(done, copySelected);
  else copySelected();
}

document.querySelectorAll(".guide pre").forEach((example) => {
  const button = template.cloneNode(true);
  button.addEventListener("click", () => copy(example, () => { button.textContent = copied.textContent; }));
  example.className = "copiable";
  example.after(button);
});
})();
