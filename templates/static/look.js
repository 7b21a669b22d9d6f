// Large type and colours as the reader chose them. They are kept in this browser, and set before anything is shown:
// so this one script is not deferred. The switches stand in the page, and appear only where it runs.
(function () {
  "use strict";
  var root = document.documentElement, choices = { size: ["large"], theme: ["light", "dark"] };

  function kept(name) {
    var value = "";
    try { value = localStorage.getItem("yishi-" + name) || ""; } catch (refused) { /* then it holds for this page */ }
    return choices[name].indexOf(value) < 0 ? "" : value;
  }

  function keep(name, value) {
    try { localStorage.setItem("yishi-" + name, value); } catch (refused) { /* the same */ }
    show(name, value);
  }

  function show(name, value) {
    root.setAttribute("data-" + name, value);
    each("[data-look=" + name + "]", function (one) {
      if (one.localName === "select") one.value = value;
      else one.setAttribute("aria-pressed", String(value === one.value));
    });
    if (name === "theme") each("meta[data-scheme]", function (one) {
      var scheme = one.getAttribute("data-scheme");
      one.media = value ? (value === scheme ? "all" : "not all") : "(prefers-color-scheme: " + scheme + ")";
    });
  }

  function showAll() {
    for (var name in choices) show(name, kept(name));
  }

  function each(selector, what) {
    Array.prototype.forEach.call(document.querySelectorAll(selector), what);
  }

  showAll();
  document.addEventListener("DOMContentLoaded", showAll);
  window.addEventListener("pageshow", function (event) { if (event.persisted) showAll(); });
  document.addEventListener("click", function (event) {
    var one = event.target;
    if (one.localName === "button" && one.dataset.look) {
      keep(one.dataset.look, one.getAttribute("aria-pressed") === "true" ? "" : one.value);
    }
  });
  document.addEventListener("change", function (event) {
    if (event.target.localName === "select" && event.target.dataset.look) {
      keep(event.target.dataset.look, event.target.value);
    }
  });

  // On paper nothing can be unfolded.
  window.addEventListener("beforeprint", function () {
    each("details:not([open])", function (one) { one.open = true; one.setAttribute("data-printed", ""); });
  });
  window.addEventListener("afterprint", function () {
    each("details[data-printed]", function (one) { one.open = false; one.removeAttribute("data-printed"); });
  });
})();
