// Large type and colours as the reader chose them, stored in this browser and set before anything is shown: so this one
// script is not deferred. The switches stand in the page, and appear only where it runs. Plain script for any browser.
(function () {
  "use strict";
  var root = document.documentElement, choices = { size: ["large"], theme: ["light", "dark"] };

  function storedChoice(name) {
    var value = "";
    try { value = localStorage.getItem("yishi-" + name) || ""; } catch (refused) { /* then the choice holds for this page alone */ }
    return choices[name].indexOf(value) < 0 ? "" : value;
  }

  function choose(name, value) {
    try { localStorage.setItem("yishi-" + name, value); } catch (refused) { /* as above */ }
    show(name, value);
  }

  function show(name, value) {
    root.setAttribute("data-" + name, value);
    forEachElement("[data-look=" + name + "]", function (one) {
      if (one.localName === "select") one.value = value;
      else one.setAttribute("aria-pressed", String(value === one.value));
    });
    if (name === "theme") forEachElement("meta[data-scheme]", function (one) {
      var scheme = one.getAttribute("data-scheme");
      one.media = value ? (value === scheme ? "all" : "not all") : "(prefers-color-scheme: " + scheme + ")";
    });
  }

  function showAll() {
    for (var name in choices) show(name, storedChoice(name));
  }

  function forEachElement(selector, action) {
    Array.prototype.forEach.call(document.querySelectorAll(selector), action);
  }

  // A page from a server may search: its form then stands there from the beginning (style.css).
  if (location.protocol !== "file:") root.setAttribute("data-served", "");
  showAll();
  document.addEventListener("DOMContentLoaded", showAll);
  window.addEventListener("pageshow", function (event) { if (event.persisted) showAll(); });
  document.addEventListener("click", function (event) {
    var one = event.target;
    if (one.localName === "button" && one.dataset.look) {
      choose(one.dataset.look, one.getAttribute("aria-pressed") === "true" ? "" : one.value);
    }
  });
  document.addEventListener("change", function (event) {
    if (event.target.localName === "select" && event.target.dataset.look) {
      choose(event.target.dataset.look, event.target.value);
    }
  });

  // What a link leads to is unfolded.
  function unfoldTarget() {
    var target = document.getElementById(decodeURIComponent(location.hash.slice(1))), isFolded = false;
    for (var one = target; one; one = one.parentElement) {
      if (one.localName === "details" && !one.open) isFolded = one.open = true;
    }
    if (isFolded) target.scrollIntoView();
  }
  document.addEventListener("DOMContentLoaded", unfoldTarget);
  window.addEventListener("hashchange", unfoldTarget);

  // On paper nothing can be unfolded.
  window.addEventListener("beforeprint", function () {
    forEachElement("details:not([open])", function (one) { one.open = true; one.setAttribute("data-printed", ""); });
  });
  window.addEventListener("afterprint", function () {
    forEachElement("details[data-printed]", function (one) { one.open = false; one.removeAttribute("data-printed"); });
  });
})();
