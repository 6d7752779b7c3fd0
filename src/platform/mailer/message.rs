//! A letter and the RFC 5322 message it becomes: text and HTML alternatives, Message-ID from the job's id, RFC 3834
//! `Auto-Submitted`, the recipient's domain as A-labels.

use entity::{EmailAddress, JobId};
use lettre::{
    Address, Message,
    message::{
        Mailbox, MultiPart,
        header::{HeaderName, HeaderValue},
    },
};

use super::NotSent;
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
    /// `Park` when an address or header of ours cannot be written.
    pub fn to_message(&self) -> Result<Message, NotSent> {
        let to: Address = self.to.for_smtp().parse().map_err(|_| NotSent::Park("recipient_not_writable"))?;
        let name = one_line(&self.from_name);
        let from = Mailbox::new(Some(name), self.from.email.clone());
        let subject = one_line(&self.subject);
        let mut message = Message::builder()
            .from(from)
            .to(Mailbox::new(None, to))
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
        message.multipart(MultiPart::alternative_plain_html(self.text.clone(), self.html.clone())).map_err(|_| NotSent::Park("message_not_writable"))
    }
}

fn raw(name: &'static str, value: &str) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned())
}
