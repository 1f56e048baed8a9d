// Shared by all pages: words, posts with the session's token, light and dark, the alert line.
"use strict";
const stored = localStorage.getItem("theme");
if (stored) document.documentElement.dataset.theme = stored;

const byId = (id) => document.getElementById(id);

function words(key, values = {}) {
  if (!words.table) words.table = JSON.parse(document.body.dataset.words);
  return (words.table[key] || key).replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

async function post(address, data) {
  return fetch(address, {
    method: "POST",
    headers: { "X-CSRF-Token": document.body.dataset.csrf },
    body: new URLSearchParams(data),
    keepalive: true, // a decision under way survives a closed tab
  });
}

function alertLine(text) {
  const line = byId("alert");
  line.hidden = !text;
  line.textContent = text || "";
}

function say(text) {
  byId("said").textContent = text;
}

function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.includes("-")) element.setAttribute(name, value);
    else element[name] = value;
  }
  element.append(...children);
  return element;
}

// A picture that can't be shown (its scan was moved, say) gives way to the server's sentence until another one loads.
function sentenceOf(image) {
  const next = image.nextElementSibling;
  return next && next.className === "gone" ? next : null;
}
document.addEventListener("error", async (event) => {
  const image = event.target;
  if (image.tagName !== "IMG" || !image.isConnected) return;
  const source = image.src;
  image.classList.add("broken");
  if (!sentenceOf(image)) image.after(make("span", { className: "gone" }));
  try {
    const reply = await fetch(source);
    if (image.src === source && !reply.ok && sentenceOf(image)) sentenceOf(image).textContent = await reply.text();
  } catch {
    // the server is away: whatever is saved next says so
  }
}, true);
document.addEventListener("load", (event) => {
  if (event.target.tagName !== "IMG") return;
  event.target.classList.remove("broken");
  if (sentenceOf(event.target)) sentenceOf(event.target).remove();
}, true);

document.addEventListener("DOMContentLoaded", () => {
  byId("theme").addEventListener("click", () => {
    const root = document.documentElement;
    const dark = root.dataset.theme
      ? root.dataset.theme === "dark"
      : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
    localStorage.setItem("theme", root.dataset.theme);
  });
});
