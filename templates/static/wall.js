/* Chooses among the notes of a wall by place, topic and colour. The choice stands in the address, so it can be shared. */
(function () {
  "use strict";
  var form = document.querySelector(".filters");
  if (!form) return;
  var selects = Array.prototype.slice.call(form.querySelectorAll("select"));
  var papers = Array.prototype.slice.call(document.querySelectorAll(".paper"));
  var columns = Array.prototype.slice.call(document.querySelectorAll(".column"));
  var ways = Array.prototype.slice.call(document.querySelectorAll(".switch a, .languages a"));
  var told = form.querySelector("[role=status]"), reset = form.querySelector("[type=reset]");

  function fits(paper, select) {
    return !select.value || paper.getAttribute("data-" + select.name).split(" ").indexOf(select.value) >= 0;
  }

  function show() {
    var shown = papers.filter(function (paper) {
      paper.hidden = !selects.every(function (select) { return fits(paper, select); });
      return !paper.hidden;
    });
    columns.forEach(count);
    reset.hidden = shown.length === papers.length;
    told.textContent = form.getAttribute("data-told").replace("{shown}", shown.length).replace("{all}", papers.length);
  }

  function count(column) {
    var number = column.querySelector(".number");
    if (!number) return;
    var whole = number.getAttribute("data-whole") || number.textContent;
    number.setAttribute("data-whole", whole);
    var hidden = column.querySelectorAll(".paper[hidden]").length;
    number.textContent = hidden ? column.querySelectorAll(".paper").length - hidden + " / " + whole : whole;
  }

  function address() {
    var query = selects.filter(function (select) { return select.value; }).map(function (select) {
      return select.name + "=" + encodeURIComponent(select.value);
    }).join("&");
    return query && "?" + query;
  }

  /* The choice goes along: into the address, to the other columns, to the other languages. */
  function remember() {
    var query = address();
    ways.forEach(function (link) { link.search = query; });
    try { history.replaceState(null, "", location.pathname + query + location.hash); } catch (error) { /* from disk */ }
  }

  function recall() {
    var query = new URLSearchParams(location.search);
    selects.forEach(function (select) {
      var wanted = query.get(select.name) || "";
      select.value = wanted;
      if (select.selectedIndex < 0) select.value = "";
    });
  }

  form.addEventListener("change", function () { show(); remember(); });
  form.addEventListener("submit", function (event) { event.preventDefault(); });
  form.addEventListener("reset", function () { setTimeout(function () { show(); remember(); }); });
  recall();
  form.hidden = false;
  show();
  ways.forEach(function (link) { link.search = address(); });
})();
