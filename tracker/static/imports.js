/* The check page: the row under the hand lights up in the source; J and K go through the rows. */
(function () {
  "use strict";
  var pane = document.querySelector(".source .doc");
  if (!pane) { return; }
  var rows = Array.prototype.slice.call(document.querySelectorAll(".rows tr[data-row]"));
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

  rows.forEach(function (row, place) {
    row.addEventListener("click", function () { now = place; mark(row.getAttribute("data-row")); });
    row.addEventListener("focusin", function () { now = place; mark(row.getAttribute("data-row")); });
  });
  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.altKey || event.metaKey || /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName)) { return; }
    if (event.key === "j") { go(now + 1); }
    if (event.key === "k") { go(now - 1); }
    if (event.key === "e" && now >= 0) { rows[now].querySelector("td.acts a").click(); }
  });
  var start = /^#[rs](\d+)$/.exec(window.location.hash);
  if (start) { mark(start[1]); }
})();
