/* Filters in the address: what they are set to stands in its query, so that it survives a reload, can be passed on and is
   undone by the way back. Used by list.js, search.js and wall.js, which stand behind it. Plain script, Chromium 80. */
(function () {
"use strict";

/* What is filled in, as the query of an address ("" = nothing). */
function queryOf(fields) {
  const query = new URLSearchParams();
  fields.forEach((field) => { if (field.value.trim()) query.set(field.name, field.value.trim()); });
  return query.toString() && `?${query}`;
}

/* Fills in what the address says; what a field does not offer counts as nothing. */
function fillFromAddress(fields) {
  const query = new URLSearchParams(location.search);
  fields.forEach((field) => {
    const value = query.get(field.name) || "";
    const isOffered = !field.options || Array.from(field.options).some((option) => option.value === value);
    field.value = isOffered ? value : "";
  });
}

/* `method`: pushState for a step of its own in the browser's history, replaceState for none. */
function writeAddress(query, method) {
  try {
    if (query !== location.search) history[method](null, "", location.pathname + query + location.hash);
  } catch (error) { /* not every browser lets a page opened from disk change its address */ }
}

/* Keeps the address as the fields of a form are set, and the other way round. `links` lead to the same choice on other
   pages; `show` shows what is chosen. Returns what to call once all is ready: it fills the fields and shows the form. */
function connectFilters({ form, fields, links, show, method = "pushState" }) {
  function update() {
    links.forEach((link) => { link.search = queryOf(fields); });
    show();
  }
  function read() {
    fillFromAddress(fields);
    update();
  }
  function write() {
    writeAddress(queryOf(fields), method);
    update();
  }
  listen(form, fields, write);
  window.addEventListener("popstate", read);
  return () => {
    read();
    form.hidden = false;
  };
}

/* Calls `write` whenever something is chosen, sent or taken back. */
function listen(form, fields, write) {
  fields.filter((field) => field.options).forEach((field) => field.addEventListener("change", write));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    write();
  });
  form.addEventListener("reset", (event) => {
    event.preventDefault();
    fields.forEach((field) => { field.value = ""; });
    write();
    fields[0].focus();
  });
}

window.yishi = Object.assign(window.yishi || {}, { connectFilters });
})();
