"use strict";
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const reasons = all(".reason");
  const bar = document.getElementById("chosen");
  const names = bar.querySelector(".names");
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  const has = (name, value) => `[${name}~="${CSS.escape(value)}"]`;
  const text = document.getElementById("text").closest("section");
  let chosen = -1, quotes = [], at = -1;

  document.documentElement.classList.add("scripted");

  const marksOf = (quote) => all("mark" + has("data-quotes", quote));

  function showZone(zone, on) {
    document.querySelector(`.toggle[data-zone="${zone}"]`).setAttribute("aria-pressed", String(on));
    text.classList.toggle(`without-${zone}`, !on);
  }

  function scrollTo(element, block = "center") {
    element.scrollIntoView({ block, inline: "nearest", behavior: still.matches ? "auto" : "smooth" });
  }

  function release() {
    all(".on, .at, .same").forEach((element) => element.classList.remove("on", "at", "same"));
    reasons.forEach((button) => button.setAttribute("aria-pressed", "false"));
    chosen = at = -1;
    quotes = [];
    bar.hidden = true;
    document.body.classList.remove("choosing");
  }

  // A reason is chosen: its passages are marked, and the bar says where we are. `others` share the passage that led here.
  function choose(index, others = []) {
    release();
    chosen = index;
    const button = reasons[index];
    button.setAttribute("aria-pressed", "true");
    all("mark" + has("data-reasons", String(index))).forEach((mark) => mark.classList.add("on"));
    quotes = [...new Set(all("mark.on").flatMap((mark) => mark.dataset.quotes.split(" ").filter((quote) => quote.startsWith(`${index}.`))))];
    others.forEach((other) => reasons[other].parentElement.classList.add("same"));
    tell(others);
    bar.hidden = false;
    document.body.classList.toggle("choosing", quotes.length > 0);
  }

  function tell(others) {
    names.replaceChildren();
    [chosen, ...others.filter((other) => other !== chosen)].forEach((index, order) => {
      const name = document.createElement(order ? "button" : "strong");
      const effect = reasons[index].querySelector(".number").textContent;
      name.append(`${index + 1} · ${effect} · `, reasons[index].querySelector(".summary").cloneNode(true));
      if (order) {
        name.type = "button";
        name.dataset.choose = String(index);
      }
      names.append(name);
    });
    const place = document.createElement("span");
    place.className = "place";
    names.append(place);
    count();
  }

  function count() {
    const place = names.querySelector(".place");
    place.textContent = !quotes.length ? "measured on the whole page" : at < 0 ? `${quotes.length} passages` : `passage ${at + 1} of ${quotes.length}`;
    all("[data-go=back], [data-go=on]", bar).forEach((button) => { button.disabled = quotes.length < 1; });
  }

  function goTo(step, follow) {
    if (!quotes.length) return;
    at = (step + quotes.length) % quotes.length;
    all(".at").forEach((element) => element.classList.remove("at"));
    const marks = marksOf(quotes[at]);
    marks.forEach((mark) => {
      mark.classList.add("at");
      const zone = mark.closest(".zone");
      if (zone) showZone([...zone.classList].find((name) => name !== "zone"), true);
    });
    if (marks.length) scrollTo(marks[0], marks[0].offsetHeight > innerHeight / 2 ? "start" : "center");
    count();
    if (follow && marks.length) refAfter(marks[marks.length - 1], chosen).focus({ preventScroll: true });
  }

  // The button of this reason that stands behind a mark, or behind the marks that carry on from it.
  function refAfter(mark, index) {
    return all(`.ref[data-reason="${index}"]`).find((ref) => mark.compareDocumentPosition(ref) & Node.DOCUMENT_POSITION_FOLLOWING);
  }

  // A passage is chosen: its reasons are shown; choosing it again goes on to its next reason.
  function choosePassage(indices, quote) {
    const next = indices.includes(chosen) && !quote ? indices[(indices.indexOf(chosen) + 1) % indices.length] : indices[0];
    choose(next, indices);
    const panel = reasons[next].closest(".why");
    if (getComputedStyle(panel).position === "sticky") {
      const top = reasons[next].getBoundingClientRect().top - panel.getBoundingClientRect().top;
      panel.scrollTo({ top: panel.scrollTop + top - panel.clientHeight / 3, behavior: still.matches ? "auto" : "smooth" });
    }
    return next;
  }

  function markPlace(quote) {
    at = quotes.indexOf(quote);
    marksOf(quote).forEach((mark) => mark.classList.add("at"));
    count();
  }

  const numbers = (mark) => mark.dataset.reasons.split(" ").map(Number);

  document.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) {
      const mark = event.target.closest("mark");
      if (mark && getSelection().isCollapsed) {
        const next = choosePassage(numbers(mark), "");
        markPlace(mark.dataset.quotes.split(" ").find((quote) => quote.startsWith(`${next}.`)));
      }
    } else if (button.dataset.zone) {
      showZone(button.dataset.zone, button.getAttribute("aria-pressed") !== "true");
    } else if (button.classList.contains("reason")) {
      const index = Number(button.dataset.reason);
      if (chosen === index) release();
      else {
        choose(index);
        goTo(0, false);
      }
    } else if (button.classList.contains("quote")) {
      choose(Number(button.dataset.reason));
      goTo(quotes.indexOf(button.dataset.quote), false);
    } else if (button.classList.contains("ref")) {
      const mark = marksOf(button.dataset.quote)[0];
      const own = Number(button.dataset.reason);
      choosePassage([own, ...numbers(mark).filter((index) => index !== own)], button.dataset.quote);
      markPlace(button.dataset.quote);
    } else if (button.dataset.choose) {
      choose(Number(button.dataset.choose));
      goTo(0, false);
      bar.querySelector("[data-go=on]").focus();
    } else if (button.dataset.go === "back") goTo(at < 0 ? -1 : at - 1, false);
    else if (button.dataset.go === "on") goTo(at + 1, false);
    else if (button.dataset.go === "list") toList();
    else if (button.dataset.go === "close") letGo();
  });

  function toList() {
    const button = reasons[chosen];
    scrollTo(button);
    button.focus({ preventScroll: true });
  }

  function letGo() {
    const button = reasons[chosen];
    const inside = bar.contains(document.activeElement);
    release();
    if (inside) button.focus({ preventScroll: true });
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const focused = document.activeElement;
    if (event.key === "Escape" && chosen >= 0) letGo();
    else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && focused.classList.contains("reason")) {
      const next = reasons.indexOf(focused) + (event.key === "ArrowDown" ? 1 : -1);
      if (reasons[next]) reasons[next].focus();
      event.preventDefault();
    } else if ((event.key === "ArrowRight" || event.key === "ArrowLeft") && chosen >= 0 && !focused.closest(".scroll")) {
      goTo(event.key === "ArrowRight" ? at + 1 : at < 0 ? -1 : at - 1, focused.classList.contains("ref"));
      event.preventDefault();
    }
  });

  addEventListener("beforeprint", () => all("details").forEach((details) => { details.open = true; }));
})();
