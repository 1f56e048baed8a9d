// Two scans of one page: keys 1 and 2 choose; both papers scroll together.
"use strict";
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || localStorage.getItem("keys") === "off") return;
  const button = document.querySelector(`button[data-key="${event.key}"]`);
  if (button) button.click();
});
const papers = [...document.querySelectorAll(".paper")];
for (const paper of papers) {
  paper.addEventListener("scroll", () => papers.forEach((other) => { if (Math.abs(other.scrollTop - paper.scrollTop) > 1) other.scrollTop = paper.scrollTop; }));
}
