//! A person to read, and the reading page by page.

use std::collections::HashMap;

use entity::{
    ContactId, DataKeyId, KeyOwner, PurposeId, WorkspaceId, contact, data_key, purpose, purpose_version,
    workspace,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, prelude::Uuid};
use serde_json::Value;

use crate::{
    accounts::load_workspace,
    app::App,
    consent::{PurposeText, evidence::load_key, texts_of},
    contacts::{every_id_of, find_contact},
    error::Result,
    platform::vault::{DataKey, Place},
};

/// Records of a large kind per page.
pub(super) const PAGE: u64 = 200;

/// A person, with what reading their records needs.
pub struct Person<'a> {
    pub(super) app: &'a App,
    /// Their row.
    pub contact: contact::Model,
    /// The controller.
    pub workspace: workspace::Model,
    /// All their ids: those of contacts that were merged into theirs, too.
    pub(super) ids: Vec<ContactId>,
    keys: HashMap<DataKeyId, DataKey>,
    purposes: HashMap<PurposeId, (purpose::Model, purpose_version::Model)>,
}

/// Where the reading of a large kind stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum At {
    /// At the beginning.
    Start,
    /// After the row with this id.
    Row(Uuid),
    /// After the entry with this number.
    Seq(i64),
    /// At the end.
    End,
}

impl<'a> Person<'a> {
    /// Begins to read; follows merges. `None` when there is no such contact.
    ///
    /// # Errors
    /// `Busy` when the database is unreachable.
    pub async fn read(app: &'a App, workspace: WorkspaceId, id: ContactId) -> Result<Option<Self>> {
        let Some(contact) = find_contact(app.db(), workspace, id).await? else { return Ok(None) };
        let ids = every_id_of(app.db(), workspace, contact.id).await?;
        let rows = data_key::Entity::find()
            .filter(data_key::Column::WorkspaceId.eq(workspace))
            .filter(data_key::Column::OwnerKind.eq(KeyOwner::Contact))
            .filter(data_key::Column::OwnerId.is_in(ids.iter().map(|id| id.0)));
        let mut keys = HashMap::new();
        for row in rows.all(app.db()).await? {
            keys.insert(row.id, app.vault.open_data_key(workspace, row.id, &row.wrapped)?);
        }
        let workspace = load_workspace(app, workspace).await?;
        let purposes = purposes_of(app, workspace.id).await?;
        Ok(Some(Self { app, contact, workspace, ids, keys, purposes }))
    }

    /// Purposes of the workspace, with their current texts.
    pub(in crate::privacy) fn purposes(
        &self,
    ) -> impl Iterator<Item = &(purpose::Model, purpose_version::Model)> {
        self.purposes.values()
    }

    /// A purpose.
    pub(in crate::privacy) fn purpose(&self, id: PurposeId) -> Option<&purpose::Model> {
        self.purposes.get(&id).map(|(row, _)| row)
    }

    /// A purpose's text, in the person's language if there is one.
    pub(in crate::privacy) fn text_of(&self, id: PurposeId) -> Result<Option<PurposeText>> {
        let Some((_, version)) = self.purposes.get(&id) else { return Ok(None) };
        let mut texts = texts_of(version)?;
        let text = texts.remove(&self.contact.language).or_else(|| texts.into_values().next());
        Ok(text)
    }

    /// The title of a purpose; empty when it is unknown.
    pub(super) fn title_of(&self, id: PurposeId) -> Result<String> {
        Ok(self.text_of(id)?.map(|text| text.title).unwrap_or_default())
    }

    /// What was sealed in a column `sealed` of this row: JSON where it is, else text. Null when its key was
    /// destroyed.
    pub(super) async fn opened(
        &self,
        table: &'static str,
        row: Uuid,
        key: DataKeyId,
        sealed: Option<&[u8]>,
    ) -> Result<Value> {
        let Some(sealed) = sealed else { return Ok(Value::Null) };
        let place = Place { workspace: self.contact.workspace_id, table, column: "sealed", row };
        let plain = if let Some(key) = self.keys.get(&key) {
            key.open(&place, sealed)?
        } else {
            let key = load_key(self.app.db(), &self.app.vault, self.contact.workspace_id, key).await?;
            let Some(key) = key else { return Ok(Value::Null) };
            key.open(&place, sealed)?
        };
        Ok(serde_json::from_slice(&plain)
            .unwrap_or_else(|_| Value::String(String::from_utf8_lossy(&plain).into_owned())))
    }
}

async fn purposes_of(
    app: &App,
    workspace: WorkspaceId,
) -> Result<HashMap<PurposeId, (purpose::Model, purpose_version::Model)>> {
    let rows =
        purpose::Entity::find().filter(purpose::Column::WorkspaceId.eq(workspace)).all(app.db()).await?;
    let current = rows.iter().map(|row| row.current_version_id);
    let versions = purpose_version::Entity::find()
        .filter(purpose_version::Column::WorkspaceId.eq(workspace))
        .filter(purpose_version::Column::Id.is_in(current))
        .all(app.db())
        .await?;
    let mut versions: HashMap<_, _> = versions.into_iter().map(|version| (version.id, version)).collect();
    let with = |row: purpose::Model| {
        versions.remove(&row.current_version_id).map(|version| (row.id, (row, version)))
    };
    Ok(rows.into_iter().filter_map(with).collect())
}
