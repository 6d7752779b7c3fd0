//! Channels and legal bases, as pages and mails say them.

use entity::{Channel, LegalBasis};

use crate::platform::pages::Pages;

/// A channel in plain words.
#[must_use]
pub fn channel_in_words<'a>(pages: &'a Pages, channel: Channel, language: &str) -> &'a str {
    pages.text("consent", language, &format!("channels.{}", channel.as_str()))
}

/// The legal basis in one plain sentence.
#[must_use]
pub fn basis_in_words<'a>(pages: &'a Pages, basis: LegalBasis, language: &str) -> &'a str {
    pages.text("consent", language, &format!("bases.{}", basis.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::pages::LANGUAGES;

    #[test]
    fn every_channel_and_every_basis_has_words_in_every_language() {
        let pages = crate::templates::pages().unwrap();
        for language in LANGUAGES {
            for &channel in Channel::ALL {
                assert_ne!(channel_in_words(&pages, channel, language), "", "{language} {channel:?}");
            }
            for &basis in LegalBasis::ALL {
                assert_ne!(basis_in_words(&pages, basis, language), "", "{language} {basis:?}");
            }
        }
        assert_eq!(channel_in_words(&pages, Channel::Phone, "fr"), "par téléphone");
    }
}
