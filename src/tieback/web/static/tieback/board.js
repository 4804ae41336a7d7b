/* Choosing rows on the board: a box for the whole page, and how many are chosen. */

const boxes = (form) => [...form.querySelectorAll("input[name=job]")];

function tell(form) {
  const counted = form.querySelector("[data-counted]");
  const whole = form.querySelector("[data-whole]");
  if (!counted) return;
  const chosen = boxes(form).filter((box) => box.checked).length;
  const head = form.querySelector("[data-all]");
  head.hidden = false;
  head.checked = chosen > 0 && chosen === boxes(form).length;
  head.indeterminate = chosen > 0 && !head.checked;
  if (whole.checked) counted.textContent = "The whole lane is chosen.";
  else counted.textContent = chosen ? `${chosen} chosen.` : "Tick rows, or take the whole lane.";
}

let last = null;

/* With Shift, everything between this row and the one ticked before it. */
function stretch(form, box, event) {
  const all = boxes(form);
  const [from, to] = [all.indexOf(last), all.indexOf(box)].sort((one, other) => one - other);
  if (event.shiftKey && from >= 0) for (const between of all.slice(from, to + 1)) between.checked = box.checked;
  last = box;
}

document.addEventListener("click", (event) => {
  const form = event.target.closest("form[data-chooses]");
  if (form && event.target.matches("input[name=job]")) stretch(form, event.target, event);
  if (form && event.target.matches("[data-all]")) for (const box of boxes(form)) box.checked = event.target.checked;
  if (form && event.target.matches("input")) tell(form);
});

function start() {
  for (const form of document.querySelectorAll("form[data-chooses]")) tell(form);
}

/* Only one of the boxes that drop down is open at a time, and Escape closes it. */
document.addEventListener("click", (event) => {
  for (const drop of document.querySelectorAll("details.drop[open]")) if (!drop.contains(event.target)) drop.open = false;
});
document.addEventListener("keydown", (event) => {
  const drop = event.key === "Escape" && event.target.closest("details.drop[open]");
  if (!drop) return;
  drop.open = false;
  drop.querySelector("summary").focus();
});

document.addEventListener("htmx:after:swap", start);
start();
