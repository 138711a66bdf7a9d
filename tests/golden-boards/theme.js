// Before the page is shown: in the colours that the reader chose, and with what needs a script.
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