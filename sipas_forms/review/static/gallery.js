// The gallery: a click calls a crop wrong (or right again); the arrow keys walk the grid.
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
  card.addEventListener("keydown", (event) => {
    const columns = cards.findIndex((other) => other.offsetTop > cards[0].offsetTop);
    const by = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns }[event.key];
    if (!by || !cards[place + by]) return;
    event.preventDefault();
    cards[place + by].focus();
  });
}
byId("filters").addEventListener("change", (event) => {
  const reason = document.querySelector("#reason");
  if (event.target.id !== "reason" && reason) reason.value = "";
  byId("filters").submit();
});
count();
