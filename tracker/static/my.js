// The return's page: keeps the draft when typing pauses, when the page is left, and on Ctrl+S.
// Without this script the button does it.
(function () {
  "use strict";
  var form = document.getElementById("return-form");
  if (!form) { return; }
  document.querySelectorAll(".js-only").forEach(function (element) { element.hidden = false; });
  toggleAll();
  if (!form.hasAttribute("data-editable")) { return; }

  var PAUSE = 2000;
  var AGAIN = 20000;
  var LOOKS = 8;
  var LOOK_AGAIN = 400;
  // Browsers carry no more than this past the end of a page.
  var KEPT_ALIVE = 60000;
  var told = document.getElementById("saved");
  var dirty = false;
  var stopped = false;
  var failed = false;
  var leaving = false;
  var saving = null;
  var sent = "";
  var timer = 0;
  bringBack();

  form.addEventListener("input", function (event) {
    dirty = true;
    saveIn(PAUSE);
    mark(event.target.closest("details"));
  });

  // 沿用: with a script the words come at once; without one the button brings them by way of a draft.
  form.addEventListener("click", function (event) {
    var button = event.target.closest("[data-copy]");
    if (!button) { return; }
    event.preventDefault();
    var field = document.getElementById(button.dataset.copy);
    var words = button.parentNode.querySelector("[data-words]").textContent;
    if (field.value.trim() === "") { field.value = words; }
    field.focus();
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });

  // A phone may never come back from the background: what is typed is kept on the way there.
  document.addEventListener("visibilitychange", function () {
    if (document.visibilityState === "hidden") { saveNow(); }
  });
  window.addEventListener("pagehide", function () {
    saveNow();
    leaveBehind();
  });

  document.addEventListener("keydown", function (event) {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s") {
      event.preventDefault();
      if (!stopped) { save(); } else { submitWith("save"); }
    }
  });

  // A save on its way would make the page's token old: let it arrive before the form is handed in.
  form.addEventListener("submit", function (event) {
    var button = event.submitter;
    if (saving) {
      event.preventDefault();
      saving.then(function () { submitWith(button ? button.value : "submit"); });
      return;
    }
    leaving = true;
  });

  // Back from memory: what is typed from now on is to be kept again.
  window.addEventListener("pageshow", function (event) {
    leaving = false;
    if (event.persisted) { forget(); }
  });

  // Only what cannot be kept on the way out asks before the page is left.
  window.addEventListener("beforeunload", function (event) {
    if (!dirty || leaving) { return; }
    if (stopped || failed || saving || typed().length > KEPT_ALIVE) { event.preventDefault(); event.returnValue = ""; }
  });

  function saveIn(wait) {
    window.clearTimeout(timer);
    timer = window.setTimeout(saveNow, wait);
  }

  function saveNow() {
    if (dirty && !stopped && !leaving) { save(); }
  }

  function typed() {
    return new URLSearchParams(new FormData(form)).toString();
  }

  function save() {
    if (saving) { return saving; }
    window.clearTimeout(timer);
    dirty = false;
    told.textContent = "正在存草稿…";
    var body = typed();
    sent = body;
    saving = fetch(form.dataset.draft, {
      method: "POST",
      body: body,
      headers: { "Content-Type": "application/x-www-form-urlencoded;charset=UTF-8" },
      keepalive: body.length <= KEPT_ALIVE,
      credentials: "same-origin",
      redirect: "manual"
    }).then(function (response) {
      if (!response.ok) { throw response.status; }
      return response.json();
    }).then(function (answer) {
      failed = false;
      form.elements.token.value = answer.token;
      told.textContent = "已存草稿 " + answer.saved;
    }).catch(function (status) {
      dirty = true;
      failed = true;
      explain(status);
    }).then(function () {
      saving = null;
      if (dirty && !stopped) { saveIn(failed ? AGAIN : PAUSE); }
    });
    return saving;
  }

  // A page that is reloaded is often fetched before its last save has arrived: what was typed then waits here,
  // in this tab alone, and its next page takes it up.
  function leaveBehind() {
    if (leaving || stopped || !(dirty || saving)) { return; }
    try {
      sessionStorage.setItem(form.dataset.draft, JSON.stringify({
        token: form.elements.token.value, typed: typed(), sent: saving ? sent : ""
      }));
    } catch (refused) { /* no room, or not allowed: the save itself is on its way */ }
  }

  function forget() {
    try { sessionStorage.removeItem(form.dataset.draft); } catch (refused) { /* nothing is kept then */ }
  }

  function bringBack() {
    var left = null;
    try { left = JSON.parse(sessionStorage.getItem(form.dataset.draft)); } catch (refused) { return; }
    forget();
    if (!left || plain(new URLSearchParams(left.typed)) === plain(new FormData(form))) { return; }
    var same = left.token === form.elements.token.value;
    // Another token: the save has arrived in time, or somebody else has saved and this page shows that.
    if (!same && plain(new URLSearchParams(left.sent || left.typed)) !== plain(new FormData(form))) {
      setBeside(left.typed);
      return;
    }
    putIn(left.typed);
    if (!same || !left.sent) { dirty = true; saveIn(PAUSE); return; }
    told.textContent = "正在存草稿…";
    saving = arrived(left, LOOKS).then(function () {
      saving = null;
      if (dirty && !stopped) { saveIn(PAUSE); }
    });
  }

  // Waits for the save of the page before; its token is this page's too, unless somebody else has saved.
  function arrived(left, looks) {
    return fetch(window.location.pathname, { credentials: "same-origin", redirect: "manual" }).then(function (response) {
      if (!response.ok) { throw response.status; }
      return response.text();
    }).then(function (text) {
      var there = new DOMParser().parseFromString(text, "text/html").getElementById("return-form");
      var token = there && there.elements.token.value;
      if (token && token !== left.token) {
        if (plain(new FormData(there)) !== plain(new URLSearchParams(left.sent))) { explain(409); return; }
        form.elements.token.value = token;
        told.textContent = "已存草稿";
        dirty = dirty || typed() !== left.typed || left.typed !== left.sent;
        return;
      }
      if (looks > 1) {
        return new Promise(function (go) { window.setTimeout(go, LOOK_AGAIN); }).then(function () {
          return arrived(left, looks - 1);
        });
      }
      dirty = true;
    }).catch(function () { dirty = true; });
  }

  // What a person has typed, to be compared; the reasons of what is not given up are not kept with a draft.
  function plain(fields) {
    var found = [];
    fields.forEach(function (value, name) {
      if (/^(token|csrf_token|action)$/.test(name) || /-(why-\d+|label)$/.test(name)) { return; }
      found.push(name + "=" + String(value).replace(/\r\n/g, "\n").trim());
    });
    return found.sort().join("&");
  }

  function setBeside(body) {
    var given = new URLSearchParams(body);
    form.querySelectorAll("textarea").forEach(function (field) {
      var words = (given.get(field.name) || "").replace(/\r\n/g, "\n").trim();
      if (!words || words === field.value.trim()) { return; }
      var told = document.createElement("p");
      told.className = "other";
      told.textContent = "离开前在这里写的：" + words;
      field.parentNode.appendChild(told);
      if (field.closest("details")) { field.closest("details").open = true; }
    });
  }

  function putIn(body) {
    var given = new URLSearchParams(body);
    Array.prototype.forEach.call(form.elements, function (field) {
      if (!field.name || /^(hidden|submit|button|file)$/.test(field.type)) { return; }
      var values = given.getAll(field.name);
      var before = field.value + field.checked;
      if (field.type === "checkbox" || field.type === "radio") {
        field.checked = values.indexOf(field.value) !== -1;
      } else if (values.length) {
        field.value = values[0];
      }
      var line = before !== field.value + field.checked && field.closest("details");
      if (line) { line.open = true; mark(line); }
    });
  }

  function explain(status) {
    if (status === 409) {
      stopped = true;
      told.textContent = "另一个窗口也在填。请点“存草稿”，对照后再保存，这里的文字不会丢。";
    } else if (status === 422) {
      told.textContent = "有一处填写有误，草稿还没存上。点“存草稿”看是哪一处。";
    } else if (status === 401 || status === 400 || status === 0) {
      stopped = true;
      told.textContent = "登录已过期。请点“存草稿”重新登录，这里的文字不会丢。";
    } else {
      told.textContent = "一时存不上，过一会儿自动再试。请先不要关闭页面。";
    }
  }

  function submitWith(action) {
    var button = form.querySelector(".foot button[value='" + action + "'], button[value='" + action + "']");
    button.click();
  }

  function mark(line) {
    var state = line && line.querySelector("[data-state]");
    if (!state) { return; }
    var typed = Array.prototype.some.call(line.querySelectorAll("textarea, input:not([type=checkbox]):not([type=radio]):not(.why)"),
      function (field) { return field.value.trim() !== ""; });
    typed = typed || line.querySelector(".counts input:checked") !== null;
    typed = typed || line.querySelector(".planned input[value=done]:checked, .planned input[value=dropped]:checked") !== null;
    var select = line.querySelector("select");
    typed = typed || !select.options[select.selectedIndex].defaultSelected && select.selectedIndex > 0;
    var unchanged = line.querySelector("input[name$='-no_change']").checked;
    state.textContent = "";
    var words = document.createElement("span");
    words.className = typed ? "tag info" : "legend";
    words.textContent = typed ? "已填" : unchanged ? (form.getAttribute("data-span") || "本期") + "无变化" : "没填，算无变化";
    state.appendChild(words);
  }

  function toggleAll() {
    var button = form.querySelector("[data-toggle-all]");
    var lines = form.querySelectorAll("details.line");
    if (!button || lines.length < 4) { if (button) { button.hidden = true; } return; }
    button.addEventListener("click", function () {
      var open = button.textContent === "全部展开";
      lines.forEach(function (line) { line.open = open; });
      button.textContent = open ? "全部收起" : "全部展开";
    });
  }
})();
