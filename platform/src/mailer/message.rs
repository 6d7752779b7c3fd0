//! A letter and the RFC 5322 message built from it: text and HTML alternatives, Message-ID from the job's ID,
//! RFC 3834 `Auto-Submitted`, the recipient's domain as A-labels.

use base64::{Engine, engine::general_purpose::STANDARD};
use entity::{EmailAddress, JobId};
use lettre::{
    Address, Message,
    address::Envelope,
    message::{
        Mailbox, Mailboxes, MultiPart,
        header::{self, Header, HeaderName, HeaderValue},
    },
};

use super::{Delivery, NotSent};
use crate::text::one_line;

/// A mail to one mailbox.
#[derive(Clone, Debug)]
pub struct Letter {
    /// The job that sends it.
    pub job: JobId,
    /// The sender: our mailbox (`ACCORD_MAIL_FROM`).
    pub from: Mailbox,
    /// The sender's display name: the controller's legal name.
    pub from_name: String,
    /// The `Reply-To` address.
    pub reply_to: Option<String>,
    /// The recipient. Never with a display name, because that would be text that somebody typed into a form.
    pub to: EmailAddress,
    /// The subject, on one line.
    pub subject: String,
    /// The plain text part.
    pub text: String,
    /// The HTML part.
    pub html: String,
    /// The RFC 8058 one-click URL, for mails that belong to a subscription.
    pub one_click: Option<String>,
    /// The host in the Message-ID.
    pub host: String,
    /// When the job was queued or started; the `Date` header.
    pub date: entity::Time,
}

impl Letter {
    /// RFC 5322 Message-ID: the same on every attempt.
    #[must_use]
    pub fn message_id(&self) -> String {
        format!("<{}@{}>", self.job, self.host)
    }

    /// Builds the message for SMTP.
    ///
    /// # Errors
    /// `Bounced` when the address cannot be written: a retry would not change that.
    pub fn to_message(&self) -> Result<Message, NotSent> {
        let to = address(&self.to)?;
        // Set explicitly, because lettre would parse the address from the header again, by stricter rules
        // than ours.
        let envelope =
            Envelope::new(Some(self.from.email.clone()), vec![to.clone()]).map_err(|_| not_writable())?;
        let mut message = Message::builder()
            .raw_header(self.sender_header())
            .to(Mailbox::new(None, to))
            .envelope(envelope)
            .raw_header(self.subject_header())
            .message_id(Some(self.message_id()))
            .date(std::time::SystemTime::from(self.date))
            .raw_header(raw("Auto-Submitted", "auto-generated"))
            .raw_header(raw("X-Auto-Response-Suppress", "All"));
        if let Some(reply_to) = self.reply_to.as_deref().and_then(|reply_to| EmailAddress::parse(reply_to).ok())
            // Only a mail sent with SMTPUTF8 may have such an address in its header.
            && (reply_to.local_part().is_ascii() || !self.to.local_part().is_ascii())
        {
            message = message.reply_to(Mailbox::new(
                None,
                Address::new_dangerous(reply_to.local_part(), reply_to.ascii_domain()),
            ));
        }
        if let Some(url) = &self.one_click {
            message = message
                .raw_header(raw("List-Unsubscribe", &format!("<{url}>")))
                .raw_header(raw("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"));
        }
        message
            .multipart(MultiPart::alternative_plain_html(self.text.clone(), self.html.clone()))
            .map_err(|_| not_writable())
    }
}

/// The address for the envelope. Every address that our own parser accepts (RFC 6531) can be written,
/// although lettre's parser accepts fewer characters; an address that neither accepts is treated like a
/// mailbox that does not exist.
pub(super) fn address(to: &EmailAddress) -> Result<Address, NotSent> {
    let text = to.for_smtp();
    if let Ok(address) = text.parse() {
        return Ok(address);
    }
    let known = EmailAddress::parse(to.as_entered()).is_ok()
        && !text.contains(|c: char| c.is_whitespace() || c.is_control() || "<>\"(),:;[]\\".contains(c));
    match text.rsplit_once('@') {
        Some((local, domain)) if known => Ok(Address::new_dangerous(local, domain)),
        _ => Err(not_writable()),
    }
}

fn not_writable() -> NotSent {
    let reply = "5.1.3 this address cannot be written".to_owned();
    NotSent::Bounced(Delivery { code: 553, reply, bounce: Some("address_not_writable") })
}

impl Letter {
    fn sender_header(&self) -> HeaderValue {
        let name = one_line(&self.from_name);
        let mailbox = Mailbox::new(Some(name.clone()), self.from.email.clone());
        if !needs_encoding(&name) {
            return header::From::from(Mailboxes::from(mailbox)).display();
        }
        // The address goes on a line of its own: beside an encoded-word it would make that line too long.
        let encoded = format!("{}\r\n <{}>", encoded_words(&name), self.from.email);
        HeaderValue::dangerous_new_pre_encoded(
            HeaderName::new_from_ascii_str("From"),
            mailbox.to_string(),
            encoded,
        )
    }

    fn subject_header(&self) -> HeaderValue {
        let subject = one_line(&self.subject);
        if !needs_encoding(&subject) {
            return header::Subject::from(subject).display();
        }
        let encoded = encoded_words(&subject);
        HeaderValue::dangerous_new_pre_encoded(HeaderName::new_from_ascii_str("Subject"), subject, encoded)
    }
}

/// Text that looks like an encoded-word must be encoded too, or it would be decoded.
fn needs_encoding(text: &str) -> bool {
    !text.is_ascii() || text.contains("=?")
}

/// RFC 2047: base64 encoded-words, each on its own line. 39 bytes become 52 characters, so that a line has at
/// most 76 even after `Subject: `. No character is split.
fn encoded_words(text: &str) -> String {
    let mut words: Vec<String> = vec![String::new()];
    for c in text.chars() {
        match words.last_mut() {
            Some(word) if word.len() + c.len_utf8() <= 39 => word.push(c),
            _ => words.push(c.to_string()),
        }
    }
    let encoded: Vec<String> =
        words.iter().map(|word| format!("=?utf-8?b?{}?=", STANDARD.encode(word))).collect();
    encoded.join("\r\n ")
}

fn raw(name: &'static str, value: &str) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letter(to: EmailAddress) -> Letter {
        Letter {
            job: JobId::new(),
            from: "mail@accord.example".parse().unwrap(),
            from_name: "Atelier Lumen".to_owned(),
            reply_to: Some("privacy@lumen.example".to_owned()),
            to,
            subject: "Please confirm".to_owned(),
            text: "text".to_owned(),
            html: "<p>text</p>".to_owned(),
            one_click: None,
            host: "accord.example".to_owned(),
            date: entity::Time::default(),
        }
    }

    /// The message to an address, if that is a valid one.
    fn written(typed: &str) -> Option<String> {
        let to = EmailAddress::parse(typed).ok()?;
        let wire = to.for_smtp();
        let letter = letter(to);
        let message = letter
            .to_message()
            .unwrap_or_else(|error| panic!("{typed:?} was taken and cannot be written: {error:?}"));
        assert_eq!(
            message.envelope().to().iter().map(ToString::to_string).collect::<Vec<_>>(),
            std::slice::from_ref(&wire),
            "{typed:?}"
        );
        assert_eq!(address(&letter.to).unwrap().to_string(), wire);
        let text = String::from_utf8(message.formatted()).unwrap();
        let header = text
            .lines()
            .find_map(|line| line.strip_prefix("To: "))
            .unwrap_or_else(|| panic!("no recipient in {text}"))
            .to_owned();
        assert_eq!(header, wire);
        Some(text)
    }

    #[test]
    fn addresses_of_every_script_are_written_as_they_were_taken() {
        for address in [
            "ada@example.org",
            "o'brien+x@example.org",
            "परीक्ष@example.org",
            "ญี่ปุ่น@example.org",
            "ශ්\u{200d}රී@example.org",
            "δοκιμή@παράδειγμα.ελ",
            "用户@例え.example",
            "a\u{338}b@example.org",
        ] {
            let text = written(address).unwrap_or_else(|| panic!("{address} is an address"));
            let read = mail_parser::MessageParser::default().parse(text.as_bytes()).unwrap();
            let parsed = read.to().and_then(|to| to.first()).and_then(|to| to.address()).map(str::to_owned);
            assert_eq!(
                parsed,
                Some(EmailAddress::parse(address).unwrap().for_smtp()),
                "another program reads it back"
            );
        }
    }

    #[test]
    fn answers_go_to_an_address_that_this_mail_may_name() {
        let to = |to: &str, reply_to: &str| {
            let letter =
                Letter { reply_to: Some(reply_to.to_owned()), ..letter(EmailAddress::parse(to).unwrap()) };
            let text = String::from_utf8(letter.to_message().unwrap().formatted()).unwrap();
            text.lines().find_map(|line| line.strip_prefix("Reply-To: ")).map(str::to_owned)
        };
        assert_eq!(
            to("ada@example.org", "contact@société.example").as_deref(),
            Some("contact@xn--socit-esab.example")
        );
        assert_eq!(to("ada@example.org", "accès@lumen.example"), None, "this mail goes out without SMTPUTF8");
        assert_eq!(to("जन@example.org", "accès@lumen.example").as_deref(), Some("accès@lumen.example"));
    }

    #[test]
    fn what_cannot_be_written_is_like_a_mailbox_that_does_not_exist() {
        for kept in [
            "ada",
            "ada @example.org",
            "ada\r\nBcc: x@example.org@example.org",
            "<ada>@example.org",
            "@",
            "ada@exa mple.org",
            "",
        ] {
            let refused = letter(EmailAddress::kept(kept)).to_message();
            assert!(
                matches!(&refused, Err(NotSent::Bounced(delivery)) if delivery.bounce == Some("address_not_writable")),
                "{kept:?}: {refused:?}"
            );
        }
    }

    #[test]
    fn no_line_with_an_encoded_word_is_longer_than_76_characters_and_all_read_as_written() {
        let names = [
            "Société Générale des Lampes, Fils et Associés — Département Formation",
            "Atelier Lumen SAS",
            "Müller \"&\" Söhne [GmbH], Köln; <info@evil.example>",
            "=?utf-8?q?Atelier?= Élan",
            "株式会社ランプ製作所・東京本社・教育研修部・お客様相談室",
            "Lampes 💡💡💡💡💡💡💡💡💡💡💡💡💡💡 et Cie",
            "Œuvres d’un nom si long qu’il ne tient sur aucune ligne d’en-tête, même quand on la replie plusieurs fois de suite",
            "A very long but entirely plain English company name, with a comma, a (bracket) and \"quotes\", Incorporated",
        ];
        for name in names {
            let subject = format!("Veuillez confirmer votre demande : {name}");
            let bytes = Letter {
                from_name: name.to_owned(),
                subject: subject.clone(),
                ..letter(EmailAddress::parse("ada@example.org").unwrap())
            }
            .to_message()
            .unwrap()
            .formatted();
            let message = mail_parser::MessageParser::default().parse(&bytes).unwrap();
            let from = message.from().unwrap().first().unwrap();
            assert_eq!((from.name(), from.address()), (Some(name), Some("mail@accord.example")));
            assert_eq!(message.subject(), Some(subject.as_str()));
            let text = String::from_utf8(bytes).unwrap();
            let head = text.split("\r\n\r\n").next().unwrap();
            for line in head.split("\r\n").filter(|line| line.contains("=?")) {
                assert!(line.len() <= 76, "{}: {line}", line.len());
            }
        }
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(2_000))]

        #[test]
        fn whatever_is_taken_as_an_address_can_be_written(local in "\\PC{1,12}", domain in "[a-zé例ख]{1,8}") {
            written(&format!("{local}@{domain}.example"));
        }

        #[test]
        fn letters_marks_and_digits_of_any_script_can_be_written(local in "[\\p{L}\\p{M}\\p{Nd}.+'·\u{200c}\u{200d}]{1,12}") {
            written(&format!("{local}@example.org"));
        }

        #[test]
        fn what_is_kept_of_an_address_is_read_as_the_same(local in "[\\p{L}\\p{M}\\p{Nd}.]{1,8}", domain in "[\\p{L}\\p{M}-]{1,8}") {
            if let Ok(address) = EmailAddress::parse(&format!("{local}@{domain}.example")) {
                proptest::prop_assert!(EmailAddress::parse(address.as_entered()) == Ok(address.clone()), "{}", address);
            }
        }
    }
}
