// Optional: warns before the lock, keeps what is typed, stops a second click. Everything works without it.
(function () {
  "use strict";
  var body = document.body, csrf = body.dataset.csrf, box = document.getElementById("blokuje");
  if (!csrf || !box) return;
  var until = Date.now() + Number(body.dataset.lock) * 1000, timer = 0, changed = null;

  function post(path, fields) {
    fields.append("csrf", csrf);
    return fetch(path, { method: "POST", body: fields, credentials: "same-origin" });
  }

  function keep() {
    if (!changed) return Promise.resolve();
    var fields = new URLSearchParams(new FormData(changed));
    changed = null;
    fields.append("strona", location.pathname);
    return post("/szkic", fields).then(stays);
  }

  function stays(answer) {
    if (!answer.ok) return;
    until = Date.now() + Number(body.dataset.lock) * 1000;
    box.hidden = true;
  }

  function look() {
    var left = until - Date.now();
    if (left <= 0) {
      clearInterval(timer);
      location.assign("/blokada");
    } else if (left <= 120000) {
      if (changed) keep();
      box.hidden = false;
    }
  }

  box.querySelector("button").addEventListener("click", function () {
    post("/obecny", new URLSearchParams()).then(stays);
  });
  document.querySelectorAll("form[data-szkic]").forEach(function (form) {
    form.addEventListener("input", function () { changed = form; });
  });
  document.querySelectorAll("form[method=post]").forEach(function (form) {
    form.addEventListener("submit", function (event) {
      if (form.dataset.sent) return event.preventDefault();
      form.dataset.sent = "1";
      changed = null;
    });
  });
  window.addEventListener("pageshow", function (event) { if (event.persisted) location.reload(); });
  document.querySelectorAll("[data-drukuj]").forEach(function (button) {
    button.hidden = false;
    button.addEventListener("click", function () { window.print(); });
  });
  setInterval(keep, 20000);
  timer = setInterval(look, 1000);
})();
