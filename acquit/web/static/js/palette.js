// The palette: Ctrl+K, type, arrows, Enter. Escape gives back the focus and the place.
//
// The door is a plain link to a search page; its data-palette address answers ?q= with
// {"items": [{"label", "hint", "url", "icon"}]}. Pages' own doors are listed in the template until one types.

const dialog = document.getElementById("palette");
const door = document.querySelector("[data-palette]");

if (dialog && door) {
  const field = dialog.querySelector("input");
  const list = dialog.querySelector("[role=listbox]");
  const none = dialog.querySelector("[data-none]");
  const count = dialog.querySelector("[data-count]");
  const start = list.innerHTML;
  const sprite = dialog.dataset.icons;
  let asked = 0;
  let timer = 0;
  let shownFor = null;
  let focusBefore = null;

  const options = () => [...list.querySelectorAll("[role=option]")];

  const select = (option) => {
    for (const other of options()) other.setAttribute("aria-selected", String(other === option));
    if (option) {
      field.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    } else {
      field.removeAttribute("aria-activedescendant");
    }
  };

  const iconOf = (name) => {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("class", "icon");
    svg.setAttribute("aria-hidden", "true");
    const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
    use.setAttribute("href", `${sprite}#${name}`);
    svg.append(use);
    return svg;
  };

  const optionOf = (item, rank) => {
    const option = document.createElement("div");
    option.id = `palette-${rank}`;
    option.setAttribute("role", "option");
    option.dataset.url = item.url;
    const hint = document.createElement("span");
    hint.className = "palette__hint";
    hint.textContent = item.hint || "";
    option.append(iconOf(item.icon || "chevron"), item.label, hint);
    return option;
  };

  const show = (items) => {
    list.replaceChildren(...items.map(optionOf));
    list.hidden = items.length === 0;
    none.hidden = items.length > 0;
    count.textContent = items.length ? count.dataset.template.replace("0", items.length) : none.textContent;
    select(options()[0]);
  };

  const reset = () => {
    shownFor = null;
    list.innerHTML = start;
    list.hidden = false;
    none.hidden = true;
    select(options()[0]);
  };

  const search = async () => {
    const words = field.value.trim();
    const turn = ++asked;
    if (!words) return reset();
    const address = new URL(door.dataset.palette, location.href);
    address.searchParams.set("q", words);
    const answer = await fetch(address, { headers: { Accept: "application/json" } });
    // An older answer must not replace a newer one, nor appear after the dialog was closed.
    if (turn !== asked || !dialog.open || !answer.ok) return undefined;
    show((await answer.json()).items);
    shownFor = words;
    return undefined;
  };

  const ask = () => {
    clearTimeout(timer);
    // Offline: the list of doors stays, the page keeps working.
    timer = setTimeout(() => search().catch(reset), 60);
  };

  const go = (option) => {
    if (option) location.assign(option.dataset.url);
  };

  const open = () => {
    if (dialog.open) return;
    focusBefore = document.activeElement;
    field.value = "";
    asked += 1;
    reset();
    dialog.showModal();
    field.focus();
  };

  const move = (step) => {
    const all = options();
    const at = all.findIndex((option) => option.getAttribute("aria-selected") === "true");
    if (all.length) select(all[(at + step + all.length) % all.length]);
  };

  door.addEventListener("click", (event) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    open();
  });

  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.key.toLowerCase() === "k") {
      event.preventDefault();
      open();
    }
  });

  field.addEventListener("input", ask);
  field.addEventListener("keydown", async (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      move(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Enter") {
      event.preventDefault();
      // A fast typist's Enter waits for the answer to what was typed, not for an older list.
      clearTimeout(timer);
      if (field.value.trim() && shownFor !== field.value.trim()) await search().catch(reset);
      go(list.querySelector("[aria-selected=true]"));
    }
  });

  list.addEventListener("click", (event) => go(event.target.closest("[role=option]")));
  dialog.addEventListener("close", () => {
    asked += 1;
    clearTimeout(timer);
    focusBefore?.focus();
  });
}
