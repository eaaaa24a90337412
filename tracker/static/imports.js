/* The check page: the row under the hand lights up in the source; keys go through the rows and the doubts. */
(function () {
  "use strict";
  var pane = document.querySelector(".source .doc");
  if (!pane) { return; }
  var rows = Array.prototype.slice.call(document.querySelectorAll(".rows tr[data-row]"));
  var progress = document.getElementById("progress");
  var now = -1;

  function mark(id) {
    Array.prototype.forEach.call(document.querySelectorAll(".now"), function (old) { old.classList.remove("now"); });
    Array.prototype.forEach.call(document.querySelectorAll("[data-row='" + id + "']"), function (part) { part.classList.add("now"); });
    var first = document.getElementById("s" + id);
    if (first && pane.scrollHeight > pane.clientHeight) {
      pane.scrollTop = first.getBoundingClientRect().top - pane.getBoundingClientRect().top + pane.scrollTop - pane.clientHeight / 3;
    }
  }

  function go(place) {
    if (place < 0 || place >= rows.length) { return; }
    now = place;
    mark(rows[place].getAttribute("data-row"));
    rows[place].focus({ preventScroll: true });
    rows[place].scrollIntoView({ block: "nearest" });
  }

  // The next doubt on this page, else the server looks for it on the others.
  function doubt(step) {
    for (var place = now + step; place >= 0 && place < rows.length; place += step) {
      if (rows[place].classList.contains("doubtful")) { go(place); return; }
    }
    if (!progress) { return; }
    var address = new URL(progress.getAttribute("data-doubt"), window.location.href);
    if (now >= 0) { address.searchParams.set(step > 0 ? "after" : "before", rows[now].getAttribute("data-row")); }
    window.location.assign(address.pathname + address.search);
  }

  function press(selector) {
    var button = now >= 0 ? rows[now].querySelector(selector) : null;
    if (button) { button.click(); }
    return Boolean(button);
  }

  rows.forEach(function (row, place) {
    row.addEventListener("click", function () { now = place; mark(row.getAttribute("data-row")); });
    row.addEventListener("focusin", function () { now = place; mark(row.getAttribute("data-row")); });
  });

  function choose(number) {
    if (press("[data-choice='" + number + "']")) { return; }
    var cards = document.querySelectorAll(".queue .kind .offers");
    var offer = cards.length ? cards[0].querySelectorAll("button")[number - 1] : null;
    if (offer) { offer.click(); }
  }

  var keys = {
    j: function () { go(now + 1); },
    k: function () { go(now - 1); },
    n: function () { doubt(1); },
    p: function () { doubt(-1); },
    c: function () { press("[data-check]"); },
    e: function () { press("td.acts a"); },
    "?": function () {
      var list = document.getElementById("keys");
      if (list) { list.open = !list.open; list.querySelector("summary").focus(); }
    }
  };
  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.altKey || event.metaKey) { return; }
    var target = event.target;
    var types = target.tagName === "INPUT" && !/^(checkbox|radio)$/.test(target.type);
    if (types || /^(TEXTAREA|SELECT)$/.test(target.tagName)) { return; }
    var key = event.key === "？" ? "?" : event.key.toLowerCase();
    if (/^[1-9]$/.test(key)) { choose(Number(key)); }
    else if (Object.prototype.hasOwnProperty.call(keys, key)) { event.preventDefault(); keys[key](); }
  });

  function arrive() {
    var start = /^#[rs](\d+)$/.exec(window.location.hash);
    if (!start) { return; }
    mark(start[1]);
    rows.forEach(function (row, place) {
      if (row.getAttribute("data-row") === start[1]) { now = place; row.focus({ preventScroll: true }); }
    });
  }
  window.addEventListener("hashchange", arrive);
  arrive();
})();
