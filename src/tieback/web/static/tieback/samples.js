/* Judging a sample by letters, said aloud; and copying a link that is shown once. */

const KEY = "tieback-letters-judge";

function lettersOn() {
  return localStorage.getItem(KEY) !== "off";
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || !lettersOn()) return;
  if (event.target.closest("input:not([type=checkbox]), textarea, select")) return;
  const button = document.querySelector(`[data-judges] button[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
  if (!button) return;
  event.preventDefault();
  button.click();
});

/* Letters that act alone get in the way of some: they can be switched off, and stay so. */
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-keys-on]")) localStorage.setItem(KEY, event.target.checked ? "on" : "off");
});

function shown() {
  const box = document.querySelector("[data-keys-on]");
  if (box) box.checked = lettersOn();
}

/* The row that comes next takes the focus, and what became of the last is said. */
document.addEventListener("htmx:after:swap", () => {
  const part = document.querySelector("#judging > [data-says]");
  if (!part) return;
  shown();
  document.getElementById("judged-says").textContent = part.dataset.says;
  (document.getElementById("pair") ?? document.getElementById("rows"))?.focus();
});

for (const button of document.querySelectorAll("[data-copies]")) button.hidden = false;
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copies]");
  if (!button) return;
  const field = document.querySelector(button.dataset.copies);
  field.select();
  let done = false;
  try {
    await navigator.clipboard.writeText(field.value);
    done = true;
  } catch {
    done = document.execCommand("copy");
  }
  document.getElementById("copied").textContent = done ? "Copied." : "Copy it with the keyboard: it is selected.";
});

shown();
