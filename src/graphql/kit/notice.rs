//! What a caller is told of a mutation that was done, beside its result.

use std::collections::BTreeMap;

use async_graphql::SimpleObject;

use crate::fields::quarantine::is_held_back;

/// Something to know about a mutation that was done. It is no error.
#[derive(SimpleObject)]
pub struct Notice {
    /// The input field it is about.
    pub field: String,
    /// What to know, in plain words.
    pub message: String,
}

/// The notices about texts that were held back, of these fields.
pub(crate) fn held_back<'a>(texts: impl IntoIterator<Item = (&'a str, &'a str)>) -> Vec<Notice> {
    let held = texts.into_iter().filter(|(_, text)| is_held_back(text));
    let notice = |(field, _): (&str, &str)| Notice {
        field: field.to_owned(),
        message:
            "Saved, but this text waits: it may tell of health, opinions, beliefs or the like (GDPR Art. \
            9), so the data protection officer reads it first. If it need not say so, write it again without."
                .to_owned(),
    };
    held.map(notice).collect()
}

/// The same, of a `custom` column.
pub(crate) fn held_back_custom(custom: Option<&str>) -> Vec<Notice> {
    let values: BTreeMap<String, String> =
        custom.and_then(|custom| serde_json::from_str(custom).ok()).unwrap_or_default();
    let mut notices = held_back(values.iter().map(|(key, text)| (key.as_str(), text.as_str())));
    for notice in &mut notices {
        notice.field = format!("custom.{}", notice.field);
    }
    notices
}
