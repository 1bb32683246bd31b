// Where the links in e-mails lead. The token is behind the #, which browsers never send.

import { Account } from "./account.js";
import { CHANGE, FORGOT, RESET, VERIFY } from "./documents.js";
import { announce, byId, show } from "./dom.js";

const account = new Account(() => {});
const [purpose, token] = location.hash.slice(1).split("=");
history.replaceState(null, "", location.pathname); // so that it stays in no list of visited pages
window.addEventListener("hashchange", () => location.reload()); // another e-mail, in the same tab

/** Run `deed` when the form is sent; `thanks` is what to say afterwards, a title and a text. */
function onSubmit(form, deed, thanks) {
  const error = form.querySelector(".error");
  const button = form.querySelector("button");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    error.textContent = "";
    button.disabled = true;
    try {
      await deed();
      [byId("done-title").textContent, byId("done-text").textContent] = thanks;
      show(byId("done"));
      announce(thanks.join(". "));
    } catch (failure) {
      error.textContent = failure.details?.fields?.map((each) => each.message).join("; ") || failure.message;
    } finally {
      button.disabled = false;
    }
  });
  show(form);
}

/** Let a box show what is typed into a password field. */
function showing(box, field) {
  byId(box).addEventListener("change", (event) => {
    field.type = event.target.checked ? "text" : "password";
  });
}

const CONFIRMING = {
  verify: [VERIFY, "Confirm your address", "Your address is confirmed."],
  email: [CHANGE, "Confirm your new address", "From now on, sign in with the new address."],
};

if (purpose in CONFIRMING && token) {
  const [document, title, text] = CONFIRMING[purpose];
  byId("confirm-title").textContent = title;
  onSubmit(byId("confirm"), () => account.query(document, { token }), ["Thank you", text]);
} else if (purpose === "register" && token) {
  const field = byId("password");
  showing("show-chosen", field);
  onSubmit(byId("register"), () => account.finish(token, field.value), ["Welcome", "Your account is ready, and you are signed in."]);
  field.focus();
} else if (purpose === "invitation" && token) {
  const [name, field] = [byId("full-name"), byId("first-password")];
  showing("show-first", field);
  onSubmit(byId("invitation"), () => account.accept(token, name.value, field.value), ["Welcome", "Your account is ready, and you are signed in."]);
  name.focus();
} else if (purpose === "reset" && token) {
  const field = byId("new-password");
  showing("show-password", field);
  onSubmit(byId("reset"), () => account.query(RESET, { token, newPassword: field.value }), ["Done", "Sign in with your new password."]);
  field.focus();
} else {
  const field = byId("email");
  onSubmit(byId("forgot"), () => account.query(FORGOT, { email: field.value }), ["Look into your mail", "If there is an account with this address, an e-mail is on its way. Its link is valid for an hour."]);
  field.focus();
}
