// The preview's own script: pages get it while they are served, outputs never contain it.
(() => {
  "use strict";
  const script = document.currentScript;
  const { version, page, notice } = script.dataset;
  const KEY = "lscbsite preview";

  // A sheet made by script is allowed by the pages' Content-Security-Policy; style attributes are not.
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`
    :host { all: initial; }
    * { box-sizing: border-box; }
    .notice, .problems { position: fixed; z-index: 2147483647; font: 1rem/1.5 system-ui, sans-serif; }
    .notice { inset: auto auto 1rem 1rem; margin: 0; padding: .25rem .75rem; border: 2px solid #000;
      border-radius: .25rem; background: #ffdd00; color: #000; font-weight: 700; }
    .problems { inset: auto 0 0; max-height: 70vh; overflow: auto; padding: 1rem 1.5rem;
      border-top: .375rem solid #d4351c; background: #fff; color: #111;
      box-shadow: 0 0 2rem rgb(0 0 0 / 40%); }
    h2 { margin: 0 0 .5rem; font-size: 1.25rem; }
    ul { margin: 0; padding: 0; list-style: none; }
    li { margin: .5rem 0; overflow-wrap: anywhere; }
    b { display: block; font-family: ui-monospace, monospace; }
    @media print { .notice, .problems { display: none; } }
  `);
  const host = document.createElement("lscbsite-preview");
  const root = host.attachShadow({ mode: "open" });
  root.adoptedStyleSheets = [sheet];

  const make = (name, className, ...children) => {
    const element = document.createElement(name);
    if (className) element.className = className;
    element.append(...children);
    return element;
  };

  if (notice) root.append(make("p", "notice", notice));
  let overlay = null;
  const show = ({ problems, hasPages }) => {
    overlay?.remove();
    overlay = null;
    if (!problems.length) return;
    const entries = problems.map(({ place, message }) =>
      make("li", "", ...(place ? [make("b", "", place)] : []), message));
    const one = problems.length === 1;
    const count = one ? "There is a problem" : `There are ${problems.length} problems`;
    const shown = hasPages ? "This is the last good page."
      : `The site will appear here when ${one ? "it is" : "they are"} corrected.`;
    overlay = make("section", "problems", make("h2", "", `${count}. ${shown}`), make("ul", "", ...entries));
    overlay.setAttribute("role", "alert");
    root.append(overlay);
  };

  const reload = () => {
    sessionStorage.setItem(KEY, JSON.stringify([location.pathname, scrollX, scrollY]));
    location.reload();
  };
  const restore = () => {
    const [path, left, top] = JSON.parse(sessionStorage.getItem(KEY) || "[]");
    sessionStorage.removeItem(KEY);
    if (path === location.pathname) scrollTo({ left, top, behavior: "instant" });
  };

  let events = null;
  const listen = () => {
    events?.close();
    events = null;
    // A browser has only a few connections to a server: hidden tabs must not hold them.
    if (document.visibilityState === "hidden") return;
    events = new EventSource(`/.lscbsite/events?page=${encodeURIComponent(page)}`);
    events.onmessage = ({ data }) => {
      const state = JSON.parse(data);
      if (state.version !== version) reload();
      else show(state);
    };
  };
  const start = () => {
    document.documentElement.append(host);
    restore();
    listen();
    document.addEventListener("visibilitychange", listen);
    addEventListener("pageshow", ({ persisted }) => persisted && listen());
    addEventListener("pagehide", () => events?.close());
  };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
