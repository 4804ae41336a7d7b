/* Undo since: what is typed is on the reader's own clock, and says so; the server is told which. */
for (const form of document.querySelectorAll("form[data-own-clock]")) {
  form.querySelector("[data-clock]").textContent = "your own clock";
  form.addEventListener("submit", () => {
    const typed = new Date(form.elements.since.value);
    // The distance from UTC on that day, which summer time may have changed since.
    if (!Number.isNaN(typed.getTime())) form.elements.offset.value = typed.getTimezoneOffset();
  });
}
