// The queue: shows the next item before the key is up, saves behind it, and never counts as saved what isn't.
"use strict";

const RETRY = 2000; // ms
const AHEAD = 6; // items whose pictures are fetched before they are asked for

const state = {
  items: [], settled: new Set(), history: [], unsaved: [], left: 0, saved: 0, unit: "",
  several: false, chosen: new Set(), loading: null, tags: new Set(), seen: 0, reached: false, asked: "",
};
const kind = byId("desk").dataset.kind;
const keyOf = (item) => `${item.serial}|${item.question}`;
const current = () => state.items[0];

async function load() {
  if (state.loading) return state.loading;
  state.loading = (async () => {
    const query = new URLSearchParams({ kind, unit: state.unit });
    for (const item of state.items) query.append("at", keyOf(item));
    const unsaved = state.unsaved.length;
    const answer = await fetch(`/api/next?${query}`);
    if (answer.status === 401) return alertLine(words("ended"));
    const data = await answer.json();
    if (!state.reached && !state.unsaved.length) alertLine("");
    state.reached = true;
    const here = new Set(state.items.map(keyOf));
    const busy = new Set(state.unsaved.map((one) => keyOf(one.item)));
    state.items.push(...data.items.filter((item) => !here.has(keyOf(item)) && !busy.has(keyOf(item)) && !state.settled.has(keyOf(item))));
    state.left = data.left - unsaved;
    showUnits(data.units);
    prefetch();
  })().catch(() => {
    state.reached = false; // nothing is said to be done while nobody knows
    alertLine(words("away"));
    setTimeout(() => load().then(() => { if (byId("desk").hidden) show(); }), RETRY);
  }).finally(() => { state.loading = null; });
  return state.loading;
}

function prefetch() {
  for (const item of state.items.slice(1, 1 + AHEAD)) {
    for (const address of [item.picture, item.around]) new Image().src = address;
  }
}

function showUnits(units) {
  byId("units").replaceChildren(...(units.length > 1 || state.unit ? [{ code: "", name: words("all") }, ...units] : []).map((unit) => {
    const button = make("button", { type: "button", className: "chip", "aria-pressed": String(unit.code === state.unit) },
      unit.code ? `${unit.code} ` : unit.name, unit.code ? make("b", {}, String(unit.left)) : "");
    button.title = unit.name;
    button.addEventListener("click", async () => {
      state.unit = unit.code;
      state.items = [];
      await load();
      show();
    });
    return button;
  }));
}

function showCounts() {
  byId("left").textContent = Math.max(0, state.left);
  byId("saved").textContent = state.saved;
  byId("pending").textContent = state.unsaved.length ? ` · ${words("saving", { n: state.unsaved.length })}` : "";
}

function show() {
  const item = current();
  byId("desk").hidden = !item;
  byId("done").hidden = Boolean(item) || !state.reached;
  showCounts();
  if (!item) return;
  state.several = item.kind === "multiple";
  state.chosen = new Set(state.several && item.guess ? item.guess.split(";") : []);
  state.seen = item.seen || 0;
  byId("part").textContent = item.part;
  byId("title").textContent = item.title;
  byId("reason").textContent = item.reason;
  byId("guess").textContent = item.guess_words;
  byId("guessline").hidden = kind === "writing" || !item.guesses;
  byId("serial").textContent = item.serial;
  byId("page").textContent = item.page;
  byId("note").value = kind === "writing" ? "" : item.note || "";
  byId("before").hidden = !item.before;
  byId("before").querySelector("strong").textContent = item.before || "";
  showPictures(item);
  if (kind === "boxes") showOptions(item);
  else showWriting(item);
}

function showPictures(item) {
  const [width, height] = item.size;
  // as large as the column is wide, but never so high that the buttons leave the screen
  const scale = Math.min(byId("main").clientWidth / width, 216 / height, 17);
  const figure = byId("picture");
  figure.style.width = `${Math.round(width * scale)}px`;
  figure.style.height = `${Math.round(height * scale)}px`;
  byId("crop").src = item.picture;
  byId("crop").alt = words("alt", { serial: item.serial, title: item.title, guess: item.guess_words });
  byId("around").src = item.around;
  byId("around").alt = words("alt_around", { serial: item.serial });
  byId("band").style.top = `${item.band[0]}%`;
  byId("band").style.height = `${item.band[1]}%`;
  const guessed = new Set(item.guess ? item.guess.split(";") : []);
  byId("marks").replaceChildren(...item.boxes.map((box) => {
    const place = item.options.findIndex((option) => option.code === box.code);
    const mark = make("span", { className: guessed.has(box.code) ? "box guessed" : "box" }, make("b", {}, String(place + 1)));
    [mark.style.left, mark.style.top, mark.style.width, mark.style.height] = box.at.map((value) => `${value}%`);
    return mark;
  }));
}

function showOptions(item) {
  const guessed = new Set(item.guess ? item.guess.split(";") : []);
  const options = [...item.options.map((option, place) => ({ ...option, key: String(place + 1), guessed: guessed.has(option.code) })),
    { code: "", label: words("blank"), key: "0", guessed: item.guesses && !item.guess }];
  const buttons = options.map((option) => {
    const pressed = option.code && state.chosen.has(option.code);
    const label = make("span", {}, option.label, option.guessed ? make("small", {}, words("guess")) : "");
    const button = make("button", { type: "button", className: option.guessed ? "option guessed" : "option" }, make("kbd", {}, option.key), label);
    if (state.several && option.code) button.setAttribute("aria-pressed", String(Boolean(pressed)));
    button.addEventListener("click", () => pick(option.code));
    return button;
  });
  const last = make("button", { type: "button", className: "option several" },
    make("kbd", {}, state.several ? "Enter" : "X"), make("span", {}, words(state.several ? "confirm" : "several")));
  last.addEventListener("click", () => (state.several ? confirmSeveral() : severalMode()));
  byId("options").replaceChildren(...buttons, last);
}

function showWriting(item) {
  const text = byId("text");
  text.value = item.text || "";
  text.inputMode = item.digits ? "numeric" : "text";
  text.maxLength = item.digits || 4000;
  text.rows = item.digits ? 1 : 2;
  byId("tags").hidden = Boolean(item.digits);
  state.tags = new Set((item.note || "").split(/\s+/).filter((word) => word.startsWith("#")));
  document.querySelectorAll(".tag").forEach((tag) => tag.setAttribute("aria-pressed", String(state.tags.has(tag.textContent))));
  byId("suggested").hidden = true;
  ask("");
  text.focus();
  fetch(`/api/suggest?at=${encodeURIComponent(keyOf(item))}`).then((answer) => answer.json()).then((data) => {
    if (current() !== item) return;
    if (state.items[1]) fetch(`/api/suggest?at=${encodeURIComponent(keyOf(state.items[1]))}`).then((reply) => reply.text()).catch(() => {});
    if (!data.text) return;
    byId("take").textContent = data.text;
    byId("sure").textContent = words("sure", { n: data.confidence });
    byId("suggested").hidden = false;
  }).catch(() => {});
}

function pick(code) {
  const item = current();
  if (!item) return;
  if (!state.several || !code) return settle(item, code);
  if (!state.chosen.delete(code)) state.chosen.add(code);
  showOptions(item);
}

function severalMode() {
  state.several = true;
  state.chosen = new Set();
  showOptions(current());
  say(words("choose"));
}

function confirmSeveral() {
  const item = current();
  settle(item, item.options.map((option) => option.code).filter((code) => state.chosen.has(code)).join(";"));
}

function settle(item, answer, sure = false) {
  const note = [byId("note").value.trim(), ...state.tags].filter(Boolean).join(" ");
  state.unsaved.push({ item, answer, note, seen: state.seen, sure });
  state.settled.add(keyOf(item));
  state.items.shift();
  state.left -= 1;
  state.tags = new Set();
  show();
  prefetch();
  if (state.items.length < 5) load().then(() => { if (byId("desk").hidden) show(); });
  save();
}

async function save() {
  if (save.running) return save.running;
  save.running = (async () => {
    while (state.unsaved.length) {
      const one = state.unsaved[0];
      let reply;
      try {
        reply = await post("/api/decide", { serial: one.item.serial, question: one.item.question, answer: one.answer, note: one.note, seen: one.seen, sure: one.sure ? "1" : "0" });
        if (reply.status >= 500) throw new Error(String(reply.status));
      } catch {
        alertLine(words("failed", { n: state.unsaved.length }));
        await new Promise((wake) => setTimeout(wake, RETRY));
        continue;
      }
      const said = reply.headers.get("Content-Type") === "application/json";
      if (!said || reply.status === 401) {
        alertLine(words("ended"));
        return;
      }
      const data = await reply.json();
      state.unsaved.shift();
      if (reply.ok) {
        state.saved += 1;
        state.history.push(data.id);
        alertLine("");
        const label = one.item.options.filter((option) => one.answer.split(";").includes(option.code)).map((option) => option.label).join("; ");
        say(words("saved", { answer: label || one.answer || words("blank") }));
      } else {
        if (reply.status === 422) giveBack(one);
        alertLine(data.message);
      }
      showCounts();
    }
  })().finally(() => { save.running = null; });
  return save.running;
}

// What was refused comes back to the screen, as it was typed: its message would stand under another item.
function giveBack(one) {
  state.settled.delete(keyOf(one.item));
  state.items = [{ ...one.item, text: one.answer }, ...state.items];
  state.left += 1;
  show();
}

async function undo() {
  await save();
  if (state.unsaved.length) return;
  const reply = await post("/api/undo", {});
  if (!reply.ok) return alertLine(reply.status === 404 ? (await reply.json()).message : words("ended"));
  const item = (await reply.json()).item;
  if (item.writing !== (kind === "writing")) return location.assign(item.writing ? "/writing" : "/queue");
  state.settled.delete(keyOf(item));
  state.items = [item, ...state.items.filter((other) => keyOf(other) !== keyOf(item))];
  state.left += 1;
  state.saved = Math.max(0, state.saved - 1);
  alertLine("");
  say(words("undone"));
  show();
}

function skip() {
  const item = state.items.shift();
  if (!item) return;
  post("/api/skip", { serial: item.serial, question: item.question }).then(load).then(() => { if (byId("desk").hidden || !current()) show(); });
  show();
}

function whole() {
  const view = byId("page-view");
  if (view.open) return view.close();
  const item = current();
  if (!item) return;
  const image = byId("page-image");
  image.src = image.dataset.lead === "1" ? item.whole : item.around;
  view.showModal();
}

function onKey(event) {
  if (event.ctrlKey || event.metaKey) return;
  if (event.altKey) {
    if (event.key.toLowerCase() === "g" && kind === "writing") takeSuggestion(event);
    return;
  }
  const typing = event.target.matches("input:not([type=checkbox]), textarea");
  if (typing && event.key === "Escape") { event.target.blur(); byId("main").focus(); return; }
  if (typing || !byId("keys").checked) return;
  const key = event.key.toLowerCase();
  const actions = { u: undo, s: skip, f: whole, n: () => byId("note").focus() };
  if (actions[key] && (key === "f" || !byId("page-view").open)) { event.preventDefault(); actions[key](); return; }
  const item = current();
  if (!item || byId("page-view").open || event.repeat) return;
  if (kind === "writing") {
    const button = { 0: byId("empty"), x: byId("illegible"), g: byId("take") }[key];
    if (button) { event.preventDefault(); button.click(); }
    return;
  }
  if (key === "x" && !state.several) { event.preventDefault(); severalMode(); return; }
  if (key === "enter" && state.several && !event.target.matches("button, a, [type=checkbox]")) { event.preventDefault(); confirmSeveral(); return; }
  if (/^[0-9]$/.test(key)) {
    const option = item.options[Number(key) - 1];
    if (key === "0" || option) { event.preventDefault(); pick(key === "0" ? "" : option.code); }
  }
}

function takeSuggestion(event) {
  if (byId("suggested").hidden) return;
  if (event) event.preventDefault();
  byId("text").value = byId("take").textContent;
  byId("text").focus();
}

function ask(question) {
  state.asked = question;
  byId("ask").textContent = question;
}

// Saves what is typed; what can hardly be meant is asked about once.
function send() {
  const item = current();
  const text = byId("text").value.trim();
  if (!item) return;
  if (!text) return ask(words("nothing_typed"));
  if (item.digits && !/^[0-9]+$/.test(text)) return ask(words("digits_only"));
  const [low, high] = item.between || [0, Infinity];
  const odd = item.digits && (text.length < item.digits || Number(text) < low || Number(text) > high);
  const question = odd ? words("odd", { answer: text }) : "";
  if (odd && state.asked !== question) return ask(question);
  settle(item, text, Boolean(odd));
}

function illegible() {
  if (!current()) return;
  state.tags.add(words("illegible"));
  settle(current(), "");
}

function startWriting() {
  byId("write").addEventListener("submit", (event) => { event.preventDefault(); send(); });
  byId("text").addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); if (!event.repeat) send(); }
  });
  byId("empty").addEventListener("click", () => settle(current(), ""));
  byId("illegible").addEventListener("click", illegible);
  byId("take").addEventListener("click", () => takeSuggestion());
  const toggle = (tag) => {
    if (!state.tags.delete(tag.textContent)) state.tags.add(tag.textContent);
    tag.setAttribute("aria-pressed", String(state.tags.has(tag.textContent)));
  };
  document.querySelectorAll(".tag").forEach((tag) => tag.addEventListener("click", () => toggle(tag)));
  byId("newtag").addEventListener("keydown", (event) => {
    const name = event.target.value.trim().replace(/^#?/, "#").replace(/\s+/g, "-");
    if (event.key !== "Enter") return;
    event.preventDefault();
    if (name === "#") return;
    const tag = make("button", { type: "button", className: "tag", "aria-pressed": "false" }, name);
    tag.addEventListener("click", () => toggle(tag));
    event.target.before(tag);
    event.target.value = "";
    toggle(tag);
    byId("text").focus();
  });
}

document.addEventListener("keydown", onKey);
byId("undo").addEventListener("click", undo);
byId("undolast").addEventListener("click", undo);
byId("skip").addEventListener("click", skip);
byId("whole").addEventListener("click", whole);
byId("close").addEventListener("click", () => byId("page-view").close());
byId("note").addEventListener("keydown", (event) => { if (event.key === "Enter") { event.preventDefault(); byId("main").focus(); } });
byId("keys").checked = localStorage.getItem("keys") !== "off";
byId("keys").addEventListener("change", () => localStorage.setItem("keys", byId("keys").checked ? "on" : "off"));
addEventListener("beforeunload", (event) => { if (state.unsaved.length) event.preventDefault(); });
addEventListener("resize", () => { if (current()) showPictures(current()); });
setInterval(async () => { if (!current()) { await load(); if (current()) show(); } }, 10000);
if (kind === "writing") startWriting();
load().then(show);
