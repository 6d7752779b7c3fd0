//! Codes of the second factor: time-based ones (RFC 6238: SHA-1, six digits, 30 seconds, one step of drift
//! either way) and recovery codes. Each works once: the last used time step is stored, and recovery codes are
//! marked as used (ASVS 6.5.1).
//!
//! A code is checked outside the unit of work, because each recovery code costs a password hash; it is
//! consumed inside, under the member's lock, so that of two concurrent uses one is refused.

use entity::{KeyOwner, RecoveryCodeId, Time, member, recovery_code};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, sea_query::Expr};
use totp_rs::{Algorithm, Builder, Totp};
use zeroize::Zeroizing;

use crate::{
    app::App,
    error::{Error, Result},
    platform::{
        data_keys,
        keys::random,
        vault::{DataKey, Place, Vault},
        work::{Entry, Work},
    },
};

const STEP: u64 = 30;
/// Number of recovery codes per set.
pub(super) const RECOVERY_CODES: usize = 10;

/// A valid code, not consumed yet.
#[derive(Clone, Copy)]
pub(super) enum Proof {
    /// A time-based code, with its time step.
    Step(i64),
    /// A recovery code.
    Recovery(RecoveryCodeId),
}

/// Checks a code against the member's second factor.
pub(super) async fn look(app: &App, member: &member::Model, given: &str) -> Result<Option<Proof>> {
    let Some(sealed) = &member.totp_sealed else { return Ok(None) };
    let given: String =
        given.chars().filter(|c| !c.is_whitespace() && *c != '-').collect::<String>().to_lowercase();
    if given.len() == 6 && given.bytes().all(|byte| byte.is_ascii_digit()) {
        let key =
            data_key(app, member).await?.ok_or_else(|| Error::internal("a member's data key is gone"))?;
        let seed = Zeroizing::new(key.open(&place(member, "totp_sealed"), sealed)?);
        return Ok(step_of(&seed, &given, app.now()).map(Proof::Step));
    }
    if given.len() > 40 {
        return Ok(None);
    }
    let rows = recovery_codes(app.db(), member).await?;
    let found = app.passwords.find(&given, rows.iter().map(|row| row.hash.clone()).collect()).await?;
    Ok(found.map(|at| Proof::Recovery(rows[at].id)))
}

/// The time step that this code belongs to.
pub(super) fn step_of(seed: &[u8], given: &str, now: Time) -> Option<i64> {
    let step = totp(seed)?.check(given, u64::try_from(now.timestamp()).ok()?)?;
    i64::try_from(step).ok()
}

/// Consumes a code. False: it, or a later one, was used in the meantime. The member's row is locked by the
/// caller.
pub(super) async fn use_up(work: &mut Work, member: &member::Model, proof: Proof) -> Result<bool> {
    match proof {
        Proof::Step(step) => {
            if member.totp_last_step.is_some_and(|last| last >= step) {
                return Ok(false);
            }
            let used = member::Entity::update_many()
                .col_expr(member::Column::TotpLastStep, Expr::value(step))
                .filter(member::Column::WorkspaceId.eq(member.workspace_id))
                .filter(member::Column::Id.eq(member.id));
            used.exec(work.db()).await?;
            Ok(true)
        }
        Proof::Recovery(id) => {
            let used = recovery_code::Entity::update_many()
                .col_expr(recovery_code::Column::UsedAt, Expr::value(work.now()))
                .filter(recovery_code::Column::WorkspaceId.eq(member.workspace_id))
                .filter(recovery_code::Column::Id.eq(id))
                .filter(recovery_code::Column::UsedAt.is_null());
            if used.exec(work.db()).await?.rows_affected != 1 {
                return Ok(false);
            }
            work.record(Entry::new("member.recovery_code_used").on(member.id));
            Ok(true)
        }
    }
}

/// The member's unused recovery codes.
pub(super) async fn recovery_codes(
    db: &impl ConnectionTrait,
    member: &member::Model,
) -> Result<Vec<recovery_code::Model>> {
    Ok(recovery_code::Entity::find()
        .filter(recovery_code::Column::WorkspaceId.eq(member.workspace_id))
        .filter(recovery_code::Column::MemberId.eq(member.id))
        .filter(recovery_code::Column::UsedAt.is_null())
        .all(db)
        .await?)
}

/// New recovery codes as shown once: 80 random bits each.
pub(super) fn new_recovery_codes() -> Vec<String> {
    const LETTERS: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz023456789";
    let letter = |byte: u8| char::from(LETTERS[usize::from(byte & 31)]);
    let group = |bytes: &[u8]| bytes.iter().map(|byte| letter(*byte)).collect::<String>();
    (0..RECOVERY_CODES).map(|_| random::<16>().chunks(4).map(group).collect::<Vec<_>>().join("-")).collect()
}

/// The normalized form of a recovery code, in which it is hashed and compared.
pub(super) fn plain(code: &str) -> String {
    code.replace('-', "")
}

/// Replaces the member's recovery codes with these.
pub(super) async fn replace_recovery_codes(
    work: &Work,
    member: &member::Model,
    hashes: Vec<String>,
) -> Result<()> {
    work.destroys();
    recovery_code::Entity::delete_many()
        .filter(recovery_code::Column::WorkspaceId.eq(member.workspace_id))
        .filter(recovery_code::Column::MemberId.eq(member.id))
        .exec(work.db())
        .await?;
    if hashes.is_empty() {
        return Ok(());
    }
    let rows = hashes.into_iter().map(|hash| recovery_code::ActiveModel {
        workspace_id: Set(member.workspace_id),
        id: Set(RecoveryCodeId::new()),
        member_id: Set(member.id),
        hash: Set(hash),
        used_at: Set(None),
    });
    recovery_code::Entity::insert_many(rows).exec_without_returning(work.db()).await?;
    Ok(())
}

/// The code generator for a seed.
pub(super) fn totp(seed: &[u8]) -> Option<Totp> {
    Builder::new()
        .with_algorithm(Algorithm::SHA1)
        .with_digits(6)
        .with_skew(1)
        .with_step_duration(STEP)
        .with_secret(seed.to_vec())
        .build()
        .ok()
}

/// The place that a seed is sealed for.
pub(super) fn place(member: &member::Model, column: &'static str) -> Place {
    Place { workspace: member.workspace_id, table: "member", column, row: member.id.0 }
}

/// The key that seals a member's secrets, if it exists.
pub(super) async fn data_key(app: &App, member: &member::Model) -> Result<Option<DataKey>> {
    data_keys::find(app.db(), &app.vault, member.workspace_id, KeyOwner::Member, member.id.0).await
}

/// The same within a unit of work; created if missing.
pub(super) async fn own_data_key(vault: &Vault, work: &Work, member: &member::Model) -> Result<DataKey> {
    data_keys::find_or_make(work, vault, KeyOwner::Member, member.id.0).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_those_of_rfc_6238() {
        // Appendix B, SHA-1, the last six of its eight digits.
        let seed = b"12345678901234567890";
        for (seconds, code) in
            [(59, "287082"), (1_111_111_109, "081804"), (1_234_567_890, "005924"), (20_000_000_000, "353130")]
        {
            let at = |seconds| Time::from_timestamp(seconds, 0).unwrap();
            assert_eq!(step_of(seed, code, at(seconds)), Some(seconds / 30));
            assert_eq!(step_of(seed, code, at(seconds + 30)), Some(seconds / 30), "one step late");
            assert_eq!(step_of(seed, code, at(seconds + 90)), None, "too late");
        }
    }

    #[test]
    fn recovery_codes_are_long_and_all_different() {
        let codes = new_recovery_codes();
        assert_eq!(codes.iter().collect::<std::collections::BTreeSet<_>>().len(), RECOVERY_CODES);
        assert!(codes.iter().all(|code| code.len() == 19 && plain(code).len() == 16), "{codes:?}");
    }
}
