/* What every page does: theme, menus, dialogs, confirmations, tabs, copying, secrets.
   Everything is found by data attributes and works by delegation, so that what htmx puts
   into a page works too. Without this script pages still do their job, by links and forms. */
(function () {
  "use strict";

  var root = document.documentElement;
  var panel = (window.panel = {});

  panel.text = function (element, name, fallback) {
    return (element && element.dataset[name]) || fallback;
  };

  panel.fetch = function (url, options) {
    var settings = options || {};
    var token = document.querySelector('meta[name="csrf-token"]');
    settings.credentials = "same-origin";
    settings.headers = Object.assign({ "X-Panel-Part": "dialog" }, settings.headers || {});
    if (settings.method === "POST" && token) settings.headers["X-CSRF-Token"] = token.content;
    return fetch(url, settings);
  };

  /* A warning that a request did not come through; nothing of what was typed is lost. */
  panel.say = function (text) {
    var place = document.getElementById("flashes") || document.body;
    var note = document.createElement("div");
    note.className = "alert alert-danger";
    note.setAttribute("role", "alert");
    note.textContent = text;
    place.prepend(note);
    note.scrollIntoView({ block: "nearest" });
  };

  panel.remember = function (name, value) {
    document.cookie = name + "=" + encodeURIComponent(value) + ";path=/;max-age=31536000;samesite=lax" +
      (location.protocol === "https:" ? ";secure" : "");
  };

  /* ------------------------------------------------------------- theme */
  function themeNow(choice) {
    if (choice === "light" || choice === "dark") return choice;
    return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  }

  function showTheme(choice) {
    root.setAttribute("data-bs-theme", themeNow(choice));
    document.querySelectorAll("[data-theme-choice]").forEach(function (button) {
      if (button.dataset.themeChoice === choice) button.setAttribute("aria-current", "true");
      else button.removeAttribute("aria-current");
    });
  }

  function keptTheme() {
    try { return localStorage.getItem("panel-theme") || "system"; } catch (error) { return "system"; }
  }

  function chooseTheme(choice) {
    try { localStorage.setItem("panel-theme", choice); } catch (error) { /* private windows keep nothing */ }
    panel.remember("panel-theme", choice);
    showTheme(choice);
  }

  showTheme(keptTheme());
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", function () { showTheme(keptTheme()); });

  /* ------------------------------------------------------------- menus (<details>) */
  function closeMenus(except) {
    document.querySelectorAll("details.pw-menu[open]").forEach(function (menu) {
      if (menu !== except && !menu.contains(except)) menu.open = false;
    });
  }

  /* Only what a person opened is kept; the group of the present page opens by itself. */
  function rememberGroup(group) {
    var kept = (document.cookie.match(/(?:^|; )panel-menu=([^;]*)/) || ["", ""])[1];
    var open = decodeURIComponent(kept).split(".").filter(function (key) {
      return key && key !== group.dataset.menuGroup;
    });
    // The click comes before the group opens or closes.
    if (!group.open) open.push(group.dataset.menuGroup);
    panel.remember("panel-menu", open.join("."));
  }

  document.addEventListener("keydown", function (event) {
    if (event.key === "Escape") {
      var open = document.querySelector("details.pw-menu[open]");
      if (open) { closeMenus(null); open.querySelector("summary").focus(); }
      return;
    }
    var list = event.target.closest(".pw-menu-list");
    if (!list || (event.key !== "ArrowDown" && event.key !== "ArrowUp")) return;
    var entries = Array.from(list.querySelectorAll("a, button:not(:disabled)"));
    var place = entries.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1);
    event.preventDefault();
    entries[(place + entries.length) % entries.length].focus();
  });

  /* A row's menu is fetched when it is asked for: it names what may be done now, and why not. */
  function openRowMenu(button) {
    var menu = document.getElementById("row-menu");
    if (!menu) {
      menu = document.createElement("div");
      menu.id = "row-menu";
      menu.className = "pw-row-menu-box";
      menu.setAttribute("popover", "auto");
      document.body.append(menu);
      menu.addEventListener("toggle", function (event) {
        if (event.newState === "closed" && menu.opener) menu.opener.setAttribute("aria-expanded", "false");
      });
    }
    panel.fetch(button.dataset.menu).then(function (response) {
      if (!response.ok) throw new Error(String(response.status));
      return response.text();
    }).then(function (html) {
      menu.innerHTML = html;
      menu.opener = button;
      button.setAttribute("aria-expanded", "true");
      menu.showPopover();
      var spot = button.getBoundingClientRect();
      var below = spot.bottom + 4 + menu.offsetHeight < innerHeight;
      menu.style.top = (below ? spot.bottom + 4 : Math.max(8, spot.top - 4 - menu.offsetHeight)) + "px";
      menu.style.left = Math.max(8, Math.min(spot.right - menu.offsetWidth, innerWidth - menu.offsetWidth - 8)) + "px";
      var first = menu.querySelector("a, button:not(:disabled)");
      if (first) first.focus();
    }).catch(function () { location.href = button.dataset.menu.replace(/\/menu$/, ""); });
  }

  /* ------------------------------------------------------------- dialogs */
  function dialogElement() {
    var dialog = document.getElementById("panel-dialog");
    if (dialog) return dialog;
    dialog = document.createElement("dialog");
    dialog.id = "panel-dialog";
    dialog.className = "pw-dialog";
    (document.getElementById("dialogs") || document.body).append(dialog);
    dialog.addEventListener("click", function (event) {
      if (event.target === dialog) leaveDialog(dialog);
    });
    dialog.addEventListener("cancel", function (event) { event.preventDefault(); leaveDialog(dialog); });
    // A form that nobody sees any more is not one that could be lost.
    dialog.addEventListener("close", function () { dialog.replaceChildren(); });
    return dialog;
  }

  /* What was typed in a dialog is asked about before it goes, whichever way the dialog is left. */
  function leaveDialog(dialog) {
    var form = panel.unsavedForm && panel.unsavedForm(dialog);
    if (form && form.dataset.ask && !window.confirm(form.dataset.ask)) return;
    dialog.close();
  }

  /* On the window: a list that is open inside the dialog takes the key before. The browser itself
     would close at the second Escape without asking anybody. */
  window.addEventListener("keydown", function (event) {
    var dialog = event.key === "Escape" && !event.defaultPrevented && document.querySelector("dialog.pw-dialog[open]");
    if (!dialog) return;
    event.preventDefault();
    leaveDialog(dialog);
  });

  /* A form in a dialog may name its fields as the page below does: an id must stand only once. */
  function ownIds(dialog) {
    var taken = Array.from(dialog.querySelectorAll("[id]")).map(function (each) { return each.id; });
    ["id", "for", "form", "list", "aria-labelledby", "aria-describedby", "aria-controls"].forEach(function (name) {
      dialog.querySelectorAll("[" + name + "]").forEach(function (each) {
        each.setAttribute(name, each.getAttribute(name).split(" ").map(function (id) {
          return taken.includes(id) ? "dialog-" + id : id;
        }).join(" "));
      });
    });
  }

  function showDialog(html) {
    var dialog = dialogElement();
    dialog.innerHTML = html;
    ownIds(dialog);
    var heading = dialog.querySelector("h1, h2");
    if (heading) {
      heading.id = heading.id || "panel-dialog-title";
      dialog.setAttribute("aria-labelledby", heading.id);
    }
    if (!dialog.open) dialog.showModal();
    document.dispatchEvent(new CustomEvent("panel:added", { detail: dialog }));
    var first = dialog.querySelector("[autofocus], input:not([type=hidden]), select, textarea, button[type=submit]");
    if (first) first.focus();
  }

  /* `made` is called with {id, title} of a row that the form in the dialog has made. */
  panel.openDialog = function (url, made) {
    dialogElement().made = made || null;
    panel.fetch(url).then(function (response) {
      if (response.redirected || !response.ok) { location.href = url; return null; }
      return response.text();
    }).then(function (html) { if (html !== null) showDialog(html); })
      .catch(function () { location.href = url; });
  };

  function sendDialog(form, submitter) {
    if (form.dataset.sent) return;
    form.dataset.sent = "yes";
    var data = new FormData(form, submitter || undefined);
    var button = submitter || form.querySelector("[type=submit]");
    if (button) button.setAttribute("aria-busy", "true");
    var url = submitter && submitter.hasAttribute("formaction") ? submitter.formAction : form.action;
    panel.fetch(url, { method: "POST", body: data }).then(function (response) {
      var target = response.headers.get("X-Panel-Location");
      if (target) { location.href = target; return; }
      var dialog = dialogElement();
      if (response.status === 201 && dialog.made) {
        dialog.close();
        return response.json().then(dialog.made);
      }
      return response.text().then(function (html) {
        if (isDialog(html)) showDialog(html);
        else stay(form, button, response.redirected ? "" : reasonIn(html));
      });
    }).catch(function () { stay(form, button, document.body.dataset.offline); });
  }

  /* Whatever is no question of ours (an error, the login) leaves the dialog as it is. */
  function isDialog(html) {
    return /^\s*<div class="pw-dialog-/.test(html);
  }

  function reasonIn(html) {
    var part = document.createElement("template");
    part.innerHTML = html;
    var said = part.content.querySelector(".alert-description");
    return said ? said.textContent.replace(/\s+/g, " ").trim() : document.body.dataset.offline;
  }

  /* Say in the form why it was not done; without a reason, that the session has ended. */
  function stay(form, button, reason) {
    delete form.dataset.sent;
    if (button) button.removeAttribute("aria-busy");
    if (reason) panel.session.tell(form, reason);
    else panel.session.ended(form);
  }

  /* ------------------------------------------------------------- tabs */
  function showTab(tab, focus) {
    var list = tab.closest('[role="tablist"]');
    var tabs = Array.from(list.querySelectorAll('[role="tab"]'));
    tabs.forEach(function (each) {
      var chosen = each === tab;
      each.setAttribute("aria-selected", chosen ? "true" : "false");
      each.classList.toggle("active", chosen);
      each.tabIndex = chosen ? 0 : -1;
      var part = document.getElementById(each.getAttribute("aria-controls"));
      if (part) part.hidden = !chosen;
    });
    if (focus) tab.focus();
    if (list.hasAttribute("data-hash")) history.replaceState(null, "", "#" + tab.getAttribute("aria-controls"));
  }

  function readyTabs(scope) {
    scope.querySelectorAll('[role="tablist"]').forEach(function (list) {
      if (list.dataset.ready) return;
      list.dataset.ready = "yes";
      list.hidden = false;
      var tabs = Array.from(list.querySelectorAll('[role="tab"]'));
      var wanted = tabs.find(function (tab) {
        var id = tab.getAttribute("aria-controls");
        var part = document.getElementById(id);
        return part && (part.querySelector('[aria-invalid="true"], .pw-problem') || "#" + id === location.hash);
      });
      var chosen = wanted || tabs.find(function (tab) { return tab.getAttribute("aria-selected") === "true"; }) || tabs[0];
      if (!chosen) return;
      var keepHash = list.hasAttribute("data-hash");
      list.removeAttribute("data-hash");
      showTab(chosen, false);
      if (keepHash) list.setAttribute("data-hash", "");
    });
  }

  document.addEventListener("keydown", function (event) {
    var tab = event.target.closest && event.target.closest('[role="tab"]');
    if (!tab || !["ArrowLeft", "ArrowRight", "Home", "End"].includes(event.key)) return;
    var tabs = Array.from(tab.closest('[role="tablist"]').querySelectorAll('[role="tab"]'));
    var place = tabs.indexOf(tab);
    if (event.key === "ArrowLeft") place -= 1;
    if (event.key === "ArrowRight") place += 1;
    if (event.key === "Home") place = 0;
    if (event.key === "End") place = tabs.length - 1;
    event.preventDefault();
    showTab(tabs[(place + tabs.length) % tabs.length], true);
  });

  /* ------------------------------------------------------------- secrets and copying */
  function reveal(button) {
    var data = new FormData();
    panel.fetch(button.dataset.reveal, { method: "POST", body: data, headers: { Accept: "application/json" } })
      .then(function (response) { if (!response.ok) throw new Error(); return response.json(); })
      .then(function (answer) {
        var box = button.closest(".pw-secret");
        box.querySelector("code").textContent = answer.value;
        button.remove();
        var copy = box.querySelector("[data-copy]");
        if (copy) { copy.hidden = false; copy.dataset.copy = answer.value; }
      })
      .catch(function () { panel.say(document.body.dataset.noSecret); });
  }

  function copy(button) {
    if (!navigator.clipboard) return;
    navigator.clipboard.writeText(button.dataset.copy).then(function () {
      button.setAttribute("data-copied", "");
      setTimeout(function () { button.removeAttribute("data-copied"); }, 1500);
    });
  }

  document.querySelectorAll("[data-needs-script]").forEach(function (button) { button.hidden = false; });

  /* ------------------------------------------------------------- one place for clicks and submits */
  document.addEventListener("click", function (event) {
    var target = event.target.closest ? event.target : event.target.parentElement;
    if (!target) return;
    var group = target.closest("[data-menu-group] > summary");
    if (group) rememberGroup(group.parentNode);
    var hit = target.closest("[data-theme-choice], [data-menu], [data-dialog], [data-close], [data-reveal], [data-copy], [data-print], [role=tab]");
    closeMenus(target.closest("details.pw-menu"));
    if (!hit || event.defaultPrevented) return;
    if (hit.dataset.themeChoice) chooseTheme(hit.dataset.themeChoice);
    else if (hit.dataset.menu) openRowMenu(hit);
    else if (hit.matches("[data-dialog]")) {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      panel.openDialog(hit.href);
    } else if (hit.matches("[data-close]")) {
      var dialog = hit.closest("dialog");
      if (dialog) { event.preventDefault(); leaveDialog(dialog); }
    } else if (hit.dataset.reveal) reveal(hit);
    else if (hit.hasAttribute("data-copy")) copy(hit);
    else if (hit.hasAttribute("data-print")) window.print();
    else if (hit.matches('button[role="tab"]')) showTab(hit, false);
  });

  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (form.closest("dialog.pw-dialog") && form.method === "post") {
      event.preventDefault();
      sendDialog(form, event.submitter);
      return;
    }
    if (form.method !== "post" || event.defaultPrevented) return;
    // A second click must not send a form twice; going back makes it usable again.
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "yes";
    if (event.submitter && event.submitter.matches(".btn-primary, .btn-danger")) event.submitter.setAttribute("aria-busy", "true");
    // A file that is saved leaves the page as it is, and no event says that it came.
    if (form.hasAttribute("data-download")) window.setTimeout(makeUsable, 2000, form.parentNode);
  });

  function makeUsable(part) {
    part.querySelectorAll("form[data-sent]").forEach(function (form) { delete form.dataset.sent; });
    part.querySelectorAll('.btn[aria-busy="true"]').forEach(function (button) { button.removeAttribute("aria-busy"); });
  }

  window.addEventListener("pageshow", function () { makeUsable(document); });

  /* The open tab of a long row of tabs is in sight. */
  document.querySelectorAll('.pw-tabs [aria-current="page"]').forEach(function (tab) {
    tab.parentNode.scrollLeft = tab.offsetLeft - (tab.parentNode.offsetWidth - tab.offsetWidth) / 2;
  });

  readyTabs(document);
  document.addEventListener("panel:added", function (event) { readyTabs(event.detail); });
  document.addEventListener("htmx:afterSwap", function () { readyTabs(document); });
})();
