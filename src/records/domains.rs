//! Domains of companies, by which contacts are linked to them.

use entity::{CompanyId, EmailAddress, company, trim_unseen};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};

use crate::{error::Result, platform::work::Work};

/// Public mailbox providers: an address there tells nothing about a company. The large ones of Europe,
/// America and Asia; with one that is missing here, staff will simply not give its domain to a company.
const FREE_MAIL: [&str; 50] = [
    "126.com",
    "163.com",
    "aliceadsl.fr",
    "aol.com",
    "bbox.fr",
    "bluewin.ch",
    "club-internet.fr",
    "email.it",
    "fastmail.com",
    "free.fr",
    "freenet.de",
    "gmail.com",
    "gmx.at",
    "gmx.ch",
    "gmx.com",
    "gmx.de",
    "gmx.fr",
    "gmx.net",
    "googlemail.com",
    "hotmail.be",
    "hotmail.com",
    "hotmail.fr",
    "icloud.com",
    "laposte.net",
    "libero.it",
    "live.com",
    "live.fr",
    "mac.com",
    "mail.com",
    "mail.ru",
    "mailbox.org",
    "me.com",
    "msn.com",
    "neuf.fr",
    "numericable.fr",
    "orange.fr",
    "outlook.com",
    "outlook.fr",
    "pm.me",
    "posteo.de",
    "proton.me",
    "protonmail.com",
    "qq.com",
    "sfr.fr",
    "t-online.de",
    "wanadoo.fr",
    "web.de",
    "yahoo.com",
    "yahoo.fr",
    "yandex.com",
];

/// Whether this is the domain of a public mailbox provider.
#[must_use]
pub fn is_free_mail(domain: &str) -> bool {
    FREE_MAIL.binary_search(&domain).is_ok()
}

/// Parses a domain as staff type or paste it, with or without `https://` and `www.`, into lower-case A-labels
/// (IDNA 2008 by UTS #46); `None` if it cannot be the domain of an e-mail address.
#[must_use]
pub fn read_domain(typed: &str) -> Option<String> {
    let typed = trim_unseen(typed);
    let host = match url::Url::parse(typed) {
        Ok(url) if matches!(url.scheme(), "http" | "https") => url.host_str()?.to_owned(),
        _ => typed.to_owned(),
    };
    let host = host.to_lowercase();
    let host = host.strip_prefix("www.").unwrap_or(&host);
    // The domain must be valid after the "@" of an address.
    if host.contains('@') {
        return None;
    }
    EmailAddress::parse(&format!("a@{host}")).ok().map(|email| email.ascii_domain().to_owned())
}

/// The company, not archived, whose domain this address is at; never for a public mailbox provider.
///
/// # Errors
/// Database errors only.
pub async fn company_at(work: &Work, email: &EmailAddress) -> Result<Option<CompanyId>> {
    if is_free_mail(email.ascii_domain()) {
        return Ok(None);
    }
    let select = company::Entity::find()
        .select_only()
        .column(company::Column::Id)
        .filter(company::Column::WorkspaceId.eq(work.workspace()))
        .filter(company::Column::Domain.eq(email.ascii_domain()))
        .filter(company::Column::ArchivedAt.is_null());
    Ok(select.into_tuple().one(work.db()).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_in_order_so_that_it_can_be_searched() {
        assert!(FREE_MAIL.is_sorted());
        assert!(is_free_mail("gmail.com") && is_free_mail("126.com") && is_free_mail("yandex.com"));
        assert!(!is_free_mail("lumen.example"));
    }

    #[test]
    fn domains_are_read_as_staff_paste_them() {
        for (typed, domain) in [
            (" Lumen.Example ", Some("lumen.example")),
            ("https://www.lumen.example/about?x=1", Some("lumen.example")),
            ("www.société.example", Some("xn--socit-esab.example")),
            ("mail.lumen.example", Some("mail.lumen.example")),
            ("localhost", None),
            ("127.0.0.1", None),
            ("a@lumen.example", None),
            ("lumen", None),
            ("\u{200b}lumen.example\u{a0}", Some("lumen.example")),
            ("lu men.example", None),
            ("lu\u{ad}men.example", None),
            ("", None),
        ] {
            assert_eq!(read_domain(typed).as_deref(), domain, "{typed:?}");
        }
    }
}
