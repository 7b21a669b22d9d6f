// Shows over the page what keeps the site from being built; goes away when that is corrected. Only `serve` adds it.
(function () {
  "use strict";

  var HIDDEN = "yishi-hidden";
  var state = { text: "", tag: "" };
  var host = document.createElement("yishi-problems");
  var root = host.attachShadow({ mode: "open" });
  var alert = element("p");
  var place = element("div");

  function element(name, text, className) {
    var made = document.createElement(name);
    made.textContent = text || "";
    if (className) made.className = className;
    return made;
  }

  function button(text, press) {
    var made = element("button", text);
    made.type = "button";
    made.addEventListener("click", press);
    return made;
  }

  function problem(one, tag, texts) {
    var item = element("li");
    if (one.place) item.append(element("code", one.place));
    item.append(element("p", one.said[tag]));
    if (one.example) item.append(element("p", texts.write, "write"), element("pre", one.example));
    return item;
  }

  function draw() {
    var told = JSON.parse(state.text);
    var tags = Object.keys(told.texts);
    var tag = [state.tag, document.documentElement.lang, told.first].find(function (one) { return told.texts[one]; });
    var other = tags.find(function (one) { return one !== tag; });
    var texts = told.texts[tag];
    var panel = element("section");
    panel.lang = tag;
    panel.setAttribute("aria-labelledby", "heading");
    var heading = element("h2", texts.heading);
    heading.id = "heading";
    var head = element("header");
    var turn = button(told.texts[other].name, function () {
      state.tag = other;
      draw();
      place.querySelector("button").focus();
    });
    turn.lang = other;
    head.append(heading, turn, button(texts.hide, hide));
    var list = element("ol");
    list.append.apply(list, told.problems.map(function (one) { return problem(one, tag, texts); }));
    panel.append(head, element("p", texts.state), list);
    if (texts.rest) panel.append(element("p", texts.rest));
    place.replaceChildren(panel);
    alert.textContent = texts.heading + " " + told.problems[0].said[tag];
  }

  function clear() {
    place.replaceChildren();
    alert.textContent = "";
  }

  function hide() {
    try { sessionStorage.setItem(HIDDEN, state.text); } catch (refused) { /* then it is back on the next page */ }
    clear();
  }

  function isHidden(text) {
    try { return sessionStorage.getItem(HIDDEN) === text; } catch (refused) { return false; }
  }

  function show(text) {
    state.text = text;
    if (isHidden(text)) return clear();
    try { sessionStorage.removeItem(HIDDEN); } catch (refused) { /* nothing was kept */ }
    if (text) draw(); else clear();
  }

  function listen() {
    var socket = new WebSocket("ws://" + location.host + "/.yishi/problems");
    socket.addEventListener("message", function (message) { show(message.data); });
    socket.addEventListener("close", function () { setTimeout(listen, 3000); });
  }

  var style = element("link");
  style.rel = "stylesheet";
  style.href = "/.yishi/overlay.css";
  alert.setAttribute("role", "alert");
  root.append(style, alert, place);
  document.body.append(host);
  document.addEventListener("keydown", function (event) {
    if (event.key === "Escape" && place.firstChild) hide();
  });
  listen();
}());
