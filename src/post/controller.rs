//! The controller, as mails and pages name them.

use entity::workspace;
use serde::Serialize;

/// The controller, as the law wants it named. Templates call it `legal`.
#[derive(Clone, Debug, Serialize)]
pub struct Controller {
    /// Legal name.
    pub legal_name: String,
    /// Postal address.
    pub postal_address: String,
    /// Contact e-mail address.
    pub contact_email: String,
    /// URL of the privacy notice; may be empty.
    pub privacy_notice_url: String,
}

impl From<&workspace::Model> for Controller {
    fn from(row: &workspace::Model) -> Self {
        Self {
            legal_name: row.legal_name.clone(),
            postal_address: row.postal_address.clone(),
            contact_email: row.contact_email.clone(),
            privacy_notice_url: row.privacy_notice_url.clone(),
        }
    }
}

#[cfg(test)]
impl Controller {
    /// The controller that tests of mails name.
    pub(crate) fn sample() -> Self {
        Self {
            legal_name: "Atelier Lumen SAS".to_owned(),
            postal_address: "12 rue de l’Exemple\n69001 Lyon".to_owned(),
            contact_email: "privacy@atelier-lumen.example".to_owned(),
            privacy_notice_url: "https://www.atelier-lumen.example/privacy".to_owned(),
        }
    }
}
