// Small comforts; every page works without this file.
"use strict";

// A form that is sent twice by a double click is sent once.
document.addEventListener("submit", function (event) {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (form.dataset.sent) { event.preventDefault(); return; }
  form.dataset.sent = "yes";
  window.setTimeout(function () { delete form.dataset.sent; }, 4000);
});
// The back button brings the page from memory: its forms may be sent again.
window.addEventListener("pageshow", function () {
  document.querySelectorAll("form[data-sent]").forEach(function (form) { delete form.dataset.sent; });
});

// A control marked data-autosubmit sends its form when changed (filters); its button stays for the keyboard.
document.addEventListener("change", function (event) {
  const form = event.target.matches("[data-autosubmit]") && event.target.form;
  if (form) { if (form.requestSubmit) form.requestSubmit(); else form.submit(); }
});

// data-confirm="…" on a button asks before its form is sent.
document.addEventListener("click", function (event) {
  const button = event.target.closest("button[data-confirm]");
  if (button && !window.confirm(button.dataset.confirm)) event.preventDefault();
});

// data-copy="id" copies the text of a field.
document.addEventListener("click", function (event) {
  const button = event.target.closest("button[data-copy]");
  if (!button) return;
  const field = document.getElementById(button.dataset.copy);
  field.select();
  document.execCommand("copy");
  button.textContent = "已复制";
});

// A field that only counts with a choice beside it makes the choice: data-chooses names its value.
document.addEventListener("input", function (event) {
  const wanted = event.target.dataset.chooses;
  if (!wanted || !event.target.value) return;
  const choice = event.target.form.querySelector("input[type=radio][value='" + wanted + "']");
  if (choice) choice.checked = true;
});

// Text that was typed and not sent asks before the page is left, also by the button of another form.
(function () {
  let touched = null;
  document.addEventListener("input", function (event) {
    const form = event.target.form;
    if (form && form.matches("form[data-guard]")) touched = form;
  });
  document.addEventListener("submit", function (event) { if (event.target === touched) touched = null; });
  window.addEventListener("beforeunload", function (event) {
    if (touched) { event.preventDefault(); event.returnValue = ""; }
  });
})();

// On a phone the bar is swiped: the word of the page that is open stands in sight.
(function () {
  const here = document.querySelector("nav.main [aria-current]");
  if (here) here.parentNode.scrollLeft = here.offsetLeft + here.offsetWidth / 2 - here.parentNode.clientWidth / 2;
})();
