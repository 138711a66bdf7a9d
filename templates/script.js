// At once: the page is shown in the colours that the reader chose, and with what needs a script.
(function () {
  "use strict";
  var root = document.documentElement;
  root.classList.add("script");
  try {
    var theme = localStorage.getItem("theme");
    if (theme === "light" || theme === "dark") root.setAttribute("data-theme", theme);
  } catch (forbidden) {
    // A reader may forbid sites to store anything.
  }
})();

// A static page must not lie when it gets old: what was open or ahead on the day of the build
// is told as closed or passed once its day is over in the site's time zone.
(function () {
  "use strict";
  // By language: the form that each number from 0 to 199 takes, the forms, and the last day.
  var left = {
    {% for language, chosen, forms, last in view.days_left_forms %}
    {{ language | tojson }}: ["{{ chosen }}", {{ forms | tojson }}, {{ last | tojson }}]{{ "," if not loop.last }}
    {% endfor %}
  };
  var html = document.documentElement;
  // The page is shown from its end on (see base.html); an observer is told of that before.
  new MutationObserver(function (changes, observer) {
    if (!document.getElementById("part:end")) return;
    observer.disconnect();
    tell();
  }).observe(html, { childList: true, subtree: true });
  function tell() {
    var zone = html.getAttribute("data-timezone");
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
      var words = left[html.lang] || left[html.lang.split("-")[0]] || left.en;
      if (days < 0) element.remove();
      else if (days === 0) element.textContent = words[2];
      else element.textContent = words[1][words[0][days < 200 ? days : 100 + days % 100]].replace("%(count)s", days);
    });
  }
})();

// A topic's thread: newest first, or oldest first where the address asks for it.
document.addEventListener("DOMContentLoaded", function () {
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
});

// The contents of a report show which section is being read.
document.addEventListener("DOMContentLoaded", function () {
  "use strict";
  var links = Array.from(document.querySelectorAll("nav.contents a"));
  var headings = links.map(function (link) { return document.getElementById(decodeURIComponent(link.hash.slice(1))); });
  if (!links.length || !("IntersectionObserver" in window)) return;
  function follow() {
    var read = -1;
    headings.forEach(function (heading, place) {
      if (heading && heading.getBoundingClientRect().top < innerHeight / 3 + 1) read = place;
    });
    links.forEach(function (link, place) {
      if (place !== read) {
        link.removeAttribute("aria-current");
        return;
      }
      link.setAttribute("aria-current", "location");
      var list = link.closest(".contents"), around = list.getBoundingClientRect(), box = link.getBoundingClientRect();
      if (box.top < around.top || box.bottom > around.bottom) list.scrollTop += box.top - around.top - list.clientHeight / 2;
    });
  }
  // Headings that come and go are all that can change it.
  var observer = new IntersectionObserver(follow, { rootMargin: "0px 0px -66.67% 0px" });
  headings.forEach(function (heading) { if (heading) observer.observe(heading); });
});

// The words of a mark in a picture stay while the pointer goes to them; Escape puts them away.
document.addEventListener("DOMContentLoaded", function () {
  "use strict";
  var root = document.documentElement, told, timer;
  function tell(mark) {
    clearTimeout(timer);
    if (told === mark) return;
    if (told) told.classList.remove("told");
    told = mark;
    if (told) told.classList.add("told");
  }
  document.addEventListener("pointerover", function (event) {
    var mark = event.target.closest(".dot");
    if (mark) {
      if (mark !== told) root.classList.remove("put-away");
      tell(mark);
    } else if (told) {
      clearTimeout(timer);
      timer = setTimeout(tell, 800);
    }
  });
  document.addEventListener("focusin", function () {
    root.classList.remove("put-away");
    tell();
  });
  document.addEventListener("keydown", function (event) {
    if (event.key === "Escape") root.classList.add("put-away");
  });
});

// "Copy link" copies it, where the browser lets it; elsewhere the link leads to what its address names.
document.addEventListener("click", function (event) {
  "use strict";
  var link = event.target.closest("a[data-copied]");
  if (!link || !navigator.clipboard || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  var status = link.nextElementSibling;
  if (!status) {
    status = document.createElement("span");
    status.setAttribute("role", "status");
    link.after(" ", status);
  }
  navigator.clipboard.writeText(link.href).then(function () {
    status.textContent = link.getAttribute("data-copied");
  }, function () {
    location.assign(link.href);
  });
});

// The colours that the reader chose are remembered; "/" leads to the search.
document.addEventListener("DOMContentLoaded", function () {
  "use strict";
  var root = document.documentElement;
  var buttons = Array.from(document.querySelectorAll(".themes button"));
  function show() {
    var theme = root.getAttribute("data-theme") || "";
    buttons.forEach(function (button) {
      button.setAttribute("aria-pressed", String(button.value === theme));
    });
  }
  buttons.forEach(function (button) {
    button.addEventListener("click", function () {
      if (button.value) root.setAttribute("data-theme", button.value);
      else root.removeAttribute("data-theme");
      try {
        if (button.value) localStorage.setItem("theme", button.value);
        else localStorage.removeItem("theme");
      } catch (forbidden) {
        // It holds for this page then.
      }
      show();
    });
  });
  show();
  document.addEventListener("keydown", function (event) {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, textarea, select, [contenteditable]")) return;
    var field = document.querySelector("[role='search'] input[type='search']");
    var link = document.querySelector("header.site [href$='search/']");
    if (field && field.offsetParent) field.focus();
    else if (link) link.click();
    else return;
    event.preventDefault();
  });
});
