//! `contact.vcf`: who the person is, for address books (vCard 4.0, RFC 6350).

use entity::Time;
use sea_orm::prelude::Uuid;

use crate::privacy::packages::collect::{Kind, Record, text_of};

/// Octets of a line, without its line break.
const LINE: usize = 75;

/// The card, from values and addresses.
#[must_use]
pub fn vcard(id: Uuid, language: &str, at: Time, records: &[Record]) -> String {
    let value = |name: &str| {
        let found = records.iter().find(|record| record.kind == Kind::Value && record.id == name);
        found.map(|record| text_of(record.value("value"))).unwrap_or_default()
    };
    let (given, family) = (value("given_name"), value("family_name"));
    let emails: Vec<&Record> = records.iter().filter(|record| record.kind == Kind::Address).collect();
    let first = emails.first().map(|record| text_of(record.value("email"))).unwrap_or_default();
    let mut name = [given.as_str(), family.as_str()].join(" ").trim().to_owned();
    if name.is_empty() {
        name = first;
    }
    let mut lines = vec![
        "BEGIN:VCARD".to_owned(),
        "VERSION:4.0".to_owned(),
        "PRODID:-//Accord//Accord//EN".to_owned(),
        format!("UID:urn:uuid:{id}"),
        format!("REV:{}", at.format("%Y%m%dT%H%M%SZ")),
        format!("FN:{}", escaped(&name)),
        format!("N:{};{};;;", escaped(&family), escaped(&given)),
    ];
    for record in emails {
        let preferred = if *record.value("primary") == true { ";PREF=1" } else { "" };
        lines.push(format!("EMAIL{preferred}:{}", escaped(&text_of(record.value("email")))));
    }
    for (property, name) in [("TEL", "phone"), ("TITLE", "job_title"), ("ORG", "company_name")] {
        let text = value(name);
        if !text.is_empty() {
            lines.push(format!("{property}:{}", escaped(&text)));
        }
    }
    let street = value("postal_address");
    if !street.is_empty() {
        lines.push(format!("ADR:;;{};;;;", escaped(&street)));
    }
    lines.push(format!("LANG:{}", escaped(language)));
    lines.push("END:VCARD".to_owned());
    lines.iter().map(|line| folded(line)).collect()
}

/// A value, with what would end or split it escaped (RFC 6350, 3.4).
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.replace("\r\n", "\n").chars() {
        match c {
            '\\' | ',' | ';' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

/// A line of at most 75 octets, continued on lines that begin with a space; no character is cut (RFC 6350,
/// 3.2).
fn folded(line: &str) -> String {
    let mut out = String::with_capacity(line.len() + 8);
    let mut octets = 0;
    for c in line.chars() {
        if octets + c.len_utf8() > LINE {
            out.push_str("\r\n ");
            octets = 1;
        }
        out.push(c);
        octets += c.len_utf8();
    }
    out.push_str("\r\n");
    out
}

#[cfg(test)]
mod tests {
    use entity::DataClass;
    use serde_json::json;

    use super::*;
    use crate::privacy::packages::collect::Source;

    fn value(name: &str, text: &str) -> Record {
        let values = vec![("field", json!(name)), ("value", json!(text)), ("class", json!(DataClass::Open))];
        Record { kind: Kind::Value, id: name.to_owned(), date: None, source: Source::Person, values }
    }

    #[test]
    fn a_card_escapes_what_would_split_it_and_folds_long_lines() {
        let long = "Très ".repeat(40);
        let records = [
            value("given_name", "Ada; Countess"),
            value("family_name", "Lovelace,\\\nKing"),
            value("job_title", &long),
        ];
        let at = "2026-11-29T10:00:00Z".parse().unwrap();
        let card = vcard(Uuid::nil(), "fr", at, &records);
        assert!(
            card.starts_with("BEGIN:VCARD\r\nVERSION:4.0\r\n") && card.ends_with("END:VCARD\r\n"),
            "{card}"
        );
        assert!(card.contains("N:Lovelace\\,\\\\\\nKing;Ada\\; Countess;;;\r\n"), "{card}");
        assert!(card.lines().all(|line| line.len() <= 75), "{card}");
        let unfolded = card.replace("\r\n ", "");
        assert!(unfolded.contains(&format!("TITLE:{long}\r\n")), "{unfolded}");
        assert!(unfolded.contains("REV:20261129T100000Z\r\n"), "{unfolded}");
    }

    #[test]
    fn who_has_no_name_is_called_by_the_address() {
        let values = vec![("email", json!("ada@example.org")), ("primary", json!(true))];
        let address =
            Record { kind: Kind::Address, id: "1".to_owned(), date: None, source: Source::Person, values };
        let card = vcard(Uuid::nil(), "en", "2026-11-29T10:00:00Z".parse().unwrap(), &[address]);
        assert!(
            card.contains("FN:ada@example.org\r\n") && card.contains("EMAIL;PREF=1:ada@example.org\r\n"),
            "{card}"
        );
    }
}
