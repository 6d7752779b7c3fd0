//! A pipeline with two open stages, one won and one lost, created through the use cases, and deals in it.

use accord::{
    pipeline::{NewDeal, NewPipeline, NewStage, create_deal, create_pipeline},
    platform::actor::Actor,
};
use entity::{DealId, PipelineId, StageId, StageKind, WorkspaceId};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::{Value, json};

use super::{Client, TestApp};

/// A pipeline: First (20 %), Second (50 %), Won, Lost.
#[derive(Clone, Debug)]
pub struct Sales {
    pub workspace: WorkspaceId,
    pub pipeline: PipelineId,
    stages: Vec<entity::stage::Model>,
}

impl Sales {
    pub async fn new(app: &TestApp) -> Self {
        Self::in_workspace(app, app.workspace).await
    }

    pub async fn in_workspace(app: &TestApp, workspace: WorkspaceId) -> Self {
        let stage = |name: &str, kind, probability| NewStage { name: name.to_owned(), kind, probability };
        let stages = vec![
            stage("First", StageKind::Open, Some(20)),
            stage("Second", StageKind::Open, Some(50)),
            stage("Won", StageKind::Won, None),
            stage("Lost", StageKind::Lost, None),
        ];
        let new = NewPipeline { name: "Sales".to_owned(), currency: "EUR".to_owned(), stages };
        let pipeline =
            create_pipeline(&app.app, workspace, Actor::Operator, None, new).await.expect("a pipeline").id;
        let stages = entity::stage::Entity::find()
            .filter(entity::stage::Column::PipelineId.eq(pipeline))
            .order_by_asc(entity::stage::Column::Position)
            .all(app.app.db())
            .await
            .expect("stages");
        Self { workspace, pipeline, stages }
    }

    pub fn stage(&self, name: &str) -> StageId {
        self.stages.iter().find(|stage| stage.name == name).expect("a stage").id
    }

    /// A deal at the top of a column.
    pub async fn deal(&self, app: &TestApp, title: &str, stage: &str) -> DealId {
        let new = NewDeal { title: title.to_owned(), stage: Some(self.stage(stage)), ..NewDeal::default() };
        create_deal(&app.app, self.workspace, Actor::Operator, None, new).await.expect("a deal").id
    }

    /// Titles of a column's deals, the topmost first, as a client reads them.
    pub async fn column(&self, client: &Client<'_>, stage: &str) -> Vec<String> {
        let text =
            "query($id: ID!) { node(id: $id) { ... on Stage { deals(first: 100) { nodes { title } } } } }";
        let answer = client.gql(text, json!({ "id": self.stage(stage).to_string() })).await;
        let nodes = answer["node"]["deals"]["nodes"].as_array().expect("deals");
        nodes.iter().map(|node| node["title"].as_str().expect("a title").to_owned()).collect()
    }

    /// The first loss reason.
    pub async fn reason(&self, app: &TestApp) -> String {
        let reasons = entity::loss_reason::Entity::find()
            .filter(entity::loss_reason::Column::WorkspaceId.eq(self.workspace));
        reasons.one(app.app.db()).await.expect("reasons").expect("a reason").id.to_string()
    }
}

/// The payload's user errors as `CODE field`.
pub fn faults(payload: &Value) -> Vec<String> {
    let errors = payload["userErrors"].as_array().expect("userErrors");
    errors
        .iter()
        .map(|error| {
            format!(
                "{} {}",
                error["code"].as_str().unwrap_or_default(),
                error["field"].as_str().unwrap_or_default()
            )
        })
        .collect()
}
