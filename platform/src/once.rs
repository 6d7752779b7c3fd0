//! Creates something only once, even if the request is repeated: `idempotencyKey` in the inputs of creating
//! mutations (IETF draft Idempotency-Key: the same key with different input is refused, a repeat gets the
//! first result, keys are kept for 24 hours).
//!
//! The key is stored in the unit of work that creates the object, so both happen or neither; of two
//! concurrent requests, the second waits for the first. Only the new object's ID is stored, never the input.

use chrono::TimeDelta;
use entity::{Time, idempotency_key};
use sea_orm::{ConnectionTrait, EntityTrait, Value};
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::{
    db::{Db, sql},
    vault::Vault,
    work::Work,
};
use crate::error::{Error, ProblemCode, Result};

/// How long a key is kept.
const REMEMBERED: TimeDelta = TimeDelta::hours(24);
/// Longest key, in bytes; a UUID has 36.
const LONGEST: usize = 128;
/// Keys deleted per statement.
const BATCH: i32 = 1_000;

/// Claims a key for a new object with the ID `result`. If the same key created an object before, returns that
/// one's ID, and nothing must be created. `operation` is the mutation's name, `input` its whole input.
///
/// # Errors
/// `Rejected` when the key is empty or too long, or was used with different input.
pub async fn once(
    work: &Work,
    vault: &Vault,
    operation: &'static str,
    key: Option<&str>,
    input: &impl Serialize,
    result: &str,
) -> Result<Option<String>> {
    let Some(key) = key else { return Ok(None) };
    if key.is_empty() || key.len() > LONGEST {
        return Err(Error::rejected(
            ProblemCode::Invalid,
            "idempotencyKey",
            "Use 1 to 128 characters, a UUID for example, or leave it out.",
        ));
    }
    let (workspace, actor) = (work.workspace(), work.actor().to_string());
    let key_hash =
        Sha256::new().chain_update(operation).chain_update([0]).chain_update(key).finalize().to_vec();
    let payload_hash = vault.payload_hash(workspace, &serde_json::to_vec(input)?);
    // An expired key is overwritten as if it had never existed.
    let text = "INSERT INTO idempotency_key (workspace_id, actor, key_hash, payload_hash, result, expires_at) VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (workspace_id, actor, key_hash) DO UPDATE SET payload_hash = $4, result = $5, expires_at = $6
        WHERE idempotency_key.expires_at <= $7";
    let values: [Value; 7] = [
        workspace.into(),
        actor.clone().into(),
        key_hash.clone().into(),
        payload_hash.clone().into(),
        result.into(),
        (work.now() + REMEMBERED).into(),
        work.now().into(),
    ];
    if work.db().execute_raw(sql(work.db(), text, values)).await?.rows_affected() == 1 {
        return Ok(None);
    }
    let known = idempotency_key::Entity::find_by_id((workspace, actor, key_hash))
        .one(work.db())
        .await?
        .ok_or(Error::Conflict)?;
    if known.payload_hash != payload_hash {
        let message = "This key was used before with other input: make a new key for a new request.";
        return Err(Error::rejected(ProblemCode::KeyReused, "idempotencyKey", message));
    }
    Ok(Some(known.result))
}

/// Deletes one batch of expired keys. Returns whether there may be more.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn forget_old_keys(db: &Db, now: Time) -> Result<bool> {
    let text = "DELETE FROM idempotency_key WHERE (workspace_id, actor, key_hash) IN
        (SELECT workspace_id, actor, key_hash FROM idempotency_key WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2)";
    Ok(db.touch(text, vec![now.into(), BATCH.into()]).await? == u64::from(BATCH.unsigned_abs()))
}
