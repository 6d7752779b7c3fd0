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
    ("my_data/address.html", include_str!("../privacy/pages/my_data_address.html")),
    ("my_data/allowed.html", include_str!("../privacy/pages/my_data_allowed.html")),
    ("my_data/ask.html", include_str!("../privacy/pages/my_data_ask.html")),
    ("my_data/declined.html", include_str!("../privacy/pages/my_data_declined.html")),
    ("my_data/done.html", include_str!("../privacy/pages/my_data_done.html")),
    ("my_data/page.html", include_str!("../privacy/pages/my_data_page.html")),
    ("my_data/parts.html", include_str!("../privacy/pages/my_data_parts.html")),
    ("my_data/sent.html", include_str!("../privacy/pages/my_data_sent.html")),
    ("my_data/unknown.html", include_str!("../privacy/pages/my_data_unknown.html")),
    ("my_data/waiting.html", include_str!("../privacy/pages/my_data_waiting.html")),
    ("my_data/which.html", include_str!("../privacy/pages/my_data_which.html")),
    ("notices/form.html", include_str!("../privacy/pages/notices_form.html")),
    ("notices/unknown.html", include_str!("../privacy/pages/notices_unknown.html")),
    ("preferences/allowed.html", include_str!("../privacy/pages/preferences_allowed.html")),
    ("preferences/ask.html", include_str!("../privacy/pages/preferences_ask.html")),
    ("preferences/confirm.html", include_str!("../privacy/pages/preferences_confirm.html")),
    ("preferences/declined.html", include_str!("../privacy/pages/preferences_declined.html")),
    ("preferences/done.html", include_str!("../privacy/pages/preferences_done.html")),
    ("preferences/page.html", include_str!("../privacy/pages/preferences_page.html")),
    ("preferences/parts.html", include_str!("../privacy/pages/preferences_parts.html")),
    ("preferences/sent.html", include_str!("../privacy/pages/preferences_sent.html")),
    ("preferences/unknown.html", include_str!("../privacy/pages/preferences_unknown.html")),
    ("preferences/which.html", include_str!("../privacy/pages/preferences_which.html")),
    ("retention/stay.html", include_str!("../privacy/pages/retention_stay.html")),
    ("retention/unknown.html", include_str!("../privacy/pages/retention_unknown.html")),
    ("packages/authorise.html", include_str!("../privacy/pages/packages_authorise.html")),
    ("packages/download.html", include_str!("../privacy/pages/packages_download.html")),
    ("packages/parts.html", include_str!("../privacy/pages/packages_parts.html")),
    ("packages/proof.html", include_str!("../privacy/pages/packages_proof.html")),
    ("packages/pull.html", include_str!("../privacy/pages/packages_pull.html")),
    ("packages/records.html", include_str!("../privacy/pages/packages_records.html")),
    ("packages/records_end.html", include_str!("../privacy/pages/packages_records_end.html")),
    ("packages/report.html", include_str!("../privacy/pages/packages_report.html")),
    ("packages/report_end.html", include_str!("../privacy/pages/packages_report_end.html")),
    ("packages/unknown.html", include_str!("../privacy/pages/packages_unknown.html")),
    ("home/home.html", include_str!("../home/pages/home.html")),
    ("demo/landing.html", include_str!("demo/landing.html")),
    ("demo/landing_plain.html", include_str!("demo/landing_plain.html")),
];

/// The words of each room, per language.
const MESSAGES: Files = &[
    ("accounts", include_str!("../accounts/pages/messages.json")),
    ("forms", include_str!("../forms/pages/messages.json")),
    ("consent", include_str!("../consent/pages/messages.json")),
    ("notices", include_str!("../privacy/pages/notices.json")),
    ("retention", include_str!("../privacy/pages/retention.json")),
    ("packages", include_str!("../privacy/pages/packages.json")),
    ("home", include_str!("../home/pages/messages.json")),
    ("pipeline", include_str!("../pipeline/messages.json")),
    ("my_data", include_str!("../privacy/pages/my_data.json")),
    ("preferences", include_str!("../privacy/pages/preferences.json")),
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
        "address_changing"
        "already_subscribed"
        "art14_notice"
        "authorise_transfer"
        "breach_notice"
        "confirm_address"
        "confirm_opt_in"
        "confirm_subscription"
        "consent_ending"
        "data_shared"
        "invite_member"
        "nothing_held"
        "open_preferences"
        "opt_in_receipt"
        "package_ready"
        "prove_mailbox"
        "prove_request"
        "request_acknowledged"
        "request_extended"
        "request_fulfilled"
        "request_message"
        "request_received"
        "request_refused"
        "reset_password"
        "restriction_lifting"
        "stay_in_touch"
        "transfer_ready"
        "transfer_receipt"
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
