/* An ARIA combobox whose options come from the server as one types.

   Mark-up (the label stays yours; the script adds roles, the list and the announcements):

     <div class="combobox" data-combobox data-url="/c/acme/erp/projects/7/options/">
       <label class="form-label" for="pick">Project</label>
       <input class="form-control" id="pick" autocomplete="off">
       <input type="hidden" name="project">            holds the choice; "" until there is one
       <input type="hidden" name="refused" data-refused>   optional, see below
     </div>

   The url is asked with ?q=<what was typed> (also "", when the list is opened by an arrow key) and
   answers with a fragment of options and, if need be, one note shown below them:

     <li role="option" data-value="12" data-label="24-101 Mercy Clinic">
       <span class="mono">24-101</span> Mercy Clinic <small>12 Main St · Acme Health</small></li>
     <li role="option" aria-disabled="true" data-value="13" data-label="24-102 …">
       … <small>Inactive. Its ERP-integrated setting is off.</small></li>
     <p data-note>The first 20 of 134. Type more to narrow it down.</p>

   Choosing an option puts data-value into the first hidden input, data-label into the text input,
   and fires `change` on the hidden input, so that hx-get with hx-trigger="change" there can go on.
   A disabled option is reached and read out like any other, but never chosen: activating one puts
   its value into the [data-refused] input and fires `change` on that, where hx-get can fetch the
   reasons and the fixes. Typing again empties both and fires `change` when there was something.

   Keys: Down/Up move (and open), Home/End once an option is active, Enter chooses, Escape closes
   and on a closed list empties, Tab leaves. */

const DEBOUNCE_MS = 120;
const GAP_PX = 3;
let made = 0;

class Combobox {
  constructor(box) {
    this.box = box;
    this.input = box.querySelector("input:not([type=hidden])");
    this.chosen = box.querySelector("input[type=hidden]:not([data-refused])");
    this.refused = box.querySelector("input[type=hidden][data-refused]");
    this.active = -1;
    this.timer = 0;
    this.fetching = null;
    this.build(++made);
    this.listen();
    // Somebody may have begun to type before this script was here.
    if (document.activeElement === this.input && this.input.value !== this.input.defaultValue) this.typed();
  }

  build(number) {
    const id = `combobox-${number}`;
    this.popup = make("div", { class: "combobox-popup", popover: "manual" });
    this.list = make("ul", { id, role: "listbox", "aria-label": this.label() });
    this.note = make("p", { class: "combobox-note", hidden: "" });
    this.live = make("div", { class: "visually-hidden", role: "status", "aria-live": "polite" });
    this.popup.append(this.list, this.note);
    this.box.append(this.popup, this.live);
    set(this.input, {
      role: "combobox", autocomplete: "off", "aria-autocomplete": "list",
      "aria-expanded": "false", "aria-controls": id,
    });
  }

  label() {
    return this.input.labels?.[0]?.textContent.trim() || this.input.getAttribute("aria-label") || "Options";
  }

  listen() {
    this.input.addEventListener("input", () => this.typed());
    this.input.addEventListener("keydown", (event) => this.pressed(event));
    this.input.addEventListener("blur", () => this.close());
    // Keeps the focus in the input while an option is clicked or the list is scrolled.
    this.popup.addEventListener("pointerdown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) this.activate(option);
    });
    for (const event of ["scroll", "resize"]) {
      window.addEventListener(event, () => this.place(), { capture: true, passive: true });
    }
  }

  get options() {
    return [...this.list.querySelectorAll("[role=option]")];
  }

  get isOpen() {
    return this.popup.matches(":popover-open");
  }

  typed() {
    // Otherwise Down and Enter would pick from the list of what was typed before.
    this.close();
    put(this.chosen, "");
    put(this.refused, "");
    clearTimeout(this.timer);
    if (this.input.value.trim()) this.timer = setTimeout(() => this.fetch(), DEBOUNCE_MS);
  }

  async fetch() {
    this.fetching?.abort();
    const mine = (this.fetching = new AbortController());
    const url = new URL(this.box.dataset.url, location.href);
    url.searchParams.set("q", this.input.value.trim());
    try {
      const answer = await fetch(url, { headers: { "HX-Request": "true" }, signal: mine.signal });
      const elsewhere = answer.headers.get("HX-Redirect");
      if (elsewhere) location.assign(elsewhere);
      else if (!answer.ok) this.fail();
      else this.show(await answer.text());
    } catch (problem) {
      if (problem.name !== "AbortError") this.fail();
    }
  }

  show(html) {
    if (document.activeElement !== this.input) return;
    const answer = document.createElement("template");
    answer.innerHTML = html;
    const options = [...answer.content.querySelectorAll("[role=option]")];
    options.forEach((option, at) => set(option, { id: `${this.list.id}-${at}`, "aria-selected": "false" }));
    this.list.replaceChildren(...options);
    this.explain(answer.content.querySelector("[data-note]")?.textContent.trim() || (options.length ? "" : "Nothing found."));
    this.open();
    const closed = options.filter(isDisabled).length;
    const counted = `${options.length} found${closed ? `, ${closed} of them not available` : ""}.`;
    this.live.textContent = options.length ? `${counted} ${this.note.textContent}` : this.note.textContent;
  }

  fail() {
    this.list.replaceChildren();
    this.explain("The search did not answer. Type again to repeat it.");
    this.open();
    this.live.textContent = this.note.textContent;
  }

  explain(text) {
    this.note.textContent = text;
    this.note.hidden = !text;
  }

  open() {
    this.active = -1;
    this.list.hidden = !this.list.children.length;
    if (!this.isOpen) this.popup.showPopover();
    this.place();
    this.input.setAttribute("aria-expanded", "true");
    this.input.removeAttribute("aria-activedescendant");
  }

  close() {
    clearTimeout(this.timer);
    this.fetching?.abort();
    if (this.isOpen) this.popup.hidePopover();
    this.list.replaceChildren();
    this.active = -1;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }

  /* In the top layer, so that no table box clips it; above the input where there is more room. */
  place() {
    if (!this.isOpen) return;
    const at = this.input.getBoundingClientRect();
    const below = window.innerHeight - at.bottom - 2 * GAP_PX;
    const above = at.top - 2 * GAP_PX;
    const goesUp = below < Math.min(this.popup.scrollHeight, 200) && above > below;
    Object.assign(this.popup.style, {
      left: `${at.left}px`,
      width: `${at.width}px`,
      maxHeight: `${Math.min(352, goesUp ? above : below)}px`,
      top: goesUp ? "auto" : `${at.bottom + GAP_PX}px`,
      bottom: goesUp ? `${window.innerHeight - at.top + GAP_PX}px` : "auto",
    });
  }

  pressed(event) {
    if (event.isComposing) return;
    const act = {
      ArrowDown: () => (this.isOpen ? this.move(this.active + 1) : this.fetch()),
      ArrowUp: () => (this.isOpen ? this.move(Math.max(this.active, 0) - 1) : this.fetch()),
      Home: () => this.active >= 0 && this.move(0),
      End: () => this.active >= 0 && this.move(this.options.length - 1),
      Enter: () => this.enter(),
      Escape: () => this.escape(),
    }[event.key];
    if (act && act() !== false) event.preventDefault();
  }

  move(to) {
    const options = this.options;
    if (!options.length) return false;
    options[this.active]?.setAttribute("aria-selected", "false");
    this.active = (to + options.length) % options.length;
    const option = options[this.active];
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", option.id);
    return true;
  }

  enter() {
    // A form must not be sent while a choice is being made.
    if (!this.isOpen) return false;
    const option = this.options[this.active];
    if (option) this.activate(option);
    return true;
  }

  escape() {
    if (this.isOpen) {
      this.close();
      return true;
    }
    if (!this.input.value) return false;
    this.input.value = "";
    this.typed();
    return true;
  }

  activate(option) {
    const { value, label } = option.dataset;
    const text = label ?? option.textContent.trim();
    if (isDisabled(option)) {
      this.live.textContent = `Not available: ${option.textContent.trim()}`;
      if (this.refused) this.close();
      put(this.refused, value);
      return;
    }
    this.input.value = text;
    this.close();
    put(this.refused, "");
    put(this.chosen, value);
    this.live.textContent = `Chosen: ${text}`;
  }
}

function make(tag, attributes) {
  return set(document.createElement(tag), attributes);
}

function set(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}

function isDisabled(option) {
  return option.getAttribute("aria-disabled") === "true";
}

function put(input, value) {
  if (!input || input.value === value) return;
  input.value = value;
  input.dispatchEvent(new Event("change", { bubbles: true }));
}

function start() {
  for (const box of document.querySelectorAll("[data-combobox]:not([data-combobox-ready])")) {
    box.dataset.comboboxReady = "";
    new Combobox(box);
  }
}

document.addEventListener("htmx:after:swap", start);
start();
