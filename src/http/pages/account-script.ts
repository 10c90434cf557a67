// The script of the account page: plain JavaScript, sent as it stands here.

export const ACCOUNT_SCRIPT = `"use strict";
const link = new URLSearchParams(location.hash.slice(1));
const form = (id) => document.getElementById(id);
const FORMS = ["reset", "sign-in", "sign-up", "accept", "sign-out"];

const MEANS = {
  INVALID_TOKEN: "This link was used already, was replaced by a later one, or is too old. Ask for a new one by “Forgot the password?”.",
  not_found: "This invitation was accepted already, is too old, or is for another address.",
};

function say(text, isWrong = false) {
  const said = document.getElementById("said");
  said.textContent = text;
  said.className = isWrong ? "wrong" : "";
}

async function call(path, body) {
  const answer = await fetch("/api/auth/" + path, {
    method: body === undefined ? "GET" : "POST",
    ...(body !== undefined && { headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  const read = text === "" ? null : JSON.parse(text);
  if (answer.ok) return read;
  const errors = (read?.errors ?? []).map((each) => each.path.slice(1) + ": " + each.message).join("; ");
  const means = errors || MEANS[read?.code] || read?.message || read?.detail || "Something went wrong.";
  throw Object.assign(new Error(means), { code: read?.code });
}

function show(...ids) {
  for (const id of FORMS) form(id).hidden = !ids.includes(id);
}

async function look() {
  if (link.has("reset")) return show("reset");
  const session = await call("get-session");
  if (session === null) {
    if (link.has("invitation")) say("Sign in, or make an account, with the address that was invited.");
    return show("sign-in");
  }
  if (link.has("invitation")) {
    say("Signed in as " + session.user.email + ".");
    return show("accept", "sign-out");
  }
  const { data } = await call("organizations");
  const where = data.map((each) => each.organization.name + " (" + each.role + ")").join(", ");
  say("Signed in as " + session.user.email + (where === "" ? ", in no organisation yet. To join one, open the link of its invitation." : ", in " + where + "."));
  return show("sign-out");
}

function forget(name) {
  link.delete(name);
  history.replaceState(null, "", location.pathname + (link.size > 0 ? "#" + link : ""));
}

const DOES = {
  reset: async (fields) => {
    try {
      await call("reset-password", { token: link.get("reset"), ...fields });
    } catch (fault) {
      if (fault.code === "INVALID_TOKEN") {
        forget("reset");
        await look();
      }
      throw fault;
    }
    forget("reset");
    await look();
    say("The password is set. Sign in with it.");
  },
  "sign-in": async (fields) => {
    await call("sign-in/email", fields);
    await look();
  },
  "sign-up": async (fields) => {
    await call("sign-up/email", fields);
    show("sign-in");
    say("Open the link in the mail that is on its way to " + fields.email + ", and set a password.");
  },
  accept: async () => {
    await call("accept-invitation", { invitation_id: link.get("invitation") });
    forget("invitation");
    await look();
  },
  "sign-out": async () => {
    await call("sign-out", {});
    await look();
    say("Signed out.");
  },
};

async function act(work) {
  const buttons = document.querySelectorAll("button");
  for (const button of buttons) button.disabled = true;
  say("");
  try {
    await work();
  } catch (fault) {
    say(fault.message, true);
  } finally {
    for (const button of buttons) button.disabled = false;
  }
}

for (const id of FORMS) {
  form(id).addEventListener("submit", (event) => {
    event.preventDefault();
    void act(() => DOES[id](Object.fromEntries(new FormData(event.target))));
  });
}
document.getElementById("forgot").addEventListener("click", () => {
  const email = form("sign-in").elements.namedItem("email");
  if (!email.reportValidity()) return;
  void act(async () => {
    await call("request-password-reset", { email: email.value });
    say("If there is an account with this address, a mail is on its way.");
  });
});
for (const [button, other] of [["new-here", "sign-up"], ["known-here", "sign-in"]]) {
  document.getElementById(button).addEventListener("click", () => {
    say("");
    show(other);
  });
}
// A link that is opened where this page is open already changes what is behind the # alone.
addEventListener("hashchange", () => location.reload());
void act(look);
`;
