// The gallery: a click calls a crop wrong (or right again); the arrow keys walk the grid, which is one stop of Tab.
"use strict";
const cards = [...document.querySelectorAll(".card")];
const count = () => { byId("wrong").textContent = cards.filter((card) => card.getAttribute("aria-pressed") === "true").length; };

async function toggle(card) {
  const wrong = card.getAttribute("aria-pressed") !== "true";
  card.disabled = true;
  try {
    const reply = await post("/api/doubt", { serial: card.dataset.serial, question: card.dataset.question, wrong: wrong ? "1" : "0" });
    if (!reply.ok) throw new Error(String(reply.status));
    card.setAttribute("aria-pressed", String(wrong));
    alertLine("");
    if (wrong) say(words("wrong"));
  } catch (error) {
    alertLine(error.message === "401" || error.message === "403" ? words("ended") : words("failed", { n: 1 }));
  }
  card.disabled = false;
  card.focus();
  count();
}

for (const [place, card] of cards.entries()) {
  card.addEventListener("click", () => toggle(card));
  card.addEventListener("focus", () => {
    for (const other of cards) other.tabIndex = other === card ? 0 : -1;
  });
  card.addEventListener("keydown", (event) => {
    const found = cards.findIndex((other) => other.offsetTop > cards[0].offsetTop);
    const columns = found < 0 ? cards.length : found;
    const by = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns }[event.key];
    if (!by || !cards[place + by]) return;
    event.preventDefault();
    cards[place + by].focus();
  });
}
byId("filters").addEventListener("change", (event) => {
  const reason = byId("reason");
  if (event.target.id !== "reason" && reason) reason.value = "";
  if (event.target.id === "question") byId("answer").disabled = true; // another question has other answers
  byId("filters").submit();
});
count();

// While a person looks at this screen, the crops of the next one are cut.
addEventListener("load", async () => {
  if (!byId("after")) return;
  const page = new DOMParser().parseFromString(await (await fetch(byId("after").href)).text(), "text/html");
  for (const image of page.querySelectorAll(".card img")) new Image().src = image.getAttribute("src");
});
