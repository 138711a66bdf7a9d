// The search page. This script is no module, so that it can also say what is wrong where modules are
// forbidden, as in pages that were opened as files.
(function () {
  "use strict";
  const form = document.querySelector("form.searching");
  if (!form) return;
  form.classList.add("ready");
  const given = form.dataset;
  const field = form.elements.q, sort = form.elements.sort;
  const filters = [...form.querySelectorAll("select")].filter((select) => select !== sort);
  const folded = form.querySelector(".filters");
  const count = form.querySelector(".count");
  const list = document.querySelector(".results");
  const more = document.querySelector(".more");
  // Other ways to find reports. Results replace them, so that nothing moves down.
  const browse = document.querySelector(".browse");
  const root = new URL(given.root || "./", document.baseURI);
  const languages = JSON.parse(given.languages);
  // In milliseconds: after a letter, and until readers are told that something takes long.
  const PAUSE = 40, PATIENCE = 2000;
  const ON_A_PAGE = 10, SECTIONS = 3, EXCERPT = 24, BEFORE = 8;

  let tools, loading;
  function engine() {
    loading ??= import(new URL("search-index.js", root).href).then((module) => {
      tools = module;
      const tiers = given.tiers.trim().split(" ").map((tier) => tier.split("="));
      return module.load({ root, tiers: tiers.map(([name, size]) => [name, Number(size)]), languages: Object.keys(languages) });
    });
    return loading;
  }

  // --- results ---

  function element(name, ...children) {
    const made = document.createElement(name);
    made.append(...children);
    return made;
  }
  function link(address, ...children) {
    const made = element("a", ...children);
    made.href = address;
    return made;
  }
  function time({ date, day }) {
    const made = element("time", day);
    made.dateTime = date.replace(/^(\d{4})(\d\d)(\d\d)$/, "$1-$2-$3");
    return made;
  }

  // Sections with more of the words come first, above all with the exact words, or with the words next
  // to each other.
  function weigh(section, words, said) {
    const found = section.locations.map((place) => tools.forms(said[place] ?? ""));
    const near = (word) => Math.max(...found.flat().map((form) =>
      form === word ? 1 : tools.inCommon(form, word) / Math.max(form.length, word.length) / 2));
    const plain = words.map(({ word }) => tools.letters(word));
    const sideBySide = words.length > 1 && section.locations.some((place) =>
      plain.every((word, next) => tools.forms(said[place + next] ?? "").includes(word)));
    const known = tools.sumOf(plain.map((word, place) => near(word) * words[place].weight), Number);
    return (known + (sideBySide ? tools.sumOf(words, ({ weight }) => weight) : 0)) * 1e6
      + tools.sumOf(section.weighted_locations, (place) => place.balanced_score);
  }

  // A title, whose words are the first ones of its section.
  function markTitle(title, start, marks, joint) {
    const words = joint ? title.split(joint) : [title];
    return mark(Object.assign(words, { joint }), 0, words.length, new Set([...marks].map((place) => place - start)));
  }
  // Words from ``start`` to ``end``, with those at ``marks`` marked. Punctuation is not.
  function mark(said, start, end, marks) {
    const made = document.createDocumentFragment();
    const joint = said.joint;
    for (let place = start; place < end; place++) {
      if (place > start) made.append(joint);
      const [, before, word, after] = (said[place] ?? "").match(/^([^\p{L}\p{N}]*)(.*?)([^\p{L}\p{N}]*)$/su);
      if (marks.has(place) && word) made.append(before, element("mark", word), after);
      else made.append(said[place] ?? "");
    }
    made.normalize();
    return made;
  }
  // The excerpt with the most marks, from the beginning of a sentence if that is near, and only of the
  // section, whose words are from ``start`` to ``end``.
  function excerpt(said, start, end, marks) {
    const places = [...marks].filter((place) => place >= start && place < end);
    const held = (from) => places.filter((place) => place >= from && place < from + EXCERPT).length;
    const best = places.reduce((from, place) => (held(place) > held(from) ? place : from), places[0] ?? start);
    let first = Math.max(start, Math.min(best - 2, end - EXCERPT));
    for (let place = best; place >= Math.max(start, best - BEFORE); place--) {
      if (place === start || /[.!?:…]["'”’)]*$/.test(said[place - 1])) {
        first = place;
        break;
      }
    }
    const last = Math.min(end, first + EXCERPT);
    const made = element("p", mark(said, first, last, marks));
    if (first > start) made.prepend("… ");
    if (last < end) made.append(" …");
    return made;
  }

  function showReport(report, asked) {
    const said = tools.textOf(report);
    said.joint = (report.raw_content ?? "").includes("\u200b") ? "" : " ";
    const marks = new Set(report.locations);
    const sections = report.sub_results.map((section) => [asked.length ? weigh(section, asked, said) : 0, section])
      .sort((one, other) => other[0] - one[0]).slice(0, SECTIONS).map(([, section]) => section);
    const starts = report.anchors.filter((anchor) => /h\d/i.test(anchor.element)).map(({ location }) => location);
    const board = form.querySelector(`[name="board"] [value="${CSS.escape(report.filters.board?.[0] ?? "")}"]`);
    const tag = report.meta.language ?? "";
    return (sections.length ? sections : [report]).map((section) => {
      const title = section.title || report.meta.title;
      // Text before the first heading has the report's own title: do not show it twice.
      const titled = title === report.meta.title;
      const dated = !titled && report.meta.title.includes(report.meta.day);
      const parts = [
        titled ? "" : link(report.url, report.meta.title), dated ? "" : time(report.meta),
        board?.value ? board.dataset.name : "", languages[tag] ?? "",
      ].filter(Boolean);
      const about = element("p", ...parts.flatMap((part) => [" · ", part]).slice(1));
      about.className = "meta";
      const start = section.anchor?.location ?? 0;
      const end = starts.find((place) => place > start) ?? said.length;
      // The words of a section begin with its title, those of a report only if the title is its own.
      const words = title.split(/\s+/);
      const begins = words.every((word, place) => tools.letters(word) === tools.letters(said[start + place] ?? ""));
      const heading = begins ? start + words.length : start;
      const shown = [element("h2", link(section.url, begins ? markTitle(title, start, marks, said.joint) : title))];
      if (heading < end) shown.push(excerpt(said, heading, end, marks));
      if (tag) for (const part of shown) part.lang = tag;
      const item = element("li", shown[0], about, ...shown.slice(1));
      return item;
    });
  }
  function showName({ kind, name, url, detail }) {
    const about = element("span", detail && `, ${detail}`);
    about.className = "meta";
    const item = element("li", element("h2", link(new URL(url, root).href, `${kind}: ${name}`), about));
    item.className = "name";
    return item;
  }

  let turn = 0, answer, shown = 0;
  async function show(mine) {
    const search = await engine();
    const reports = await Promise.all(answer.results.slice(shown, shown + ON_A_PAGE).map((result) => result.data()));
    if (mine !== turn) return;
    const words = answer.words.map((word) => ({ word, weight: search.weightOfWord(word) }));
    const items = reports.flatMap((report) => showReport(report, words));
    if (shown) list.append(...items);
    else list.replaceChildren(...answer.names.map(showName), ...items);
    shown += reports.length;
    more.hidden = shown >= answer.results.length;
    browse.hidden = list.children.length > 0;
  }

  function clear(told) {
    list.replaceChildren();
    count.textContent = told;
    more.hidden = true;
    browse.hidden = false;
  }
  function counted(number) {
    const forms = JSON.parse(given.forms);
    return forms[given.chosen[number < 200 ? number : 100 + number % 100]].replace("%(count)s", number);
  }
  // What is told of the results. "Did you mean ...?" leads to what was meant.
  function summarize() {
    const { results, names, unknown, suggestion, nearest, some } = answer;
    const told = [];
    if (suggestion) {
      const address = new URL(location);
      address.searchParams.set("q", suggestion);
      const [before, after] = given.mean.split("%(words)s");
      told.push(element("span", before, link(address.href, suggestion), after));
    }
    if (nearest) told.push(given.nearest);
    else if (some) told.push(given.some);
    else if (results.length) told.push(counted(results.length));
    else told.push(names.length ? given.named : given.nothing);
    if (unknown.length) told.push(given.unknown.replace("%(words)s", unknown.join(", ")));
    return told.flatMap((one) => [one, element("br")]).slice(0, -1);
  }

  async function present(found, mine) {
    if (mine !== turn) return;
    answer = found;
    shown = 0;
    await show(mine);
    if (mine === turn) count.replaceChildren(...summarize());
  }
  async function run() {
    const mine = ++turn;
    const query = field.value.trim();
    const chosen = Object.fromEntries(filters.map(({ name, value }) => [name, value]).filter(([, value]) => value));
    const address = new URL(location);
    address.search = new URLSearchParams(Object.entries({ q: query, ...chosen, sort: sort.value }).filter(([, value]) => value));
    // Pages that were opened as files cannot change their address.
    try { history.replaceState(null, "", address); } catch { /* It is only for coming back. */ }
    if (!query && !Object.keys(chosen).length) {
      clear("");
      return;
    }
    const slow = setTimeout(() => { if (mine === turn) clear(given.slow); }, PATIENCE);
    try {
      const search = await engine();
      if (mine !== turn) return;
      const found = await search.run(query, chosen, sort.value === "newest");
      await search.or(present(found, mine));
      if (found.later) await present(await search.or(found.later), mine);
    } catch (error) {
      if (mine === turn) fail(error);
    } finally {
      clearTimeout(slow);
    }
  }
  function fail(error) {
    loading = undefined;
    clear(given.failed);
    console.error(error);
  }

  let timer;
  form.addEventListener("input", (event) => {
    clearTimeout(timer);
    timer = setTimeout(run, event.target === field ? PAUSE : 0);
    // Meanwhile, fetch what the search will read.
    engine().then((search) => search.preload(field.value)).catch(() => {});
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    clearTimeout(timer);
    run();
  });
  more.addEventListener("click", async () => {
    const before = list.children.length;
    await show(turn);
    // Move the focus to the first new result: the button may be gone.
    list.children[before]?.querySelector("a").focus();
  });

  const asked = new URLSearchParams(location.search);
  for (const one of [field, sort, ...filters]) if (asked.has(one.name)) one.value = asked.get(one.name);
  if (!sort.value) sort.value = "";
  // On a small screen, results are more important than filters that nobody has chosen. On a wide one,
  // browsers that know ::details-content show them from the beginning.
  const wide = matchMedia("(min-width: 48rem)");
  function unfold() {
    if (wide.matches || [sort, ...filters].some(({ value }) => value)) folded.open = true;
  }
  wide.addEventListener("change", unfold);
  unfold();
  if ([field, ...filters].some(({ value }) => value)) run();
  else {
    field.focus();
    // Show the page first: the reader may not search at all.
    requestAnimationFrame(() => setTimeout(() => engine().catch((error) => { if (!turn) fail(error); })));
  }
})();
