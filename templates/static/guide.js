/* The guide: a button on each example copies it. Plain script, written for browsers from Chromium 80 on. */
(function () {
"use strict";

const [button, copied] = document.getElementById("copy").content.children;

function copy(example, done) {
  const byHand = () => {
    getSelection().selectAllChildren(example);
    if (document.execCommand("copy")) done();
  };
  if (navigator.clipboard) navigator.clipboard.writeText(example.textContent).then(done, byHand);
  else byHand();
}

document.querySelectorAll(".guide pre").forEach((example) => {
  const own = button.cloneNode(true);
  own.addEventListener("click", () => copy(example, () => { own.textContent = copied.textContent; }));
  example.className = "copiable";
  example.after(own);
});
})();
