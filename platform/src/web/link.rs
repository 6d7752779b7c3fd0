//! The path parameter of links that people follow from a mail or a text.

use axum::{
    extract::{FromRequestParts, Path, rejection::PathRejection},
    http::request::Parts,
};

/// A signed link or a form's ID, without characters that other programs append: many of them take the full
/// stop, bracket or quotation mark after a URL as part of it. Our own values end with a letter, a digit, `-`
/// or `_`.
pub struct FromLink(pub String);

impl<S: Send + Sync> FromRequestParts<S> for FromLink {
    type Rejection = PathRejection;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, PathRejection> {
        let Path(text) = Path::<String>::from_request_parts(parts, state).await?;
        Ok(Self(without_what_stuck(&text).to_owned()))
    }
}

/// The text without characters that other programs append to a link.
#[must_use]
pub fn without_what_stuck(text: &str) -> &str {
    text.trim_end_matches(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_mail_program_glued_to_a_link_comes_off_and_nothing_else() {
        for glued in
            [".", ")", ">", ").", "…", ",", ";", "!", "\"", "»", "\u{a0}»", "'", "]", "*", "\u{200b}", ""]
        {
            assert_eq!(
                without_what_stuck(&format!("v1.k1.AZ-w_.h3J_-{glued}")),
                "v1.k1.AZ-w_.h3J_-",
                "{glued}"
            );
        }
        assert_eq!(without_what_stuck("..."), "");
    }
}
