//! Table of contents: every page, the words on them, and every mail. A page or mail that is not named here is
//! not in the program; a test compares this with what lies on the disk.

use crate::platform::pages::{Files, Pages, Templates, in_every_language};

/// Every page, named `room/file.html`.
const PAGES: Files = &[
    ("accounts/done.html", include_str!("../accounts/pages/done.html")),
    ("accounts/parts.html", include_str!("../accounts/pages/parts.html")),
    ("accounts/set_password.html", include_str!("../accounts/pages/set_password.html")),
    ("accounts/unknown.html", include_str!("../accounts/pages/unknown.html")),
    ("forms/closed.html", include_str!("../forms/pages/closed.html")),
    ("forms/consents.html", include_str!("../forms/pages/consents.html")),
    ("forms/field.html", include_str!("../forms/pages/field.html")),
    ("forms/form.html", include_str!("../forms/pages/form.html")),
    ("forms/plain.html", include_str!("../forms/pages/plain.html")),
    ("forms/received.html", include_str!("../forms/pages/received.html")),
    ("consent/allowed.html", include_str!("../consent/pages/allowed.html")),
    ("consent/confirm.html", include_str!("../consent/pages/confirm.html")),
    ("consent/confirmed.html", include_str!("../consent/pages/confirmed.html")),
    ("consent/declined.html", include_str!("../consent/pages/declined.html")),
    ("consent/expired.html", include_str!("../consent/pages/expired.html")),
    ("consent/parts.html", include_str!("../consent/pages/parts.html")),
    ("consent/unknown.html", include_str!("../consent/pages/unknown.html")),
    ("consent/unsubscribe.html", include_str!("../consent/pages/unsubscribe.html")),
    ("consent/unsubscribed.html", include_str!("../consent/pages/unsubscribed.html")),
    ("home/home.html", include_str!("../home/pages/home.html")),
    ("demo/landing.html", include_str!("demo/landing.html")),
    ("demo/landing_plain.html", include_str!("demo/landing_plain.html")),
];

/// The words of each room, per language.
const MESSAGES: Files = &[
    ("accounts", include_str!("../accounts/pages/messages.json")),
    ("forms", include_str!("../forms/pages/messages.json")),
    ("consent", include_str!("../consent/pages/messages.json")),
    ("home", include_str!("../home/pages/messages.json")),
    ("pipeline", include_str!("../pipeline/messages.json")),
];

macro_rules! mail_files {
    // Each language takes the whole list; what is done stands behind `=>`.
    ([] $mails:tt => $($done:tt)*) => {
        &[("layout.html", include_str!("../../email_templates/layout.html")), $($done)*]
    };
    ([$language:literal $($more:literal)*] [$($mail:literal)+] => $($done:tt)*) => {
        mail_files! { [$($more)*] [$($mail)+] => $($done)* $(
            mail_file!($language, $mail, "/subject.txt"),
            mail_file!($language, $mail, "/body.txt"),
            mail_file!($language, $mail, "/body.html"),
        )+ }
    };
}

macro_rules! mail_file {
    ($language:literal, $mail:literal, $file:literal) => {
        (
            concat!($language, "/", $mail, $file),
            include_str!(concat!("../../email_templates/", $language, "/", $mail, $file)),
        )
    };
}

/// Every mail in every language of `platform::pages::LANGUAGES`.
const MAILS: Files = in_every_language! {
    mail_files
    [
        "account_notice"
        "already_subscribed"
        "confirm_opt_in"
        "invite_member"
        "opt_in_receipt"
        "request_received"
        "reset_password"
        "value_changed"
        "value_revealed"
    ] =>
};

/// All of them, checked.
///
/// # Errors
/// When a template does not parse, or a language lacks words.
pub fn pages() -> anyhow::Result<Pages> {
    Pages::load(Templates { pages: PAGES, messages: MESSAGES, mails: MAILS })
}

#[cfg(test)]
mod tests;
