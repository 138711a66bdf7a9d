// Runs before the page is shown: otherwise the colours would flash, and controls that need a script
// would appear late.
(function () {
  "use strict";
  // A page at an old address leads to the same part of the new one: "refresh" drops what follows "#".
  var target = document.currentScript.getAttribute("data-target");
  if (target && location.hash) location.replace(target + location.hash);
  var root = document.documentElement;
  root.classList.add("script");
  try {
    var theme = localStorage.getItem("theme");
    if (theme === "light" || theme === "dark") root.setAttribute("data-theme", theme);
  } catch (forbidden) {
    // The reader's settings may block storage.
  }
})();

// A static page must not become wrong with age. Once a day has passed in the site's time zone, show
// that the ask is closed or that the meeting is over.
(function () {
  "use strict";
  // For each language: the plural form of each number from 0 to 199, the forms, and the text for the
  // last day.
  var left = {
    {% for language, chosen, forms, last in view.days_left_forms %}
    {{ language | tojson }}: ["{{ chosen }}", {{ forms | tojson }}, {{ last | tojson }}]{{ "," if not loop.last }}
    {% endfor %}
  };
  var html = document.documentElement;
  // The browser waits for the end of the page before it shows anything (see base.html). The observer
  // runs just before that, so the reader never sees the old text.
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
      ask.querySelectorAll(".reply").forEach(function (reply) { reply.remove(); });
      // On the home page, let the open ones come first.
      if (ask.parentNode.matches(".lines")) ask.parentNode.append(ask);
      // On the page of all asks, move it to the closed ones.
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

// On a small screen, "Search" opens the field in the header. While the reader types, a hidden search
// page loads what the next page needs, and after a pause the page itself is fetched.
document.addEventListener("DOMContentLoaded", function () {
  "use strict";
  var form = document.querySelector("form.search"), opener, frame, pause;
  if (!form) return;
  function pass() {
    var page = frame.contentDocument, field = page && page.querySelector(".searching [name=q]");
    if (!field || field.value === form.q.value) return;
    field.value = form.q.value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
  document.querySelector("header.site").addEventListener("click", function (event) {
    var link = event.target.closest("a");
    if (!link || link.href !== form.action || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    opener = link;
    form.classList.add("open");
    form.q.focus();
  });
  form.addEventListener("keydown", function (event) {
    if (event.key !== "Escape" || !opener || form.q.value) return;
    form.classList.remove("open");
    opener.focus();
  });
  form.q.addEventListener("focus", function () {
    frame = document.createElement("iframe");
    frame.hidden = true;
    frame.src = form.action;
    frame.addEventListener("load", pass);
    document.body.append(frame);
  }, { once: true });
  form.q.addEventListener("input", function () {
    pass();
    clearTimeout(pause);
    pause = setTimeout(function () {
      fetch(form.action + "?" + new URLSearchParams(new FormData(form))).catch(function () { /* It is asked for again. */ });
    }, 120);
  });
});

// Show a topic's thread newest first, or oldest first if the address says so.
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

// Mark the section that is being read in the report's table of contents.
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
      if (link.closest("details")) link.closest("details").open = true;
      var list = link.closest(".contents"), around = list.getBoundingClientRect(), box = link.getBoundingClientRect();
      if (box.top < around.top || box.bottom > around.bottom) list.scrollTop += box.top - around.top - list.clientHeight / 2;
    });
  }
  // Cheaper than a scroll listener: the section changes only when a heading crosses the line
  // a third of the way down.
  var observer = new IntersectionObserver(follow, { rootMargin: "0px 0px -66.67% 0px" });
  headings.forEach(function (heading) { if (heading) observer.observe(heading); });
});

// Keep the text of a mark in a chart visible while the pointer moves to it; Escape hides it (WCAG
// 1.4.13).
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

// A chart is one tab stop: arrow keys lead to the next link in the row, or to the nearest one
// in the next row; Home and End to the ends of the row.
document.addEventListener("DOMContentLoaded", function () {
  "use strict";
  document.querySelectorAll(".picture .table").forEach(function (frame) {
    function list(part) {
      return Array.from(part.querySelectorAll("a")).filter(function (link) { return link.getClientRects().length; });
    }
    function choose(chosen) {
      frame.querySelectorAll("a").forEach(function (link) { link.tabIndex = link === chosen ? 0 : -1; });
    }
    frame.removeAttribute("tabindex");
    choose(frame.querySelector(".dot"));
    frame.addEventListener("focusin", function (event) { choose(event.target); });
    frame.addEventListener("keydown", function (event) {
      if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
      var link = event.target, row = list(link.closest("tr")), key = event.key.replace("Arrow", ""), next;
      var left = link.getBoundingClientRect().left, step = key === "Right" || key === "Down" ? 1 : -1;
      if (key === "Home" || key === "End") next = key === "Home" ? row[0] : row.pop();
      else if (key === "Right" || key === "Left") {
        next = row[row.indexOf(link) + (getComputedStyle(frame).direction === "rtl" ? -step : step)];
      } else if (key === "Down" || key === "Up") {
        var rows = Array.from(frame.querySelectorAll("tr")).map(list).filter(function (links) { return links.length; });
        var at = rows.findIndex(function (links) { return links.includes(link); });
        function distance(other) { return Math.abs(other.getBoundingClientRect().left - left); }
        next = (rows[at + step] || []).sort(function (one, other) { return distance(one) - distance(other); })[0];
      } else return;
      event.preventDefault();
      if (next) next.focus();
    });
  });
});

// Add a link beside each heading that copies its address.
document.addEventListener("DOMContentLoaded", function () {
  "use strict";
  document.querySelectorAll("[data-copy] :is(h2, h3, h4, h5, h6)[id]").forEach(function (heading) {
    var words = heading.closest("[data-copy]").dataset, place = document.createElement("div");
    place.className = "permalink on-screen";
    place.innerHTML = '<span><a><svg viewBox="0 0 24 24" aria-hidden="true"><path d="M10 13a5 5 0 0 0 7.5.5l3-3a5 5 0 0 0-7-7l-1.7 1.7M14 11a5 5 0 0 0-7.5-.5l-3 3a5 5 0 0 0 7 7l1.7-1.7"/></svg></a></span>';
    var link = place.querySelector("a"), name = words.copy.split("{}");
    link.href = "#" + encodeURIComponent(heading.id);
    link.setAttribute("aria-label", name.join(heading.textContent.trim()));
    link.dataset.copied = words.done;
    place.lang = document.documentElement.lang;
    heading.after(place);
  });
});

// "Copy link" copies the address. If the browser does not allow that, it works as an ordinary link.
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

// Escape folds the menu.
document.addEventListener("keydown", function (event) {
  "use strict";
  var menu = event.key === "Escape" && event.target.closest(".folds details[open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});

// Remember the colours that the reader chose.
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
        // Without storage, the choice lasts for this page only.
      }
      show();
    });
  });
  show();
});
