//! Which rights a person has by the legal bases of the purposes for which their data are held (CNIL/LINC,
//! fiche 15). It is advice for staff and for pages: nobody is refused by it alone.

use entity::{ContactId, LegalBasis, RequestKind, Time, WorkspaceId};
use sea_orm::ConnectionTrait;

use crate::{error::Result, platform::db::sql};

/// Whether a right applies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Applies {
    /// It does not.
    No,
    /// Under another name: who gave a consent withdraws it.
    ByWithdrawal,
    /// Only if the law that obliges the controller leaves room for it.
    Conditionally,
    /// It does.
    Yes,
}

/// Whether a right applies to data held on this basis.
#[must_use]
pub fn applies(basis: LegalBasis, right: RequestKind) -> Applies {
    use Applies::{ByWithdrawal, Conditionally, No, Yes};
    use LegalBasis as B;
    match right {
        RequestKind::Access | RequestKind::Rectification | RequestKind::Restriction => Yes,
        RequestKind::Erasure => match basis {
            B::PublicTask => No,
            B::LegalObligation => Conditionally,
            B::Consent | B::Contract | B::LegitimateInterests | B::VitalInterests => Yes,
        },
        RequestKind::Portability => match basis {
            B::Consent | B::Contract => Yes,
            B::LegitimateInterests | B::LegalObligation | B::PublicTask | B::VitalInterests => No,
        },
        RequestKind::Objection => match basis {
            B::Consent => ByWithdrawal,
            B::LegitimateInterests | B::PublicTask => Yes,
            B::Contract | B::LegalObligation | B::VitalInterests => No,
        },
    }
}

/// Every right with whether it applies to data held on these bases: to any part of them. Who is held on no
/// basis has every right that does not depend on one, and may have their data erased.
#[must_use]
pub fn rights_of(bases: &[LegalBasis]) -> Vec<(RequestKind, Applies)> {
    let of = |right| {
        let best = bases.iter().map(|basis| applies(*basis, right)).max();
        best.unwrap_or(match right {
            RequestKind::Portability | RequestKind::Objection => Applies::No,
            _ => Applies::Yes,
        })
    };
    RequestKind::ALL.iter().map(|right| (*right, of(*right))).collect()
}

/// Whether a right applies to all that is held on these bases, so that it can be served without a decision.
#[must_use]
pub fn applies_to_all(bases: &[LegalBasis], right: RequestKind) -> bool {
    bases.iter().all(|basis| applies(*basis, right) == Applies::Yes)
}

/// The bases of the purposes for which a contact's data are held: consents they were ever asked for, and
/// other bases that hold now.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn bases_of(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    contact: ContactId,
    now: Time,
) -> Result<Vec<LegalBasis>> {
    let text = "SELECT DISTINCT p.legal_basis AS legal_basis FROM purpose p WHERE p.workspace_id = $1 AND (
        EXISTS (SELECT 1 FROM consent k WHERE k.workspace_id = p.workspace_id AND k.purpose_id = p.id AND k.contact_id = $2)
        OR EXISTS (SELECT 1 FROM basis b WHERE b.workspace_id = p.workspace_id AND b.purpose_id = p.id AND b.contact_id = $2
            AND (b.until IS NULL OR b.until > $3)))
        ORDER BY legal_basis";
    let rows = db.query_all_raw(sql(db, text, [workspace.into(), contact.into(), now.into()])).await?;
    rows.iter().map(|row| Ok(row.try_get("", "legal_basis")?)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_that_of_the_authority() {
        use LegalBasis as B;
        // access, rectification, erasure, restriction, portability, objection
        for (basis, row) in [
            (B::Consent, "yyyyyw"),
            (B::Contract, "yyyyy-"),
            (B::LegitimateInterests, "yyyy-y"),
            (B::LegalObligation, "yyc y--"),
            (B::PublicTask, "yy-y-y"),
            (B::VitalInterests, "yyyy--"),
        ] {
            let said: String = RequestKind::ALL
                .iter()
                .map(|right| match applies(basis, *right) {
                    Applies::Yes => 'y',
                    Applies::Conditionally => 'c',
                    Applies::ByWithdrawal => 'w',
                    Applies::No => '-',
                })
                .collect();
            assert_eq!(said, row.replace(' ', ""), "{basis}");
        }
    }

    #[test]
    fn of_several_bases_the_one_that_gives_most_counts_and_all_must_give_it_to_serve_it_at_once() {
        let both = [LegalBasis::Consent, LegalBasis::LegalObligation];
        let rights = rights_of(&both);
        assert!(rights.contains(&(RequestKind::Erasure, Applies::Yes)));
        assert!(rights.contains(&(RequestKind::Objection, Applies::ByWithdrawal)));
        assert!(!applies_to_all(&both, RequestKind::Erasure));
        assert!(
            applies_to_all(&[LegalBasis::Consent], RequestKind::Erasure)
                && applies_to_all(&[], RequestKind::Erasure)
        );
        assert!(rights_of(&[]).contains(&(RequestKind::Access, Applies::Yes)));
    }
}
