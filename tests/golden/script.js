// A static page must not lie when it gets old: what was open or ahead on the day of the build
// is told as closed or passed once its day is over in the site's time zone.
(function () {
  "use strict";
  var zone = document.documentElement.getAttribute("data-timezone");
  var today = new Intl.DateTimeFormat("en-CA", {
    timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit"
  }).format(new Date());
  document.querySelectorAll("[data-until]").forEach(function (element) {
    if (element.getAttribute("data-until") >= today) return;
    element.textContent = element.getAttribute("data-after");
    var ask = element.closest(".ask.open");
    if (!ask) return;
    ask.classList.replace("open", "closed");
    // On the page of the asks it moves to the closed ones.
    var closed = document.querySelector("[aria-labelledby='part:closed']");
    var open = document.querySelector("[aria-labelledby='part:open']");
    if (!closed || !open) return;
    closed.querySelector("h2").after(ask);
    closed.querySelector(".empty").hidden = true;
    open.querySelector(".empty").hidden = !!open.querySelector(".ask");
  });
  document.querySelectorAll("[data-left]").forEach(function (element) {
    var days = Math.round((Date.parse(element.getAttribute("data-left")) - Date.parse(today)) / 864e5);
    if (days < 0) element.remove();
    else element.textContent = days === 0 ? "last day" : days === 1 ? "1 day left" : days + " days left";
  });
})();

// A topic's thread: newest first, or oldest first where the address asks for it.
(function () {
  "use strict";
  var thread = document.getElementById("part:newest-first");
  if (!thread) return;
  function order() {
    var wanted = location.hash === "#part:oldest-first";
    if (!wanted && location.hash !== "#part:newest-first") return;
    if (wanted !== thread.classList.contains("oldest")) {
      thread.classList.toggle("oldest");
      Array.from(thread.children).reverse().forEach(function (entry) { thread.append(entry); });
      document.querySelectorAll(".order a").forEach(function (link) {
        if (link.hash === "#part:oldest-first" === wanted) link.setAttribute("aria-current", "true");
        else link.removeAttribute("aria-current");
      });
    }
    document.querySelector(".order").scrollIntoView();
  }
  addEventListener("hashchange", order);
  order();
})();