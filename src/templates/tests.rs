//! Renders every mail's sample in both languages, compares the texts of both languages, and checks that no
//! template is missing from the binary.

use std::{collections::BTreeSet, fs, path::Path};

use serde_json::{Value, json};

use super::*;
use crate::platform::pages::{LANGUAGES, Rendered};

const LINK: &str = "https://crm.atelier-lumen.example/confirm/v1.k1.AZrjw0q3cV6kS1m0pXb7YwGf2uQnT8ZrLd4.h3J9nqk0VbWc5sYt2LxPz7RfUoMd1GaEeKiTvXyBw8A";
const PREFERENCES: &str = "https://crm.example/preferences/v1.a.b.c";
const MAIL_NAMES: [&str; 14] = [
    "package_ready",
    "authorise_transfer",
    "transfer_ready",
    "transfer_receipt",
    "stay_in_touch",
    "confirm_opt_in",
    "opt_in_receipt",
    "already_subscribed",
    "request_received",
    "invite_member",
    "reset_password",
    "account_notice",
    "value_changed",
    "value_revealed",
];

fn pages() -> Pages {
    super::pages().unwrap()
}

fn legal() -> Value {
    json!({
        "legal_name": "Atelier Lumen <SAS>",
        "postal_address": "12 rue des Tanneurs\n69001 Lyon\nFrance",
        "contact_email": "donnees@atelier-lumen.example",
        "privacy_notice_url": "",
    })
}

fn sample(language: &str, mail: &str) -> Value {
    let french = language == "fr";
    let time = if french {
        "23 novembre 2026 à 22\u{a0}h\u{a0}18 (heure de Paris)"
    } else {
        "23 November 2026 at 22:18 (Paris time)"
    };
    let mut context =
        json!({ "language": language, "legal": legal(), "form": "Our <letter>", "requested_at": time });
    let purposes = json!([
        {
            "title": if french { "Lettre d’information mensuelle" } else { "Monthly newsletter" },
            "wording": if french { "J’accepte de recevoir la lettre.\nJe peux arrêter." } else { "I agree to get the newsletter.\nI can stop." },
            "channel": if french { "par e-mail" } else { "by e-mail" },
        },
        { "title": "<Appels>", "wording": "Oui & non", "channel": if french { "par téléphone" } else { "by phone" } },
    ]);
    match mail {
        "confirm_opt_in" => {
            context["purposes"] = purposes;
            context["expires_at"] = time.into();
            context["confirm_url"] = LINK.into();
        }
        "opt_in_receipt" => {
            context["purposes"] = purposes;
            context["confirmed_at"] = time.into();
            context["unsubscribe_url"] = LINK.into();
            context["preferences_url"] = PREFERENCES.into();
        }
        "already_subscribed" => {
            context["purposes"] = purposes;
            context["unsubscribe_url"] = LINK.into();
            context["preferences_url"] = PREFERENCES.into();
        }
        "package_ready" => {
            context["portable"] = true.into();
            context["expires_at"] = time.into();
            context["package_url"] = LINK.into();
        }
        "authorise_transfer" | "transfer_ready" | "transfer_receipt" => {
            context["recipient"] = "Insurer & Sons <SA>".into();
            context["categories"] = json!(["names, job and company", "your consents"]);
            context["purpose"] = "An offer for your <house>.\nNothing else.".into();
            context["at"] = time.into();
            context["valid_until"] = time.into();
            context["url"] = LINK.into();
            context["sha256"] = "ab".repeat(32).into();
        }
        "stay_in_touch" => {
            context["last_contact"] = time.into();
            context["ends_at"] = time.into();
            context["stay_url"] = LINK.into();
            context["unsubscribe_url"] = LINK.into();
        }
        "value_changed" | "value_revealed" => context["at"] = time.into(),
        "invite_member" | "reset_password" | "account_notice" => {
            context = json!({ "language": language, "legal": legal(), "workspace_name": "Lumen & <Co>", "workspace_slug": "lumen", "expires_at": time });
            match mail {
                "invite_member" => {
                    context["role"] = if french { "commercial" } else { "sales" }.into();
                    context["accept_url"] = LINK.into();
                }
                "reset_password" => context["reset_url"] = LINK.into(),
                _ => {
                    context["what"] = "second_factor_enrolled".into();
                    context["happened_at"] = time.into();
                }
            }
        }
        _ => {
            context["purpose"] = "Quotes & offers".into();
            context["basis_text"] =
                "Performance of a contract to which you are party (Article 6(1)(b) of the GDPR).".into();
        }
    }
    context
}

/// Whether a mail names the form it is about: mails to visitors do, those to staff and notices do not.
fn context_names_form(mail: &str) -> bool {
    matches!(mail, "confirm_opt_in" | "opt_in_receipt" | "already_subscribed" | "request_received")
}

#[test]
fn every_mail_renders_with_its_sample_in_both_languages() {
    let pages = pages();
    let mut fingerprints = BTreeSet::new();
    for language in LANGUAGES {
        for mail in MAIL_NAMES {
            let rendered = pages.render_mail(language, mail, sample(language, mail)).unwrap();
            let Rendered { subject, text, html, template_sha256 } = &rendered;
            assert!(
                !subject.is_empty() && subject.trim() == subject && !subject.contains(char::is_control),
                "{subject:?}"
            );
            assert!(
                text.contains("12 rue des Tanneurs\n69001 Lyon") && text.contains("Atelier Lumen <SAS>"),
                "{text}"
            );
            assert!(
                html.contains("12 rue des Tanneurs<br>") && html.contains("Atelier Lumen &lt;SAS&gt;"),
                "{html}"
            );
            assert!(
                html.contains(&format!("lang=\"{language}\""))
                    && !html.contains("{{")
                    && !text.contains("{{")
            );
            if !matches!(mail, "request_received" | "account_notice" | "value_changed" | "value_revealed") {
                assert!(
                    text.lines().any(|line| line == LINK) && html.contains(&format!("href=\"{LINK}\"")),
                    "{html}"
                );
            }
            if context_names_form(mail) {
                assert!(
                    subject.ends_with("– Our <letter>")
                        && text.contains("Our <letter>")
                        && html.contains("Our &lt;letter&gt;"),
                    "{mail}: {text}"
                );
                let mut nameless = sample(language, mail);
                nameless["form"] = "".into();
                let nameless = pages.render_mail(language, mail, nameless).unwrap();
                assert!(
                    !nameless.subject.contains('–')
                        && !nameless.text.contains("“”")
                        && !nameless.text.contains("«\u{a0}\u{a0}»"),
                    "{}",
                    nameless.text
                );
            }
            if matches!(mail, "confirm_opt_in" | "opt_in_receipt" | "already_subscribed") {
                assert!(
                    html.contains("&lt;Appels&gt;")
                        && html.contains("Oui &amp; non")
                        && text.contains("<Appels>"),
                    "{html}"
                );
            }
            assert!(
                text.lines().all(|line| line.trim_end_matches(' ') == line && !line.starts_with("From ")),
                "{text}"
            );
            assert!(fingerprints.insert(*template_sha256), "two mails share a fingerprint");
            assert_eq!(pages.render_mail(language, mail, sample(language, mail)).unwrap(), rendered);
        }
    }
}

#[test]
fn a_mail_that_lacks_something_is_not_rendered() {
    let mut context = sample("fr", "confirm_opt_in");
    context.as_object_mut().unwrap().remove("expires_at");
    assert!(pages().render_mail("fr", "confirm_opt_in", context).is_err());
    assert!(pages().render_mail("fr", "no_such_mail", json!({})).is_err());
}

#[test]
fn french_subjects_keep_their_no_break_spaces() {
    let file = MAILS.iter().find(|(name, _)| *name == "fr/confirm_opt_in/subject.txt").unwrap().1;
    let subject =
        pages().render_mail("fr", "confirm_opt_in", sample("fr", "confirm_opt_in")).unwrap().subject;
    assert_eq!(subject.matches('\u{a0}').count(), file.matches('\u{a0}').count());
}

fn keys(value: &Value, path: &str, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            members.iter().for_each(|(key, value)| keys(value, &format!("{path}.{key}"), found));
        }
        Value::String(text) => {
            // Pieces around a number may be empty, or hold the space next to it.
            let is_piece =
                ["_before", "_after", "_seconds", "_minutes"].iter().any(|end| path.ends_with(end));
            assert!(is_piece || (!text.is_empty() && text.trim() == text), "{path} is empty or padded");
            found.insert(path.to_owned());
        }
        other => panic!("{path} is not a text: {other}"),
    }
}

#[test]
fn every_room_has_the_same_words_in_both_languages() {
    let pages = pages();
    for (room, text) in MESSAGES {
        let [english, french] = LANGUAGES.map(|language| {
            let mut found = BTreeSet::new();
            keys(pages.messages(room, language), "", &mut found);
            found
        });
        assert_eq!(english, french, "{room}");
        assert_eq!(
            serde_json::from_str::<Value>(text).unwrap().as_object().unwrap().len(),
            LANGUAGES.len(),
            "{room}"
        );
    }
    assert_eq!(pages.text("forms", "en", "no.such.text"), "");
    assert_ne!(pages.text("forms", "fr", "errors.too_many"), pages.text("forms", "en", "errors.too_many"));
    assert_eq!(pages.text("forms", "xx", "errors.too_many"), pages.text("forms", "en", "errors.too_many"));
    assert_ne!(pages.text("consent", "fr", "errors.too_many"), pages.text("forms", "fr", "errors.too_many"));
}

#[test]
fn pages_render_in_both_languages_with_the_words_of_their_room() {
    let pages = pages();
    for language in LANGUAGES {
        let closed = pages.render_page("forms/closed.html", language, json!({})).unwrap();
        assert!(
            closed.contains(&format!("<html lang=\"{language}\""))
                && closed.contains(pages.text("forms", language, "closed.title")),
            "{closed}"
        );
        let unknown = pages.render_page("consent/unknown.html", language, json!({})).unwrap();
        assert!(unknown.contains(pages.text("consent", language, "unknown.title")), "{unknown}");
        let message = pages
            .render_page("message.html", language, json!({ "title": "<b>", "message": "m", "status": "" }))
            .unwrap();
        assert!(message.contains("&lt;b&gt;") && !message.contains("<b>"), "{message}");
        let received = json!({ "legal": legal(), "basis_text": "", "success_message": "Merci !", "form_url": "/forms/x", "languages": [{ "code": "fr", "name": "Français", "url": "/a", "current": true }] });
        assert!(pages.render_page("forms/received.html", language, received).unwrap().contains("Français"));
    }
    let landing = pages
        .render_page("demo/landing.html", "en", json!({ "app": "http://localhost:8080", "form": "form_x" }))
        .unwrap();
    assert!(landing.contains("form_x"));
    assert!(pages.render_page("message.html", "en", json!({ "title": "t" })).is_err());
}

/// Collects the files below `folder` whose names end like a template, prefixed with `prefix`.
fn on_disk(folder: &Path, prefix: &str, found: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        let file = entry.file_name().unwrap().to_str().unwrap();
        if entry.is_dir() {
            on_disk(&entry, &format!("{prefix}{file}/"), found);
        } else if matches!(entry.extension().and_then(|end| end.to_str()), Some("html" | "txt")) {
            found.insert(format!("{prefix}{file}"));
        }
    }
}

#[test]
fn every_template_of_the_repository_is_in_the_binary() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let listed =
        |files: &[(&str, &str)]| files.iter().map(|(name, _)| (*name).to_owned()).collect::<BTreeSet<_>>();
    let mut mails = BTreeSet::new();
    on_disk(&root.join("email_templates"), "", &mut mails);
    assert_eq!(mails, listed(MAILS));

    let mut pages = BTreeSet::new();
    for room in fs::read_dir(root.join("src")).unwrap().map(|entry| entry.unwrap().path()) {
        let name = room.file_name().unwrap().to_str().unwrap();
        if name != "platform" && room.join("pages").is_dir() {
            let prefix = format!("{name}/");
            on_disk(&room.join("pages"), &prefix, &mut pages);
        }
    }
    // The demo stands above the templates, so that its landing pages stand beside them.
    on_disk(&root.join("src/templates/demo"), "demo/", &mut pages);
    // The pages of `privacy` have words per part: `my_data/ask.html` lies in `privacy/pages/my_data_ask.html`.
    let file_of = |name: &str| match name.split_once('/') {
        Some((part, file)) if part != "demo" && !root.join("src").join(part).is_dir() => {
            format!("privacy/{part}_{file}")
        }
        _ => name.to_owned(),
    };
    assert_eq!(pages, PAGES.iter().map(|(name, _)| file_of(name)).collect::<BTreeSet<_>>());
}
