/* What every page needs after it has loaded, and again after htmx has put something into it. */

const SHOWN = { year: "numeric", month: "short", day: "numeric", hour: "2-digit", minute: "2-digit" };

/* Points in time arrive in UTC; the reader's own time is known here only. */
function localise(within) {
  for (const time of within.querySelectorAll("time.moment:not([title])")) {
    const at = new Date(time.dateTime);
    if (Number.isNaN(at.getTime())) continue;
    time.title = time.textContent;
    time.textContent = at.toLocaleString(undefined, SHOWN);
  }
}

/* A table box that scrolls sideways has to be reachable by keyboard. */
function openToKeyboard() {
  for (const box of document.querySelectorAll(".table-box")) {
    if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
    else box.removeAttribute("tabindex");
  }
}

function refresh() {
  localise(document);
  openToKeyboard();
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-dismisses]");
  if (button) button.closest(".alert").remove();
});

/* A filter is applied when it is changed; without scripts its form has a button. */
document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-sends-on-change]");
  if (form && event.target.matches("select")) form.requestSubmit();
});

document.addEventListener("htmx:after:swap", refresh);
window.addEventListener("resize", openToKeyboard);
refresh();
