
"use strict";
(() => {
  /** What no rule can know is text and nothing else: everything here goes through textContent. */
  const $ = (id) => document.getElementById(id);
  const el = (tag, attributes = {}, ...children) => {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (value === false || value === null || value === undefined) continue;
      node.setAttribute(name, value === true ? "" : value);
    }
    for (const child of children.flat()) {
      if (child === null || child === undefined) continue;
      node.append(typeof child === "string" ? visible(child) : child);
    }
    return node;
  };
  // Characters that would hide or turn round what stands beside them are shown as what they are.
  const visible = (text) =>
    text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2060-\u2069\ufeff]/g,
      (c) => "\\u{" + c.codePointAt(0).toString(16) + "}");
  const plural = (number, noun) => (number === 1 ? `1 ${noun}` : `${number.toLocaleString("en")} ${noun}s`);

  const MANY_RULES = 500;
  const SHOWN_RULES = 50;
  let program = null;
  let fields = [];
  let names = new Map();
  let asked = 0;

  // --- asking the service

  class Refused extends Error {
    constructor(status, detail, help) {
      super(detail);
      this.status = status;
      this.help = help;
    }
  }

  const ask = async (path, body) => {
    const headers = {};
    if ($("token").value) headers.authorization = "Bearer " + $("token").value;
    if (body !== undefined) headers["content-type"] = "application/json";
    let answer;
    try {
      answer = await fetch(path, { method: body === undefined ? "GET" : "POST", headers, body });
    } catch {
      throw new Refused(0, "The service does not answer.", "Is `rulec serve` still running?");
    }
    let json = null;
    try {
      json = await answer.json();
    } catch {
      throw new Refused(answer.status, `The service answered ${answer.status} without saying more.`);
    }
    if (!answer.ok) {
      if (answer.status === 401 && answer.headers.has("www-authenticate")) $("token-field").hidden = false;
      throw new Refused(answer.status, json.detail, json.help);
    }
    return json;
  };

  // --- fields: each knows its control, how to read it, and how to fill it; undefined is missing

  const hint = (attribute) => {
    if (attribute.minimum !== undefined) return `${attribute.minimum} to ${attribute.maximum}`;
    return attribute.type === "int" ? "whole number" : attribute.type === "float" ? "number" : null;
  };

  const named = (attribute, id, tag = "label") => {
    const small = [hint(attribute), attribute.field === attribute.name ? null : `sent as “${visible(attribute.field)}”`];
    const text = small.filter(Boolean).join("; ");
    return el(tag, tag === "label" ? { class: "name", for: id } : { class: "name", id },
      attribute.name, text ? el("small", {}, text) : null);
  };

  const missingBox = (attribute, onchange) => {
    const box = el("input", { type: "checkbox", "aria-label": `${attribute.name} is missing` });
    box.checked = true;
    box.addEventListener("change", onchange);
    return [box, el("label", { class: "missing" }, box, "missing")];
  };

  const selectField = (attribute, id) => {
    const select = el("select", { id }, el("option", { value: "" }, "missing"));
    attribute.values.forEach((value, index) => select.append(el("option", { value: String(index) }, value)));
    return {
      node: el("div", { class: "field" }, named(attribute, id), select),
      read: () => (select.value === "" ? undefined : attribute.values[Number(select.value)]),
      fill: (value) => {
        const index = attribute.values.indexOf(value);
        select.value = index < 0 ? "" : String(index);
        return value === undefined || index >= 0;
      },
    };
  };

  const boolField = (attribute, id) => {
    const options = [["missing", undefined], ["true", true], ["false", false]];
    const inputs = options.map(([, value], index) => {
      const input = el("input", { type: "radio", name: id, id: `${id}-${index}` });
      input.checked = value === undefined;
      return input;
    });
    const segments = el("div", { class: "segments" },
      options.map(([text], index) => el("label", {}, inputs[index], text)));
    const node = el("div", { class: "field", role: "radiogroup", "aria-labelledby": id }, named(attribute, id, "span"), segments);
    return {
      node,
      read: () => options[inputs.findIndex((input) => input.checked)][1],
      fill: (value) => {
        const index = Math.max(0, options.findIndex(([, option]) => option === value));
        inputs[index].checked = true;
        return value === options[index][1];
      },
    };
  };

  const numberField = (attribute, id) => {
    const whole = attribute.type === "int";
    const input = el("input", {
      id, type: "text", inputmode: whole ? "numeric" : "decimal", placeholder: "missing", "aria-describedby": `${id}-problem`,
    });
    const problem = el("p", { class: "problem", id: `${id}-problem` });
    const look = () => {
      const text = input.value.trim();
      const number = Number(text);
      let why = "";
      if (text !== "" && (!Number.isFinite(number) || !/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text))) why = "This is no number.";
      else if (text !== "" && whole && !Number.isInteger(number)) why = "A whole number is wanted.";
      else if (text !== "" && !Number.isSafeInteger(number) && whole) why = "This number is too large to be exact here.";
      problem.textContent = why;
      input.setAttribute("aria-invalid", why ? "true" : "false");
      return why;
    };
    input.addEventListener("input", look);
    return {
      node: el("div", { class: "field" }, named(attribute, id), el("div", {}, input, problem)),
      read: () => {
        if (look()) throw input;
        return input.value.trim() === "" ? undefined : Number(input.value);
      },
      fill: (value) => {
        const fits = value === undefined || typeof value === "number";
        input.value = fits && value !== undefined ? String(value) : "";
        look();
        return fits;
      },
    };
  };

  const textField = (attribute, id) => {
    const input = el("input", { id, type: "text", list: `${id}-list` });
    const [box, label] = missingBox(attribute, () => {
      if (box.checked) input.value = "";
      show();
    });
    const list = el("datalist", { id: `${id}-list` }, (attribute.suggestions || []).map((value) => {
      const option = el("option");
      option.value = value;
      return option;
    }));
    const show = () => {
      input.placeholder = box.checked ? "missing" : "empty text";
    };
    input.addEventListener("input", () => {
      box.checked = false;
      show();
    });
    show();
    const node = el("div", { class: "field wide" }, el("div", { class: "line" }, named(attribute, id), label), input, list);
    return {
      node,
      read: () => (box.checked ? undefined : input.value),
      fill: (value) => {
        const fits = value === undefined || typeof value === "string";
        box.checked = !fits || value === undefined;
        input.value = box.checked ? "" : value;
        show();
        return fits;
      },
    };
  };

  const setField = (attribute, id) => {
    const offered = attribute.suggestions || [];
    const members = new Set();
    const chips = el("div", { class: "chips" });
    const input = el("input", { id, type: "text", placeholder: "add another" });
    const add = el("button", { type: "button", "aria-label": `Add to ${attribute.name}` }, "Add");
    const [box, label] = missingBox(attribute, () => {
      if (box.checked) members.clear();
      show();
    });
    const show = () => {
      const had = document.activeElement && chips.contains(document.activeElement) ? document.activeElement.dataset.member : null;
      chips.replaceChildren(...[...new Set([...offered, ...members])].map((member) => {
        const chip = el("button", { type: "button", class: "chip", "aria-pressed": String(members.has(member)) }, member === "" ? "empty text" : member);
        chip.dataset.member = member;
        chip.addEventListener("click", () => {
          if (members.delete(member)) { /* taken out */ } else members.add(member);
          box.checked = false;
          show();
          changed();
        });
        return chip;
      }));
      if (had !== null) [...chips.children].find((chip) => chip.dataset.member === had)?.focus();
    };
    const take = () => {
      if (input.value.trim() === "") return;
      members.add(input.value.trim());
      input.value = "";
      box.checked = false;
      show();
      changed();
    };
    add.addEventListener("click", take);
    input.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && input.value.trim() !== "" && !event.ctrlKey && !event.metaKey) {
        event.preventDefault();
        take();
      }
    });
    show();
    return {
      node: el("div", { class: "field wide" },
        el("div", { class: "line" }, named(attribute, id), label), chips, el("div", { class: "add" }, input, add)),
      read: () => {
        take();
        return box.checked ? undefined : [...members];
      },
      fill: (value) => {
        const fits = value === undefined || (Array.isArray(value) && value.every((member) => typeof member === "string"));
        members.clear();
        if (fits && value) value.forEach((member) => members.add(member));
        box.checked = !fits || value === undefined;
        show();
        return fits;
      },
    };
  };

  const KINDS = { bool: boolField, int: numberField, float: numberField, enum: selectField, string: textField, set: setField };

  const build = () => {
    const before = fields.length ? interaction(true) : {};
    fields = program.attributes.map((attribute, index) => {
      const field = KINDS[attribute.type](attribute, `attribute-${index}`);
      return { ...field, attribute };
    });
    const part = (used) => fields.filter((field) => field.attribute.used === used).map((field) => field.node);
    $("fields").replaceChildren(...part(true));
    $("unused-fields").replaceChildren(...part(false));
    $("unused").hidden = part(false).length === 0;
    names = new Map(program.attributes.map((attribute) => [attribute.field, attribute.name]));
    const queue = $("queue").value;
    $("queue").replaceChildren($("queue").options[0], ...program.queues.map((name) => el("option", { value: name }, name)));
    $("queue").value = program.queues.includes(queue) ? queue : "";
    $("ranking").hidden = program.agents.source === null;
    fill(before);
    about();
  };

  const about = () => {
    const read = new Date(program.read_at);
    const outdated = program.outdated === null ? "" : `. The files have changed since, but cannot be used: ${visible(program.outdated)}`;
    $("about").textContent = `${plural(program.rules, "rule")}, version ${program.rules_version}, read ${read.toLocaleString()}${outdated}`;
  };

  /** The interaction by the platform's names; what cannot be read is left out where `leave` says so. */
  const interaction = (leave) => {
    const result = Object.create(null);
    for (const field of fields) {
      try {
        const value = field.read();
        if (value !== undefined) result[field.attribute.field] = value;
      } catch (control) {
        if (leave) continue;
        throw control;
      }
    }
    return result;
  };

  const fill = (given) => {
    const complaints = [];
    const known = new Set();
    for (const field of fields) {
      const { name, field: platform } = field.attribute;
      const key = Object.hasOwn(given, platform) ? platform : name;
      known.add(key);
      const value = Object.hasOwn(given, key) && given[key] !== null ? given[key] : undefined;
      if (!field.fill(value)) complaints.push(`“${key}” cannot have this value here.`);
    }
    for (const key of Object.keys(given)) if (!known.has(key)) complaints.push(`The rules know no attribute “${key}”.`);
    return complaints;
  };

  const changed = () => {
    if (asked > 0) {
      $("stale").hidden = false;
      $("results").classList.add("stale");
    }
    if ($("as-json").open) writeJson();
  };

  const writeJson = () => {
    $("json").value = JSON.stringify(interaction(true), null, 2);
    $("json-problem").textContent = "";
  };

  // --- conditions, as an author would write them

  const OPERATORS = { eq: "==", neq: "!=", gt: ">", lt: "<", gte: ">=", lte: "<=", exists: "has", not_exists: "lacks", contains: "contains", regex: "matches" };
  const written = (node) => {
    const name = names.get(node.field) ?? node.field;
    if (node.value === undefined) return `${name} ${node.operator === "not_exists" ? "not exists" : "exists"}`;
    if (node.operator === "regex") return `${name} matches /${String(node.value).replaceAll("/", "\\/")}/`;
    return `${name} ${OPERATORS[node.operator]} ${JSON.stringify(node.value)}`;
  };

  const GROUPS = { and: "all of", or: "any of", not: "not" };
  const branch = (node, mark) => {
    const said = node.outcome ? "holds" : "does not hold";
    const isLeaf = node.type === "condition";
    const text = isLeaf
      ? el("span", {}, el("code", {}, written(node)),
        el("span", { class: "given" }, node.missing ? "missing" : `given ${JSON.stringify(node.actual)}`))
      : el("span", {}, el("span", { class: "word" }, GROUPS[node.type]));
    const decisive = mark && isLeaf && node.decisive;
    const line = el("div", { class: `node ${node.outcome ? "yes" : "no"}${decisive ? " decisive" : ""}` },
      el("span", { class: "sign", "aria-hidden": "true" }, node.outcome ? "✓" : "✗"), text);
    text.append(el("span", { class: "hidden" }, ` – ${said}${decisive ? ", and decides" : ""}`));
    return el("li", {}, line, node.children ? el("ul", {}, node.children.map((child) => branch(child, mark))) : null);
  };
  const tree = (trace) => {
    let differ = false;
    const pending = [trace];
    while (pending.length) {
      const node = pending.pop();
      if (node.type === "condition" && !node.decisive) differ = true;
      pending.push(...(node.children || []));
    }
    return [el("ul", { class: "tree" }, branch(trace, differ)),
      differ ? el("p", { class: "legend quiet" }, "What decided is ", el("span", {}, "marked"), ".") : null].filter(Boolean);
  };

  const ruleDetails = (rule, words) => {
    const details = el("details", { class: "rule" },
      el("summary", {}, el("span", { class: "title" }, rule.rule), el("span", { class: "quiet" }, ` · ${rule.queue} · priority ${rule.priority}${words ? " · " + words : ""}`)));
    // Trees are made when somebody looks.
    details.addEventListener("toggle", () => {
      if (details.open && details.children.length === 1) details.append(...tree(rule.trace));
    });
    return details;
  };

  const many = (rules, word) => {
    const list = el("div", {});
    const more = (from) => {
      list.append(...rules.slice(from, from + SHOWN_RULES).map((rule) => ruleDetails(rule, word(rule))));
      const left = rules.length - from - SHOWN_RULES;
      if (left > 0) {
        const button = el("button", { type: "button" }, `Show more (${left.toLocaleString("en")})`);
        button.addEventListener("click", () => {
          button.remove();
          more(from + SHOWN_RULES);
        });
        list.append(button);
      }
    };
    more(0);
    return list;
  };

  // --- results

  const verdict = (answer) =>
    answer.decision === null
      ? [el("h2", { id: "verdict", class: "verdict" }, el("b", {}, "No rule"), " decides")]
      : [el("h2", { id: "verdict", class: "verdict" }, el("b", { id: "deciding-rule" }, answer.decision), " decides"),
        el("p", { class: "lead" }, "It goes to the queue ", el("b", { id: "deciding-queue" }, answer.queue), ".")];

  const explained = (answer) => {
    const decides = answer.rules.find((rule) => rule.decides);
    const others = answer.rules.filter((rule) => rule.matched && !rule.decides);
    const rest = answer.rules.filter((rule) => !rule.matched);
    const parts = [];
    if (answer.warnings.length) parts.push(el("ul", { class: "warnings" }, answer.warnings.map((text) => el("li", {}, prose(sentence(text))))));
    if (decides) {
      parts.push(el("section", { class: "block", id: "why" }, el("h3", {}, "Why ", el("span", { class: "quiet" }, `priority ${decides.priority}`)), tree(decides.trace)));
    }
    if (others.length) {
      const word = (rule) => (rule.enabled ? "" : "not enabled");
      const title = decides ? "Matches too, but comes later" : "Matches, but is not enabled";
      parts.push(el("section", { class: "block", id: "matching" },
        el("h3", {}, `${title} `, el("span", { class: "quiet" }, String(others.length))), many(others, word)));
    }
    const unshown = answer.evaluated - answer.rules.length;
    const number = rest.length + unshown;
    if (number) {
      parts.push(el("section", { class: "block", id: "not-matching" },
        el("h3", {}, "Does not match ", el("span", { class: "quiet" }, number.toLocaleString("en"))),
        unshown ? el("p", { class: "quiet" }, "There are too many of these to explain them all.") : decides
          ? el("details", {}, el("summary", {}, "Show them, and why not"), many(rest, (rule) => (rule.enabled ? "" : "not enabled")))
          : many(rest, (rule) => (rule.enabled ? "" : "not enabled"))));
    }
    return parts;
  };

  const sentence = (text) => text.charAt(0).toUpperCase() + text.slice(1) + (/[.?!]$/.test(text) ? "" : ".");
  /** What messages set in backticks, set as code. */
  const prose = (text) => text.split("`").map((part, index) => (index % 2 ? el("code", {}, part) : part));
  const problem = (error) => {
    const lines = [el("p", { class: "problem" }, prose(sentence(error.message || String(error))))];
    if (error.help) lines.push(el("p", { class: "quiet" }, prose(sentence(error.help))));
    return lines;
  };

  const WANTED = { request: "asked for", interaction: "the interaction", strategy: "the strategy", queue: "the queue" };
  const METHODS = { longestIdleAgent: "whoever is idle longest", mostSkilled: "whoever knows most", random: "anyone", custom: "as something else decides" };
  const CLASSES = { unavailable: "not available", noSkillMatches: "without any required skill", missingSkill: "missing skills beside others" };

  const agentRow = (agent, index) => {
    const reasons = el("div", { class: "reasons" });
    const parts = agent.matched.map((skill) => el("span", {},
      `${skill.name} (priority ${skill.priority}${skill.proficiency === undefined ? "" : `, proficiency ${skill.proficiency}`})`));
    parts.push(...agent.anomalies.map((text) => el("span", { class: "no" }, prose(text))));
    parts.forEach((part, at) => reasons.append(...(at ? [", ", part] : [part])));
    const fill = el("i");
    fill.style.setProperty("--score", String(Math.min(1, agent.score)));
    return el("li", { class: `agent${index === 0 && agent.score > 0 ? " first" : ""}` },
      el("span", { class: "place" }, String(index + 1)),
      el("span", { class: "who" }, agent.name ?? agent.userId),
      el("span", { class: "score" }, agent.score.toFixed(3)),
      el("div", { class: "bar", "aria-hidden": "true" }, fill), reasons);
  };

  const counts = (object, word = (name, number) => `${number.toLocaleString("en")} ${name}`) =>
    Object.entries(object).map(([name, number]) => word(name, number)).join(", ");

  const ranked = (report) => {
    const facts = el("dl", { class: "facts" });
    const fact = (name, text) => { if (text) facts.append(el("dt", {}, name), el("dd", {}, text)); };
    fact("Required", report.required_skills.map((skill) => `${skill.name} (${skill.wanted_by.map((by) => WANTED[by] ?? by).join(", ")})`).join(", ") || "nothing");
    if (report.strategy) fact("Strategy", `${METHODS[report.strategy.method] ?? report.strategy.method}, on ${report.strategy.media_type}`);
    const away = counts(report.unavailable_agents);
    fact("Available", `${report.available_agents} of ${report.total_agents_evaluated}${away ? `; ${away}` : ""}`);
    fact("Lacking", counts(report.missing_skills, (name, number) => `${name} (${number})`));
    fact("Anomalies", counts(report.anomaly_counts, (name, number) => `${number} ${CLASSES[name] ?? name}`));
    if (report.left) fact("Gone", `${plural(report.left, "agent")} left the queue meanwhile`);
    const notes = report.notes.length ? el("ul", { class: "warnings" }, report.notes.map((note) => el("li", {}, prose(sentence(note))))) : null;
    const list = report.ranked_agents.length
      ? el("ol", { id: "agents" }, report.ranked_agents.map(agentRow))
      : el("p", {}, "Nobody of this queue gets it.");
    const all = report.anomaly_summary.length
      ? el("details", {}, el("summary", {}, `All anomalies (${report.anomaly_summary.length.toLocaleString("en")})`),
        el("ul", { class: "list" }, report.anomaly_summary.slice(0, 500).map((text) => el("li", {}, prose(text))))) : null;
    return [el("h3", {}, "Who gets it ", el("span", { class: "quiet" }, `queue ${report.queue}`)), facts, list, notes, all].filter(Boolean);
  };

  const evaluate = async () => {
    let given;
    try {
      given = interaction(false);
    } catch (control) {
      control.closest("details")?.setAttribute("open", "");
      control.focus();
      return;
    }
    const number = ++asked;
    $("evaluate").disabled = true;
    $("status").textContent = "Evaluating.";
    try {
      if (program === null) await load();
      const shown = program.rules > MANY_RULES ? "matching" : "all";
      const answer = await ask("evaluate", JSON.stringify({ interaction: given, rules: shown }));
      if (number !== asked) return;
      const agents = el("section", { class: "block", id: "who" });
      $("output").replaceChildren(...verdict(answer), agents, ...explained(answer));
      const why = $("why");
      if (why) agents.before(why);
      $("stale").hidden = true;
      $("results").classList.remove("stale");
      $("status").textContent = answer.decision === null ? "No rule decides." : `${answer.decision} decides; it goes to the queue ${answer.queue}.`;
      if (matchMedia("(max-width: 56rem)").matches) $("results").scrollIntoView({ block: "start" });
      await simulate(agents, given, answer, number);
      if (answer.rules_version !== program.rules_version) await load();
    } catch (error) {
      $("output").replaceChildren(el("h2", { id: "verdict", class: "verdict" }, "That did not work"), ...problem(error));
      $("status").textContent = "That did not work.";
      if (!$("token-field").hidden) $("token").focus();
    } finally {
      $("evaluate").disabled = false;
    }
  };

  const simulate = async (section, given, answer, number) => {
    const queue = $("queue").value;
    if (program.agents.source === null || (answer.decision === null && queue === "")) {
      section.remove();
      return;
    }
    section.replaceChildren(el("h3", {}, "Who gets it"), el("p", { class: "quiet" }, "Asking for the agents…"));
    const body = { caller_attributes: given };
    if (queue) body.queue_id = queue;
    if ($("scorer").value) body.scorer = $("scorer").value;
    try {
      const report = await ask("simulate-routing", JSON.stringify(body));
      if (number === asked) section.replaceChildren(...ranked(report));
    } catch (error) {
      if (number === asked) section.replaceChildren(el("h3", {}, "Who gets it"), ...problem(error));
    }
  };

  const load = async () => {
    program = await ask("program");
    build();
  };

  // --- the page

  $("form").addEventListener("submit", (event) => {
    event.preventDefault();
    evaluate();
  });
  $("form").addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      evaluate();
    }
  });
  $("form").addEventListener("input", (event) => {
    if (event.target !== $("json") && event.target !== $("token")) changed();
  });
  $("clear").addEventListener("click", () => {
    fill({});
    changed();
  });
  $("as-json").addEventListener("toggle", () => { if ($("as-json").open) writeJson(); });
  $("take").addEventListener("click", () => {
    let given;
    try {
      given = JSON.parse($("json").value);
    } catch {
      $("json-problem").textContent = "This is no JSON.";
      return;
    }
    if (given === null || typeof given !== "object" || Array.isArray(given)) {
      $("json-problem").textContent = "An interaction is an object of attributes.";
      return;
    }
    $("json-problem").textContent = visible(fill(given).join(" "));
    if (asked > 0) {
      $("stale").hidden = false;
      $("results").classList.add("stale");
    }
  });
  load().catch((error) => {
    $("about").textContent = error.message;
    if (!$("token-field").hidden) $("token").focus();
  });
})();
