//! Creating something once, however often the caller says so: `idempotencyKey` in the inputs of creating mutations (IETF draft
//! Idempotency-Key: the same key with other input is refused, a repeat gets the first result, keys are kept for 24 hours).
//!
//! The key is written in the unit of work that creates the thing, so both happen or neither; of two at once the second waits
//! for the first. Only the id of what was made is kept, never the input.

use chrono::TimeDelta;
use entity::idempotency_key;
use sea_orm::{ActiveValue::Set, EntityTrait, sea_query::OnConflict};
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::{vault::Vault, work::Work};
use crate::error::{Error, ProblemCode, Result};

/// How long a key is remembered.
const REMEMBERED: TimeDelta = TimeDelta::hours(24);
/// The longest key, in bytes; a UUID has 36.
const LONGEST: usize = 128;

/// Claims a key for what is about to be made, whose id is `result`. Returns the id that was made before under the same key, if
/// there is one: then nothing is to be made. `operation` is the mutation's name, `input` everything that was asked for.
///
/// # Errors
/// `Rejected` when the key is empty or too long, or was used with other input.
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
        return Err(Error::rejected(ProblemCode::Invalid, "idempotencyKey", "Use 1 to 128 characters, a UUID for example, or leave it out."));
    }
    let (workspace, actor) = (work.workspace(), work.actor().to_string());
    let key_hash = Sha256::new().chain_update(operation).chain_update([0]).chain_update(key).finalize().to_vec();
    let payload_hash = vault.payload_hash(workspace, &serde_json::to_vec(input)?);
    let row = idempotency_key::ActiveModel {
        workspace_id: Set(workspace),
        actor: Set(actor.clone()),
        key_hash: Set(key_hash.clone()),
        payload_hash: Set(payload_hash.clone()),
        result: Set(result.to_owned()),
        expires_at: Set(work.now() + REMEMBERED),
    };
    let insert = idempotency_key::Entity::insert(row).on_conflict(OnConflict::new().do_nothing().to_owned());
    if insert.exec_without_returning(work.db()).await? == 1 {
        return Ok(None);
    }
    let known = idempotency_key::Entity::find_by_id((workspace, actor, key_hash)).one(work.db()).await?.ok_or(Error::Conflict)?;
    if known.payload_hash != payload_hash {
        let message = "This key was used before with other input: make a new key for a new request.";
        return Err(Error::rejected(ProblemCode::KeyReused, "idempotencyKey", message));
    }
    Ok(Some(known.result))
}
