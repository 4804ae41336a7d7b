/* A schedule's form: the reader's own time zone where nobody has said one, and the way that is typed into. */

const zone = document.querySelector("[data-zone-here]");
const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
if (zone && here) zone.value = here;

document.addEventListener("input", (event) => {
  const way = event.target.closest(".way");
  const choice = way?.querySelector("input[type=radio]");
  if (choice && event.target !== choice) choice.checked = true;
});
