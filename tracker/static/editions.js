/* Ticks that were changed go along when another kind of change or another page is looked at. */
(function () {
  "use strict";
  var form = document.querySelector("form[data-ticks]");
  if (!form) { return; }
  var changed = false;
  form.addEventListener("change", function (event) {
    if (event.target.name === "take") { changed = true; }
  });
  form.addEventListener("click", function (event) {
    var link = event.target.closest(".tabs a, .pager a");
    if (!link || !changed) { return; }
    event.preventDefault();
    var wanted = new URL(link.href).searchParams;
    var show = document.createElement("input");
    show.type = "hidden";
    show.name = "to";
    show.value = wanted.get("show") || "all";
    form.appendChild(show);
    form.elements.page.value = wanted.get("page") || "1";
    form.action = form.dataset.ticks;
    form.submit();
  });
})();
