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
    if (ask) ask.classList.replace("open", "closed");
  });
})();