/* The form for writing reports: reads and writes files so that nothing in them is lost.
 *
 * A CMS reads a whole file into values, and writes it anew from them: comments would be lost, and so
 * would each value that has not the shape of its field. So these formats keep the file's own text
 * with the values, and replace only what was changed. All values are texts or nothing, as for lscbsite:
 * neither "no" nor 01632 960178 becomes anything else.
 */
"use strict";
{
  const YAML = { schema: jsyaml.FAILSAFE_SCHEMA.withTags(jsyaml.nullCoreTag) };
  // Quotes texts that another reader would take for a number or for nothing.
  const WRITING = { schema: jsyaml.CORE_SCHEMA, lineWidth: -1, noRefs: true, quoteStyle: "single" };
  const SOURCE = "source_of_file";
  const TRUE = /^(?:true|yes|on)$/i;
  // Where a key of the first level begins; what does not match belongs to the key above it.
  const KEY = /^(?:"[^"]*"|'[^']*'|[^\s#'"{}[\],&*!|>%@`-][^#]*?)\s*:(?:\s|$)/;
  // What only this file reads in config.yml, and the version of it.
  const OWN_SETTINGS = ["written", "key"];
  const VERSION = 2;
  // Words of other languages for the keys of the model; config.yml has them.
  let spellings = {};

  /* --- reading and writing values ------------------------------------------------------------ */

  const isText = (value) => typeof value === "string";
  const isMapping = (value) => value !== null && typeof value === "object" && !Array.isArray(value);
  const isEmpty = (value) =>
    value === undefined || value === null || value === false ||
    (isText(value) && value.trim() === "") ||
    (typeof value === "object" && Object.values(value).every(isEmpty));

  /** A text without what cannot be in front matter. */
  const clean = (text) =>
    String(text).replace(/\r\n?|[\u0085\u2028\u2029]/g, "\n").replace(/[\0-\x08\x0b-\x1f\x7f-\x9f\ufeff\ufffe\uffff]|\t/g, " ")
      .replace(/ +(?=\n)/g, "").replace(/^[ \n]+|[ \n]+$/g, "");

  /** What a text means in YAML; nothing is a mapping without keys. */
  const load = (text) => {
    const [value = {}, ...others] = jsyaml.loadAll(text, YAML);
    if (others.length) throw new Error("it has a second document");
    return value;
  };

  /** Any value as one line: as it is written in brackets or braces, if it is no text. */
  const show = (value) =>
    isText(value) ? value : jsyaml.dump(value, { ...WRITING, flowLevel: 0 }).trim();
  const showLine = (value) => clean(show(value)).replace(/ *\n */g, " ");

  /** What a line means: a text, or what is in its braces. */
  const understand = (line) => {
    if (/^\{.*\}$/.test(line)) {
      try {
        const value = load(line);
        if (isMapping(value)) return value;
      } catch { /* It is a text. */ }
    }
    return line;
  };

  /** "13 November 2012" as 2012-11-13; all else as it is. */
  const MONTHS = "january february march april may june july august september october november december".split(" ");
  const DAY = /^\d{4}-\d\d-\d\d$/;
  const readDay = (text) => {
    const found = /^(\d{1,2})(?:st|nd|rd|th)? ([a-z]{3,9}),? (\d{4})$/i.exec(text.trim());
    const month = found ? MONTHS.indexOf(found[2].toLowerCase()) + 1 : 0;
    return month ? `${found[3]}-${String(month).padStart(2, "0")}-${found[1].padStart(2, "0")}` : text;
  };

  const isSame = (one, other) => JSON.stringify(tidy(one)) === JSON.stringify(tidy(other));

  /** A value without what is empty, with keys in order. */
  const tidy = (value) => {
    if (isText(value)) return clean(value);
    if (Array.isArray(value)) return value.filter((entry) => !isEmpty(entry)).map(tidy);
    if (!isMapping(value)) return value;
    return Object.fromEntries(
      Object.keys(value).filter((key) => !isEmpty(value[key])).sort().map((key) => [key, tidy(value[key])]),
    );
  };

  /* --- fields: from values of the file to those of the form, and back ------------------------- */

  const trimBody = (text) => text.replace(/^(?:[ \t]*\n)+/, "").trimEnd();
  const list = (value) => (Array.isArray(value) ? value.filter((entry) => entry !== null) : isEmpty(value) ? [] : [value]);
  const readOptions = (field) =>
    (field.options || []).map((option) => (isMapping(option) ? option.value : option));
  const isChoice = (field) => field.widget === "select";

  /** The fields by the keys that they are written to; a key can have a choice, and a text for the rest. */
  const groupFields = (fields) => {
    const groups = new Map();
    for (const field of fields) {
      const key = field.key || field.name;
      groups.set(key, [...(groups.get(key) || []), field]);
    }
    return groups;
  };

  /** The values of a mapping's keys for the form; each field gets one, so that no default fills it in. */
  const readMapping = (mapping, fields) => {
    const values = {};
    for (const [key, group] of groupFields(fields)) {
      let rest = mapping[key];
      for (const field of group) {
        const value = readField(rest, field, group.length > 1);
        values[field.name] = value;
        if (group.length === 1) continue;
        if (field.multiple) rest = list(rest).filter((entry) => !value.includes(showLine(entry)));
        else if (isChoice(field) ? value : DAY.test(value)) rest = undefined;
      }
    }
    return values;
  };

  const readField = (value, field, shared) => {
    if (field.widget === "boolean") return isText(value) && TRUE.test(value.trim());
    if (field.widget === "list") {
      return list(value).map((entry) => {
        if (!isMapping(entry)) throw new Error(`${field.name}: an entry has no keys`);
        return readEntry(entry, field.fields);
      });
    }
    if (field.widget === "object") {
      const [first] = field.fields;
      return readEntry(isMapping(value) ? value : isEmpty(value) ? {} : { [first.name]: show(value) }, field.fields);
    }
    if (isChoice(field)) {
      const options = readOptions(field);
      const chosen = list(value).map(showLine).filter((entry) => !shared || options.includes(entry));
      return field.multiple ? chosen : chosen[0] || "";
    }
    if (field.written === "lines") return list(value).map(showLine).join("\n");
    if (isEmpty(value)) return "";
    return field.widget === "datetime" ? readDay(show(value)) : show(value);
  };

  /** The key of the model that a key in a file means: "Next meeting" is next_meeting. */
  const findKey = (written, known) => {
    const key = written.trim().toLowerCase().replace(/[ _-]+/g, "_").replace(/^_+|_+$/g, "");
    if (known.has(key)) return key;
    return Object.hasOwn(spellings, key) && known.has(spellings[key]) ? spellings[key] : written;
  };

  /** The values of an entry for the form, with a note of what is in the file. */
  const readEntry = (entry, fields) => {
    const known = groupFields(fields);
    const mapping = Object.fromEntries(Object.entries(entry).map(([key, value]) => [findKey(key, known), value]));
    return { ...readMapping(mapping, fields), ...(isEmpty(mapping) ? {} : { [SOURCE]: JSON.stringify(mapping) }) };
  };


  /** What is written for the values of a mapping, in the order of its fields; keys without a field stay. */
  const writeMapping = (values, fields) => {
    const before = isText(values[SOURCE]) ? JSON.parse(values[SOURCE]) : {};
    const groups = groupFields(fields);
    const written = [...groups].map(([key, group]) => [key, writeGroup(values, group, before[key])]);
    const others = Object.entries(before).filter(([key]) => !groups.has(key));
    return Object.fromEntries([...written, ...others].filter(([, value]) => !isEmpty(value)));
  };

  /** What is written for the fields of one key; as before, if they show what they showed then. */
  const writeGroup = (values, group, before) => {
    const shown = before === undefined ? {} : readMapping({ [group[0].key || group[0].name]: before }, group);
    const isChanged = (field) => !isSame(shown[field.name], values[field.name]);
    if (before !== undefined && !group.some(isChanged)) return before;
    const write = (field) => writeField(values[field.name], field, before);
    if (!group.some(isList)) {
      // What was written by hand comes before what was chosen, and what was changed before both.
      const changed = [...group].sort((one, other) => isChanged(one) - isChanged(other));
      return changed.map(write).findLast((part) => !isEmpty(part));
    }
    const entries = group.flatMap((field) => list(write(field)));
    // Who stays keeps the place.
    const order = list(before).map((entry) => JSON.stringify(entry));
    const place = (entry) => (order.indexOf(JSON.stringify(entry)) + order.length + 1) % (order.length + 1);
    return entries.map((entry, number) => [place(entry), number, entry])
      .sort((one, other) => one[0] - other[0] || one[1] - other[1])
      .map(([, , entry]) => entry);
  };

  const isList = (field) => field.widget === "list" || field.written === "lines";

  const writeField = (value, field, before) => {
    if (field.widget === "boolean") return value ? true : undefined;
    if (field.widget === "list") {
      return list(value).map((entry) => writeMapping(entry, field.fields)).filter((entry) => !isEmpty(entry));
    }
    if (field.widget === "object") {
      const mapping = isMapping(value) ? writeMapping(value, field.fields) : {};
      const [first] = field.fields;
      const keys = Object.keys(mapping);
      return field.written === "short" && keys.length === 1 && keys[0] === first.name ? mapping[first.name] : mapping;
    }
    if (!isList(field)) return isEmpty(value) ? undefined : clean(value);
    const lines = field.multiple ? list(value) : isEmpty(value) ? [] : clean(value).split("\n");
    const known = new Map(list(before).map((entry) => [showLine(entry), entry]));
    return lines.map(clean).filter(Boolean).map((line) => known.get(line) ?? understand(line));
  };

  /* --- files --------------------------------------------------------------------------------- */

  const loadPart = (lines) => {
    try {
      return load(lines.join("\n"));
    } catch (error) {
      throw new Error(`${error.reason || error.message}, in "${lines[0]}"`, { cause: error });
    }
  };

  /** The parts of front matter: a key with its lines each; comments and blank lines between have no key. */
  const split = (front) => {
    const parts = [];
    for (const line of front === "" ? [] : front.split("\n")) {
      const last = parts[parts.length - 1];
      if (KEY.test(line)) parts.push({ key: "", lines: [line] });
      else if (last && last.key === "") last.lines.push(line);
      else parts.push({ key: null, lines: [line] });
    }
    const whole = [];
    for (const part of parts) {
      if (part.key === null) {
        whole.push(part);
        continue;
      }
      let end = part.lines.length;
      while (end > 1 && /^(?:#.*|\s*)$/.test(part.lines[end - 1])) end -= 1;
      const loaded = loadPart(part.lines.slice(0, end));
      if (!isMapping(loaded) || Object.keys(loaded).length !== 1) throw new Error(`"${part.lines[0]}" is no key`);
      const [[key, value]] = Object.entries(loaded);
      whole.push({ key, value: value ?? "", lines: part.lines.slice(0, end) });
      if (end < part.lines.length) whole.push({ key: null, lines: part.lines.slice(end) });
    }
    return whole;
  };

  /** The front matter of a file, its parts by the model's keys, the body, and what ends and divides lines. */
  const open = (text, format) => {
    const bare = text.replace(/^\ufeff/, "").replace(/\r\n?/g, "\n");
    const found = format.fenced
      ? /^(-{3,}[ \t]*\n)((?:[^]*?\n)?)(-{3,}[ \t]*)(?:\n([^]*))?$/.exec(bare)
      : [bare, "", bare.replace(/\n$/, "") , "", ""];
    if (!found) throw new Error('the file does not begin with "---"');
    const front = format.fenced ? found[2].replace(/\n$/, "") : found[2];
    const parts = split(front);
    const whole = load(front);
    const together = Object.fromEntries(parts.filter(({ key }) => key !== null).map(({ key, value }) => [key, value]));
    if (!isMapping(whole) || !isSame(whole, together)) throw new Error("the keys cannot be told apart");
    const known = groupFields(format.fields);
    for (const part of parts) if (part.key !== null) part.name = format.entries ? part.key : findKey(part.key, known);
    const newline = text.includes("\r\n") ? "\r\n" : "\n";
    return { parts, body: found[4] || "", fences: [found[1].trimEnd(), found[3].trimEnd()], newline };
  };

  const DAY_IN_TEXT = /\d{4}-\d\d-\d\d/;

  /** What authors see of a file with a mistake. */
  const explain = (error) =>
    `This file cannot be changed in the form, because of a mistake in it: ${error.reason || error.message}.`
    + " Correct it with the editor of your git host.";

  const readFile = (text, format) => {
    try {
      const { parts, body } = open(text, format);
      const mapping = {};
      for (const { key, name, value } of parts) if (key !== null) mapping[name] = value;
      const values = format.entries ? readEntries(parts, format) : readMapping(mapping, format.fields);
      return { ...values, ...(format.fenced ? { body: trimBody(body) } : {}), [SOURCE]: text };
    } catch (error) {
      // Whoever opens it sees why. A CMS wants a day before it saves, which is then refused with the reason.
      const [day] = DAY_IN_TEXT.exec(text) || ["1970-01-01"];
      const shown = { title: explain(error), date: day, body: text };
      const fields = format.fields.filter((field) => (field.key || field.name) in shown);
      const values = fields.map((field) => [field.name, shown[field.key || field.name]]);
      return { ...Object.fromEntries(values), body: text, [SOURCE]: text };
    }
  };

  /** Files such as topics.yaml, whose keys are names: a list in the form. */
  const readEntries = (parts, format) => {
    const [field] = format.fields;
    const [first, second] = field.fields;
    const entries = parts.filter(({ key }) => key !== null).map(({ key, value }) => {
      return { ...readEntry(isMapping(value) ? value : { [second.name]: value }, field.fields.slice(1)), [first.name]: key };
    });
    return { [field.name]: entries };
  };

  const writeFile = (values, format) => {
    const text = isText(values[SOURCE]) ? values[SOURCE] : format.fenced ? "---\n---\n" : "";
    const { parts, body, fences, newline } = open(text, format);
    const wanted = format.entries ? writeEntries(values, format, parts) : writeKeys(values, format, parts);
    const lines = [];
    for (const part of parts) {
      if (part.key === null || !wanted.has(part.name)) lines.push(...part.lines);
      else if (isSame(wanted.get(part.name), part.value)) lines.push(...part.lines);
      else if (!isEmpty(wanted.get(part.name))) lines.push(write(part.key, wanted.get(part.name)));
    }
    const known = new Set(parts.map(({ name }) => name));
    for (const [key, value] of wanted) if (!known.has(key) && !isEmpty(value)) lines.push(write(key, value));
    const finish = (whole) => whole.replaceAll("\n", newline);
    if (!format.fenced) return finish(lines.length ? `${lines.join("\n")}\n` : "");
    const written = isText(values.body) ? values.body.replace(/\r\n?/g, "\n") : "";
    const ending = trimBody(written) === trimBody(body) ? body.trimEnd() : `\n${trimBody(written)}`;
    const [above, below] = fences;
    return finish([above, ...lines, below, ...(ending.trim() ? [ending] : []), ""].join("\n"));
  };

  const write = (key, value) => jsyaml.dump({ [key]: value }, WRITING).trimEnd();

  const writeKeys = (values, format, parts) => {
    const before = new Map(parts.filter(({ key }) => key !== null).map(({ name, value }) => [name, value]));
    const wanted = new Map();
    for (const [key, group] of groupFields(format.fields)) {
      if (key !== "body") wanted.set(key, writeGroup(values, group, before.get(key)));
    }
    return wanted;
  };

  const writeEntries = (values, format, parts) => {
    const [field] = format.fields;
    const [first, second] = field.fields;
    const wanted = new Map(parts.filter(({ key }) => key !== null).map(({ key }) => [key, undefined]));
    for (const entry of list(values[field.name])) {
      const name = clean(entry[first.name] || "");
      const mapping = writeMapping(entry, field.fields.slice(1));
      if (name) wanted.set(name, field.written === "short" ? mapping[second.name] : mapping);
    }
    return wanted;
  };

  /* --- the form ------------------------------------------------------------------------------ */

  /** A group of fields in the form, whose keys are those of the file itself. */
  const isGroup = (field) => field.written === "group";

  const gather = (fields) => fields.flatMap((field) => (isGroup(field) ? field.fields : [field]));
  const nest = (values, fields) => {
    const nested = { ...values };
    for (const field of fields.filter(isGroup)) {
      nested[field.name] = Object.fromEntries(field.fields.map(({ name }) => [name, values[name]]));
      for (const { name } of field.fields) delete nested[name];
    }
    return nested;
  };
  /** The values without groups; of a group that is not there, those that the file had. */
  const unnest = (values, fields, before) =>
    Object.assign({ ...values }, ...fields.filter(isGroup).map(({ name }) =>
      (isMapping(values[name]) && Object.keys(values[name]).length ? values[name] : before[name])));

  // What is done with an error on saving, before the CMS has it.
  let reportError = () => {};

  /** The format of a collection of config.yml, from its fields. */
  const makeFormat = (collection) => {
    const fields = (collection.files ? collection.files[0] : collection).fields;
    const format = {
      fields: gather(fields),
      fenced: !collection.files,
      entries: Boolean(collection.files) && fields.length === 1,
    };
    const fromFile = (text) => nest(readFile(text, format), fields);
    const toFile = (values) => {
      const before = isText(values[SOURCE]) ? fromFile(values[SOURCE]) : {};
      try {
        return writeFile(unnest(values, fields, before), format);
      } catch (error) {
        const refusal = new Error(explain(error), { cause: error });
        reportError(refusal);
        throw refusal;
      }
    };
    return { fromFile, toFile };
  };

  /* --- what one CMS says in another way than the other ---------------------------------------- */

  const isAlwaysShown = (field) => ["group", "short"].includes(field.written);

  /** Sveltia puts a box above an object that is not required; without its tick, the values are gone. */
  const showAlways = (fields) => fields.map((field) => ({
    ...field,
    ...(field.fields ? { fields: showAlways(field.fields) } : {}),
    ...(isAlwaysShown(field) ? { required: true } : {}),
  }));
  // So these get the mark of what is required, although all of their fields may be empty.
  const STYLE = '[data-field-type="object"] > header .required { display: none; }';

  const adaptToSveltia = (config) => {
    const style = document.createElement("style");
    style.textContent = STYLE;
    document.head.append(style);
    // So that a file can be referred to by its name, without a space or a bracket in it.
    config.media_libraries ??= { default: { config: { slugify_filename: true } } };
    for (const collection of config.collections) {
      if (!collection.fields) continue;
      collection.fields = showAlways(collection.fields);
      // It would take over what belongs to one report, such as its earlier names.
      collection.duplicate = false;
      const [first] = collection.sortable_fields || [];
      if (first) {
        collection.sortable_fields = { fields: [first], default: { field: first, direction: "descending" } };
      }
    }
    // It says no more of an error than that there was one.
    reportError = (error) => alert(error.message);
  };

  const adaptToDecap = (config) => {
    const collections = new Map(config.collections.map((collection) => [collection.name, collection]));
    CMS.registerEventListener({
      name: "preSave",
      handler: ({ entry }) => {
        const isDuplicate = entry.get("newRecord") && isText(entry.getIn(["data", SOURCE]));
        return isDuplicate ? forgetOrigin(entry.get("data"), collections.get(entry.get("collection")).fields) : undefined;
      },
    });
  };

  /** The data of a duplicate without what belongs to the first report, if its author did not write it anew. */
  const forgetOrigin = (data, fields) => {
    const before = makeFormat({ fields }).fromFile(data.get(SOURCE));
    const values = data.toJS();
    let kept = data.delete(SOURCE);
    for (const group of fields.filter(isGroup)) {
      for (const { name } of group.fields) {
        const path = [group.name, name];
        if (isSame(values[group.name]?.[name], before[group.name][name])) kept = kept.deleteIn(path);
      }
    }
    return kept;
  };

  /** Give collections that have the fields of another one these fields. */
  const shareFields = (collections) => {
    for (const collection of collections) {
      if (!collection.fields_of) continue;
      collection.fields = collections.find(({ name }) => name === collection.fields_of).fields;
      delete collection.fields_of;
    }
    return collections;
  };

  /** The configuration without the settings that only this file knows. */
  const strip = (value) => {
    if (Array.isArray(value)) return value.map(strip);
    if (!isMapping(value)) return value;
    return Object.fromEntries(
      Object.entries(value).filter(([key]) => !OWN_SETTINGS.includes(key)).map(([key, part]) => [key, strip(part)]),
    );
  };

  const begin = async () => {
    const answer = await fetch("config.yml", { cache: "no-cache" });
    const config = jsyaml.load(await answer.text());
    if (config.form?.version !== VERSION) throw new Error("admin/ is of another version of lscbsite. Run: lscbsite cms");
    spellings = config.form.spellings;
    delete config.form;
    shareFields(config.collections);
    const isSveltia = document.querySelector('script[src$="sveltia-cms.js"]') !== null;
    (isSveltia ? adaptToSveltia : adaptToDecap)(config);
    for (const collection of config.collections) {
      if (/^lscbsite-/.test(collection.format || "")) {
        CMS.registerCustomFormat(collection.format, collection.files ? "yaml" : "md", makeFormat(collection));
      }
    }
    CMS.init({ config: { ...strip(config), load_config_file: false } });
  };

  // The CMS begins when the formats are known, and with the configuration that was read here.
  window.CMS_MANUAL_INIT = true;
  window.lscbsiteForm = { makeFormat, shareFields };
  addEventListener("DOMContentLoaded", () => begin().catch((error) => { document.body.textContent = error.message; }));
}
