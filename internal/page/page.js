"use strict";
// Whatever is shown comes out of a tape: it becomes text, and never markup.
(() => {
  const byID = (id) => document.getElementById(id);
  const data = (id) => { const block = byID(id); return block ? JSON.parse(block.textContent) : null; };
  const element = (name, className, ...children) => {
    const made = document.createElement(name);
    if (className) made.className = className;
    made.append(...children.filter((child) => child !== null && child !== ""));
    return made;
  };
  const button = (text, className) => { const made = element("button", className, text); made.type = "button"; return made; };
  const count = (n, noun) => `${n.toLocaleString("en")} ${noun}${n === 1 ? "" : "s"}`;

  // Numbers, for people.
  const rounded = (n, units, base) => {
    let unit = 0;
    while (n >= base * 0.9995 && unit < units.length - 1) { n /= base; unit++; }
    return (unit === 0 || n >= 99.5 ? Math.round(n) : n.toFixed(1)) + units[unit];
  };
  const size = (n) => rounded(n, [" B", " KB", " MB", " GB"], 1024);
  const tokens = (n) => rounded(n, ["", "k", "M", "G"], 1000);
  const time = (ms) => ms < 1000 ? `${ms} ms` : ms < 90e3 ? `${(ms / 1e3).toFixed(1)} s` : ms < 90 * 60e3 ? `${Math.round(ms / 60e3)} min` : `${(ms / 3600e3).toFixed(1)} h`;

  // The table of specs: a step of rows at a time, since there may be thousands.
  const specs = data("specs"), step = 100, body = document.querySelector("#table tbody");
  let order = { by: "", down: false }, found = specs, shown = 0;
  specs.forEach((spec) => {
    spec.text = [spec.name, spec.cassette, spec.suite, spec.place, spec.mode, ...(spec.models ?? []), ...(spec.findings ?? [])].join("\n").toLowerCase();
  });

  const said = new Map(); // the text of each tape, for the search
  const isOnTape = (number, words) => {
    if (!said.has(number)) said.set(number, byID("tape-" + number)?.textContent.toLowerCase() ?? "");
    return said.get(number).includes(words);
  };
  // Tapes are JSON, in which some characters are written otherwise.
  const inJSON = (words) => JSON.stringify(words).slice(1, -1).replace(/[<>&]/g, (c) => "\\u00" + c.charCodeAt(0).toString(16));

  const kinds = {
    all: () => true,
    findings: (spec) => spec.findings,
    recorded: (spec) => spec.recorded,
    live: (spec) => spec.live,
    failed: (spec) => spec.failed,
  };

  function search() {
    const words = byID("search").value.trim().toLowerCase(), encoded = inJSON(words), isOfKind = kinds[byID("only").value];
    found = specs.filter((spec) => isOfKind(spec) && (!words || spec.text.includes(words) || spec.tape && isOnTape(spec.tape, encoded)));
    if (order.by) {
      const value = (spec) => order.by === "findings" ? (spec.findings ?? []).length : order.by === "name" ? spec.name.toLowerCase() : spec[order.by];
      const sign = order.down ? -1 : 1;
      found = found.map((spec) => [value(spec), spec]).sort(([a], [b]) => a < b ? -sign : a > b ? sign : 0).map(([, spec]) => spec);
    }
    body.replaceChildren();
    shown = 0;
    more();
    byID("count").textContent = found.length === specs.length ? count(specs.length, "spec") : `${found.length.toLocaleString("en")} of ${count(specs.length, "spec")}`;
  }

  function more() {
    const next = found.slice(shown, shown + step);
    body.append(...next.map(row));
    shown += next.length;
    if (!found.length) {
      const cell = element("td", "none", "No spec fits.");
      cell.colSpan = 10;
      body.append(element("tr", "", cell));
    }
    const left = found.length - shown;
    byID("more").hidden = left === 0;
    byID("more").textContent = `Show ${Math.min(step, left)} more of ${left.toLocaleString("en")}`;
    return next.length;
  }

  function row(spec) {
    const number = (n, text, className = "") => element("td", `number ${className} ${n > 0 ? "" : "none"}`, n > 0 ? text : "–");
    const name = spec.tape ? button(spec.name) : element("span", "", spec.name);
    if (spec.tape) name.addEventListener("click", () => open(spec.tape, spec));
    const title = element("th", "", name, element("span", "path", (spec.suite ? spec.suite + ": " : "") + spec.cassette));
    title.scope = "row";
    const age = number(spec.days < 0 ? 0 : 1, spec.days === 0 ? "today" : count(spec.days, "day"));
    if (spec.oldest) age.title = "recorded " + spec.oldest;
    const badges = (spec.findings ?? []).map((kind) => element("span", "badge", kind));
    if (spec.failed) badges.unshift(element("span", "badge", "failed"));
    return element("tr", "", title,
      number(spec.replayed, spec.replayed), number(spec.recorded, spec.recorded, "minor"), number(spec.live, spec.live, "minor"), age,
      number(spec.tokens, tokens(spec.tokens)), number(spec.cost, spec.cost.toFixed(spec.cost < 0.1 ? 4 : 2), "minor"),
      number(spec.saved, time(spec.saved), "minor"), number(spec.bytes, size(spec.bytes), "minor"), element("td", "", ...badges));
  }

  function sort(by) {
    const isText = by === "name";
    order = { by, down: order.by === by ? !order.down : !isText };
    document.querySelectorAll("#table thead th").forEach((head) => {
      if (head.firstElementChild.dataset.sort === by) head.setAttribute("aria-sort", order.down ? "descending" : "ascending");
      else head.removeAttribute("aria-sort");
    });
    search();
  }

  // A tape, in a dialog: each interaction with what was asked beside what was answered.
  const dialog = byID("tape");
  let current = -1; // in found, of the spec whose tape is open

  function open(number, spec) {
    const tape = data("tape-" + number), content = byID("tape-body");
    current = found.indexOf(spec);
    byID("tape-title").textContent = spec?.name ?? tape?.path ?? "Tape";
    byID("previous").disabled = !near(-1);
    byID("next").disabled = !near(1);
    content.replaceChildren();
    if (spec) content.append(facts([spec.cassette, spec.place, "mode " + spec.mode, spec.failed ? "failed" : "passed", ...(spec.models ?? [])]));
    if (!tape) content.append(element("p", "", "This page has no room for the tape."));
    else {
      if (tape.show) content.append(command(tape.show));
      if (tape.partial) content.append(element("p", "", "It is partial: the spec had not passed when it was recorded."));
      if (tape.note) content.append(element("p", "", tape.note));
      (tape.interactions ?? []).forEach((interaction, n) => content.append(article(tape, interaction, n + 1)));
      if (tape.isCut) content.append(element("p", "left", "The tape has more interactions, for which this page has no room. The command above shows them all."));
    }
    if (!dialog.open) dialog.showModal();
    dialog.scrollTop = 0;
    byID("tape-title").focus();
  }

  // near finds the next spec, or the one before, that has a tape.
  function near(by) {
    if (current < 0) return null;
    for (let n = current + by; n >= 0 && n < found.length; n += by) if (found[n].tape) return found[n];
    return null;
  }
  const go = (by) => { const spec = near(by); if (spec) open(spec.tape, spec); };

  const facts = (all) => element("p", "facts", ...all.filter(Boolean).map((fact) => element("span", "", fact)));

  function article(tape, interaction, number) {
    const show = `${tape.show}:${interaction.line}`;
    const heading = element("h3", "", `${number}. ${interaction.title}`);
    const asked = side("Request", interaction.isChat && interaction.asked, interaction.request, show);
    const answer = side("Answer", interaction.isChat && interaction.answer, interaction.response, show);
    const made = element("article", interaction.failed ? "failed" : "", heading, facts([...(interaction.facts ?? []), "line " + interaction.line]), element("div", "sides", asked, answer));
    heading.id = "interaction-" + number;
    made.setAttribute("aria-labelledby", heading.id);
    if (interaction.isCut) asked.append(left("The conversation has more parts.", show));
    return made;
  }

  function side(name, messages, raw, show) {
    const made = element("section", "", element("h4", "", name));
    made.setAttribute("aria-label", name);
    if (messages) messages.forEach((m) => made.append(message(m, show)));
    else if (raw.body) made.append(element("pre", "body", raw.kind === "json" && !raw.left ? pretty(raw.body) : raw.body), left(raw.left, show));
    else made.append(element("p", "none", raw.head ? "no body" : "not shown"));
    if (raw.head) made.append(rawBytes(raw, show));
    return made;
  }

  const does = { said: "", thought: "thinks", called: "calls", returned: "returns", attached: "attaches", failed: "fails" };

  function message(m, show) {
    const role = element("p", "role", [m.role, does[m.kind]].join(" ").trim() + (m.name ? " " : ""), m.name ? element("code", "", m.name) : "");
    const isCode = m.kind === "called" || m.kind === "returned";
    const words = isCode ? element("pre", "", m.left ? m.text : pretty(m.text)) : element("div", "words", m.text);
    return element("div", `message ${m.role} ${m.kind}`, role, m.text ? words : "", left(m.left, show));
  }

  function rawBytes(raw, show) {
    const made = element("details", "raw", element("summary", "", raw.size ? `Raw, ${size(raw.size)}` : "Raw"));
    made.addEventListener("toggle", () => {
      if (made.open && made.childElementCount === 1) made.append(element("pre", "", raw.head + (raw.body ? "\n\n" + raw.body : "")), left(raw.left, show + " --raw"));
    });
    return made;
  }

  // left says what is cut off, and the command that shows it whole.
  function left(what, show) {
    if (!what) return "";
    const text = typeof what === "number" ? `${size(what)} more` : what;
    return element("div", "", element("p", "left", text + ":"), command(show));
  }

  function command(text) {
    const copy = button("Copy");
    copy.dataset.copy = "";
    return element("div", "command", element("code", "", text), copy);
  }

  function pretty(text) {
    try { return JSON.stringify(JSON.parse(text), null, 2); } catch { return text; }
  }

  async function copy(from) {
    const code = from.parentElement.querySelector("code");
    try {
      await navigator.clipboard.writeText(code.textContent);
    } catch { // where the page may not write to the clipboard
      const range = document.createRange();
      range.selectNodeContents(code);
      getSelection().removeAllRanges();
      getSelection().addRange(range);
      document.execCommand("copy");
    }
    from.textContent = "Copied";
    (dialog.open ? dialog : document.body).append(byID("said")); // what is below an open dialog is not read out
    byID("said").textContent = "The command is in the clipboard.";
    setTimeout(() => { from.textContent = "Copy"; byID("said").textContent = ""; }, 2000);
  }

  document.addEventListener("click", (event) => {
    const pressed = event.target.closest("button");
    if (!pressed) return;
    if ("copy" in pressed.dataset) copy(pressed);
    else if (pressed.dataset.sort) sort(pressed.dataset.sort);
    else if (pressed.dataset.tape) { const number = Number(pressed.dataset.tape); open(number, specs.find((spec) => spec.tape === number)); }
  });
  byID("more").addEventListener("click", () => {
    const first = shown;
    more();
    body.rows[first]?.querySelector("button")?.focus();
  });
  let waiting;
  byID("search").addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(search, 120); });
  byID("only").addEventListener("change", search);
  document.querySelector(".tools").addEventListener("submit", (event) => { event.preventDefault(); search(); });
  byID("close").addEventListener("click", () => dialog.close());
  byID("previous").addEventListener("click", () => go(-1));
  byID("next").addEventListener("click", () => go(1));
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });

  const room = data("cuts"), notes = [], leftSpecs = data("left-specs");
  if (leftSpecs) notes.push(`${count(leftSpecs, "spec")} more did not fit into this table.`);
  if (room.notRead) notes.push(`There was no room for ${count(room.notRead, "tape")}.`);
  if (room.cut) notes.push(`${count(room.cut, "long text")} of ${count(room.tapes, "tape")} ${room.cut === 1 ? "is" : "are"} cut, so that this page stays below 10 MB. Beside each is the command that shows it whole, to be run in the root of the repository.`);
  byID("room").textContent = notes.join(" ");
  search();
})();
