/* An archived row leaves the list while its button has the focus: the row that takes its place
   gets it, so that a keyboard can go on down the list. */

let wanted = null;

document.addEventListener("submit", (event) => {
  const form = event.target.closest("form.at-once");
  if (!form) return;
  const row = form.closest("tr");
  wanted = row ? [...row.parentElement.children].indexOf(row) : null;
});

document.addEventListener("htmx:after:swap", () => {
  if (wanted === null || document.activeElement !== document.body) return;
  const rows = document.querySelectorAll("#jobs tbody tr");
  if (!rows.length) return;
  rows[Math.min(wanted, rows.length - 1)].querySelector("form.at-once button")?.focus();
  wanted = null;
});
