// A page that could not be read: turn it, check the serial while it is typed, put the four corner marks into place.
"use strict";
const START = { tl: [0.05, 0.0354], tr: [0.95, 0.0354], br: [0.95, 0.9646], bl: [0.05, 0.9646] }; // 10.5 mm in, as on a whole sheet
const STEP = 0.0015, LEAP = 0.015; // shares of the picture that an arrow key moves, without and with Shift
const places = structuredClone(START);
const stage = byId("stage");
let turn = 0;
let moved = false;

if (stage) {
  const sheet = byId("sheet");
  const handles = [...stage.querySelectorAll(".corner")];
  const draw = () => {
    for (const handle of handles) {
      const [x, y] = places[handle.dataset.corner];
      handle.style.left = `${100 * x}%`;
      handle.style.top = `${100 * y}%`;
    }
    byId("outline").setAttribute("viewBox", "0 0 1000 1000");
    byId("outline").setAttribute("preserveAspectRatio", "none");
    byId("outline").firstElementChild.setAttribute("points", ["tl", "tr", "br", "bl"].map((name) => places[name].map((v) => 1000 * v).join(",")).join(" "));
    byId("corners").value = moved ? ["tl", "tr", "br", "bl"].flatMap((name) => places[name].map((v) => v.toFixed(5))).join(",") : "";
    byId("placed").hidden = !moved;
    stage.classList.toggle("moved", moved);
  };
  const put = (name, x, y) => {
    places[name] = [Math.min(1.2, Math.max(-0.2, x)), Math.min(1.2, Math.max(-0.2, y))];
    moved = true;
    draw();
    magnify(name);
  };
  const magnify = (name) => {
    const loupe = byId("loupe");
    const [x, y] = places[name];
    loupe.hidden = false;
    loupe.style.backgroundImage = `url("${sheet.src}")`;
    loupe.style.backgroundSize = `${sheet.clientWidth * 4}px ${sheet.clientHeight * 4}px`;
    loupe.style.backgroundPosition = `${80 - x * sheet.clientWidth * 4}px ${80 - y * sheet.clientHeight * 4}px`;
    loupe.classList.toggle("right", x < 0.5);
  };
  for (const handle of handles) {
    const name = handle.dataset.corner;
    handle.addEventListener("pointerdown", (event) => { handle.setPointerCapture(event.pointerId); event.preventDefault(); handle.focus(); });
    handle.addEventListener("pointermove", (event) => {
      if (!handle.hasPointerCapture(event.pointerId)) return;
      const area = sheet.getBoundingClientRect();
      put(name, (event.clientX - area.left) / area.width, (event.clientY - area.top) / area.height);
    });
    handle.addEventListener("keydown", (event) => {
      const by = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
      if (!by) return;
      event.preventDefault();
      const step = event.shiftKey ? LEAP : STEP;
      put(name, places[name][0] + by[0] * step, places[name][1] + by[1] * step);
    });
    handle.addEventListener("blur", () => { byId("loupe").hidden = true; });
  }
  const reset = () => { Object.assign(places, structuredClone(START)); moved = false; draw(); };
  const rotate = (by) => {
    turn = (turn + by + 360) % 360;
    byId("turn").value = turn;
    sheet.src = `${stage.dataset.picture}?turn=${turn}`;
    reset();
  };
  byId("left-turn").addEventListener("click", () => rotate(-90));
  byId("right-turn").addEventListener("click", () => rotate(90));
  byId("reset").addEventListener("click", reset);
  draw();

  let asked = 0;
  const check = async () => {
    const mine = (asked += 1);
    const text = byId("serial").value.trim();
    if (!text) { byId("checked").textContent = ""; return; }
    const data = await (await fetch(`/api/serial?serial=${encodeURIComponent(text)}`)).json();
    if (mine !== asked) return;
    byId("checked").textContent = data.message;
    byId("checked").className = data.ok ? "good" : "bad";
  };
  byId("serial").addEventListener("input", check);
  check();
}
