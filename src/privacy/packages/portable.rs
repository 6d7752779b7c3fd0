//! Which records go into a package: all for access; for portability what the person provided or what was
//! observed of them, while anything about them rests on their consent or on a contract (GDPR Art. 20(1), WP
//! 242); for a transfer the categories that they authorised, too.

use entity::{LegalBasis, TransferCategory};

use super::collect::{Kind, Person, Record, Shape, Source};
use crate::error::Result;

/// What goes into a package.
#[derive(Clone, Debug)]
pub(super) enum Choice {
    /// Everything.
    Access,
    /// What can be taken elsewhere.
    Portable {
        /// Whether anything about the person rests on consent or contract; else nothing is portable.
        has_ground: bool,
        /// The categories to pass on; none: all.
        scope: Option<Vec<TransferCategory>>,
    },
}

impl Choice {
    /// For portability.
    pub(super) async fn portable(person: &Person<'_>, scope: Option<Vec<TransferCategory>>) -> Result<Self> {
        let agreed =
            person.all(Kind::Consent).await?.iter().any(|record| *record.value("state") != "REQUESTED");
        let contract = LegalBasis::Contract.as_str();
        let bound =
            person.all(Kind::Basis).await?.iter().any(|record| record.value("legal_basis") == contract);
        Ok(Self::Portable { has_ground: agreed || bound, scope })
    }

    /// Whether a package has this kind at all.
    pub(super) fn has(&self, shape: &Shape) -> bool {
        match self {
            Self::Access => true,
            Self::Portable { scope: None, .. } => shape.portable,
            Self::Portable { scope: Some(_), .. } => {
                shape.portable && !matches!(shape.kind, Kind::Basis | Kind::Authorisation)
            }
        }
    }

    /// Whether a record goes in.
    pub(super) fn takes(&self, record: &Record) -> bool {
        let Self::Portable { has_ground, scope } = self else { return true };
        let theirs = matches!(record.source, Source::Person | Source::Observed);
        // A basis is portable only if Art. 20 gives the right for it.
        let right =
            record.kind != Kind::Basis || record.value("legal_basis") == LegalBasis::Contract.as_str();
        let in_scope = scope
            .as_ref()
            .is_none_or(|scope| category_of(record).is_some_and(|category| scope.contains(&category)));
        *has_ground && theirs && right && in_scope
    }
}

/// The category a record belongs to; none is passed on without one. A submission holds several at once, and
/// its answers are values anyway.
fn category_of(record: &Record) -> Option<TransferCategory> {
    match record.kind {
        Kind::Value => Some(match record.id.as_str() {
            "given_name" | "family_name" | "job_title" | "company_name" => TransferCategory::Identity,
            "phone" | "postal_address" => TransferCategory::ContactDetails,
            _ => TransferCategory::Answers,
        }),
        Kind::Address => Some(TransferCategory::ContactDetails),
        Kind::Consent | Kind::Evidence => Some(TransferCategory::Consents),
        _ => None,
    }
}
