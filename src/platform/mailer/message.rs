//! A letter and the RFC 5322 message it becomes: text and HTML alternatives, Message-ID from the job's id, RFC 3834
//! `Auto-Submitted`, the recipient's domain as A-labels.

use entity::{EmailAddress, JobId};
use lettre::{
    Address, Message,
    address::Envelope,
    message::{
        Mailbox, MultiPart,
        header::{HeaderName, HeaderValue},
    },
};

use super::{Delivery, NotSent};
use crate::platform::text::one_line;

/// What is to be sent to one mailbox.
#[derive(Clone, Debug)]
pub struct Letter {
    /// The job that sends it.
    pub job: JobId,
    /// Who sends: a mailbox of ours (`ACCORD_MAIL_FROM`).
    pub from: Mailbox,
    /// The name people read beside it: the controller's legal name.
    pub from_name: String,
    /// Where answers go.
    pub reply_to: Option<String>,
    /// To whom. Never with a name: that is what somebody typed.
    pub to: EmailAddress,
    /// One line.
    pub subject: String,
    /// The plain text part.
    pub text: String,
    /// The HTML part.
    pub html: String,
    /// RFC 8058 one-click address, for mails that belong to a subscription.
    pub one_click: Option<String>,
    /// The host in the Message-ID.
    pub host: String,
    /// When the job was queued or begun; the `Date` header.
    pub date: entity::Time,
}

impl Letter {
    /// RFC 5322 Message-ID: the same on every attempt.
    #[must_use]
    pub fn message_id(&self) -> String {
        format!("<{}@{}>", self.job, self.host)
    }

    /// The message as it goes over the wire.
    ///
    /// # Errors
    /// `Bounced` when it cannot be written: that will not change by itself, whoever tries again.
    pub fn to_message(&self) -> Result<Message, NotSent> {
        let to = address(&self.to)?;
        // Said here, because lettre would read it out of the header again, by rules that are narrower than ours.
        let envelope = Envelope::new(Some(self.from.email.clone()), vec![to.clone()]).map_err(|_| not_writable())?;
        let name = one_line(&self.from_name);
        let from = Mailbox::new(Some(name), self.from.email.clone());
        let subject = one_line(&self.subject);
        let mut message = Message::builder()
            .from(from)
            .to(Mailbox::new(None, to))
            .envelope(envelope)
            .subject(subject)
            .message_id(Some(self.message_id()))
            .date(std::time::SystemTime::from(self.date))
            .raw_header(raw("Auto-Submitted", "auto-generated"))
            .raw_header(raw("X-Auto-Response-Suppress", "All"));
        if let Some(reply_to) = &self.reply_to
            && let Ok(address) = reply_to.parse()
        {
            message = message.reply_to(Mailbox::new(None, address));
        }
        if let Some(url) = &self.one_click {
            message = message
                .raw_header(raw("List-Unsubscribe", &format!("<{url}>")))
                .raw_header(raw("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"));
        }
        message.multipart(MultiPart::alternative_plain_html(self.text.clone(), self.html.clone())).map_err(|_| not_writable())
    }
}

/// The address for the envelope. What our reader takes (RFC 6531) can be written, though lettre's reader knows fewer letters; what
/// neither takes is like a mailbox that does not exist.
pub(super) fn address(to: &EmailAddress) -> Result<Address, NotSent> {
    let text = to.for_smtp();
    if let Ok(address) = text.parse() {
        return Ok(address);
    }
    let known =
        EmailAddress::parse(to.as_entered()).is_ok() && !text.contains(|c: char| c.is_whitespace() || c.is_control() || "<>\"(),:;[]\\".contains(c));
    match text.rsplit_once('@') {
        Some((local, domain)) if known => Ok(Address::new_dangerous(local, domain)),
        _ => Err(not_writable()),
    }
}

fn not_writable() -> NotSent {
    let reply = "5.1.3 this address cannot be written".to_owned();
    NotSent::Bounced(Delivery { code: 553, reply, bounce: Some("address_not_writable") })
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
            from: "crm@lumen.example".parse().unwrap(),
            from_name: "Lumen".to_owned(),
            reply_to: None,
            to,
            subject: "S".to_owned(),
            text: "t".to_owned(),
            html: "h".to_owned(),
            one_click: None,
            host: "localhost".to_owned(),
            date: "2026-11-23T12:00:00Z".parse().unwrap(),
        }
    }

    #[test]
    fn what_our_reader_takes_can_be_written() {
        for typed in ["ada@example.org", "परीक्ष@example.org", "ญี่ปุ่น@example.org", "δοκιμή@παράδειγμα.ελ", "a{b}@example.org"]
        {
            let to = EmailAddress::parse(typed).unwrap();
            let message = letter(to.clone()).to_message().unwrap_or_else(|error| panic!("{typed}: {error:?}"));
            assert_eq!(message.envelope().to()[0].to_string(), to.for_smtp());
            let text = String::from_utf8(message.formatted()).unwrap();
            assert!(text.contains(&format!("To: {}\r\n", to.for_smtp())) || text.contains(&format!("To: <{}>\r\n", to.for_smtp())), "{text}");
        }
    }

    #[test]
    fn what_cannot_be_written_is_like_a_mailbox_that_does_not_exist() {
        for kept in ["ada", "ada @example.org", "ada\r\nBcc: x@example.org@example.org", "<ada>@example.org", "@", "ada@exa mple.org", ""] {
            let refused = letter(EmailAddress::kept(kept)).to_message();
            assert!(matches!(&refused, Err(NotSent::Bounced(delivery)) if delivery.bounce == Some("address_not_writable")), "{kept:?}: {refused:?}");
        }
    }
}
