//! E-mail addresses as people write them, and the key that is equal for all spellings of one mailbox.
//!
//! One parser for forms, staff, integrations, custom fields, members and sign-in. The mailer
//! (`platform::mailer::Letter`) can write every address that it accepts; no other code decides what an
//! address is.

use std::fmt;

use unicode_normalization::{
    UnicodeNormalization,
    char::{canonical_combining_class, is_combining_mark},
};

use super::invisible::{is_invisible, trim_unseen};

/// Why an address was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InvalidEmail {
    /// The text is empty.
    Empty,
    /// No `@`, or nothing on one side of it.
    Shape,
    /// Longer than 64 (local part) or 254 (whole address) octets, as sent by SMTP.
    TooLong,
    /// A character that is not allowed before the `@` without quotes.
    LocalPart,
    /// The part after the `@` is not a domain name.
    Domain,
    /// A domain that cannot receive mail: one label, an IP address, or reserved (RFC 2606, 3172, 6761, 7686,
    /// 9476).
    ReservedDomain,
}

/// A deliverable address. `Debug` is masked; `Display` is the address.
///
/// **Around it**, white space and invisible characters are removed: they are often copied along with an
/// address.
///
/// **Before the `@`** comes a dot-atom (RFC 5321) of `atext`, or of letters, marks and digits of any script
/// (RFC 6531), in NFC:
/// - no quotes, comments, spaces, control characters, symbols or emoji;
/// - no part between dots begins with a combining mark, which would change the character before it;
/// - no invisible characters. ZWJ and ZWNJ may follow a virama, where Sinhala and the Indic scripts need them
///   (RFC 5892, A.1 and A.2);
/// - the middle dot is only allowed between two `l`, as in Catalan (RFC 5892, A.3).
///
/// Plus tags and dots are never removed. A non-ASCII local part is sent with SMTPUTF8; if a server does not
/// support it, the mail bounces.
///
/// **After the `@`** comes an internationalised domain name (UTS #46, nontransitional): no IP address, no
/// single label, no reserved name. Width and case are folded; invisible characters inside are refused,
/// because the typed text differs from the visible one.
#[derive(Clone, PartialEq, Eq)]
pub struct EmailAddress {
    entered: String,
    local: String,
    ascii_domain: String,
}

/// Top-level domains that cannot receive mail. `example.*`, which RFC 2606 reserves for documentation, is
/// allowed: it resolves nowhere, and demos and tests need it.
const RESERVED: [&str; 8] = ["alt", "arpa", "invalid", "localhost", "test", "local", "onion", "internal"];
/// Longest input that is parsed, in bytes: more than the longest address has in any spelling.
const MOST_TYPED: usize = 1_200;

impl EmailAddress {
    /// Parses an address that a person typed or pasted.
    ///
    /// # Errors
    /// `InvalidEmail` says what is wrong with it.
    pub fn parse(typed: &str) -> Result<Self, InvalidEmail> {
        let typed = trim_unseen(typed);
        if typed.is_empty() {
            return Err(InvalidEmail::Empty);
        }
        if typed.len() > MOST_TYPED {
            return Err(InvalidEmail::TooLong);
        }
        let typed: String = typed.nfc().collect();
        let (local, domain) = typed.rsplit_once('@').ok_or(InvalidEmail::Shape)?;
        if local.is_empty() || domain.is_empty() {
            return Err(InvalidEmail::Shape);
        }
        if local.len() > 64 {
            return Err(InvalidEmail::TooLong);
        }
        if !local.split('.').all(is_atom) {
            return Err(InvalidEmail::LocalPart);
        }
        let ascii_domain = domain_to_ascii(domain)?;
        if local.len() + 1 + ascii_domain.len() > 254 {
            return Err(InvalidEmail::TooLong);
        }
        let (shown_domain, readable) = idna::domain_to_unicode(&ascii_domain);
        let shown_domain = if readable.is_ok() { shown_domain } else { ascii_domain.clone() };
        Ok(Self { entered: format!("{local}@{shown_domain}"), local: local.to_owned(), ascii_domain })
    }

    /// A stored address that was accepted earlier, perhaps by other rules. The mailer decides whether it can
    /// be written.
    #[must_use]
    pub fn kept(text: &str) -> Self {
        Self::parse(text).unwrap_or_else(|_| {
            let (local, domain) = text.rsplit_once('@').unwrap_or((text, ""));
            Self { entered: text.to_owned(), local: local.to_owned(), ascii_domain: domain.to_owned() }
        })
    }

    /// The form that is stored and shown: the local part as entered (NFC), the domain as lower-case U-labels.
    #[must_use]
    pub fn as_entered(&self) -> &str {
        &self.entered
    }

    /// The part before the `@`, as entered (NFC).
    #[must_use]
    pub fn local_part(&self) -> &str {
        &self.local
    }

    /// The form for SMTP: the local part as entered, the domain as A-labels.
    #[must_use]
    pub fn for_smtp(&self) -> String {
        format!("{}@{}", self.local, self.ascii_domain)
    }

    /// The domain as lower-case A-labels.
    #[must_use]
    pub fn ascii_domain(&self) -> &str {
        &self.ascii_domain
    }

    /// The normalised address, equal for all spellings of one mailbox: NFC, lower case, A-label domain.
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

/// Whether a part between two dots of a local part is valid: RFC 5322 `atext` and the letters, marks and
/// digits of RFC 6531.
fn is_atom(atom: &str) -> bool {
    let mut before = None;
    let mut rest = atom.chars().peekable();
    while let Some(c) = rest.next() {
        let fits = match c {
            'a'..='z' | 'A'..='Z' | '0'..='9' => true,
            _ if c.is_ascii() => "!#$%&'*+-/=?^_`{|}~".contains(c),
            '\u{200c}' | '\u{200d}' => before.is_some_and(is_virama),
            '\u{b7}' => before.is_some_and(is_l) && rest.peek().copied().is_some_and(is_l),
            _ if is_invisible(c) => false,
            _ if is_combining_mark(c) => before.is_some(),
            _ => c.is_alphanumeric(),
        };
        if !fits {
            return false;
        }
        before = Some(c);
    }
    before.is_some()
}

fn is_virama(c: char) -> bool {
    canonical_combining_class(c) == 9
}

const fn is_l(c: char) -> bool {
    matches!(c, 'l' | 'L')
}

fn domain_to_ascii(domain: &str) -> Result<String, InvalidEmail> {
    if domain.starts_with('[') {
        return Err(InvalidEmail::ReservedDomain);
    }
    // IDNA ignores invisible characters, except for joiners, whose position it checks.
    if domain.chars().any(|c| is_invisible(c) && !matches!(c, '\u{200c}' | '\u{200d}')) {
        return Err(InvalidEmail::Domain);
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
            ("परीक्ष@example.org", "परीक्ष@example.org"),
            ("ญี่ปุ่น@example.org", "ญี่ปุ่น@example.org"),
            ("ශ්\u{200d}රී@example.org", "ශ්\u{200d}රී@example.org"),
            ("Col·legi@example.cat", "col·legi@example.cat"),
            ("\u{200b}ada@example.org\u{a0}", "ada@example.org"),
            ("\u{2060}\u{200e}ada@example.org\u{feff}\r\n", "ada@example.org"),
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
            ("a\u{200b}da@example.org", InvalidEmail::LocalPart),
            ("ada\u{200d}@example.org", InvalidEmail::LocalPart),
            ("نامه\u{200c}ای@example.org", InvalidEmail::LocalPart),
            ("ada\u{3164}@example.org", InvalidEmail::LocalPart),
            ("ada\u{fe0f}@example.org", InvalidEmail::LocalPart),
            ("\u{301}ada@example.org", InvalidEmail::LocalPart),
            ("ada.\u{93e}b@example.org", InvalidEmail::LocalPart),
            ("·ada@example.org", InvalidEmail::LocalPart),
            ("a·b@example.org", InvalidEmail::LocalPart),
            ("ada😀@example.org", InvalidEmail::LocalPart),
            ("ada\u{a0}b@example.org", InvalidEmail::LocalPart),
            ("ada@[127.0.0.1]", InvalidEmail::ReservedDomain),
            ("ada@127.0.0.1", InvalidEmail::ReservedDomain),
            ("ada@localhost", InvalidEmail::ReservedDomain),
            ("ada@box.test", InvalidEmail::ReservedDomain),
            ("ada@1.168.192.in-addr.arpa", InvalidEmail::ReservedDomain),
            ("ada@exa mple.org", InvalidEmail::Domain),
            ("ada@exam\u{ad}ple.org", InvalidEmail::Domain),
            ("ada@exam\u{200b}ple.org", InvalidEmail::Domain),
            ("ada@example\u{2060}.org", InvalidEmail::Domain),
            ("ada@exampl\u{200d}e.org", InvalidEmail::Domain),
            ("ada@example.org\0", InvalidEmail::Domain),
            ("ada@-x-.org", InvalidEmail::Domain),
        ] {
            assert_eq!(EmailAddress::parse(typed).err(), Some(why), "{typed:?}");
        }
        assert_eq!(
            EmailAddress::parse(&format!("{}@example.org", "a".repeat(65))).err(),
            Some(InvalidEmail::TooLong)
        );
    }

    #[test]
    fn an_address_is_kept_with_its_domain_as_everybody_writes_it() {
        for (typed, kept) in [
            ("Ada@Example.ORG", "Ada@example.org"),
            ("ada@ｅｘａｍｐｌｅ.org", "ada@example.org"),
            ("ada@example。org", "ada@example.org"),
            ("jean@xn--socit-esab.example", "jean@société.example"),
            ("jean@SOCIE\u{301}TE\u{301}.example", "jean@société.example"),
        ] {
            let address = EmailAddress::parse(typed).unwrap();
            assert_eq!(address.as_entered(), kept, "{typed:?}");
            assert!(EmailAddress::parse(kept) == Ok(address), "{kept:?} is read as it was");
        }
    }

    #[test]
    fn debug_is_masked() {
        assert_eq!(format!("{:?}", EmailAddress::parse("ada@example.org").unwrap()), "***@***");
    }
}
