//! E-mail addresses as people write them, and the key that tells two spellings of one mailbox apart from two mailboxes.
//!
//! Requirement D-18: dot-atom and UTF-8 local parts (RFC 5321, 6531), IDN domains; no quoted locals, comments,
//! IP literals, single-label or reserved domains. Plus tags and dots are never stripped.

use std::fmt;

use unicode_normalization::UnicodeNormalization;

/// Why an address was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InvalidEmail {
    /// There is nothing.
    Empty,
    /// No `@`, or nothing on one side of it.
    Shape,
    /// Longer than 64 (local), 255 (domain) or 254 (all) octets.
    TooLong,
    /// A character that may not stand before the `@` without quotes.
    LocalPart,
    /// The part behind the `@` is no domain name.
    Domain,
    /// A domain that cannot receive mail: one label, an IP address, or reserved (RFC 2606, 6761).
    ReservedDomain,
}

/// An address that can be written to. `Debug` is masked; `Display` is the address.
#[derive(Clone, PartialEq, Eq)]
pub struct EmailAddress {
    entered: String,
    local: String,
    ascii_domain: String,
}

/// RFC 2606 keeps `example.*` for documentation; they resolve nowhere, and demos and tests need them, so they stay allowed.
const RESERVED: [&str; 6] = ["invalid", "localhost", "test", "local", "onion", "internal"];

impl EmailAddress {
    /// Reads what a person typed.
    ///
    /// # Errors
    /// `InvalidEmail` says what is wrong with it.
    pub fn parse(typed: &str) -> Result<Self, InvalidEmail> {
        let entered: String = typed.trim().nfc().collect();
        if entered.is_empty() {
            return Err(InvalidEmail::Empty);
        }
        let (local, domain) = entered.rsplit_once('@').ok_or(InvalidEmail::Shape)?;
        if local.is_empty() || domain.is_empty() {
            return Err(InvalidEmail::Shape);
        }
        if local.len() > 64 || domain.len() > 255 || entered.len() > 254 {
            return Err(InvalidEmail::TooLong);
        }
        if local.split('.').any(str::is_empty) || !local.chars().all(may_stand_in_local) {
            return Err(InvalidEmail::LocalPart);
        }
        let ascii_domain = domain_to_ascii(domain)?;
        if local.len() + 1 + ascii_domain.len() > 254 {
            return Err(InvalidEmail::TooLong);
        }
        Ok(Self { local: local.to_owned(), ascii_domain, entered })
    }

    /// An address that was taken once, by rules that may have been others. Whether it can be written is for the mailer to say.
    #[must_use]
    pub fn kept(text: &str) -> Self {
        Self::parse(text).unwrap_or_else(|_| {
            let (local, domain) = text.rsplit_once('@').unwrap_or((text, ""));
            Self { entered: text.to_owned(), local: local.to_owned(), ascii_domain: domain.to_owned() }
        })
    }

    /// As it was typed (NFC, trimmed).
    #[must_use]
    pub fn as_entered(&self) -> &str {
        &self.entered
    }

    /// As it goes on the SMTP wire: the local part as entered, the domain as A-labels.
    #[must_use]
    pub fn for_smtp(&self) -> String {
        format!("{}@{}", self.local, self.ascii_domain)
    }

    /// The domain as lower-case A-labels.
    #[must_use]
    pub fn ascii_domain(&self) -> &str {
        &self.ascii_domain
    }

    /// Equal for two spellings of one mailbox: NFC, lower case, A-label domain.
    #[must_use]
    pub fn key(&self) -> String {
        format!("{}@{}", self.local.to_lowercase().nfc().collect::<String>(), self.ascii_domain)
    }
}

impl fmt::Display for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.entered)
    }
}

impl fmt::Debug for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***@***")
    }
}

/// RFC 5322 `atext`, dots, and the letters and digits of RFC 6531; no spaces, controls, or invisible format characters.
fn may_stand_in_local(c: char) -> bool {
    match c {
        'a'..='z' | 'A'..='Z' | '0'..='9' | '.' => true,
        _ if c.is_ascii() => "!#$%&'*+-/=?^_`{|}~".contains(c),
        _ => c.is_alphanumeric() || unicode_normalization::char::is_combining_mark(c),
    }
}

fn domain_to_ascii(domain: &str) -> Result<String, InvalidEmail> {
    if domain.starts_with('[') {
        return Err(InvalidEmail::ReservedDomain);
    }
    let ascii = idna::domain_to_ascii_strict(domain).map_err(|_| InvalidEmail::Domain)?;
    if ascii.len() > 253 || ascii.split('.').any(|label| label.is_empty() || label.len() > 63) {
        return Err(InvalidEmail::Domain);
    }
    let last = ascii.rsplit('.').next().unwrap_or_default();
    if !ascii.contains('.') || RESERVED.contains(&last) || last.bytes().all(|b| b.is_ascii_digit()) {
        return Err(InvalidEmail::ReservedDomain);
    }
    Ok(ascii)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_people_have_are_taken() {
        for (typed, key) in [
            ("ada@example.org", "ada@example.org"),
            (" Ada.Lovelace+news@Example.ORG ", "ada.lovelace+news@example.org"),
            ("o'brien@example.org", "o'brien@example.org"),
            ("δοκιμή@παράδειγμα.ελ", "δοκιμή@xn--hxajbheg2az3al.xn--qxam"),
            ("jean@société.example", "jean@xn--socit-esab.example"),
            ("e\u{301}ric@example.org", "éric@example.org"),
        ] {
            assert_eq!(EmailAddress::parse(typed).map(|a| a.key()).as_deref(), Ok(key), "{typed}");
        }
    }

    #[test]
    fn what_cannot_be_written_to_is_refused() {
        for (typed, why) in [
            ("", InvalidEmail::Empty),
            ("ada", InvalidEmail::Shape),
            ("@example.org", InvalidEmail::Shape),
            ("\"ada b\"@example.org", InvalidEmail::LocalPart),
            ("ada..b@example.org", InvalidEmail::LocalPart),
            ("ada\r\nbcc: x@example.org", InvalidEmail::LocalPart),
            ("ada\u{202e}@example.org", InvalidEmail::LocalPart),
            ("ada\0@example.org", InvalidEmail::LocalPart),
            ("ada,b@example.org", InvalidEmail::LocalPart),
            ("ada@[127.0.0.1]", InvalidEmail::ReservedDomain),
            ("ada@127.0.0.1", InvalidEmail::ReservedDomain),
            ("ada@localhost", InvalidEmail::ReservedDomain),
            ("ada@box.test", InvalidEmail::ReservedDomain),
            ("ada@exa mple.org", InvalidEmail::Domain),
            ("ada@-x-.org", InvalidEmail::Domain),
        ] {
            assert_eq!(EmailAddress::parse(typed).err(), Some(why), "{typed:?}");
        }
        assert_eq!(EmailAddress::parse(&format!("{}@example.org", "a".repeat(65))).err(), Some(InvalidEmail::TooLong));
    }

    #[test]
    fn debug_is_masked() {
        assert_eq!(format!("{:?}", EmailAddress::parse("ada@example.org").unwrap()), "***@***");
    }
}
