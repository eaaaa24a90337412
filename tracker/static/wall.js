// A screen on a wall asks anew behind its picture: what cannot be had now (the server restarts, the line is
// down, the sign-in has ended) leaves the last figures standing, with the time from which they are.
"use strict";
(function () {
  const seconds = Number(document.querySelector("main.wall").dataset.refresh);
  if (!seconds) return;

  function stylesheet(page) { return page.querySelector("link[rel=stylesheet]").getAttribute("href"); }

  function keep() {
    document.body.classList.add("stale");
    const at = document.querySelector(".wall .at");
    if (at && !at.textContent.includes("数字停在")) at.textContent = "数字停在 " + at.textContent;
  }

  function put(text) {
    const page = new DOMParser().parseFromString(text, "text/html");
    const fresh = page.querySelector("main.wall[data-at]");
    if (!fresh) { keep(); return; }
    // After an upgrade the style is another one: then the page comes whole.
    if (stylesheet(page) !== stylesheet(document)) { window.location.reload(); return; }
    document.querySelector("main.wall").replaceWith(document.importNode(fresh, true));
    document.body.classList.remove("stale");
  }

  window.setInterval(function () {
    fetch(window.location.href, { credentials: "same-origin", cache: "no-store", redirect: "error" })
      .then(function (answer) { if (!answer.ok) throw new Error(String(answer.status)); return answer.text(); })
      .then(put)
      .catch(keep);
  }, seconds * 1000);
})();
