// Optional: warns before the lock, keeps what is typed, stops a second click. Everything works without it.
(function () {
  "use strict";
  var body = document.body, csrf = body.dataset.csrf, box = document.getElementById("blokuje");
  var until = Date.now() + Number(body.dataset.lock) * 1000, timer = 0, changed = false;
  var typing = document.querySelectorAll("form[data-szkic]");

  document.querySelectorAll("form[method=post]").forEach(function (form) {
    form.addEventListener("submit", function (event) {
      if (form.dataset.sent) return event.preventDefault();
      form.dataset.sent = "1";
      keep();
    });
  });
  window.addEventListener("pageshow", function (event) { if (event.persisted) location.reload(); });
  if (!csrf || !box) return;

  function post(path, fields) {
    fields.append("csrf", csrf);
    // What is being kept while the page is left has to arrive too; browsers carry 64 KiB so.
    var last = String(fields).length < 60000;
    return fetch(path, { method: "POST", body: fields, credentials: "same-origin", keepalive: last });
  }

  // All forms of a page have one draft; the node knows by where they are sent to which page they belong.
  function keep() {
    var fields = new URLSearchParams(), place = "";
    typing.forEach(function (form) {
      if (form.dataset.sent) return;
      place = form.getAttribute("action");
      new FormData(form).forEach(function (value, name) { fields.append(name, value); });
    });
    if (!changed || !place) return;
    changed = false;
    fields.append("strona", place);
    post("/szkic", fields).then(stays).catch(function () { changed = true; });
  }

  function stays(answer) {
    if (!answer.ok) throw answer;
    until = Date.now() + Number(body.dataset.lock) * 1000;
    box.hidden = true;
  }

  function look() {
    var left = until - Date.now();
    if (left <= 0) {
      clearInterval(timer);
      // What could not be kept is here only, and is sent on by its own button after the password.
      if (!changed) location.assign("/blokada");
    } else if (left <= 120000) {
      keep();
      box.hidden = false;
    }
  }

  box.querySelector("button").addEventListener("click", function () {
    post("/obecny", new URLSearchParams()).then(stays).catch(function () {});
  });
  typing.forEach(function (form) {
    form.addEventListener("input", function () { changed = true; });
  });
  document.querySelectorAll("[data-drukuj]").forEach(function (button) {
    button.hidden = false;
    button.addEventListener("click", function () { window.print(); });
  });
  setInterval(keep, 20000);
  timer = setInterval(look, 1000);
})();
